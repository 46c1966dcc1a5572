"""Generalized linear mixed models. The package's import registers what they do otherwise than linear ones."""

from . import bootstrap, components, profile, refit, simulate  # noqa: F401
