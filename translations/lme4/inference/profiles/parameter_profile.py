"""Profiles as values: points and splines, and the intervals and densities that are read off them. R: confint.thpr."""
from __future__ import annotations

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import html
from translations.stats import generics

from ...control import FollowedWarning
from ..intervals import ProfileWarning, interval_matrix, normal_quantiles
from ..parameters import select
from .exact import Ends, Least, NoProfileError
from .objective import ProfileObjective
from .splines import Spline
from .structured_ends import READ_WRONG, StructuredEnds, called

NOT_MONOTONE = 0.01  # decrease of zeta from one point to the next, beyond what the optimizer's stopping explains


def warn(message: str) -> None:
    """Warn with `ProfileWarning` of what a profile does not tell."""
    warnings.warn(message, ProfileWarning, stacklevel=2)


@dataclass(frozen=True)
class ParameterProfile:
    """One parameter's profile.

    points (rows, 1 + parameters): zeta and all parameters; column: the parameter's; the splines are None where there is
    none; lower, upper: its bounds, NaN where it has none. solved: where there is a model, what gives the values at zeta
    (2,) and the zeta of two values from the deviance itself.
    """

    name: str
    column: int
    points: Floats
    forward: Spline | None
    backward: Spline | None
    lower: float
    upper: float
    solved: Solved | StructuredEnds | None = None

    def interval(self, zeta: Floats) -> Floats:
        """The parameter's values at zeta (2,): its bound where the profile ends there before. Where the profile tells
        nothing, or something else than the deviance, what the deviance says; NaN without a model."""
        if isinstance(self.solved, StructuredEnds) and not self.solved.base.as_lme4:
            return self.solved.value(self.solved.ends(zeta))
        if isinstance(self.solved, StructuredEnds) or (self.solved is not None and self.solved.since_2_1):
            return self._read_as_2_1(zeta, self.solved)
        found, message = self._read(zeta)
        wrong = ""
        if self.solved is not None and (message or self.solved.touches_zero):
            follows = self.solved.as_lme4 or self.backward is not None
            found, wrong = self.solved.mended(found, zeta, READ_WRONG if follows else 0.0)
            if wrong and not message:
                message = f"the optimizer stays at a variance of zero in the profile for {self.name}"
        if message:
            warn(f"{message}: {wrong} from the deviance itself" if wrong else message)
        return found

    def _read(self, zeta: Floats) -> tuple[Floats, str]:
        """The values (2,) at zeta (2,) that the points tell, and what is to be said of it."""
        x, z = self.points[:, self.column], self.points[:, 0]
        x, z = x[~np.isnan(z)], z[~np.isnan(z)]
        message = f"the profile for {self.name} ends before zeta = {zeta[0]:.4g} or {zeta[1]:.4g}"
        if not len(z):
            return np.full(2, np.nan), f"bad profile for {self.name}"
        if self.backward is not None:
            found = self.backward(zeta)
        else:
            turns = np.flatnonzero(np.diff(z) < -NOT_MONOTONE)
            origin = int(np.argmin(np.abs(z)))
            first = max(turns[turns < origin] + 1, default=0)
            last = min(turns[turns >= origin], default=len(z) - 1)
            x, z = x[first : last + 1], z[first : last + 1]
            order = np.argsort(z, kind="stable")
            found = np.interp(zeta, z[order], x[order], left=np.nan, right=np.nan)
            if len(turns):
                message = f"non-monotonic profile for {self.name}"
        at_bound = np.array([x[0] <= self.lower, x[-1] >= self.upper])
        if not (np.isnan(found) & ~at_bound).any():
            linear = f"bad spline fit for {self.name}: falling back to linear interpolation"
            message = linear if self.backward is None else ""
        return np.where(np.isnan(found) & at_bound, [self.lower, self.upper], found), message

    def _read_as_2_1(self, zeta: Floats, solved: Solved | StructuredEnds) -> Floats:
        """What lme4 2.1 reads off: a bound where the points do not reach. Warns where the deviance says otherwise."""
        x, z = self.points[:, self.column], self.points[:, 0]
        if not len(z):
            warn(f"bad profile for {self.name}")
            return np.full(2, np.nan)
        if self.backward is not None:
            found = self.backward(zeta)
        else:
            warn(f"bad spline fit for {self.name}: falling back to linear interpolation")
            order = np.argsort(z, kind="stable")
            found = np.interp(zeta, z[order], x[order], left=np.nan, right=np.nan)
        missing = np.isnan(found) & ~np.array([x[0] <= self.lower, x[-1] >= self.upper])
        found = np.where(np.isnan(found), [self.lower, self.upper], found)
        if (missing.any() or self.backward is None or solved.touches_zero) and (wrong := solved.missed(found, zeta)):
            warnings.warn(f"{wrong} of lme4 2.1's interval of {self.name}: the deviance says otherwise, and "
                          "confint(exact=True) follows it", FollowedWarning, stacklevel=2)
        return found

    def density(self, npts: int = 201, upper: float = 0.999) -> tuple[Floats, Floats]:
        """Values (npt,) of the parameter and the density there if zeta were normal. R: lme4's densityplot.thpr.

        Raises ValueError where there is no spline.
        """
        from scipy.special import ndtri

        if self.forward is None or self.backward is None:
            raise ValueError(f"unreliable profile for {self.name}: no density")
        low, high = self.backward(ndtri([1.0 - upper, upper]))
        for nearer in 1.0 - 10.0 ** np.linspace(-4.0, -1.0, 21):
            high = self.backward(ndtri(nearer))[0] if np.isnan(high) else high
        if np.isnan(high):
            raise ValueError(f"can't find an upper bound for the profile of {self.name}")
        x = np.linspace(0.0 if np.isnan(low) else low, high, npts)
        return x, np.exp(-0.5 * self.forward(x) ** 2) / math.sqrt(2.0 * math.pi) * self.forward(x, derivative=1)


@dataclass(frozen=True)
class Solved:
    """Ends of parameter `number` from the deviance itself, about where it is least.

    as_lme4, since_2_1: whether the profile went lme4's way, and that of 2.1. touches_zero: whether optimizers without
    gradients may have stopped early (`ProfileObjective.touches_zero`). value: from the parameter to what is profiled (a
    square, a logarithm); inverse: back. base: what was profiled, and `at` the parameter's number there.
    """

    least: Least
    number: int
    as_lme4: bool
    touches_zero: bool
    since_2_1: bool = False
    value: Callable[[Floats], Floats] = np.asarray
    inverse: Callable[[Floats], Floats] = np.asarray
    base: ProfileObjective | None = None
    at: int = -1

    def mended(self, found: Floats, zeta: Floats, tolerance: float) -> tuple[Floats, str]:
        """The ends (2,) with those replaced at which the deviance's zeta differs from `zeta` (2,) by more than
        `tolerance`, and which these are: "lower end", "upper end", "both ends", or "" for none.

        An end at its bound stays where zeta is smaller there.
        """
        ends = Ends(self.least, zeta)
        wrong = ~ends.agree(self.number, self.inverse(found), tolerance)
        if not wrong.any():
            return found, ""
        try:
            found = np.where(wrong, self.value(ends.of(self.number)), found)
        except NoProfileError:
            return np.where(wrong, np.nan, found), "no end"
        return found, called(wrong)

    def missed(self, found: Floats, zeta: Floats) -> str:
        """Which of the ends (2,) are not where the deviance's zeta is `zeta` (2,), but for `READ_WRONG`."""
        ends = self.inverse(found)
        if self.base is not None:
            told = [self.base.missed(self.at, float(x), float(z), READ_WRONG) for x, z in zip(ends, zeta, strict=True)]
            if None not in told:
                return called(np.array(told))
        return called(Ends(self.least, zeta).missed(self.number, ends, READ_WRONG))


@dataclass(frozen=True, eq=False)
class Profile:
    """The profiles of a model's parameters, by name. R: class thpr."""

    names: list[str]
    parameters: dict[str, ParameterProfile]

    def as_data_frame(self) -> pd.DataFrame:
        """All points: `.zeta`, every parameter, `.par` (whose profile), `.focal` (its value). R: as.data.frame.thpr."""
        frames = []
        for p in self.parameters.values():
            frame = pd.DataFrame(p.points, columns=[".zeta", *self.names])
            frame[".par"], frame[".focal"] = p.name, p.points[:, p.column]
            frames.append(frame)
        return pd.concat(frames, ignore_index=True)

    def density(self, npts: int = 201, upper: float = 0.999) -> pd.DataFrame:
        """`pval`, `pnm` (whose), `density`: densities of all parameters that have one. Warns naming the others."""
        frames, skipped = [], []
        for p in self.parameters.values():
            try:
                x, density = p.density(npts, upper)
            except ValueError:
                skipped.append(p.name)
                x = density = np.full(npts, np.nan)
            frames.append(pd.DataFrame({"pval": x, "pnm": p.name, "density": density}))
        if skipped:
            warn(f"unreliable profiles for some variables skipped: {', '.join(skipped)}")
        return pd.concat(frames, ignore_index=True)

    def confint(self, parm: Any = None, level: float = 0.95) -> Any:
        """Intervals at `level`, a Matrix (parameters, 2). R: confint.thpr."""
        n_variance = sum(not np.isnan(p.lower) for p in self.parameters.values())
        chosen = list(self.parameters) if parm is None else select(parm, list(self.parameters), n_variance)
        zeta = normal_quantiles(level)
        return interval_matrix({name: self.parameters[name].interval(zeta) for name in chosen}, level)

    def __repr__(self) -> str:
        return f"<profile of {', '.join(self.parameters)}>"

    def _repr_html_(self) -> str:
        return html.page("Profile of the deviance", [html.table(self.confint(), "95 % intervals")])


generics.confint.register(Profile)(Profile.confint)
