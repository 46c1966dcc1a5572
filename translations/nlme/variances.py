"""The random effects' variances of a fit by `lme`: R's VarCorr.lme."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from translations.printing import Matrix
from translations.printing.objects import Textual

from .levels import Level


@dataclass(frozen=True, eq=False, repr=False)
class VarCorrLme(Textual, Mapping[str, Matrix]):
    """Variances, standard deviations and correlations of the random effects (R: class VarCorr.lme): {factor: Matrix
    (effects, effects)}, the outermost first.
    """

    levels: list[Level]
    covariances: list[np.ndarray]
    sigma: float

    @cached_property
    def table(self) -> pd.DataFrame:
        """A row an effect, the outermost level's first, and the residual: grp, effect, Variance, StdDev."""
        rows = [(level.name, effect, float(v), float(np.sqrt(v)))
                for level, S in zip(self.levels, self.covariances, strict=True)
                for effect, v in zip(level.effects, np.diagonal(S), strict=True)]
        rows.append(("Residual", "", self.sigma**2, self.sigma))
        return pd.DataFrame(rows, columns=["grp", "effect", "Variance", "StdDev"])

    def __getitem__(self, name: str) -> Matrix:
        for level, S in zip(self.levels, self.covariances, strict=True):
            if level.name == name:
                return Matrix(S, index=level.effects, columns=level.effects)
        raise KeyError(f"no grouping factor {name!r}; there are {', '.join(self)}")

    def __iter__(self) -> Iterator[str]:
        return (level.name for level in self.levels)

    def __len__(self) -> int:
        return len(self.levels)

    def __repr__(self) -> str:
        return f"<VarCorr of {', '.join(self)}>"
