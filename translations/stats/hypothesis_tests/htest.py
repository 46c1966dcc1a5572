"""What R's tests answer (class htest), and the samples that they are asked about."""
from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector, html, tables
from translations.printing.dispatch import render
from translations.printing.style import Style

from ..calls import called
from ..formulas.frame import model_frame
from ..formulas.terms import parse
from ..language.factors import NUMBER_KINDS, Factor, make_factor, warn_of_order
from ..language.vectors import as_vector

TAILS = ("two.sided", "less", "greater")


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class HTest:
    """A test (R: class htest). `str()` is R's printed text; None where the test has no such part.

    statistic, parameter: labelled as R does ("W"; "num df", "denom df"), empty where R has none;  p_value
    alternative: "two.sided", "less" or "greater";  null_value: the hypothesis, labelled
    conf_int:    (lower, upper), infinite on the open side, at `conf_level`
    estimate:    labelled;  method, data_name: text
    """

    statistic: Vector
    p_value: float
    method: str
    data_name: str
    parameter: Vector | None = None
    alternative: str | None = None
    null_value: Vector | None = None
    conf_int: np.ndarray | None = None
    conf_level: float = 0.95
    estimate: Vector | None = None

    @property
    def text(self) -> tables.HTest:
        """What R prints for the test."""
        interval = None if self.conf_int is None else (float(self.conf_int[0]), float(self.conf_int[1]))
        null = None if self.null_value is None else _pairs(self.null_value)[0]
        statistic = _pairs(self.statistic)
        return tables.HTest(
            self.method, self.data_name, statistic if len(statistic) > 1 else next(iter(statistic), None),
            None if self.parameter is None else _pairs(self.parameter), self.p_value, self.alternative, null, interval,
            self.conf_level, None if self.estimate is None else pd.Series(self.estimate),
        )

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        return html.test(self.text)

    def __repr__(self) -> str:
        shown = "".join(f"{name} = {value:.5g}, " for name, value in _pairs(self.statistic)[:1])
        return f"<{self.method}: {shown}p = {self.p_value:.4g}>"


def _pairs(values: pd.Series) -> list[tuple[str, float]]:
    return [(str(name), float(value)) for name, value in values.items()]


@render.register(HTest)
def _lines(test: HTest, style: Style) -> list[str]:
    return render(test.text, style)


def sample(x: Any, name: str) -> np.ndarray:
    """The numbers of x, (n,), missing ones as NaN. Raises ValueError naming the argument when it holds none."""
    value = as_vector(x)
    if isinstance(value, Factor) or value.dtype.kind not in NUMBER_KINDS:
        raise ValueError(f"{name} must be numbers, not a factor or text")
    return value.astype(float)


def as_factor(g: Any) -> Factor:
    """The groups `g`, as R's factor() makes them; levels that do not occur are left out."""
    value = as_vector(g)
    return (value if isinstance(value, Factor) and not value.logical else make_factor(value)).drop_unused()


@dataclass(frozen=True, eq=False)
class Samples:
    """One sample or two, (n,) and (m,) with missing values as NaN, and what R calls them together."""

    first: np.ndarray
    second: np.ndarray | None
    data_name: str


def two_samples(x: Any, y: Any, data: Any, subset: Any, function: str) -> Samples:
    """What `function`(x, y) or `function`("response ~ group", data) is about. Raises ValueError unless 2 groups."""
    if not isinstance(x, str):
        name = called(x, "x", function, 0, "x")
        if y is None:
            return Samples(sample(x, "x"), None, name)
        return Samples(sample(x, "x"), sample(y, "y"), f"{name} and {called(y, 'y', function, 1, 'y')}")
    if data is None:
        y, data = None, y
    if y is not None:
        raise ValueError(f"a formula names both samples: {function}('y ~ group', data=...) takes no y beside it")
    values, groups, name = by_formula(x, data, subset, function)
    if groups is None:
        return Samples(values, None, name)
    return Samples(*two_groups(values, groups, name), name)


def two_groups(values: np.ndarray, groups: Factor, name: str) -> tuple[np.ndarray, np.ndarray]:
    """The values of each of two groups; name: of both, as `by_formula` has it. Raises ValueError unless they are 2."""
    if len(groups.levels) != 2:
        raise ValueError(f"grouping factor {name.rpartition(' by ')[2]} must have exactly 2 levels, not "
                         f"{len(groups.levels)}: {', '.join(groups.levels[:10])}")
    return values[groups.codes == 0], values[groups.codes == 1]


def by_formula(formula: str, data: Any, subset: Any, function: str) -> tuple[np.ndarray, Factor | None, str]:
    """Response (n,) and groups of "response ~ group" in `data`, and R's name of both; no groups of "response ~ 1"."""
    if data is None:
        raise ValueError(f"{function}({formula!r}) needs data")
    parsed = parse(formula)
    if parsed.response is None or len(parsed.predictors) > 1 or len(parsed.terms) > 1:
        raise ValueError(f"{formula!r} must be 'response ~ group' or 'response ~ 1'")
    frame = model_frame(parsed, data, subset=subset)
    if not parsed.terms:
        return frame.response, None, parsed.response
    label = parsed.predictors[0]
    found = frame.variables[label]
    groups = found if isinstance(found, Factor) and not found.logical else make_factor(found)
    warn_of_order({label: groups})
    return frame.response, groups.drop_unused(), f"{parsed.response} by {label}"


@dataclass(frozen=True, eq=False)
class Groups:
    """Samples by group, each without its missing values, and what R calls them together."""

    values: Mapping[str, np.ndarray]
    data_name: str


def groups_of(x: Any, g: Any, data: Any, subset: Any, function: str) -> Groups:
    """The samples of `function`(x, g), of a list or mapping x of samples, or of "response ~ group" in `data`.

    Raises ValueError where there are fewer than two groups.
    """
    if isinstance(x, str):
        if data is None:
            g, data = None, g
        values, groups, name = by_formula(x, data, subset, function)
        if groups is None:
            raise ValueError(f"{x!r} must be 'response ~ group'")
    elif g is None:
        if not isinstance(x, Iterable):
            raise ValueError(f"{function} needs groups g, or x as a list of at least 2 samples, not {x!r:.60}")
        samples = dict(x) if isinstance(x, Mapping) else dict(enumerate(x, start=1))
        if len(samples) < 2 or any(np.ndim(one) == 0 for one in samples.values()):
            raise ValueError(f"{function} needs groups g, or x as a list of at least 2 samples")
        named = {str(key): sample(one, f"x[{key!r}]") for key, one in samples.items()}
        return Groups({key: one[~np.isnan(one)] for key, one in named.items()}, called(x, "x", function, 0, "x"))
    else:
        name = f"{called(x, 'x', function, 0, 'x')} and {called(g, 'g', function, 1, 'g')}"
        values, groups = sample(x, "x"), as_factor(g)
        if len(values) != len(groups):
            raise ValueError(f"x and g must have the same length, not {len(values)} and {len(groups)}")
    known = ~np.isnan(values) & (groups.codes >= 0)
    values, groups = values[known], groups.take(known).drop_unused()
    if len(groups.levels) < 2:
        raise ValueError("all observations are in the same group")
    return Groups({level: values[groups.codes == i] for i, level in enumerate(groups.levels)}, name)


def tail(alternative: str, lower: float, upper: float) -> float:
    """The p-value of an alternative, from the two tails' areas."""
    return {"less": lower, "greater": upper}.get(alternative, min(2.0 * min(lower, upper), 1.0))


def vector(names: Sequence[str], values: Sequence[float]) -> Vector:
    """A labelled vector of floats."""
    return Vector(np.asarray(values, dtype=float), index=list(names))
