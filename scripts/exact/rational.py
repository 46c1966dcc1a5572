"""The tools of `certify.py`: least squares on rationals, tail areas to mpmath's precision, the exact data."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from mpmath import mp, mpf

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"
Q = Fraction
Number = Any  # an mpf or a Fraction
Values = dict[str, Number]


def big(x: Number) -> Any:
    """A rational as a working-precision number."""
    return mpf(x.numerator) / x.denominator if isinstance(x, Fraction) else mpf(x)


def solve(a: Sequence[Sequence[Fraction]], b: Sequence[Sequence[Fraction]]) -> list[list[Fraction]]:
    """X of A X = B by Gauss-Jordan elimination on rationals."""
    n, rows = len(a), [list(left) + list(right) for left, right in zip(a, b, strict=True)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k])
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k and rows[i][k]:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k], strict=True)]
    return [row[n:] for row in rows]


@dataclass(frozen=True)
class Ols:
    """An exact least-squares fit: coefficients (p), (X'X)^-1 (p, p), residuals (n), sums of squares."""

    coef: list[Fraction]
    inverse: list[list[Fraction]]
    residuals: list[Fraction]
    rss: Fraction
    tss: Fraction


def ols(x: Sequence[Sequence[Fraction]], y: Sequence[Fraction]) -> Ols:
    """Least squares of y on x by the normal equations, which lose nothing in rationals."""
    p = len(x[0])
    xtx = [[sum((row[i] * row[j] for row in x), Q(0)) for j in range(p)] for i in range(p)]
    inverse = solve(xtx, [[Q(i == j) for j in range(p)] for i in range(p)])
    xty = [sum((row[i] * v for row, v in zip(x, y, strict=True)), Q(0)) for i in range(p)]
    coef = [sum((a * b for a, b in zip(row, xty, strict=True)), Q(0)) for row in inverse]
    residuals = [v - sum((c * u for c, u in zip(coef, row, strict=True)), Q(0)) for row, v in zip(x, y, strict=True)]
    mean = sum(y, Q(0)) / len(y)
    return Ols(coef, inverse, residuals, sum((e * e for e in residuals), Q(0)), sum(((v - mean) ** 2 for v in y), Q(0)))


def quantiles(x: Sequence[Number]) -> dict[str, Number]:
    """R's default (type 7) quartiles with R's names."""
    ordered, answer = sorted(x), {}
    for percent in (0, 25, 50, 75, 100):
        whole, rest = divmod((len(x) - 1) * percent, 100)
        upper = ordered[min(whole + 1, len(x) - 1)]
        answer[f"{percent}%"] = ordered[whole] + (upper - ordered[whole]) * Q(rest, 100) if rest else ordered[whole]
    return answer


def t_tail(t: Any, df: int) -> Any:
    """P(|T| > t) for Student's t."""
    return mp.betainc(mpf(df) / 2, mpf(1) / 2, 0, df / (df + t * t), regularized=True)


def f_tail(f: Any, d1: int, d2: int) -> Any:
    """P(F > f)."""
    return mp.betainc(mpf(d2) / 2, mpf(d1) / 2, 0, d2 / (d2 + d1 * f), regularized=True)


def lm_summary(x: list[list[Fraction]], y: list[Fraction], names: list[str]) -> Values:
    """What summary.lm reports, labelled as the case has it; `x` (n, p) holds the intercept."""
    fit, (n, p) = ols(x, y), (len(x), len(names))
    df, values = n - p, {}
    s2, r2 = fit.rss / df, 1 - fit.rss / fit.tss
    for i, name in enumerate(names):
        se = mp.sqrt(big(s2 * fit.inverse[i][i]))
        t = big(fit.coef[i]) / se
        row = {"Estimate": fit.coef[i], "Std. Error": se, "t value": t, "Pr(>|t|)": t_tail(t, df)}
        values |= {f"coefficients[{name}, {column}]": value for column, value in row.items()}
    f = ((fit.tss - fit.rss) / (p - 1)) / s2
    return (
        values
        | {f"residuals[{name}]": value for name, value in quantiles(fit.residuals).items()}
        | {
            "sigma": mp.sqrt(big(s2)),
            "df": df,
            "r.squared": r2,
            "adj.r.squared": 1 - (1 - r2) * Q(n - 1, df),
            "fstatistic[value]": f,
            "fstatistic[numdf]": p - 1,
            "fstatistic[dendf]": df,
            "p.value": f_tail(big(f), p - 1, df),
        }
    )


@dataclass(frozen=True)
class Balanced:
    """sleep2 by subject: `y` (18 x 8), the common X (8 x 2), each subject's coefficients, the sums of the criteria."""

    subjects: list[str]
    y: list[list[Fraction]]
    x: list[list[Fraction]]
    b: list[list[Fraction]]
    beta: list[Fraction]
    inverse: list[list[Fraction]]
    sse: Fraction
    scatter: list[list[Fraction]]

    @property
    def m(self) -> int:
        return len(self.y)

    @property
    def n(self) -> int:
        return len(self.x)

    @property
    def within(self) -> int:
        """The degrees of freedom of SSE."""
        return self.m * (self.n - 2)


def read() -> Balanced:
    with (FIXTURES / "data" / "sleepstudy.csv").open(encoding="utf-8") as file:
        rows = [(row["Subject"], int(row["Days"]) - 2, Q(float(row["Reaction"]))) for row in csv.DictReader(file)]
    subjects = sorted({subject for subject, _, _ in rows})
    y = [[value for subject, day, value in rows if subject == one and day >= 0] for one in subjects]
    assert all([day for s, day, _ in rows if s == one and day >= 0] == list(range(8)) for one in subjects), (
        "not balanced"
    )
    x = [[Q(1), Q(day)] for day in range(8)]
    fits = [ols(x, row) for row in y]
    b = [fit.coef for fit in fits]
    beta = [sum(column, Q(0)) / len(b) for column in zip(*b, strict=True)]
    scatter = [[sum(((r[i] - beta[i]) * (r[j] - beta[j]) for r in b), Q(0)) for j in (0, 1)] for i in (0, 1)]
    return Balanced(subjects, y, x, b, beta, fits[0].inverse, sum((fit.rss for fit in fits), Q(0)), scatter)
