"""Models ranked by AICc, by Burnham and Anderson (2002), sections 2.4 and 2.9, from certified log-likelihoods."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from typing import Any

from mpmath import exp

from exact import suites
from exact.mixed import Model, optimum, search
from exact.rational import Q, Values, big


def sleepstudy_models() -> dict[str, Model]:
    """By maximum likelihood: subjects alone, with a slope, with a slope for each subject."""
    slopes = suites.sleepstudy(reml=False)
    line = replace(suites.sleepstudy_intercepts(offset=False), reml=False)
    return {"subjects": replace(line, fixed={"(Intercept)": line.fixed["(Intercept)"]}), "days": line, "slopes": slopes}


def ranked(models: Callable[[], dict[str, Model]]) -> Callable[[], tuple[Values, Any]]:
    """The table's columns, best model first, and the largest score of all models."""

    @cache
    def near() -> dict[str, list[float]]:
        return {name: search(m) for name, m in models().items()}

    def values() -> tuple[Values, Any]:
        rows, score = [], big(Q(0))
        for name, m in models().items():
            found = optimum(m, near()[name])
            k = m.p + len(found.theta) + 1
            rows.append((found.value + 2 * k + big(Q(2 * k * (k + 1), m.n - k - 1)), k, -found.value / 2))
            score = max(score, found.score)
        rows.sort()
        relative = [exp((rows[0][0] - aicc) / 2) for aicc, _, _ in rows]
        out: Values = {}
        for i, ((aicc, k, likelihood), share) in enumerate(zip(rows, relative, strict=True), 1):
            columns = {"K": k, "AICc": aicc, "Delta_AICc": aicc - rows[0][0], "ModelLik": share,
                       "AICcWt": share / sum(relative), "LL": likelihood, "Cum.Wt": sum(relative[:i]) / sum(relative)}
            out |= {f"table {column}[{i}]": value for column, value in columns.items()}
        return out, score

    return values


CASES: dict[str, tuple[Callable[[], tuple[Values, Any]], str]] = {
    "companions/ranked_by_hand": (ranked(sleepstudy_models), "zeros of the analytic scores; the formulas of the table"),
}
