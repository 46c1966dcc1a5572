"""Slopes of a covariate within the levels of factors: differences of two reference grids. R: emmeans::emtrends."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from translations.stats.arguments import as_count, as_number
from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import Name, read, symbols
from translations.stats.language.factors import Factor

from .basis import LIMIT, Basis, EmmeansNote, Floats, with_vcov
from .grid import EmmGrid
from .means import emmeans
from .reference_grid import KEPT, grid_of

STEP = 0.001  # of the covariate's range
DEGREES = ("linear", "quadratic", "cubic", "quartic", "quintic")


def emtrends(m: Any, specs: str | Sequence[str], var: str, delta_var: float | None = None, max_degree: int = 1, *,
             at: Mapping[str, Any] | None = None, cov_reduce: Any = None, lmer_df: str = "kenward-roger",
             cov_keep: int | Sequence[str] = KEPT, nesting: Any = None, pbkrtest_limit: int = LIMIT,
             lmerTest_limit: int = LIMIT, mode: str | None = None, **settings: Any) -> Any:  # noqa: N803
    """Estimated marginal trends: slopes in a covariate. R: emmeans::emtrends.

    m: a model. specs: factors or a formula, as in `emmeans`. var: the covariate, or a function of one ("log(x)"), whose
    slope is wanted. delta_var: how far apart the two predictions are whose difference is taken, a thousandth of the
    covariate's range unless given. max_degree: 2 for the curvature too, up to 5. at, cov_reduce, lmer_df, cov_keep,
    nesting, pbkrtest_limit, lmerTest_limit and mode: as in `ref_grid`. settings: others of `emmeans`.

    Returns an EmmGrid whose estimates stand in a column called after var, "Days.trend", in units of the response a unit
    of var; for a formula with contrasts a dict of two.

    Raises KeyError for a variable that the model does not have, ValueError for a factor, or a step of zero.

    >>> print(r.emtrends(r.lm("Reaction ~ Days * Subject", r.sleepstudy()), "~ 1", "Days"))
     1       Days.trend   SE  df lower.CL upper.CL
     overall       10.5 0.664 144     9.15     11.8
    <BLANKLINE>
    Results are averaged over the levels of: Subject
    Confidence level used: 0.95
    """
    basis = with_vcov(m, None, lmer_df, pbkrtest_limit, lmerTest_limit, mode)
    name, function = _variable(basis, var)
    values = np.asarray(basis.data[name], dtype=float)
    step = STEP * float(np.ptp(values)) if delta_var is None else as_number(delta_var, "delta_var")
    if step == 0.0:
        raise ValueError("delta_var must not be zero: predictions at two values of the covariate are compared")
    degree = min(5, as_count(max_degree, "max_degree"))
    base = (2 + degree) // 2 - 1
    grids = []
    for k in range(degree + 1):
        with warnings.catch_warnings():
            if k:
                warnings.simplefilter("ignore", EmmeansNote)
            moved = name, (k - base) * step
            grids.append(grid_of(basis, at, cov_reduce, cov_keep, "link", nesting, None, step=moved))
    grid = grids[base]
    steps: Floats | float = step if function is None else _steps(grid, name, function, base, degree, step)
    rows = _differences([one.L for one in grids], steps)
    grid = replace(grid, offset=None, transformation=None, estimate=f"{var}.trend", trend=name)
    if degree > 1:
        grid = _by_degree(grid, degree)
        used = [specs] if isinstance(specs, str) else list(specs)
        given = settings.get("by")
        by = [given] if isinstance(given, str) else list(given or [])
        if not any("degree" in one for one in [*used, *by]):
            settings["by"] = ["degree", *by]
    return emmeans(replace(grid, L=np.vstack(rows)), specs, **settings)


def _variable(basis: Basis, var: str) -> tuple[str, Any]:
    """The covariate, and the function of it whose slope is wanted, None for its own."""
    if not isinstance(var, str):
        raise ValueError(f"var must be the name of a covariate, or a function of one as text, not {var!r:.60}")
    name, function = var, None
    if var not in basis.data:
        function = read(var)
        found = list(dict.fromkeys(symbols(function)))
        if len(found) > 1:
            raise ValueError("Can only support a function of one variable")
        if not found or found[0] not in basis.data or isinstance(function, Name):
            raise KeyError(f"no covariate {var!r} in the model; it has {', '.join(basis.data)}")
        name = found[0]
    if isinstance(basis.data[name], Factor):
        raise ValueError(f"{name} is a factor: a trend needs a covariate")
    return name, function


def _steps(grid: EmmGrid, name: str, function: Any, base: int, degree: int, step: float) -> Floats:
    """The mean step of a function of the covariate in each row of the grid, (c,)."""
    at = np.array(grid.levels[name], dtype=float)[grid.codes[name]]
    values = [np.asarray(evaluate(function, pd.DataFrame({name: at + (k - base) * step})), dtype=float)
              for k in range(degree + 1)]
    steps: Floats = np.mean(np.diff(np.array(values), axis=0), axis=0)
    return steps


def _differences(rows: list[Floats], step: Floats | float) -> list[Floats]:
    """Derivatives by repeated differences, each of the degrees from 1 on (over its factorial)."""
    out, h, degree = [], np.ones(len(rows[0])), 0
    while len(rows) > 1:
        degree += 1
        rows = [later - earlier for earlier, later in zip(rows, rows[1:], strict=False)]
        h = h * step * degree
        out.append(rows[(len(rows) + 1) // 2 - 1] / h[:, None])
    return out


def _by_degree(grid: EmmGrid, degree: int) -> EmmGrid:
    """The grid once for each degree, told apart by a variable of that name."""
    codes = {name: np.tile(own, degree) for name, own in grid.codes.items()}
    codes["degree"] = np.repeat(np.arange(degree), len(grid))
    return replace(grid, levels={**grid.levels, "degree": DEGREES[:degree]}, codes=codes,
                   weight=np.tile(grid.weight, degree),
                   display=None if grid.display is None else np.tile(grid.display, degree))
