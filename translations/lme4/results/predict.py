"""Predictions for the data or for new data. R: predict.merMod, mkNewReTrms."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import Vector
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice
from translations.stats.formulas.frame import as_frame, factor_of, model_frame
from translations.stats.linear.linear_model import row_names

from ..control import FollowedWarning
from ..formula import Bar, split
from ..model import LmerMod
from ..structure import RandomTerm
from .extract import pad
from .matrices import joint_covariance

ReForm = str | float | None  # NA is NaN, or pandas' own


@generics.predict.register(LmerMod)
def _predict(
    m: LmerMod,
    newdata: Any = None,
    re_form: ReForm = None,
    allow_new_levels: bool = False,
    random_only: bool = False,
    se_fit: bool = False,
    type: str | None = None,
) -> Any:
    """Predictions (rows,), labelled by row. R: predict.merMod.

    re_form: None for all random effects, "~0" or NA (NaN) for none, or some of the model's terms, "~ (1 | g)".
    allow_new_levels: levels that the fit did not see get random effects of zero. se_fit: return (predictions, standard
    errors), the latter of X beta + Z b given the variances. type: "link" or "response", one to a linear model.

    Raises KeyError for a missing column, ValueError naming a new level of a factor or a term that the model lacks.
    """
    if type is not None:
        require_choice(type, ("link", "response"), "type")
    if newdata is None and re_form is None and not random_only and not se_fit:
        return generics.fitted(m)
    bars = wanted_bars(m, re_form)
    X, offset = _fixed(m, newdata)
    Zs = [_random(m, bar, newdata, allow_new_levels) for bar in bars]
    values = np.zeros(len(X)) if random_only else X @ m.beta + offset
    for term, columns, codes, Z in Zs:
        values = values + np.einsum("ij,ij->i", Z, _modes(m, term, codes)[:, columns])

    def labelled(x: Floats) -> Vector:
        return pad(m, x) if newdata is None else Vector(x, index=row_names(as_frame(newdata).index))

    fit = labelled(values)
    return (fit, labelled(_standard_errors(m, X * (not random_only), Zs))) if se_fit else fit


def wanted_bars(m: LmerMod, re_form: ReForm) -> tuple[Bar, ...]:
    """The random-effects terms that `re_form` keeps; its terms may have fewer effects than the model's."""
    if re_form is None:
        return m.design.formula.bars
    if pd.api.types.is_scalar(re_form) and pd.isna(re_form):  # R: NA
        return ()
    if not isinstance(re_form, str) or not re_form.lstrip().startswith(("~", "NA")):
        raise ValueError("re_form must be None (all), '~0' or NA (none) or a one-sided formula such as '~ (1 | g)', "
                         f"not {re_form!r}")
    if re_form.replace(" ", "") in ("~0", "NA"):
        return ()
    return split(f"y {re_form.strip()}").bars


def _fixed(m: LmerMod, newdata: Any) -> tuple[Floats, Floats | float]:
    if newdata is None:
        offset = m.design.frame.offset
        return m.design.X_fitted, 0.0 if offset is None else offset
    X = m.design.X.for_newdata(newdata)
    offset = m.design.X.offset_for(newdata)
    return X.values[:, m.design.kept], 0.0 if offset is None else offset


def _random(m: LmerMod, bar: Bar, newdata: Any, allow_new_levels: bool) -> tuple[int, list[int], np.ndarray, Floats]:
    """Term number, its columns, level of every row (-1 for a new one), and the term's model matrix (rows, k)."""
    terms = m.design.random.terms
    own = [i for i, t in enumerate(terms) if t.group == bar.name]
    if not own:
        raise ValueError(
            f"grouping factor {bar.name} in re_form is not in the model; it has {', '.join(t.group for t in terms)}"
        )
    exact = [i for i in own if terms[i].label == bar.label]
    term = exact[0] if exact else own[0]
    if newdata is None and exact:
        return term, list(range(terms[term].k)), terms[term].codes, terms[term].Z
    if exact:
        matrix = m.design.designs[term] if newdata is None else m.design.designs[term].for_newdata(newdata)
        names, Z = matrix.names, matrix.values
    else:
        try:
            names, Z = _other_effects(m, bar, newdata)
        except KeyError as error:  # a variable that the fit never saw
            unknown = f"random effects of ({bar.label}) in re_form are not in the model"
            raise ValueError(f"{unknown}: {error.args[0]}") from None
        term = next((i for i in own if set(names) <= set(terms[i].names)), -1)
        if term < 0:
            raise ValueError(f"random effects of ({bar.label}) in re_form are not in the model: {', '.join(names)}")
    columns = [terms[term].names.index(name) for name in names]
    codes = terms[term].codes if newdata is None else _codes(bar.group, terms[term].levels, newdata, allow_new_levels)
    return term, columns, codes, Z


def _other_effects(m: LmerMod, bar: Bar, newdata: Any) -> tuple[list[str], Floats]:
    from translations.stats.formulas.design import design

    frame = m.design.frame if newdata is None else model_frame("~ 1", newdata, na_action="na.pass", extra=[bar.effects])
    matrix = design(f"~ {bar.effects}", frame)
    return matrix.names, matrix.values


def _codes(group: str, levels: list[str], newdata: Any, allow_new_levels: bool) -> np.ndarray:
    """Position of each row's level among `levels`; -1 for a level that is not there. Raises ValueError naming it
    unless allowed.
    """
    frame = model_frame("~ 1", newdata, na_action="na.pass", extra=[group])
    codes, found = factor_of(group, frame)
    place = {level: i for i, level in enumerate(levels)}
    new = [level for level in found if level not in place]
    if new and not allow_new_levels:
        raise ValueError(
            f"new levels detected in newdata: {group} has {', '.join(map(repr, new))}; "
            "allow_new_levels=True predicts them from the fixed effects"
        )
    if (codes < 0).any() and not allow_new_levels:
        raise ValueError(
            f"missing values of the grouping factor {group} in newdata; "
            "allow_new_levels=True predicts from the fixed effects"
        )
    return np.array([place.get(level, -1) for level in found] + [-1])[codes]


def _modes(m: LmerMod, term: int, codes: np.ndarray) -> Floats:
    """Conditional modes of each row's level (rows, k), zero for a new level."""
    b = np.vstack([m.b[term], np.zeros((1, m.design.random.terms[term].k))])
    return b[codes]


def _standard_errors(m: LmerMod, X: Floats, Zs: list[tuple[int, list[int], np.ndarray, Floats]]) -> Floats:
    """Square roots of the diagonal of [X Z] C [X Z]', C the `joint_covariance`. New levels add their term's own
    variance, which lme4, where it has standard errors, leaves out.
    """
    terms = m.design.random.terms
    starts = np.concatenate([[0], np.cumsum([t.size for t in terms])])
    rows = np.hstack([X, np.zeros((len(X), int(starts[-1])))])
    extra = np.zeros(len(X))
    for term, columns, codes, Z in Zs:
        k = terms[term].k
        known = codes >= 0
        for a, column in enumerate(columns):
            rows[known, m.p + starts[term] + codes[known] * k + column] += Z[known, a]
        half = Z[~known] @ m.templates[term][columns]
        extra[~known] += np.einsum("ij,ij->i", half, half)
        _as_released(terms[term], codes)
    if since("2.1"):
        extra = np.zeros(len(X))
    C = joint_covariance(m)
    return np.sqrt(np.einsum("ij,ij->i", rows, rows @ C) + m.effects_scale**2 * extra)


def _as_released(term: RandomTerm, codes: np.ndarray) -> None:
    """Stop where lme4 1.1-37 stops, and warn of the new levels of lme4 2.1, with `FollowedWarning`."""
    if not since("1.1-37"):
        return
    group, new = term.group, bool((codes < 0).any())
    if not since("2.1") and (new or len(np.unique(codes)) < len(term.levels)):
        raise ValueError(f"se_fit: lme4 1.1-37 stops (non-conformable arguments) unless newdata hold every level of "
                         f"{group} and no other; options(lme4='2.1') and '1.1-31' have standard errors")
    if new:
        warnings.warn(f"se_fit: lme4 2.1 leaves the variance between levels out for new levels of {group}, whose "
                      "standard errors are too small; options(lme4='1.1-31') has it in", FollowedWarning, stacklevel=4)


