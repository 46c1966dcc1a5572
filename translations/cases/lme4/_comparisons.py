"""Tolerances of this suite's cases on exact intervals, tests between models and influence."""
from __future__ import annotations

from translations.parity.tolerances import Tolerance

ROOTS = Tolerance(
    "ROOTS", 10, 10, 12, 3, "R's side minimizes by differences inside a root finder: 11.6 digits or more agree",
)
RATIO = Tolerance(
    "RATIO", 9, 9, 12, 4,
    "twice differences of log-likelihoods near 900 that hold 13 digits; sums of squares follow theta: 10.1 or more",
)
LEVERAGE = Tolerance(
    "LEVERAGE", 9, 9, 12, 4, "smooth functions of theta, one factorization deep: 10.2 or more",
    relative_to="item",
)
DELETION = Tolerance(
    "DELETION", 8, 8, 12, 3,
    "each row is a fit of its own, less the full one: 14.6 or more agree for one factor, 3.9 for Penicillin's two",
    relative_to="item",
)
