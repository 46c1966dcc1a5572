"""`glmer`: generalized linear mixed models, from penalized iteratively reweighted least squares to a fitted model."""
