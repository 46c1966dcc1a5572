"""Generalized linear models: families and links, R's iteratively reweighted least squares, and what a fit is asked."""
