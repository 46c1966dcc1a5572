"""Generalized least squares and mixed models of nlme."""
