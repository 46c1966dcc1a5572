"""A grid made over: its estimates as they stand, on the response's scale or on that of a link. R: emmeans::regrid."""
from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from translations.settings import since
from translations.stats.arguments import require_choice

from .basis import Basis, EmmeansNote, Floats, constant_df
from .grid import EmmGrid
from .links import Link, Transformation, known_links
from .summary import estimates

RESPONSE = ("response", "mu", "unlink")
LINKS = ("logit", "probit", "cauchit", "cloglog", "log", "log10", "log2", "sqrt", "1/mu^2", "inverse")
FAR = np.array([-1e6, -100.0, -1.0, 0.0, 1.0, 100.0, 1e6])  # where a link's range is looked for
SAME = 0.01  # degrees of freedom that differ by less are one


def regrid(e: EmmGrid, transform: str = "response") -> EmmGrid:
    """A grid whose estimates are its own parameters, transformed back first. R: emmeans::regrid.

    e: a reference grid, means or contrasts. transform: "response" (or "mu", "unlink"), so that contrasts are
    differences of means on the response's scale; "none", which leaves the scale; or a link ("log", "logit", ...), to
    which the response is taken, so that differences are ratios.

    Returns an EmmGrid: covariances by the delta method; degrees of freedom those of the estimates, of a combination
    the smallest of its own.

    Raises ValueError for an unknown transform, or an object that is no grid. Estimates that a link has no value for are
    "nonEst", which R's message says.

    >>> m = r.lm("log(Reaction) ~ Days", r.sleepstudy())
    >>> print(r.pairs(r.regrid(r.emmeans(m, "Days", at={"Days": [0, 9]}))))
     contrast      estimate SE  df t.ratio p.value
     Days0 - Days9    -89.2 11 178  -8.088  <.0001
    <BLANKLINE>
    """
    if not isinstance(e, EmmGrid):
        raise ValueError(f"regrid needs a reference grid, means or contrasts, not {e!r:.60}")
    require_choice(transform, (*RESPONSE, "none", "pass", *LINKS), "transform")
    if transform == "pass":
        return e
    estimate, _, df = estimates(e)
    known, link = ~np.isnan(estimate), e.transformation.link if e.transformation is not None else None
    V, name, transformation, ratios = covariances(e, known), e.estimate, e.transformation, e.ratios
    levels = dict(e.levels)
    if link is not None and transform != "none":
        slope = link.derivative(estimate[known])
        V, estimate = V * np.outer(slope, slope), link.inverse(estimate)
        name = e.transformation.label  # type: ignore[union-attr]
        if ratios:
            levels = {one: tuple(text.replace(" - ", "/") if isinstance(text, str) and one not in e.by else text
                                 for text in own) for one, own in levels.items()}
        transformation, ratios = None, False
    if transform in LINKS:
        estimate, V, known, transformation = _on_link(estimate, V, known, known_links()[transform])
    c = len(estimate)
    basis = replace(e.basis, bhat=estimate, V=V, null=None if known.all() else np.eye(c)[:, ~known],
                    df=_smallest(df[known]), method=_inherited(e.basis), transformation=transformation)
    rows = e.shown
    L = np.zeros((len(e), c))
    L[rows, np.arange(c)] = 1.0
    return replace(e, basis=basis, L=L, levels=levels, offset=None, transformation=transformation, ratios=ratios,
                   estimate=name, said=(), is_grid=e.is_grid and since("1.1-37") and not since("2.1"))


def covariances(e: EmmGrid, known: Floats) -> Floats:
    """Covariance matrix of the estimates shown that can be estimated."""
    L = e.L[e.shown][known][:, e.basis.fitted]
    V: Floats = L @ e.basis.V @ L.T
    return V


def _on_link(estimate: Floats, V: Floats, known: Floats, link: tuple[Link, Callable[[Floats], Floats]]
             ) -> tuple[Floats, Floats, Floats, Transformation]:
    """Estimates taken to a link, and their covariances by the delta method."""
    way_back, there = link
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        ends = way_back.inverse(FAR)
    valid = known & (estimate > np.nanmin(ends)) & (estimate < np.nanmax(ends))
    if (known & ~valid).any():
        warnings.warn("Invalid response predictions are flagged as non-estimable", EmmeansNote, stacklevel=3)
    out = np.full(len(estimate), np.nan)
    out[valid] = there(estimate[valid])
    slope = 1.0 / way_back.derivative(out[valid])
    within = valid[known]
    V = V[np.ix_(within, within)] * np.outer(slope, slope)
    return out, V, valid, Transformation(way_back.name)


def _smallest(df: Floats) -> Callable[[Floats], Floats]:
    """Degrees of freedom of combinations of estimates that have `df` of their own: the smallest that takes part."""
    if not len(df) or not np.isfinite(df).all() or np.ptp(df) < SAME:
        one = float(np.mean(df)) if len(df) else np.nan
        return partial(constant_df, df=one)
    return partial(_smallest_df, df=df)


def _smallest_df(L: Floats, df: Floats) -> Floats:  # noqa: N803
    return np.array([df[np.abs(row) > 1e-7 * np.abs(row).max()].min() if row.any() else np.nan for row in L])


def _inherited(basis: Basis) -> str:
    if not basis.method or basis.method.startswith("inherited"):
        return basis.method
    return f"inherited from {basis.method} when re-gridding"
