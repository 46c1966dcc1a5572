"""`hetar1()`: `ar1(hom = FALSE)`. Ours, by glmmTMB's name: lme4 2.1 has none."""

from __future__ import annotations

from typing import ClassVar

from .ar1 import AR1


class HeterogeneousAR1(AR1):
    """Correlations rho^|i - j|, a variance for each effect. SAS: ARH(1)."""

    NAME: ClassVar[str] = "hetar1"
    DEFAULT_HOM: ClassVar[bool | None] = False
    TAKES_HOM: ClassVar[bool] = False
