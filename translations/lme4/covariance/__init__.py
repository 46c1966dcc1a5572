"""Structured covariance matrices of random effects: what `us()`, `diag()`, `cs()` and `ar1()` before a bar mean.

A structure maps a few parameters to the template T of its term (k, k), lower triangular with TT' the covariance matrix
over sigma², and to the derivatives of TT'. Everything else of the package knows T alone, so a new structure is one
file here and its line in `BY_NAME`. R: lme4 2.1's classes `Covariance.*`.
"""

from __future__ import annotations

from .ar1 import AR1
from .base import Covariance
from .cs import CompoundSymmetry
from .diag import Diagonal
from .hetar1 import HeterogeneousAR1
from .homdiag import HomogeneousDiagonal
from .toep import Toeplitz
from .us import Unstructured

__all__ = ["BY_NAME", "Covariance", "Unstructured"]

BY_NAME: dict[str, type[Covariance]] = {
    "us": Unstructured,
    "diag": Diagonal,
    "cs": CompoundSymmetry,
    "ar1": AR1,
    "homdiag": HomogeneousDiagonal,  # this and the following are ours: no R is compared with them
    "hetar1": HeterogeneousAR1,
    "toep": Toeplitz,
}
