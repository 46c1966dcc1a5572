"""From a design, a response and a family to the compiled criterion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from translations.arrays import Floats, Ints, bounds
from translations.generalized.begin import Start
from translations.generalized.densities import log_binomial_at_most, log_poisson_at_most
from translations.generalized.families import Family, y_log

from ..structure import RandomStructure, lower_triangle
from .curves import FAMILIES, LINKS
from .laplace import Laplace
from .pattern import Pattern, pattern_of

MANY = 400  # observations: below, time is spared in refits alone, and a fit's sums are taken in lme4's order
MOST_CANCELLED = 3e4  # the sum of what cancels: beyond, its rounding would show in the criterion


@dataclass(frozen=True)
class Problem:
    """What of a model does not change with its response: X (n, p), the random effects' structure, offset (n,)."""

    X: Floats
    random: RandomStructure
    offset: Floats
    pattern: Pattern

    @staticmethod
    def of(X: Floats, random: RandomStructure, offset: Floats | None) -> Problem:  # noqa: N803
        base = np.zeros(len(X)) if offset is None else np.ascontiguousarray(offset, dtype=float)
        return Problem(np.ascontiguousarray(X), random, base, pattern_of(random))


@lru_cache(maxsize=32)
def hermite_rule(k: int) -> Floats:
    """Nodes of the k-point rule for the standard normal density, weights that sum to 1, log densities, (k, 3)."""
    from numpy.polynomial.hermite_e import hermegauss

    z, w = hermegauss(k) if k else (np.zeros(0), np.zeros(0))
    z, w = (z - z[::-1]) / 2.0, (w + w[::-1]) / 2.0
    return np.column_stack([z, w / np.sqrt(2.0 * np.pi), -0.5 * (z * z + np.log(2.0 * np.pi))])


@lru_cache(maxsize=128)
def _places(widths: tuple[int, ...]) -> tuple[Ints, Ints]:
    """Rows and columns of theta's entries (m,) in the template of all of an observation's effects, terms of these
    widths one after the other; not to be written to.
    """
    triangles, starts = [lower_triangle(k) for k in widths], bounds(widths)
    rows, cols = ([triangle[side] + start for triangle, start in zip(triangles, starts, strict=False)]
                  for side in (0, 1))
    return np.concatenate(rows).astype(np.intp), np.concatenate(cols).astype(np.intp)


def response_parts(begun: Start, family: Family, spare: bool = False) -> dict[str, Any]:
    """What the compiled criterion holds of the response: the densities' part that does not change with the means.

    Raises ValueError for a Poisson or negative binomial response that is no whole number: it has no density there.
    """
    return parts_of(begun.y, begun.weights, begun.n, family, spare)


def parts_of(y: Floats, w: Floats, n: Floats, family: Family, spare: bool) -> dict[str, Any]:
    """`response_parts` of one response, or of many, (..., n) each: every part then has one entry a response. spare:
    whether time is spared whatever n is.
    """
    many, none = y.shape[:-1], np.zeros(y.shape[:-1])
    parts: dict[str, Any] = {"y": y, "w": w, "ya": y, "wa": w, "rounded": none > 0.0, "constant": none,
                             **_canonical(y, w, family, spare)}
    counted = family.name == "poisson" or family.theta is not None
    if counted and (bad := np.abs(y - np.round(y)) > 1e-7 * np.maximum(1.0, y)).any():
        row = np.argwhere(bad)[0]
        raise ValueError(f"the {family.name} family needs whole numbers; row {row[-1] + 1} of those used has "
                         f"{y[tuple(row)]:g}")
    with np.errstate(divide="ignore", invalid="ignore"):
        if family.name == "binomial":
            m = np.where((n > 1.0).any(axis=-1, keepdims=True), n, w)
            trials, count = np.round(m), np.round(m * y)
            share = np.where(trials > 0.0, w / np.where(trials > 0.0, trials, 1.0), 0.0)
            ya, wa = np.where(trials > 0.0, count / np.where(trials > 0.0, trials, 1.0), 0.0), share * trials
            parts["constant"] = -2.0 * np.sum(share * log_binomial_at_most(count, trials), axis=-1)
            whole = (np.abs(ya * trials - m * y) <= 1e-9) & (np.abs(wa - w) <= 1e-12 * np.abs(w))
            rounded = np.asarray(~whole.all(axis=-1, keepdims=True))
            parts["ya"], parts["wa"] = np.where(rounded, ya, y), np.where(rounded, wa, w)
            parts["rounded"] = rounded[..., 0]
        elif family.name == "poisson":
            parts["constant"] = -2.0 * np.sum(w * log_poisson_at_most(y), axis=-1)
        elif family.theta is not None:
            parts["constant"] = _negative_binomial(y, w, family.theta)
        elif family.name == "Gamma":
            parts["constant"] = 2.0 * np.sum(w * np.log(y), axis=-1) + 2.0
        elif family.name == "inverse.gaussian":
            parts["constant"] = 3.0 * np.sum(w * np.log(y), axis=-1) + 2.0
        elif family.name == "gaussian":
            parts["constant"] = 2.0 - np.sum(np.log(w), axis=-1)
    return parts if many else parts | {name: parts[name].item() for name in ("rounded", "constant", "quick")}


def _canonical(y: Floats, w: Floats, family: Family, spare: bool) -> dict[str, Any]:
    """Whether the deviance may be taken by the canonical parameter, and its part `saturated` that does not change.

    What cancels there must leave the criterion's last digits alone.
    """
    none = {"quick": np.zeros(y.shape[:-1], dtype=bool), "saturated": y}
    if not spare and y.shape[-1] < MANY:
        return none
    if (family.name, family.link.name) == ("binomial", "logit"):
        saturated = y_log(y, np.ones_like(y)) + y_log(1.0 - y, np.ones_like(y))
    elif (family.name, family.link.name) == ("poisson", "log"):
        saturated = y_log(y, np.ones_like(y)) - y
    else:
        return none
    cancelled = np.sum(w * (1.0 + np.abs(saturated)), axis=-1)
    return {"quick": cancelled < MOST_CANCELLED, "saturated": saturated}


def _negative_binomial(y: Floats, w: Floats, theta: float) -> Floats:
    """-2 log density at means that are the responses, one number a response."""
    from scipy.special import gammaln

    saturated = np.where(y > 0.0, y * np.log(np.where(y > 0.0, y, 1.0) / (y + theta)), 0.0)
    density = (gammaln(theta + y) - gammaln(theta) - gammaln(y + 1.0) + saturated
               + theta * np.log(theta / (theta + y)))
    return np.asarray(-2.0 * np.sum(w * density, axis=-1))


def new_laplace(
    problem: Problem, begun: Start, family: Family, tolerance: float, refresh: bool, moment: bool, df_scale: float,
    spare: bool = False, kind_of: type[Laplace] = Laplace,
) -> Laplace:
    """The compiled criterion. refresh, moment, df_scale: as `Pirls` and `Laplace` have them; spare: as `parts_of`;
    kind_of: which of its classes.
    """
    random, pattern = problem.random, problem.pattern
    rows, cols = _places(tuple(term.k for term in random.terms))
    Z = random.terms[0].Z if len(random.terms) == 1 else np.hstack([term.Z for term in random.terms])
    free = moment and family.dispersion is None and family.theta is None
    kind = "negative binomial" if family.theta is not None else family.name
    constants = response_parts(begun, family, spare)
    if moment and family.dispersion is None and family.theta is None:
        constants["constant"] -= 2.0
    return kind_of({
        **constants, "base": problem.offset, "X": problem.X, "Z": np.ascontiguousarray(Z),
        "place": pattern.place, "pairs": pattern.pairs,
        "rows": rows, "cols": cols, "nodes": hermite_rule(1),
        "Ap": pattern.Ap, "Ai": pattern.Ai, "Rp": pattern.Rp, "Ri": pattern.Ri, "Lp": pattern.Lp, "Li": pattern.Li,
        "lead": pattern.lead, "source": pattern.source, "target": pattern.target, "rest": pattern.rest,
        "complete": pattern.complete,
        "link": LINKS[family.link.name], "family": FAMILIES[kind], "q": random.q,
        "theta_nb": family.theta or 1.0, "tolerance": tolerance, "refresh": refresh, "moment": free,
        "df_scale": df_scale, "many": spare or len(begun.y) >= MANY,
    })
