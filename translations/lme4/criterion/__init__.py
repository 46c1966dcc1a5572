"""The profiled criterion of a linear mixed model."""
