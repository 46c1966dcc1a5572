"""Student's and Welch's t-tests: R's `t.test` over scipy."""
from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector, html, tables
from translations.printing.dispatch import render
from translations.printing.style import Style
from translations.settings import since

from ..arguments import as_number, require_choice, require_level
from ..calls import called
from .htest import by_formula, sample, two_groups

TAILS = ("two.sided", "less", "greater")


@dataclass(frozen=True, eq=False, repr=False)
class TTest:
    """A t-test (R: class htest). `str()` is R's printed text.

    statistic: "t";  parameter: "df";  stderr: standard error of the estimate
    p_value;  conf_int: (lower, upper), infinite on the open side, at `conf_level`
    estimate: the means, labelled as R does;  null_value: the hypothesis, labelled;  alternative, method, data_name:
              text
    """

    statistic: Vector
    parameter: Vector
    p_value: float
    conf_int: np.ndarray
    conf_level: float
    estimate: Vector
    null_value: Vector
    stderr: float
    alternative: str
    method: str
    data_name: str

    @property
    def text(self) -> tables.HTest:
        """What R prints for the test."""
        one = [(str(v.index.item()), float(v.item())) for v in (self.statistic, self.parameter, self.null_value)]
        return tables.HTest(
            self.method, self.data_name, one[0], one[1], self.p_value, self.alternative, one[2],
            (float(self.conf_int[0]), float(self.conf_int[1])), self.conf_level, pd.Series(self.estimate),
        )

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        return html.test(self.text)

    def __repr__(self) -> str:
        t, df = float(self.statistic.iloc[0]), float(self.parameter.iloc[0])
        return f"<{self.method.strip()}: t = {t:.5g}, df = {df:.5g}, p = {self.p_value:.4g}>"


@render.register(TTest)
def _lines(test: TTest, style: Style) -> list[str]:
    return render(test.text, style)


def t_test(
    x: Any, y: Any = None, alternative: str = "two.sided", mu: float = 0.0, paired: bool = False,
    var_equal: bool = False, conf_level: float = 0.95, data: Any = None, subset: Any = None,
    data_name: str | None = None,
) -> TTest:
    """One-sample, two-sample (Welch's unless `var_equal`) or paired t-test. R: stats::t.test; Welch (1947).

    x, y:        samples (n,), whose missing values are left out; or x a formula, "response ~ group" with two groups or
                 "response ~ 1", with `data` and perhaps `subset`
    alternative: "two.sided", "less" or "greater"
    mu:          the mean, or the difference of means, under the hypothesis, in x's units
    paired:      whether x and y are pairs
    var_equal:   whether the two variances are taken to be one
    conf_level:  of the interval, between 0 and 1
    data, subset: of a formula: a frame, and a boolean array or a condition as text
    data_name:   what to print for the data, by default what the caller wrote

    Returns the test, `.statistic`, `.p_value`, `.conf_int`, ...: `str()` is R's text.

    Raises ValueError for too few or constant observations, any but two groups, paired samples of unequal length.

    >>> reaction = r.sleepstudy()["Reaction"]
    >>> print(r.t_test(reaction, mu=300))
    <BLANKLINE>
        One Sample t-test
    <BLANKLINE>
    data:  reaction
    t = -0.35539, df = 179, p-value = 0.7227
    alternative hypothesis: true mean is not equal to 300
    95 percent confidence interval:
     290.2230 306.7928
    sample estimates:
    mean of x
     298.5079
    """
    require_choice(alternative, TAILS, "alternative")
    require_level(conf_level, "conf_level")
    mu = as_number(mu, "mu")
    if isinstance(x, str) and paired and since("1.1-37"):
        raise ValueError("R 4.4 and later cannot use paired in a formula: give x and y, the pairs in order")
    if isinstance(x, str):
        if data is None and y is not None:  # R: a formula's second argument is its data
            y, data = None, y
        if y is not None:
            raise ValueError("a formula names both samples: t_test('y ~ group', data=...) takes no y beside it")
        asked = _by_formula(x, data, subset)
    else:
        name = called(x, "x", "t_test", 0, "x")
        name = name if y is None else f"{name} and {called(y, 'y', 't_test', 1, 'y')}"
        asked = _Samples(sample(x, "x"), None if y is None else sample(y, "y"), name)
    if paired or asked.second is None:
        return _one_sample(_pairs(asked) if paired else asked, alternative, mu, conf_level, data_name, paired)
    return _two_samples(asked, alternative, mu, conf_level, data_name, var_equal)


@dataclass(frozen=True, eq=False)
class _Samples:
    """One sample or two, (n,) and (m,) with missing values as NaN, and what they and their difference are called."""

    first: np.ndarray
    second: np.ndarray | None
    data_name: str
    labels: tuple[str, str] = ("mean of x", "mean of y")
    difference: str = "difference in means"


def _one_sample(
    asked: _Samples, alternative: str, mu: float, conf_level: float, data_name: str | None, paired: bool
) -> TTest:
    from scipy.stats import ttest_1samp

    values = _present(asked.first)
    if len(values) < 2:
        raise ValueError(f"not enough observations: {len(values)} in {asked.data_name}")
    error = values.std(ddof=1) / np.sqrt(len(values))
    _require_spread(error, values.mean())
    found = ttest_1samp(values, mu, alternative=alternative.replace(".", "-"))
    name = "mean difference" if paired else "mean"
    mean = Vector({name if paired else asked.labels[0]: values.mean()})
    method = "Paired t-test" if paired else "One Sample t-test"
    null = Vector({name: float(mu)})
    return _result(found, 0.0, error, conf_level, alternative, mean, null, method, data_name or asked.data_name)


def _two_samples(
    asked: _Samples, alternative: str, mu: float, conf_level: float, data_name: str | None, var_equal: bool
) -> TTest:
    from scipy.stats import ttest_ind

    first, second = _present(asked.first), _present(asked.second)
    n, m = len(first), len(second)
    if min(n, m) < (1 if var_equal else 2) or n + m < 3:
        raise ValueError(f"not enough observations: {n} and {m} in {asked.data_name}")
    squares = np.array([np.square(sample - sample.mean()).sum() for sample in (first, second)])
    sizes = np.array([n, m])
    pooled = squares.sum() / (n + m - 2) * (1.0 / sizes).sum()
    error = np.sqrt(pooled if var_equal else (squares / (sizes - 1) / sizes).sum())
    _require_spread(error, first.mean(), second.mean())
    # scipy asks about equal means only; shifting the second sample asks about a difference of mu.
    found = ttest_ind(first, second + mu, equal_var=var_equal, alternative=alternative.replace(".", "-"))
    means = Vector([first.mean(), second.mean()], index=list(asked.labels))
    method = " Two Sample t-test" if var_equal else "Welch Two Sample t-test"
    null = Vector({asked.difference: float(mu)})
    return _result(found, mu, error, conf_level, alternative, means, null, method, data_name or asked.data_name)


def _result(
    found: Any, shift: float, error: float, conf_level: float, alternative: str, estimate: Vector, null: Vector,
    method: str, data_name: str,
) -> TTest:
    interval = np.array(found.confidence_interval(conf_level), dtype=float) + shift
    return TTest(
        Vector({"t": float(found.statistic)}), Vector({"df": float(found.df)}), float(found.pvalue), interval,
        conf_level, estimate, null, float(error), alternative, method, data_name,
    )


def _pairs(asked: _Samples) -> _Samples:
    """The differences within pairs."""
    if asked.second is None:
        raise ValueError("a paired test needs y, or a formula with two groups")
    if len(asked.first) != len(asked.second):
        raise ValueError(f"a paired test needs samples of one length, not {len(asked.first)} and {len(asked.second)}")
    return replace(asked, first=asked.first - asked.second, second=None)


def _present(sample: np.ndarray | None) -> np.ndarray:
    values = np.empty(0) if sample is None else sample
    return values[~np.isnan(values)]


def _require_spread(error: float, *means: float) -> None:
    # R lets samples of nothing but zeros pass, and answers NaN.
    if error <= 10 * np.finfo(float).eps * max(abs(mean) for mean in means):
        raise ValueError("data are essentially constant")


def _by_formula(formula: str, data: Any, subset: Any) -> _Samples:
    """The samples of "response ~ group" or "response ~ 1" in `data`."""
    values, groups, name = by_formula(formula, data, subset, "t_test")
    if groups is None:
        return _Samples(values, None, name)
    first, second = two_groups(values, groups, name)
    a, b = groups.levels
    return _Samples(
        first, second, name, (f"mean in group {a}", f"mean in group {b}"),
        f"difference in means between group {a} and group {b}",
    )
