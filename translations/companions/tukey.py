"""Tukey's honest significant differences of an analysis of variance: R's `TukeyHSD`."""
from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from translations.marginal.tukey import ptukey, qtukey
from translations.printing import Matrix, Style, html, render
from translations.printing.deparse import deparse
from translations.printing.numbers import format_number
from translations.printing.objects import Textual
from translations.printing.plain import named_list
from translations.stats.arguments import as_labels, require_level
from translations.stats.formulas.rank import drop_aliased
from translations.stats.language.factors import Factor
from translations.stats.linear.aov import Aov


@dataclass(frozen=True, eq=False, repr=False)
class TukeyTests(Textual, Mapping[str, Matrix]):
    """Comparisons of all pairs of means, by term (R: class TukeyHSD). `str()` is R's text.

    Each a Matrix (pairs, 4): diff, lwr, upr, p adj, rows "b-a".
    """

    tables: dict[str, Matrix]
    call: str
    conf_level: float
    ordered: bool

    def __getitem__(self, name: str) -> Matrix:
        if name not in self.tables:
            raise KeyError(f"no term {name!r}; there are {', '.join(self.tables)}")
        return self.tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.tables)

    def _repr_html_(self) -> str:
        level = f"{format_number(100 * self.conf_level)} % family-wise confidence level"
        return html.frames("Tukey multiple comparisons of means", self.tables, [level])

    def __repr__(self) -> str:
        return f"<TukeyHSD of {', '.join(self.tables)}>"


@render.register(TukeyTests)
def _lines(x: TukeyTests, style: Style) -> list[str]:
    shown = {name: Matrix(table.assign(**{"p adj": table["p adj"].round(style.digits)}))
             for name, table in x.tables.items()}
    lines = ["  Tukey multiple comparisons of means",
             f"    {format_number(100 * x.conf_level)}% family-wise confidence level"]
    lines += ["    factor levels have been ordered"] * x.ordered
    return [*lines, "", f"Fit: {x.call}", "", *named_list(shown, style)]


def TukeyHSD(x: Aov, which: str | Sequence[str] | None = None, ordered: bool = False,  # noqa: N802
             conf_level: float = 0.95) -> TukeyTests:
    """Tukey's comparisons of all pairs of means of each factor of an analysis of variance. R: stats::TukeyHSD.

    x: an `aov` without Error(). which: labels of terms, by default all that are factors. ordered: whether levels are
    ordered by their means, so that all differences are positive. conf_level: of the intervals of a term together.

    Where the design is not balanced the means are those of the terms taken in order, and the intervals Tukey and
    Kramer's, as in R; `emmeans` has adjusted means.

    Returns Matrices (pairs, 4) by term, diff, lwr, upr, p adj: `str()` is R's text.

    Raises ValueError for another object, one with weights, or terms none of which is a factor. Source: Tukey (1949),
    Kramer (1956); Copenhaver & Holland (1988).

    >>> d = r.sleepstudy()
    >>> d = d[d["Days"] < 3].assign(day=lambda f: r.factor(f["Days"]))
    >>> print(r.TukeyHSD(r.aov("Reaction ~ day", d))["day"])
             diff       lwr      upr     p adj
    1-0 7.8439500 -17.68027 33.36817 0.7398762
    2-0 8.7100944 -16.81412 34.23431 0.6901322
    2-1 0.8661444 -24.65807 26.39036 0.9963076
    """
    if not isinstance(x, Aov):
        raise ValueError(f"TukeyHSD needs an aov without Error(), not {type(x).__name__}")
    if x.weights is not None:
        raise ValueError("TukeyHSD takes no weights: emmeans(m, ...) with pairs(..., adjust='tukey') does")
    require_level(conf_level, "conf_level")
    labels = [t.label for t in x.frame.formula.terms]
    asked = labels if which is None else as_labels(which, "which")
    if wrong := [one for one in asked if one not in labels]:
        raise ValueError(f"no term {', '.join(map(repr, wrong))} in the model; there are {', '.join(labels)}")
    factors = {t.label: t.variables for t in x.frame.formula.terms
               if all(isinstance(x.frame.variables[v], Factor) for v in t.variables)}
    if not factors.keys() & set(asked):
        raise ValueError(f"'which' specified no factors; those of the model are {', '.join(factors) or 'none'}")
    numbers = [one for one in labels if one not in factors]
    if numbers:
        plain = [v for v in x.frame.formula.predictors if not isinstance(x.frame.variables[v], Factor)]
        warnings.warn(f"non-factors ignored: {', '.join(plain)}", stacklevel=2)
    if any(one in numbers for one in asked):
        warnings.warn("'which' specified some non-factors which will be dropped", stacklevel=2)
    parts = _projections(x)
    mse = x.rss / x.df_residual
    tables = {label: _pairs(x, factors, label, parts, mse, ordered, conf_level) for label in asked if label in factors}
    # The formula as R writes it; the rest is as the caller wrote it, which may be no R.
    shown = dict(x.call.arguments) | {"formula": " ".join(deparse(x.call.arguments["formula"], 500))}
    call = f"aov({', '.join(f'{name} = {value}' for name, value in shown.items())})"
    return TukeyTests(tables, call, conf_level, bool(ordered))


def _projections(x: Aov) -> dict[str, np.ndarray]:
    """The response's part along each term, the terms taken in order, (n,); "" for the intercept."""
    kept = drop_aliased(x.X.values)
    Q = np.linalg.qr(x.X.values[:, kept])[0]
    held = x.X.assign[kept]
    names = ["", *(t.label for t in x.frame.formula.terms)]
    return {names[k]: Q[:, held == k] @ (Q[:, held == k].T @ x.frame.response) for k in np.unique(held)}


def _pairs(x: Aov, factors: Mapping[str, Sequence[str]], label: str, parts: Mapping[str, np.ndarray], mse: float,
           ordered: bool, level: float) -> Matrix:
    variables = factors[label]
    within = [name for name, of in factors.items() if set(of) <= set(variables) and name in parts]
    values = sum((parts[name] for name in within), parts.get("", np.zeros(x.frame.n)))
    groups = [x.frame.variables[v] for v in variables]
    codes, names = np.zeros(x.frame.n, dtype=int), [""]
    for at, group in enumerate(groups):  # the first factor varies fastest
        assert isinstance(group, Factor)
        codes = codes + group.codes * len(names)
        names = [f"{name}:{one}" if at else one for one in group.levels for name in names]
    counts = np.bincount(codes, minlength=len(names)).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        means = np.bincount(codes, values, len(names)) / counts
        order = np.argsort(means, kind="stable") if ordered else np.arange(len(names))
        means, counts, names = means[order], counts[order], [names[i] for i in order]
        pairs = [(i, j) for j in range(len(names)) for i in range(j + 1, len(names))]
        diff = np.array([means[i] - means[j] for i, j in pairs])
        error = np.sqrt(mse / 2.0 * np.array([1.0 / counts[i] + 1.0 / counts[j] for i, j in pairs]))
        width = float(qtukey(level, len(names), x.df_residual)[0]) * error
        p = ptukey(np.abs(diff / error), len(names), x.df_residual, lower_tail=False)
    return Matrix(np.column_stack([diff, diff - width, diff + width, p]),
                  index=[f"{names[i]}-{names[j]}" for i, j in pairs], columns=["diff", "lwr", "upr", "p adj"])
