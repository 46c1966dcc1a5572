"""Marginal means: rows of the reference grid, averaged. R: emmeans::emmeans."""
from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from translations.lme4.control import FollowedWarning
from translations.stats.arguments import as_labels, require_choice
from translations.stats.language.expressions import Call, Name, Node, read, symbols

from .basis import LIMIT, EmmeansNote, Floats
from .grid import EmmGrid, EmmList
from .nesting import nested_means, union
from .reference_grid import GRID_LIMIT, KEPT, ref_grid
from .summary import asked as as_asked
from .summary import type_of

WEIGHTS = ("equal", "proportional", "outer", "cells", "flat")


class Specs(NamedTuple):
    """What a formula such as `pairwise ~ a | b` says."""

    contrasts: str
    names: list[str]
    by: list[str]


WORDS = {  # what emmeans calls the contrasts of a method
    **dict.fromkeys(("pairwise", "revpairwise", "tukey"), "pairwise differences"), "poly": "polynomial contrasts",
    **dict.fromkeys(("trt.vs.ctrl", "trt.vs.ctrl1", "trt.vs.ctrlk", "dunnett"), "differences from control"),
    "eff": "differences from grand mean", "del.eff": "differences from mean of others",
    "consec": "changes between consecutive levels", "mean.chg": "mean after minus mean before", "identity": "Identity",
}
INSTEAD = {  # arguments of R's emmeans that this one has not, and what to do
    "nuisance": "it saves rows of the grid and changes no mean of a factor without interactions; leave it out, and "
                "give rg_limit= if the grid is too large",
    "non_nuisance": "leave it out, and give rg_limit= if the grid is too large",
    "submodel": "fit the submodel, as by update(m, '. ~ . - a:b'), and ask for its means, whose standard errors then "
                "come of its own residuals",
    "counterfactuals": "predict for the data with every row set to a level, predict(m, data.assign(a='level')), and "
                       "average",
}


def emmeans(m: Any, specs: str | Sequence[str] | Mapping[str, str], by: str | Sequence[str] | None = None,
            at: Mapping[str, Any] | None = None, cov_reduce: Any = None, weights: str | Sequence[float] = "equal", *,
            lmer_df: str = "kenward-roger", adjust: str | None = None, type: str = "link", level: float | None = None,
            infer: Any = None, offset: float | None = None, cov_keep: int | Sequence[str] = KEPT, nesting: Any = None,
            rg_limit: int = GRID_LIMIT, pbkrtest_limit: int = LIMIT, lmerTest_limit: int = LIMIT,  # noqa: N803
            vcov_: Any = None, mode: str | None = None, regrid: str | None = None, **settings: Any) -> Any:
    """Estimated marginal means. R: emmeans::emmeans; Searle, Speed & Milliken (1980), Am. Stat. 34, 216-221.

    m: a model by `lm`, `aov`, `glm`, `lmer`, `glmer`, `gls` or `lme`, or a reference grid. specs: factors whose means
    are wanted, or "~ a", "~ a | b", "pairwise ~ a | b" (means and contrasts), or a list of formulas. by: factors within
    whose levels they are compared. weights: how the levels averaged over weigh: "equal", "proportional", "outer",
    "cells", "flat", or numbers. adjust: of the intervals (or, in a formula with contrasts, of those); type: "response"
    for a transformed response. level: of the intervals, 0.95. infer: whether intervals and tests are shown, (True,
    False) by default. at, cov_reduce, lmer_df, offset, cov_keep, nesting, rg_limit, pbkrtest_limit, lmerTest_limit,
    vcov_, mode and regrid: as in `ref_grid`. settings: those of `contrast`.

    Returns an EmmGrid: `str()` is R's table, `.as_data_frame()` its numbers (emmean, SE, df, lower.CL, upper.CL); for a
    formula with contrasts a dict of two, "emmeans" and "contrasts"; for a list of formulas one of all, named as R does.

    Raises KeyError for a factor that the model does not have, naming those that it has; ValueError for an unknown
    level, weighting, adjustment or method. Warns with R's note where a factor is part of an interaction.

    >>> print(r.emmeans(r.lmer("angle ~ recipe + (1 | recipe:replicate)", r.cake()), "recipe"))
     recipe emmean   SE df lower.CL upper.CL
     A        33.1 1.74 42     29.6     36.6
     B        31.6 1.74 42     28.1     35.1
     C        31.6 1.74 42     28.1     35.1
    <BLANKLINE>
    Degrees-of-freedom method: kenward-roger
    Confidence level used: 0.95
    """
    from .contrasts import contrast
    made = not isinstance(m, EmmGrid)
    if made:
        m = ref_grid(m, at, cov_reduce, cov_keep=cov_keep, lmer_df=lmer_df, nesting=nesting, offset=offset,
                     rg_limit=rg_limit, pbkrtest_limit=pbkrtest_limit, lmerTest_limit=lmerTest_limit, vcov_=vcov_,
                     mode=mode, regrid=regrid)
    if there_is_none := [name for name in settings if name in INSTEAD]:
        raise ValueError(f"emmeans() has no {there_is_none[0]}= here: {INSTEAD[there_is_none[0]]}")
    if not isinstance(specs, str) and any("~" in str(one) for one in _formulas(specs)):
        of_each = {"by": by, "weights": weights, "adjust": adjust, "type": type, "level": level, "infer": infer}
        return _several(m, specs, of_each, settings)
    asked = parse_specs(specs, by)  # type: ignore[arg-type]  # which refuses a mapping of names
    means = marginal(m, asked.names, asked.by, weights)
    scale = m.type if type == "link" else type_of(type)
    shown: dict[str, Any] = {one: settings.pop(one) for one in ("null", "side", "delta") if one in settings}
    shown |= {name: one for name, one in (("infer", infer), ("level", level)) if one is not None}
    kept = dict(shown)
    if m.nesting:  # the grid takes the level, where it is made here
        kept = {"level": level} if made and level is not None else {}
        if shown.keys() - kept.keys() or (adjust is not None and not asked.contrasts):
            warnings.warn("emmeans() leaves adjust=, infer= and what is tested, and a grid's level=, out where factors "
                          "are nested: summary(e, adjust=, level=, infer=) takes them", FollowedWarning, stacklevel=2)
        adjust = adjust if asked.contrasts else None
    means = as_asked(replace(means, type=scale, infer=(True, False)), **kept)
    if asked.contrasts:
        if adjust is not None:
            settings["adjust"] = adjust
        found = contrast(means, asked.contrasts, **settings, **shown)
        return EmmList({"emtrends" if m.trend else "emmeans": means, "contrasts": found})
    if settings:
        raise ValueError(f"emmeans() has no argument {', '.join(settings)}, which contrast() may have: a formula such "
                         "as 'pairwise ~ a' asks for contrasts")
    if adjust is not None:
        from .adjust import method_named

        means = replace(means, adjust=method_named(adjust))
    return means


def _formulas(specs: Any) -> list[Any]:
    """The formulas of a list, or of a mapping from names."""
    return list(specs.values()) if isinstance(specs, Mapping) else list(specs) if isinstance(specs, Iterable) else []


def _several(grid: EmmGrid, specs: Any, of_each: dict[str, Any], settings: Mapping[str, Any]) -> EmmList:
    """The means of each formula, and its contrasts, under the names that R gives them."""
    found = EmmList()
    for name, one in specs.items() if isinstance(specs, Mapping) else [("", one) for one in specs]:
        asked = parse_specs(one, of_each["by"])
        of = ", ".join(asked.names) + (f" | {', '.join(asked.by)}" if asked.by else "")
        more = {**settings, "name": str(len(asked.by) + 1)} if asked.contrasts else {}
        made: Any = emmeans(grid, one, **of_each, **more)
        if not asked.contrasts:
            found[name or f"emmeans of {of}"] = made
            continue
        words = WORDS.get(asked.contrasts.replace("_", "."), "contrasts")
        found[f"{name} emmeans" if name else f"emmeans of {of}"] = made["emmeans"]
        found[f"{name} {words}" if name else f"{words} of {of}"] = made["contrasts"]
    return found


def parse_specs(specs: str | Sequence[str], by: str | Sequence[str] | None) -> Specs:
    """Names, by-names and contrasts of `specs`. R: emmeans:::.parse.by.formula."""
    also = [] if by is None else as_labels(by, "by")
    if not (isinstance(specs, str) and "~" in specs):
        return Specs("", as_labels(specs, "specs"), also)
    left, right = _sides(specs)
    inner: list[str] = []
    if isinstance(right, Call) and right.function == "|":
        right, after = right.args
        inner = list(dict.fromkeys(symbols(after)))
    names = list(dict.fromkeys(symbols(right))) or ["1"]
    by_names = [name for name in union(inner, also) if name not in names]
    return Specs("" if left is None else _name_of(left), names, by_names)


def _sides(specs: str) -> tuple[Node | None, Node]:
    node = read(specs)
    if not isinstance(node, Call) or node.function != "~":
        raise ValueError(f"specs must be names or a formula such as '~ a | b', not {specs!r}")
    return (node.args[0], node.args[1]) if len(node.args) == 2 else (None, node.args[0])


def _name_of(node: Node) -> str:
    if not isinstance(node, Name):
        raise ValueError("the left-hand side of specs must be the name of a method of contrasts, as in 'pairwise ~ a'")
    return node.id


def marginal(grid: EmmGrid, specs: list[str], by: list[str], weights: Any = "equal") -> EmmGrid:
    """The grid averaged over all variables but `specs` and `by`."""
    if not isinstance(weights, str):
        weights = np.asarray(weights, dtype=float)
    else:
        found = [name for name in WEIGHTS if weights and name.startswith(weights)]  # R matches beginnings
        weights = found[0] if len(found) == 1 else weights
        require_choice(weights, WEIGHTS, "weights")
    for name in union(specs, by):
        if name != "1":
            grid.require(name)

    def average(one: EmmGrid, names: list[str], within: list[str]) -> EmmGrid:
        if one.nesting:
            return nested_means(one, names, within, average)
        return _average(one, names, within, weights)

    return average(grid, specs, by)


def _average(grid: EmmGrid, specs: list[str], by: list[str], weights: Any) -> EmmGrid:
    """Means over a grid that has every combination of levels."""
    names, kept = list(grid.levels), union(specs, by)
    levels = dict(grid.levels)
    sizes = [len(levels[name]) for name in names]
    if len(grid) != int(np.prod(sizes)):
        raise ValueError("Irregular reference grid: Marginal means cannot be determined.")
    order = np.lexsort([grid.codes[name] for name in names]) if names else np.arange(len(grid))
    if "1" in kept and "1" not in levels:
        levels["1"], names, sizes = ("overall",), [*names, "1"], [*sizes, 1]
    over = [name for name, size in zip(names, sizes, strict=True) if size > 1 and name not in kept]
    axes = [names.index(name) for name in (*reversed(kept), *reversed([n for n in names if n not in kept]))]
    shape = [sizes[names.index(name)] for name in kept]
    cells = int(np.prod(shape))
    rows = int(np.prod([sizes[names.index(name)] for name in names if name not in kept]))

    def by_cell(values: Floats) -> Floats:
        """(cells, rows averaged over, ...): a row of means' cells together; first variables vary fastest."""
        tail = values.shape[1:]
        cube = values[order].reshape(*reversed(sizes), *tail)
        where = [len(names) - 1 - axis for axis in axes]
        return cube.transpose(*where, *range(len(names), cube.ndim)).reshape(cells, rows, *tail)

    counts = by_cell(grid.weight if grid.weight.any() else grid.weight + 1.0)
    share = _shares(weights, counts, [len(levels[name]) for name in over], over)
    L = np.einsum("ij,ijk->ik", share, by_cell(grid.L), optimize=True)
    if not rows:
        L[:] = np.nan  # the mean of nothing
    offset = None if grid.offset is None else np.einsum("ij,ij->i", share, by_cell(grid.offset))
    _note_interaction(grid, kept)
    codes = expanded_codes(shape, kept)
    return replace(
        grid, L=L, levels={name: levels[name] for name in kept}, codes=codes, weight=counts.sum(axis=1), offset=offset,
        is_grid=False, family=cells, estimate="emmean" if grid.estimate == "prediction" else grid.estimate,
        adjust="none", infer=(True, False), primary=tuple(name for name in kept if name not in by), by=tuple(by),
        averaged=tuple(union(grid.averaged, over)), display=None,
    )


def expanded_codes(shape: list[int], names: list[str]) -> dict[str, Floats]:
    """The codes of every combination, the first variable's varying fastest."""
    flat = np.arange(int(np.prod(shape)))
    return dict(zip(names, np.unravel_index(flat, shape, order="F"), strict=True)) if names else {}


def _shares(weights: Any, counts: Floats, sizes: list[int], over: list[str]) -> Floats:
    """How much each row averaged over counts in each mean, (cells, rows), rows summing to 1."""
    rows = counts.shape[1]
    if not isinstance(weights, str):
        if weights.shape[-1] != rows:
            raise ValueError(f"Nonconforming number of weights -- need {rows}, one a combination of {', '.join(over)}")
        share = np.broadcast_to(weights, counts.shape).astype(float)
    elif weights == "equal" or not over:
        share = np.ones(counts.shape)
    elif weights == "proportional":
        share = np.broadcast_to(counts.sum(axis=0), counts.shape)
    elif weights == "outer":
        table = counts.sum(axis=0).reshape(tuple(reversed(sizes)))
        share = np.ones(())
        for axis in range(table.ndim):
            share = np.multiply.outer(share, table.sum(axis=tuple(a for a in range(table.ndim) if a != axis)))
        share = np.broadcast_to(share.ravel(), counts.shape)
    else:
        share = counts if weights == "cells" else (counts > 0).astype(float)
    with np.errstate(invalid="ignore", divide="ignore"):
        return share / share.sum(axis=1, keepdims=True)


def _note_interaction(grid: EmmGrid, facs: list[str]) -> None:
    """R's note where a term holds all of `facs` (found by their letters, as R does) and more."""
    facs = union(facs, [grid.trend] if grid.trend else [])
    for term in grid.basis.terms.terms:
        if all(name in term.label for name in facs):
            used = {name for label in term.variables for name in symbols(grid.basis.terms.variables[label])}
            if len(used) > len(facs):
                warnings.warn("NOTE: Results may be misleading due to involvement in interactions", EmmeansNote,
                              stacklevel=6)
                return
