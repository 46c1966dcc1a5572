"""Tests of linear combinations of a model's coefficients. R: car::linearHypothesis."""
from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.lme4.model import LmerMod
from translations.nlme.fit import NlmeFit
from translations.nlme.lme import Lme
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_numbers, require_choice
from translations.stats.distributions import pchisq, pf
from translations.stats.language.expressions import number_text
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.lm_tables import Table, table

from .car import CarNote, coefficients
from .robust import given, hccm

Floats = np.ndarray
NUMBER = re.compile(r"(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def linearHypothesis(model: Any, hypothesis_matrix: Any, rhs: Any = None, *, test: str | None = None,  # noqa: N802
                     vcov_: Any = None, white_adjust: bool | str = False, singular_ok: bool = False) -> Table:
    """The test that linear combinations of the coefficients have given values, all at once. R: car::linearHypothesis;
    Fox & Weisberg (2019).

    model: one by `lm`, `glm`, `lmer`, `glmer`, `gls` or `lme`, with r coefficients that the data can tell.
    hypothesis_matrix: text, "wt = 0", "2*wt - hp = 1", or a list of such, without "=" of 0; or a matrix (k, r). rhs:
    (k,), its values, 0 by default. test: "F", the default of a linear model, or "Chisq"; F of a fit by `lmer` is
    Kenward and Roger's, of values that are 0. vcov_: a covariance matrix of the coefficients, or a function of the
    model. white_adjust: of a linear model, True or a type of `hccm`. singular_ok: whether there may be aliased
    coefficients.

    Returns a frame of two rows, the restricted model and the model; `str()` is R's text.

    Raises ValueError for a hypothesis that is not well formed or names what is no coefficient, for an unknown test, for
    F of a fit by maximum likelihood, and for what a model's kind does not take.

    >>> print(r.linearHypothesis(r.lm("Reaction ~ Days", r.sleepstudy()), "Days = 10"))
    Linear hypothesis test
    <BLANKLINE>
    Hypothesis:
    Days = 10
    <BLANKLINE>
    Model 1: restricted model
    Model 2: Reaction ~ Days
    <BLANKLINE>
      Res.Df    RSS Df Sum of Sq      F Pr(>F)
    1    179 405576
    2    178 405252  1    324.26 0.1424 0.7063
    """
    if not isinstance(model, Lm | Glm | LmerMod | NlmeFit):
        raise ValueError(f"linearHypothesis() needs a model by lm, glm, lmer, glmer, gls or lme, not {model!r:.60}")
    linear = isinstance(model, Lm)
    require_choice(test or "F", ["F", "Chisq"], "test")
    if white_adjust is not False and not linear:
        raise ValueError("white_adjust is for linear models: give vcov_= a covariance matrix of the coefficients")
    own, names = coefficients(model), list(generics.vcov(model).dropna(how="all").index)
    if own.aliased and not singular_ok:
        raise ValueError("there are aliased coefficients in the model: singular_ok=True leaves them out; the others "
                         f"are {', '.join(names)}")
    asked = [hypothesis_matrix] if isinstance(hypothesis_matrix, str) else hypothesis_matrix
    texts = list(asked) if isinstance(asked, Sequence) and all(isinstance(one, str) for one in asked) else None
    L, values = _of_texts(names, texts, rhs) if texts is not None else _of_matrix(names, hypothesis_matrix, rhs)
    if white_adjust is not False and isinstance(model, Lm):
        vcov_ = hccm(model, "hc3" if white_adjust is True else str(white_adjust))
    V = own.V if vcov_ is None else given(vcov_, model, len(names))
    heading = _heading(model, _shown(L, values, names, texts), vcov_ is not None)
    df = _residual_df(model)
    if df == 0:
        raise ValueError("residual df = 0")
    by_f = (test or ("F" if linear else "Chisq")) == "F"
    if by_f and isinstance(model, LmerMod):
        return _by_kenward_roger(model, L, values, heading)
    if by_f and df is None and not isinstance(model, Lme):
        warnings.warn("residual df unavailable, test set to 'Chisq'", CarNote, stacklevel=2)
    gap, q = L @ own.beta - values, len(L)
    chi = float(gap @ np.linalg.solve(L @ V @ L.T, gap))
    found = _by_f(chi / q, q, df) if by_f and df is not None else _by_chi_squared(chi, q)
    if df is not None:
        found = {"Res.Df": [df + q, df], **found}
    if linear and vcov_ is None and df is not None:
        left = generics.deviance(model)
        gained = chi * left / df
        found = {"Res.Df": found.pop("Res.Df"), "RSS": [left + gained, left], "Df": found.pop("Df"),
                 "Sum of Sq": [np.nan, gained], **found}
    return table(found, ["1", "2"], *heading)


def _by_chi_squared(chi: float, q: int) -> dict[str, list[float]]:
    return {"Df": [np.nan, q], "Chisq": [np.nan, chi],
            "Pr(>Chisq)": [np.nan, float(pchisq(chi, q, lower_tail=False))]}


def _by_f(F: float, q: int, df: float) -> dict[str, list[float]]:
    return {"Df": [np.nan, q], "F": [np.nan, F], "Pr(>F)": [np.nan, float(pf(F, q, df, lower_tail=False))]}


def _by_kenward_roger(m: LmerMod, L: Floats, values: Floats, heading: list[str]) -> Table:
    if isinstance(m, GlmerMod) or not m.REML:
        raise ValueError("F test available only for linear mixed model fit by REML")
    if values.any():
        warnings.warn("rhs of hypothesis ignored, set to 0", stacklevel=3)
    found = kenward_roger(m).f_test(L)
    columns = {"Res.Df": [found.ddf + found.q, found.ddf], "Df": [np.nan, found.q], "F": [np.nan, found.F],
               "Pr(>F)": [np.nan, found.p]}
    return table(columns, ["1", "2"], *heading)


def _residual_df(m: Any) -> float | None:
    """None where car knows none: of mixed models, and of gls."""
    return float(generics.df_residual(m)) if isinstance(m, Lm | Glm) else None


def _heading(m: Any, hypotheses: list[str], supplied: bool) -> list[str]:
    title = "\nLinear hypothesis test:" if since("1.1-37") else "Linear hypothesis test\n\nHypothesis:"
    models = f"Model 1: restricted model\nModel 2: {generics.formula(m)}"
    return [title, *hypotheses, "", models, "\nNote: Coefficient covariance matrix supplied.\n" if supplied else ""]


def _of_matrix(names: list[str], matrix: Any, rhs: Any) -> tuple[Floats, Floats]:
    L = np.atleast_2d(as_numbers(matrix, "hypothesis_matrix"))
    if L.ndim != 2 or L.shape[1] != len(names):
        raise ValueError(f"hypothesis_matrix must have {len(names)} columns, one a coefficient ({', '.join(names)}), "
                         f"not {L.shape[-1]}")
    values = np.zeros(len(L)) if rhs is None else np.atleast_1d(as_numbers(rhs, "rhs"))
    if values.shape != (len(L),):
        raise ValueError(f"rhs must have {len(L)} values, one a row of hypothesis_matrix, not {values.size}")
    return L, values


def _of_texts(names: list[str], texts: list[str], rhs: Any) -> tuple[Floats, Floats]:
    """Each text's coefficients (k, r) and value (k,). Raises ValueError for what is not well formed."""
    if not texts:
        raise ValueError("linearHypothesis() needs a hypothesis, as 'x = 0'")
    given = None if rhs is None else np.resize(as_numbers(rhs, "rhs"), len(texts))
    rows = np.zeros((len(texts), len(names) + 1))
    for row, (i, text) in zip(rows, enumerate(texts), strict=True):
        sides = _sides(text)
        if given is not None and len(sides) == 2:
            raise ValueError(f"the hypothesis {text!r} is not well formed: contains a = sign although rhs was "
                             "specified")
        for sign, side in zip((1.0, -1.0), sides, strict=False):
            row += sign * _side(text, side, names)
        if given is not None:
            row[-1] -= given[i]
    return rows[:, :-1], -rows[:, -1]


def _sides(text: str) -> list[str]:
    """Left and right of "=", which a name may not hold."""
    sides = text.split("=")
    if len(sides) > 2:
        raise ValueError(f"the hypothesis {text!r} is not well formed: contains more than one = sign")
    return sides


def _side(text: str, side: str, names: list[str]) -> Floats:
    """Coefficients and, last, the constant of one side (r + 1,): terms as 2*x, 2 x, -x or 3, the longest name first."""
    out, rest, first = np.zeros(len(names) + 1), side.strip(), True
    longest = sorted(range(len(names)), key=lambda i: -len(names[i]))
    while rest or first:
        sign = re.match(r"[-+\s]*", rest)
        signs = sign.group() if sign else ""
        rest = rest[len(signs):]
        if not first and not signs.strip():
            raise _malformed(text, rest, names)
        number = None if any(rest.startswith(name) for name in names) else NUMBER.match(rest)
        times = float(number.group()) if number else 1.0
        rest = re.sub(r"^\s*\*?\s*", "", rest[number.end():]) if number else rest
        at = next((i for i in longest if rest.startswith(names[i])), None)
        if at is None and number is None:
            raise _malformed(text, rest, names)
        out[-1 if at is None else at] += times * (-1.0) ** signs.count("-")
        rest, first = rest[0 if at is None else len(names[at]):].lstrip(), False
    return out


def _malformed(text: str, rest: str, names: list[str]) -> ValueError:
    return ValueError(f"the hypothesis {text!r} is not well formed at {rest[:20]!r}: contains bad coefficient names; "
                      f"there are {', '.join(names)}")


def _shown(L: Floats, values: Floats, names: list[str], texts: list[str] | None) -> list[str]:
    """The hypotheses as car prints them: what the texts come to, by its own steps. R: car's printHypothesis."""
    lines = []
    for i, row in enumerate(L):
        own = [name for name, one in zip(names, row, strict=True) if one]
        if since("1.1-37") and any(re.search(r"[-+*/]", name) for name in own):
            text = texts[i] if texts is not None else ""
            lines.append(text.replace("=", " = ", 1) if re.search(r"=[^ ]", text) else text)
            continue
        parts = [("+" if one > 0 else "") + number_text(float(one)) for one in row if one]
        terms = (f"{part} {name}" for part, name in zip(parts, own, strict=True))
        h = "".join(term.replace("-", " - ").replace("+", "  + ") for term in terms).replace("  ", " ")
        for pattern in (r"^ \+", r"^ "):
            h = re.sub(pattern, "", h, count=1)
        h = " " + re.sub(r"^- ", "-", h, count=1) + f" = {number_text(float(values[i]))}"
        h = re.sub(r"- +1 +", "-1 ", h)
        h = re.sub(r"-1([^A-Za-z0-9_.]+)[ *]*", "-", h)
        h = re.sub(r" 1([^A-Za-z0-9_.]+)[ *]*", "", h)
        h = h.replace("Intercept)", "(Intercept)", 1).replace("-", " - ").replace("+", "  + ").replace("  ", " ")
        lines.append(h.lstrip(" "))
    return [""] if "" in lines else lines
