"""Linear models and analyses of variance: fitted, asked and printed."""
