"""Whether the data can tell a model's covariance parameters apart: asked before the fit, of the design alone.

V = sigma² (I + Z S Z') as a function of the parameters and sigma² has derivatives I and Z dS_i Z'. Where these depend
on one another at a generic point, so that V does not change along some way, no estimate along it means anything: one
observation a level and effect does not tell a common variance of effects from the residual's.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from functools import lru_cache

import numpy as np

from translations.arrays import Ints

from ..control import FollowedWarning
from ..structure import RandomStructure
from .base import Covariance, Floats

MOST_ROWS = 1500  # of several grouping factors, whose products are formed; of one factor it is levels alone
INDEPENDENT = 1e-6  # smallest eigenvalue of the products of one level's columns, of length 1
DEPENDENT = 1e-9  # smallest eigenvalue of the derivatives' correlations
SHOWN = 6  # names in the warning
TAKES_PART = 1e-3  # of a parameter in the way along which nothing changes


def undetermined(random: RandomStructure, residual: bool = True) -> list[str]:
    """The names of the parameters that cannot be told apart; [] where all can. residual: whether there is a `sigma`
    among them, the variance of each row by itself."""
    parameters = random.parameters
    if len({term.group for term in random.terms}) == 1 and _told_by(parameters.each, _largest_level(random)):
        return []
    par = generic(parameters.lower, parameters.upper)
    gram = _gram(random, [each.first(own) for each, own in parameters.split(par)], residual)
    if gram is None:
        return []
    values, vectors = np.linalg.eigh(_correlations(gram))
    flat = vectors[:, values < DEPENDENT]
    involved = np.abs(flat).max(axis=1, initial=0.0) > TAKES_PART
    return [name for name, one in zip([*parameters.names(), *["sigma"][:residual]], involved, strict=True)
            if one]


def generic(lower: Floats, upper: Floats) -> Floats:
    """Parameters (npar,) of no special values, within their bounds."""
    wave = np.sin(1.0 + 2.7 * np.arange(len(lower)))
    bounded = np.isfinite(lower) & np.isfinite(upper)
    inside = np.where(bounded, 0.37 * np.where(bounded, upper, 1.0) ** 2 / (1.0 + np.arange(len(wave))), 0.0)
    return np.where(bounded, inside, np.where(np.isfinite(lower), 1.0 + 0.4 * wave, 0.3 * wave))


@lru_cache(maxsize=64)
def _told_by(structures: tuple[Covariance, ...], rows: bytes) -> bool:
    """Whether one level alone, its `rows` those of Z (rows, effects) of all its factor's terms, tells the parameters
    apart: so it does with more rows than effects whose columns do not depend on one another, since on the rest of the
    rows the effects do nothing. Kept, for a model is fitted more than once."""
    ends = np.cumsum([0, *(each.k for each in structures)])
    Z = np.frombuffer(rows).reshape(-1, ends[-1])
    length = np.sqrt((Z * Z).sum(axis=0))
    if Z.shape[1] < len(Z) and length.all() and np.linalg.eigvalsh((Z / length).T @ (Z / length))[0] > INDEPENDENT:
        return True
    par = generic(*(np.concatenate([getattr(each, side) for each in structures]) for side in ("lower", "upper")))
    places = np.cumsum([0, *(each.size for each in structures)])
    parts = [Z[:, ends[i] : ends[i + 1]] @ each.first(par[places[i] : places[i + 1]]) @ Z[:, ends[i] : ends[i + 1]].T
             for i, each in enumerate(structures)]
    flat = np.concatenate([*parts, np.eye(len(Z))[None]]).reshape(places[-1] + 1, -1)
    return bool(np.linalg.eigvalsh(_correlations(flat @ flat.T))[0] >= DEPENDENT)


def _largest_level(random: RandomStructure) -> bytes:
    """The rows of Z of the level with most of them, of all terms."""
    codes = random.terms[0].codes
    own = np.flatnonzero(codes == np.bincount(codes).argmax())
    return np.hstack([term.Z[own] for term in random.terms]).tobytes()


def _gram(random: RandomStructure, changes: list[Floats], residual: bool) -> Floats | None:
    """Inner products of the derivatives of V, (npar, npar) or, with the residual's, the identity, one more; None where
    some levels' tell all of them apart, since those of others take nothing away, and where they would take too long."""
    terms, n, alone = random.terms, len(random.terms[0].codes), False
    if len({term.group for term in terms}) == 1:
        order = np.argsort(terms[0].codes, kind="stable")
        ends = np.bincount(terms[0].codes, minlength=len(terms[0].levels)).cumsum().tolist()
        rows: Iterable[Ints] = (order[start:end] for start, end in zip([0, *ends], ends, strict=False))
    elif n <= MOST_ROWS:
        rows, alone = [np.arange(n)], True
    else:
        return None
    size = residual + sum(len(stack) for stack in changes)
    gram = np.zeros((size, size))
    seen: dict[bytes, Floats] = {}
    for own in rows:
        key = b"".join(np.ascontiguousarray(term.Z[own]).tobytes() for term in terms) if not alone else b""
        if key not in seen:
            parts = list[Floats]()
            for term, stack in zip(terms, changes, strict=True):
                change = term.Z[own] @ stack @ term.Z[own].T
                parts.append(change * (term.codes[own][:, None] == term.codes[own]) if alone else change)
            flat = np.concatenate([*parts, np.eye(len(own))[None]][: len(parts) + residual]).reshape(size, -1)
            seen[key] = flat @ flat.T
            if np.linalg.eigvalsh(_correlations(gram + seen[key]))[0] >= DEPENDENT:
                return None
        gram += seen[key]
    return gram


def _correlations(gram: Floats) -> Floats:
    unit = 1.0 / np.sqrt(np.maximum(np.diagonal(gram), 1e-300))
    return unit[:, None] * gram * unit


def warn(random: RandomStructure) -> None:
    """Warn with `FollowedWarning` where parameters of covariance structures cannot be told apart."""
    if random.parameters.structured and (names := undetermined(random)):
        _say(names, "lme4 2.1", "give the term another structure or leave one out", 4)


def explain(random: RandomStructure) -> None:
    """The same of a generalized model that did not converge, with any terms: the reason, where this is it."""
    if names := undetermined(random, residual=False):
        _say(names, "lme4", "leave one of them out", 4)


def _say(names: list[str], who: str, cure: str, stacklevel: int) -> None:
    listed = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    warnings.warn(f"the data cannot tell these covariance parameters apart: {listed}. Other values of them give the "
                  f"same model, and {who} reports some as if they were estimates: {cure}", FollowedWarning, stacklevel)
