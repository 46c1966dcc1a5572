"""The text that R's console prints. Everything here is a leaf: it imports numpy and pandas only."""
from .objects import Matrix, Tibble, Vector, tibble

__all__ = ["Matrix", "Tibble", "Vector", "tibble"]
