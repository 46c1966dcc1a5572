"""Generalized linear mixed models. The package's import registers what they do otherwise than linear ones."""

from . import again, bootstrap, components, profile  # noqa: F401
