"""The text that R's console prints. Everything here is a leaf: it imports numpy and pandas only."""
from . import mixed, models, pillar, plain  # noqa: F401  (they register their classes with render)
from .dispatch import console, render
from .frames import SummaryFrame, SummaryVector, summary_frame, summary_vector
from .numbers import NA, NAN
from .objects import Matrix, Tibble, Vector, diag, tibble
from .style import WORDINGS, Style

__all__ = ["Matrix", "NA", "NAN", "Style", "SummaryFrame", "SummaryVector", "Tibble", "Vector", "WORDINGS", "console",
           "diag", "render", "summary_frame", "summary_vector", "tibble"]
