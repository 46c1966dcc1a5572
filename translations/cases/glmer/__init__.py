"""Cases about generalized linear mixed models."""
