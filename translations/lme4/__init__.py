"""lmer, from formula to inference. Importing any module of this package registers the methods that models answer to."""
from .inference import compare, confint, summary
from .results import extract, influence, parts, predict, ranef, simulate, text, update

__all__ = [
    "compare", "confint", "extract", "influence", "parts", "predict", "ranef", "simulate", "summary", "text", "update",
]
