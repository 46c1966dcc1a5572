"""The fits, with all their methods registered: what the public names import."""

from __future__ import annotations

from . import comparison, gls_results, intervals, text
from .gls import Gls, gls

__all__ = ["Gls", "comparison", "gls", "gls_results", "intervals", "text"]
