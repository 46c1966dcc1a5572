"""lmer, from formula to inference. Importing any module of this room registers the methods that models answer to."""
from . import extract, predict, summary

__all__ = ["extract", "predict", "summary"]
