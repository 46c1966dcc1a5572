"""From a design, a response and a family to the compiled criterion."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.glm.begin import Start
from translations.glm.densities import log_binomial, log_poisson
from translations.glm.families import Family, y_log
from translations.lme4.structure import RandomStructure, lower_triangle

from .curves import FAMILIES, LINKS
from .laplace import Laplace
from .pattern import Pattern, pattern_of

MANY = 1000  # observations: below, time is spared elsewhere, and the criterion is taken as lme4 takes it
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


def response_parts(begun: Start, family: Family, family_theta: float | None = None) -> dict[str, Any]:
    """What the compiled criterion holds of the response: the densities' part that does not change with the means.

    Raises ValueError for a Poisson or negative binomial response that is no whole number: it has no density there.
    """
    y, w, n = begun.y, begun.weights, begun.n
    parts: dict[str, Any] = {"y": y, "w": w, "ya": y, "wa": w, "rounded": False, "constant": 0.0,
                             **_canonical(begun, family)}
    counted = family.name == "poisson" or family.theta is not None
    if counted and (np.abs(y - np.round(y)) > 1e-7 * np.maximum(1.0, y)).any():
        row = int(np.argmax(np.abs(y - np.round(y))))
        raise ValueError(f"the {family.name} family needs whole numbers; row {row + 1} of those used has {y[row]:g}")
    with np.errstate(divide="ignore", invalid="ignore"):
        if family.name == "binomial":
            m = n if (n > 1.0).any() else w
            trials, count = np.round(m), np.round(m * y)
            share = np.where(trials > 0.0, w / np.where(trials > 0.0, trials, 1.0), 0.0)
            ya, wa = np.where(trials > 0.0, count / np.where(trials > 0.0, trials, 1.0), 0.0), share * trials
            parts["constant"] = float(-2.0 * np.sum(share * log_binomial(count, trials, ya)))
            if not (np.allclose(ya * trials, m * y, rtol=0, atol=1e-9) and np.allclose(wa, w, rtol=1e-12, atol=0)):
                parts |= {"rounded": True, "ya": ya, "wa": wa}
        elif family.name == "poisson":
            parts["constant"] = float(-2.0 * np.sum(w * log_poisson(y, y)))
        elif family.theta is not None:
            theta = family.theta if family_theta is None else family_theta
            parts["constant"] = _negative_binomial(y, w, theta)
        elif family.name == "Gamma":
            parts["constant"] = float(2.0 * np.sum(w * np.log(y)) + 2.0)
        elif family.name == "inverse.gaussian":
            parts["constant"] = float(3.0 * np.sum(w * np.log(y)) + 2.0)
        elif family.name == "gaussian":
            parts["constant"] = float(2.0 - np.sum(np.log(w)))
    return parts


def _canonical(begun: Start, family: Family) -> dict[str, Any]:
    """Whether the deviance may be taken by the canonical parameter, and its part `saturated` (n,) that does not change.

    What cancels there must leave the criterion's last digits alone.
    """
    y, w = begun.y, begun.weights
    if (family.name, family.link.name) == ("binomial", "logit"):
        saturated = y_log(y, np.ones_like(y)) + y_log(1.0 - y, np.ones_like(y))
    elif (family.name, family.link.name) == ("poisson", "log"):
        saturated = y_log(y, np.ones_like(y)) - y
    else:
        return {"quick": False, "saturated": y}
    cancelled = float(np.sum(w * (1.0 + np.abs(saturated))))
    return {"quick": len(y) >= MANY and cancelled < MOST_CANCELLED, "saturated": saturated}


def _negative_binomial(y: Floats, w: Floats, theta: float) -> float:
    """-2 log density at means that are the responses."""
    from scipy.special import gammaln

    saturated = np.where(y > 0.0, y * np.log(np.where(y > 0.0, y, 1.0) / (y + theta)), 0.0)
    density = (gammaln(theta + y) - gammaln(theta) - gammaln(y + 1.0) + saturated
               + theta * np.log(theta / (theta + y)))
    return float(-2.0 * np.sum(w * density))


def new_laplace(
    problem: Problem, begun: Start, family: Family, tolerance: float, refresh: bool, moment: bool, df_scale: float,
) -> Laplace:
    """The compiled criterion. refresh, moment, df_scale: as `Pirls` and `Laplace` have them."""
    random, pattern = problem.random, problem.pattern
    widths = [term.k for term in random.terms]
    rows = [r for k, start in zip(widths, np.cumsum([0, *widths]), strict=False) for r in lower_triangle(k)[0] + start]
    cols = [c for k, start in zip(widths, np.cumsum([0, *widths]), strict=False) for c in lower_triangle(k)[1] + start]
    Z = np.ascontiguousarray(np.hstack([term.Z for term in random.terms]))
    free = moment and family.dispersion is None and family.theta is None
    kind = "negative binomial" if family.theta is not None else family.name
    constants = response_parts(begun, family)
    if moment and family.dispersion is None and family.theta is None:
        constants["constant"] -= 2.0
    return Laplace({
        **constants, "base": problem.offset, "X": problem.X, "Z": Z, "place": pattern.place, "pairs": pattern.pairs,
        "rows": np.array(rows, dtype=np.intp), "cols": np.array(cols, dtype=np.intp), "nodes": hermite_rule(1),
        "Ap": pattern.Ap, "Ai": pattern.Ai, "Rp": pattern.Rp, "Ri": pattern.Ri, "Lp": pattern.Lp, "Li": pattern.Li,
        "link": LINKS[family.link.name], "family": FAMILIES[kind], "q": random.q,
        "theta_nb": family.theta or 1.0, "tolerance": tolerance, "refresh": refresh, "moment": free,
        "df_scale": df_scale,
    })
