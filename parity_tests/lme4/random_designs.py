"""Small random designs for tests with and without R: unbalanced, crossed, nested, singular."""
from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import HealthCheck
from hypothesis import strategies as st

import translations as r
from translations.lme4.criterion.pls import PLS
from translations.lme4.model import LmerMod

FORMULAS = (
    "y ~ x + (1 | g)", "y ~ x + (x | g)", "y ~ x + (x || g)", "y ~ x + (0 + x | g)", "y ~ 1 + (1 | g) + (1 | h)",
    "y ~ x + (x | g) + (1 | h)", "y ~ x + (x | g) + (x | h)", "y ~ f + (1 | g/s)", "y ~ f + (1 | g) + (1 | s)",
    "y ~ f + (f | g)", "y ~ x * f + (0 + f | g) + (1 | h)", "y ~ x + z + (x + z | g)", "y ~ x + (1 | g) + (0 + x | h)",
    "y ~ x + (1 | g) + (1 | g:h)", "y ~ poly(x, 2) + (1 | g)", "y ~ 0 + f + (x | s)",
)
EXAMPLES = int(os.environ.get("RPARITY_HYPOTHESIS_EXAMPLES", "0"))


def examples(in_ci: int) -> dict[str, Any]:
    """Settings of Hypothesis: `in_ci` examples, always the same ones, or RPARITY_HYPOTHESIS_EXAMPLES fresh ones."""
    return {"max_examples": EXAMPLES or in_ci, "deadline": None, "derandomize": not EXAMPLES, "database": None,
            "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@dataclass(frozen=True)
class Problem:
    """A formula, its data (n rows) and the arguments that R and we are given alike."""

    formula: str
    data: pd.DataFrame
    REML: bool
    weighted: bool
    shifted: bool

    def arguments(self) -> dict[str, Any]:
        given: dict[str, Any] = {"REML": self.REML}
        if self.weighted:
            given["weights"] = "w"
        if self.shifted:
            given["offset"] = "o"
        return given

    def fit(self, control: Any = "newton", data: pd.DataFrame | None = None, **changed: Any) -> LmerMod:
        """The model, its warnings kept to itself."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            formula = changed.pop("formula", self.formula)
            given = {**self.arguments(), **changed}
            return r.lmer(formula, self.data if data is None else data, control=control, **given)

    def r_call(self, control: str = "lmerControl()") -> str:
        extra = (", weights = w" if self.weighted else "") + (", offset = o" if self.shifted else "")
        return f"lmer({self.formula}, d, REML = {str(self.REML).upper()}{extra}, control = {control})"


def frame(seed: int, groups: int, rows: int, noise: float) -> pd.DataFrame:
    """About groups x rows observations: covariates x, z, factor f, groups g, h crossed with them, s nested in them.

    noise: the residual standard deviation, where the random effects' own are 0 (a third of the designs), 1 or 3.
    """
    rng = np.random.default_rng(seed)
    g = np.repeat(np.arange(groups), rng.integers(2, rows + 1, groups))
    n = len(g)
    h, s, f = rng.integers(0, 4, n), rng.integers(0, 3, n), rng.integers(0, 3, n)
    x, z = rng.normal(size=n).round(3), rng.uniform(-2, 2, n).round(3)
    sizes = rng.choice([0.0, 1.0, 3.0], size=4)
    effects = [size * rng.normal(size=(groups * 3)) for size in sizes]
    y = 5 + x + f + effects[0][g] + effects[1][g] * x + effects[2][h] + effects[3][g * 3 + s]
    y = (y + noise * rng.normal(size=n)).round(4)
    text = {"g": [f"g{i:02d}" for i in g], "h": [f"h{i}" for i in h], "f": [f"f{i}" for i in f],
            "s": [f"s{i:02d}.{j}" for i, j in zip(g, s, strict=True)]}
    numbers = {"y": y, "x": x, "z": z, "w": rng.uniform(0.3, 3.0, n).round(3), "o": rng.normal(size=n).round(3)}
    return pd.DataFrame({**numbers, **{name: pd.Categorical(values) for name, values in text.items()}})


@st.composite
def problems(draw: Any, formulas: tuple[str, ...] = FORMULAS, groups: int = 12, rows: int = 9) -> Problem:
    """Random problems; many are singular."""
    seed = draw(st.integers(0, 2**32 - 1))
    size = draw(st.integers(5, groups)), draw(st.integers(4, rows))
    data = frame(seed, *size, noise=draw(st.sampled_from([0.5, 1.0, 2.0])))
    return Problem(draw(st.sampled_from(formulas)), data, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))


ALONE, CROSSED = "y ~ x + (x | g)", "y ~ x + (z | g) + (1 | h)"


def engine(formula: str, seed: int = 3, **named: Any) -> PLS:
    """The cross-products of a model that is not optimized."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        control = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False)
        return r.lmer(formula, frame(seed, 10, 8, noise=1.0), control=control, **named).pls
