"""Cases about generalized linear models."""
