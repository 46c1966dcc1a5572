"""What may be added to a model or left out of it, and the model with each addition: R's add.scope, factor.scope."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from . import generics
from .arguments import as_labels
from .formulas.terms import Term, parse, update_formula

Fit = tuple[int, float]  # the rank, and the residual sum of squares or the deviance


def terms_of(m: Any, scope: str) -> tuple[Term, ...]:
    """The terms of a scope, a formula whose `.` stands for the model's own side."""
    return parse(update_formula(generics.formula(m), scope)).terms


def droppable(terms: Sequence[Term], lower: Sequence[Term] = ()) -> list[str]:
    """Labels of the terms that can go: none of `lower`, and marginal to no other that can.

    Raises ValueError for a term of `lower` that is not there.
    """
    _require(lower, terms, "lower scope has {0}, not included in the model")
    kept = {frozenset(t.variables) for t in lower}
    free = [t for t in terms if frozenset(t.variables) not in kept]
    return [t.label for t in free if not any(set(t.variables) < set(other.variables) for other in free)]


def deletions(m: Any, scope: Sequence[str] | str | None) -> list[str]:
    """Labels of the terms to leave out: those not marginal to another, those of a formula, or those given.

    Raises ValueError for one that the model lacks.
    """
    terms = m.frame.formula.terms
    if scope is None:
        return droppable(terms)
    formula = isinstance(scope, str) and "~" in scope
    tried = [t.label for t in terms_of(m, str(scope))] if formula else as_labels(scope, "scope")
    labels = [t.label for t in terms]
    if unknown := [label for label in tried if label not in labels]:
        raise ValueError(f"scope is not a subset of the model's terms: {', '.join(unknown)}")
    return tried


def addable(terms: Sequence[Term], upper: Sequence[Term]) -> list[str]:
    """Labels of the terms of `upper` that can come in: not there, and none within them is missing too.

    Raises ValueError for a term of the model that `upper` lacks.
    """
    _require(terms, upper, "upper scope lacks {0} of the model")
    there = {frozenset(t.variables) for t in terms}
    new = [t for t in upper if frozenset(t.variables) not in there]
    return [t.label for t in new if not any(set(other.variables) < set(t.variables) for other in new)]


def _require(some: Sequence[Term], among: Sequence[Term], text: str) -> None:
    known = {frozenset(t.variables) for t in among}
    if wrong := [t.label for t in some if frozenset(t.variables) not in known]:
        raise ValueError(text.format(", ".join(wrong)))


def additions(m: Any, scope: Sequence[str] | str, fit: Callable[[Any, np.ndarray], Any]) -> tuple[list[str], list[Any]]:
    """The labels in scope, and the fits without an addition and with each, over the rows that all of them have.

    scope: a formula, or labels. fit: of a model with all of the additions and a mask of its columns. Warns where rows
    are missing, in R's words. Raises ValueError where nothing can be added.
    """
    text = scope if isinstance(scope, str) and "~" in scope else None
    labels = addable(m.frame.formula.terms, terms_of(m, text)) if text else as_labels(scope, "scope")
    if not labels:
        raise ValueError("no terms in scope for adding to object")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the largest of these models would say is not asked
        began = dict.fromkeys({"start", "etastart", "mustart"} & {*m.arguments})  # of the smaller model
        whole = generics.update(m, f". ~ . + {' + '.join(labels)}", **began)
    if whole.frame.n < m.frame.n:
        rows = "row" if whole.frame.n == 1 else "rows"
        warnings.warn(f"using the {whole.frame.n}/{m.frame.n} {rows} from a combined fit", stacklevel=5)
    sets = [frozenset(t.variables) for t in whole.frame.formula.terms]
    old = {0, *(1 + sets.index(frozenset(t.variables)) for t in m.frame.formula.terms)}
    ways = [old, *(old | {1 + sets.index(_variables(label))} for label in labels)]
    return labels, [fit(whole, np.isin(whole.X.assign, list(way))) for way in ways]


def _variables(label: str) -> frozenset[str]:
    return frozenset(parse(f"~ {label}").terms[0].variables)
