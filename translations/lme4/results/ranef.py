"""Conditional modes of the random effects with their covariances, and coefficients by level. R: ranef.merMod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import html, tables
from translations.stats import generics
from translations.stats.mixed import MixedFit

from ..arguments import require_mixed
from ..model import LmerMod
from .extract import fixef


class Ranef(Mapping[str, pd.DataFrame]):
    """Conditional modes by grouping factor: frames (levels, columns), and `.condvar` (levels, columns, columns). R:
    lme4::ranef.
    """

    def __init__(self, m: LmerMod, condVar: bool = True) -> None:  # noqa: N803
        self._m = m
        self._frames: dict[str, pd.DataFrame] = {}
        for indices in m.design.random.by_factor:
            terms = [m.design.random.terms[i] for i in indices]
            values = np.hstack([m.b[i] for i in indices])
            self._frames[terms[0].group] = pd.DataFrame(
                values, index=terms[0].levels, columns=[n for t in terms for n in t.names]
            )
        self.has_variances = condVar

    def __getitem__(self, name: str) -> pd.DataFrame:
        try:
            return self._frames[name]
        except KeyError:
            raise KeyError(f"no random effects of {name!r}; there are {', '.join(self._frames)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def condvar(self) -> dict[str, Floats]:
        """Conditional covariance matrices of the random effects given the data, (levels, columns, columns) a factor."""
        return conditional_variances(self._m)

    def as_data_frame(self) -> pd.DataFrame:
        """One row an effect: grpvar, term, grp, condval, condsd. R: as.data.frame.ranef.mer."""
        parts = []
        for name, frame in self.items():
            sd = np.sqrt(np.einsum("lkk->lk", self.condvar[name]))
            parts.append(
                pd.DataFrame(
                    {
                        "grpvar": name,
                        "term": np.repeat(frame.columns, len(frame)),
                        "grp": np.tile(frame.index, frame.shape[1]),
                        "condval": frame.to_numpy().T.ravel(),
                        "condsd": sd.T.ravel(),
                    }
                )
            )
        return pd.concat(parts, ignore_index=True)

    def __str__(self) -> str:
        return str(tables.FrameList(dict(self), tuple(self) if self.has_variances else ()))

    def _repr_html_(self) -> str:
        return html.frames("Conditional modes of the random effects", self)

    def __repr__(self) -> str:
        return f"<ranef of {', '.join(self)}>"


def ranef(m: LmerMod, condVar: bool = True) -> Ranef:  # noqa: N803
    """Conditional modes of the random effects, given the estimates. R: lme4::ranef; Bates et al. (2015), eq. 10.

    m: a mixed model. condVar: whether their conditional variances are there too.

    Returns {"Subject": frame (levels, effects)} in the effects' units; `.as_data_frame()` has them in rows, with
    condsd.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.ranef(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))["Subject"].head(3))
         (Intercept)      Days
    308     2.258551  9.198976
    309   -40.398738 -8.619681
    310   -38.960409 -5.448856
    """
    if isinstance(m, MixedFit):
        own: Ranef = m.random_effects()
        return own
    require_mixed(m, "ranef")
    return Ranef(m, condVar)


def conditional_variances(m: LmerMod) -> dict[str, Floats]:
    """sigma² Lambda (Lambda'Z'WZ Lambda + I)^{-1} Lambda', its diagonal level-blocks by grouping factor. R: lme4's
    condVar.
    """
    from .conditional_variances import unscaled_conditional_variances

    terms, blocks = m.design.random.terms, unscaled_conditional_variances(m.pls.at(m.theta))
    scale = m.modes_scale()
    found = {terms[i[0]].group: scale**2 * V for i, V in zip(m.design.random.members, blocks, strict=True)}
    return {terms[i[0]].group: found[terms[i[0]].group] for i in m.design.random.by_factor}


@generics.coef.register(LmerMod)
def _coef(m: LmerMod) -> Coef:
    return Coef(m)


class Coef(Mapping[str, pd.DataFrame]):
    """Fixed plus random effects of every level, one frame a grouping factor. R: coef.merMod."""

    def __init__(self, m: LmerMod) -> None:
        modes, beta = ranef(m), dict(fixef(m))
        extra = dict.fromkeys(name for frame in modes.values() for name in frame.columns if name not in beta)
        self._frames = {}
        for group, frame in modes.items():
            full = pd.DataFrame(
                {name: np.full(len(frame), beta.get(name, 0.0)) for name in [*extra, *beta]}, index=frame.index
            )
            for j, name in enumerate(frame.columns):
                full[name] += frame.iloc[:, j]
            self._frames[group] = full

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._frames:
            raise KeyError(f"no coefficients of {name!r}; there are {', '.join(self._frames)}")
        return self._frames[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._frames)

    def __len__(self) -> int:
        return len(self._frames)

    def __str__(self) -> str:
        return str(tables.FrameList(dict(self), r_class="coef.mer"))

    def _repr_html_(self) -> str:
        return html.frames("Coefficients of every level", self)

    def __repr__(self) -> str:
        return f"<coef of {', '.join(self)}>"
