"""R's multcomp, with all methods registered: what the public names import."""
from __future__ import annotations

from . import glht_text
from .glht import Chisqtest, Ftest, adjusted, glht, univariate
from .hypotheses import mcp

__all__ = ["Chisqtest", "Ftest", "adjusted", "glht", "glht_text", "mcp", "univariate"]
