"""Approximate intervals of all parameters: R's `intervals`. Source: Pinheiro & Bates (2000), section 2.4.3."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.lme4.control import FollowedWarning
from translations.printing import Matrix, Vector
from translations.printing.dispatch import render
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.style import Style
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import qchisq, qnorm, qt

from .generics import intervals
from .gls import Gls
from .optimum import hessian

ENDS = ("lower", "est.", "upper")
# Of intercepts beside exchangeable errors, one parameter too many, 8.6e-9; of the flattest model told apart 3.3e-4.
FLAT = 1e-6
WHICH = ("all", "var-cov", "coef")


@dataclass(frozen=True, eq=False, repr=False)
class Intervals(Textual, Mapping[str, Any]):
    """Intervals by the part that their parameters are of: "coef" (of `lme` "fixed"), "corStruct", "varStruct", "sigma"
    (R: class intervals.gls). Each a Matrix (parameters, 3) of lower, est. and upper; "sigma" a Vector (3,).
    """

    parts: Mapping[str, Any]
    labels: Mapping[str, str]
    level: float

    def __getitem__(self, part: str) -> Any:
        return self.parts[part]

    def __iter__(self) -> Iterator[str]:
        return iter(self.parts)

    def __len__(self) -> int:
        return len(self.parts)

    def __repr__(self) -> str:
        return f"<Intervals of {', '.join(self.parts)}>"


@render.register(Intervals)
def _lines(x: Intervals, style: Style) -> list[str]:
    lines = [f"Approximate {format_number(100.0 * x.level, 15)}% confidence intervals"]
    for name, part in x.parts.items():
        lines += ["", f" {x.labels[name]}"]
        if isinstance(part, Mapping):
            for group, one in part.items():
                lines += [f"  Level: {group} ", *render(one, style)]
        else:
            lines += render(part, style)
    return lines


@intervals.register(Gls)
def _intervals(m: Gls, level: float = 0.95, which: str = "all") -> Intervals:
    require_level(level)
    require_choice(which, WHICH, "which")
    parts: dict[str, Any] = {}
    labels = {
        "coef": "Coefficients:",
        "corStruct": "Correlation structure:",
        "varStruct": "Variance function:",
        "sigma": "Residual standard error:",
    }
    if which != "var-cov":
        half = -qt((1.0 - level) / 2.0, m.df_residual) * np.sqrt(np.diagonal(m.covariance))
        parts["coef"] = around(m.solution.beta, half, m.X.names)
    if which != "coef":
        parts |= _of_variances(m, level)
    return Intervals(parts, labels, level)


def around(estimate: np.ndarray, half: np.ndarray, names: list[str]) -> Matrix:
    """Estimates (k,) less and plus a half of each interval."""
    return Matrix(np.column_stack([estimate - half, estimate, estimate + half]), index=names, columns=ENDS)


def half_widths(likelihood: Callable[[np.ndarray], float], at: np.ndarray, level: float, others: str) -> np.ndarray:
    """Half of each interval, (k,), by the normal distribution and the curvature of the log-likelihood at `at` (k,).

    Raises ValueError where it has no maximum there; `others` is the `which` of those that need none.
    """
    try:
        curvature = hessian(likelihood, at)
    except np.linalg.LinAlgError:
        curvature = np.zeros((len(at), len(at)))
    if not np.isfinite(curvature).all() or _flat(curvature):
        raise ValueError("there are no intervals of the variances' parameters: the likelihood has no maximum at the "
                         f"estimates (non-positive definite approximate variance-covariance); which='{others}' gives "
                         "the others")
    return np.asarray(qnorm((1.0 + level) / 2.0) * np.sqrt(np.diagonal(np.linalg.inv(-curvature))))


def _flat(curvature: np.ndarray) -> bool:
    """Whether the likelihood does not fall in every direction, the parameters each in units of its own fall."""
    own = -np.diagonal(curvature)
    return bool((own <= 0.0).any() or np.linalg.eigvalsh(-curvature / np.sqrt(np.outer(own, own)))[0] < FLAT)


def of_correlations(three: Sequence[np.ndarray], names: list[str]) -> Matrix:
    """Ends and estimates of a structure's parameters; a warning where R's way leaves an estimate outside its ends."""
    found = Matrix(np.column_stack(three), index=names, columns=ENDS)
    outside = found.index[(found["lower"] > found["est."]) | (found["upper"] < found["est."])]
    if len(outside):
        warnings.warn(
            "R puts the lower ends of all correlation parameters back on their own scale together, and then the upper "
            f"ones, which do not enclose the estimate of {', '.join(outside)} here: these two are no interval",
            FollowedWarning, stacklevel=5)
    return found


def _of_variances(m: Gls, level: float) -> dict[str, Any]:
    problem, k = m.problem, m.problem.split
    if not len(m.free):
        N = m.solution.divisor
        low, high = (m.sigma * np.sqrt(N / qchisq((1.0 + side * level) / 2.0, N)) for side in (1.0, -1.0))
        return {"sigma": Vector([low, m.sigma, high], index=ENDS)}
    correlations, variances = problem.natural(m.free)
    structure = problem.correlation if k else None
    first = np.zeros(0) if structure is None else structure.symmetric(correlations)
    at = np.concatenate([first, m.free[k:], [np.log(m.sigma)]])

    def natural(x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        of_variance = np.zeros(0) if problem.variance is None else problem.variance.natural(x[k:-1])
        return correlations if structure is None else structure.from_symmetric(x[:k]), of_variance

    half = half_widths(lambda x: problem.at_natural(*natural(x)).log_likelihood_at(float(np.exp(x[-1]))), at, level,
                       "coef")
    ends = [at - half, at, at + half]
    parts: dict[str, Any] = {}
    if structure is not None:
        parts["corStruct"] = of_correlations([natural(x)[0] for x in ends], structure.names)
    if problem.variance is not None and problem.variance.names:
        values = np.column_stack([natural(x)[1] for x in ends])
        parts["varStruct"] = Matrix(values, index=problem.variance.names, columns=ENDS)
    return {**parts, "sigma": Vector([float(np.exp(x[-1])) for x in ends], index=ENDS)}
