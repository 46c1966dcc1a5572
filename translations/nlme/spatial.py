"""Correlations that fall with the distance of two rows. Source: Pinheiro & Bates (2000), section 5.3.2, table 5.2."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from .correlation import Correlation, distinct
from .rows import Block

METRICS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "euclidean": lambda apart: np.sqrt((apart**2).sum(axis=-1)),
    "maximum": lambda apart: np.abs(apart).max(axis=-1),
    "manhattan": lambda apart: np.abs(apart).sum(axis=-1),
}
# What is left of the correlation at a distance of so many ranges.
DECAY: dict[str, tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "corExp": ("Exponential", lambda s: np.exp(-s)),
    "corGaus": ("Gaussian", lambda s: np.exp(-(s**2))),
    "corLin": ("Linear", lambda s: np.maximum(1.0 - s, 0.0)),
    "corRatio": ("Rational quadratic", lambda s: 1.0 / (1.0 + s**2)),
    "corSpher": ("Spherical", lambda s: np.where(s < 1.0, 1.0 - 1.5 * s + 0.5 * s**3, 0.0)),
}


@dataclass(frozen=True)
class Spatial(Correlation):
    """A correlation that falls with distance, from 1, or with a nugget from less, over a range."""

    kind: str = "corExp"
    nugget: bool = False
    metric: str = "euclidean"

    @property
    def name(self) -> str:  # type: ignore[override]
        """R's class."""
        return self.kind

    @property
    def title(self) -> str:  # type: ignore[override]
        """What R's summary calls it."""
        return f"{DECAY[self.kind][0]} spatial correlation"

    @property
    def names(self) -> list[str]:
        """The range, in the covariates' units, and the nugget, a share of the variance."""
        return ["range", "nugget"] if self.nugget else ["range"]

    def _distances(self, at: np.ndarray) -> np.ndarray:
        return METRICS[self.metric](at[:, None, :] - at[None, :, :])

    def bound(self, blocks: Sequence[Block]) -> Correlation:
        """The search begins at nine tenths of the least distance, as R's."""
        distinct(blocks, self.kind)
        apart = [self._distances(b.covariates)[np.triu_indices(len(b.covariates), 1)] for b in blocks]
        least = min((float(d.min()) for d in apart if len(d)), default=np.nan)
        if not np.isfinite(least):
            raise ValueError(f"{self.kind} needs groups of two rows and more: every group has one")
        given = self.start or (0.9 * least,)
        return replace(self, start=(*given, 0.1) if self.nugget and len(given) == 1 else given)

    def free(self, natural: np.ndarray) -> np.ndarray:
        """The logarithm of the range, the logit of the nugget."""
        made = np.log(natural)
        if self.nugget:
            made[1] -= np.log(1.0 - natural[1])
        return made

    def natural(self, free: np.ndarray) -> np.ndarray:
        """A range above 0, a nugget between 0 and 1."""
        made = np.exp(free)
        if self.nugget:
            made[1] = 1.0 / (1.0 + np.exp(-free[1]))
        return made

    def matrix(self, natural: np.ndarray, at: np.ndarray) -> np.ndarray:
        """Correlations (m, m), less by the nugget but on the diagonal."""
        C = DECAY[self.kind][1](self._distances(at) / natural[0]) * (1.0 - natural[1] if self.nugget else 1.0)
        np.fill_diagonal(C, 1.0)
        return C
