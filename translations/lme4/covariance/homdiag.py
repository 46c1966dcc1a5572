"""`homdiag()`: independent effects of one variance, `diag(hom = TRUE)`. Ours, by glmmTMB's name: lme4 2.1 has none."""

from __future__ import annotations

from typing import ClassVar

from .diag import Diagonal


class HomogeneousDiagonal(Diagonal):
    """A multiple of the identity; parameter: the standard deviation. SAS: VC; nlme: pdIdent."""

    NAME: ClassVar[str] = "homdiag"
    DEFAULT_HOM: ClassVar[bool | None] = True
    TAKES_HOM: ClassVar[bool] = False
