"""The cases of the suites `lme4` and `nist`: which values of which model, computed how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from exact import suites
from exact.intervals import Rough, intervals
from exact.mixed import Model, described, optimum, search
from exact.rational import Values

SCORE = "zero of the analytic score"
ENDS = "zeros of the analytic ML score, the deviance at its minimum + the normal quantile squared"

INTERVALS: dict[str, tuple[Callable[[], Model], bool]] = {
    # case: model, whether its labels are lme4's old names
    "exact_dyestuff": (suites.LME4["dyestuff"], True),
    "exact_dyestuff2": (suites.LME4["dyestuff2"], True),
    "exact_penicillin": (suites.LME4["penicillin"], True),
    "exact_pastes": (suites.LME4["pastes"], True),
    "exact_double_bar": (lambda: suites.sleepstudy(correlated=False), True),
    "exact_cake": (suites.LME4["cake_linear"], True),
    "exact_sleepstudy": (suites.LME4["sleepstudy_all_days"], False),
}


def fit(make: Callable[[], Model], fitted: bool = True) -> Callable[[], tuple[Values, Any]]:
    """The values of `describe` at the optimum of the model's criterion, and the largest score there."""

    @cache
    def near() -> list[float]:
        return search(make())

    def values() -> tuple[Values, Any]:
        model = make()
        found = optimum(model, near())
        return described(model, found), found.score

    return values


def ends(make: Callable[[], Model], old_names: bool) -> Callable[[], tuple[Values, Any]]:
    """The ends of the profile intervals, and the largest residual of the equations that they solve."""
    rough: Rough = {}

    @cache
    def near() -> list[float]:
        return search(replace(make(), reml=False))

    return lambda: intervals(make(), near(), old_names, rough)


def both(make: Callable[[], Model]) -> Callable[[], tuple[Values, Any]]:
    first, second = fit(make), ends(make, old_names=False)

    def values() -> tuple[Values, Any]:
        (values, score), (ci, residual) = first(), second()
        kept = {label: value for label, value in values.items() if not label.startswith(("fitted[", "residuals["))}
        return kept | ci, max(score, residual)

    return values


CASES: dict[str, tuple[Callable[[], tuple[Values, Any]], str]] = {
    **{f"lme4/{name}": (fit(make), SCORE) for name, make in suites.LME4.items()},
    **{f"lme4/{name}": (ends(*how), ENDS) for name, how in INTERVALS.items()},
    **{f"nist/{name.lower()}": (both(suites.nist(name)), f"{SCORE}; {ENDS}") for name in suites.NIST},
    "nist/sirstv_replicates": (both(suites.sirstv_replicates), f"{SCORE}; {ENDS}"),
}
