"""The fits, with all their methods registered: what the public names import."""

from __future__ import annotations

from . import comparison, dependence, gls_results, intervals, lme_intervals, lme_results, lme_text, text
from .gls import Gls, gls
from .lme import Lme, lme

__all__ = [
    "Gls", "Lme", "comparison", "dependence", "gls", "gls_results", "intervals", "lme", "lme_intervals", "lme_results",
    "lme_text", "text",
]  # fmt: skip
