"""Tests of samples and of several p-values at once."""
