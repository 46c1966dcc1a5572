"""lmer, from formula to inference. Importing any module of this room registers the methods that models answer to."""
from . import confint, extract, predict, simulate, summary

__all__ = ["confint", "extract", "predict", "simulate", "summary"]
