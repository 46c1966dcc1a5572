"""Models whose random effects have covariance structures: one case a model, against fixtures/structured."""
