"""Cases of base R: contrasts, distributions, and what a linear model is asked for."""
