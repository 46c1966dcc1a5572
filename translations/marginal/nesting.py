"""Factors within factors: found in the grid or the formula, averaged within their groups. R: emmeans' .find_nests."""
from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from translations.stats.language.expressions import read, symbols

from .basis import EmmeansNote, Floats
from .grid import EmmGrid, expanded

Nests = dict[str, tuple[str, ...]]


def union(*lists: Iterable[str]) -> list[str]:
    """All names, each once, in order of occurrence."""
    return list(dict.fromkeys(name for one in lists for name in one))


def find_nests(grid: EmmGrid) -> Nests:
    """Which factors are nested in which: those whose levels were each seen with one level of another, and those that
    the formula has within others. R: emmeans:::.find_nests.
    """
    names = [name for name, own in grid.levels.items() if len(own) > 1]
    if len(names) < 2:
        return {}
    rows = grid.weight > 0
    found: dict[str, list[str]] = {}
    for name in names:
        others = [one for one in names if one != name and name not in found.get(one, ())]
        own = grid.codes[name][rows]
        single = [one for one in others if _most_partners(own, grid.codes[one][rows]) == 1]
        if single:
            found[name] = single
    for name, within in _by_formula(grid, names).items():
        found[name] = union(found.get(name, []), within)
    for name in list(found):
        outer = [one for inner in found[name] for one in found.get(inner, [])]
        found[name] = union(outer, found[name])
    return {name: tuple(own) for name, own in found.items() if name not in own}


def _most_partners(own: Floats, other: Floats) -> int:
    """The most levels of `other` that a level of `own` was seen with."""
    pairs = np.unique(np.stack([own, other]), axis=1)
    return int(np.bincount(pairs[0]).max()) if pairs.size else 0


def _by_formula(grid: EmmGrid, names: list[str]) -> dict[str, list[str]]:
    """Factors without a term of their own, with those that their terms code by dummies."""
    terms = grid.basis.terms
    label_of = {label: ":".join(dict.fromkeys(symbols(node))) for label, node in terms.variables.items()}
    columns = [{label_of[v]: (1 if by_contrasts else 2) for v, by_contrasts in zip(t.variables, t.coding, strict=True)}
               for t in terms.terms]
    mains = {label_of[t.variables[0]] for t in terms.terms if len(t.variables) == 1}
    known = {label for column in columns for label in column}
    out: dict[str, list[str]] = {}
    names = [name for name in names if name in known]
    for name in names:
        if name in mains:
            continue
        chosen = [column for column in columns if column.get(name) == 1]
        if not chosen:
            chosen = [{**column, name: 1} for column in columns if column.get(name) == 2]
        within = _smallest([[one for one in names if column.get(one) == 2] for column in chosen])
        if within:
            out[name] = within
    return out


def _smallest(lists: list[list[str]]) -> list[str]:
    """The names in those lists that hold no other of them. R: emmeans:::.strip.supersets."""
    ordered = sorted(lists, key=len)
    kept = list(ordered)
    for at in range(len(ordered) - 1, 0, -1):
        if any(set(one) <= set(ordered[at]) for one in ordered[:at]):
            kept.remove(ordered[at])
    return union(*kept)


def parse_nests(nesting: Any, grid: EmmGrid) -> Nests:
    """`nesting` as it is given: "b %in% a, c %in% (a*b)", or {"b": "a"}; False or "" for none."""
    if isinstance(nesting, Mapping):
        nests = {name: (own,) if isinstance(own, str) else tuple(own) for name, own in nesting.items()}
    elif isinstance(nesting, str):
        pairs = [piece.split("%in%") for piece in nesting.split(",") if piece.strip()]
        if any(len(pair) != 2 for pair in pairs):
            raise ValueError(f"nesting must be like 'b %in% a', not {nesting!r}")
        nests = {inner.strip(): tuple(dict.fromkeys(symbols(read(outer)))) for inner, outer in pairs}
    elif nesting is False:
        return {}
    else:
        raise ValueError(f"nesting must be text such as 'b %in% a' or a mapping, not {nesting!r:.60}")
    for name in union(nests, *nests.values()):
        grid.require(name)
    return nests


def nests_text(nests: Mapping[str, tuple[str, ...]]) -> str:
    """As R writes them: b %in% a, c %in% (a*b)."""
    return ", ".join(f"{name} %in% {own[0] if len(own) == 1 else '(' + '*'.join(own) + ')'}"
                     for name, own in nests.items())


def seen(grid: EmmGrid, names: Iterable[str] | None, nests: Mapping[str, tuple[str, ...]]) -> Floats:
    """Which rows belong to combinations of nested factors that were observed. R: .find.nonempty.nests."""
    keep = np.ones(len(grid), dtype=bool)
    for name in union(nests, *nests.values()) if names is None else names:
        for rows in grid.groups(union([name], nests.get(name, ()))):
            if not grid.weight[rows].any():
                keep[rows] = False
    return keep


def nested_means(grid: EmmGrid, specs: list[str], by: list[str], average: Any) -> EmmGrid:
    """Means where some factors are nested: these are averaged within each group by itself. R: emmeans:::.nested_emm.

    average(grid, specs, by): the means of a grid, nested or not.
    """
    nests, asked = dict(grid.nesting), list(by)
    own = [name for name in union(specs, by) if name in nests]
    if own:
        groups = [one for name in own for one in nests[name]]
        specs = union(own, groups, specs)
        by = [name for name in by if name not in own]
    left_out = [name for name in grid.levels if name not in union(specs, by)]
    inner = [name for name in nests if name in left_out]
    bare = replace(grid, nesting={}, display=None)
    if not inner:
        result = average(bare, specs, by)
    else:
        result = average(_within_groups(bare, specs, by, inner, nests, average), specs, by)
    if own:
        result = replace(result, display=seen(result, own, nests))
    left = {name: outer for name, outer in nests.items() if name in result.levels}
    by = union(*[nests[name] for name in asked if name in left], asked)
    return replace(result, nesting=left, by=tuple(by))


def _within_groups(grid: EmmGrid, specs: list[str], by: list[str], inner: list[str], nests: Nests, average: Any
                   ) -> EmmGrid:
    """The grid with one nested factor averaged over, group by group: over the levels that the group has."""
    most = max(len(nests[name]) for name in inner)
    factor = [name for name in inner if len(nests[name]) == most][-1]
    others = [name for name in inner if name != factor]
    groups = union(nests[factor], others)
    kept = union(specs, by, groups)
    combinations = expanded({name: grid.levels[name] for name in groups})
    parts, averaged = [], []
    for at in range(len(next(iter(combinations.values())))):
        chosen = {name: int(codes[at]) for name, codes in combinations.items()}
        inside = np.all([grid.codes[name] == code for name, code in chosen.items()], axis=0)
        present = np.unique(grid.codes[factor][inside & (grid.weight > 0)])
        rows = np.flatnonzero(inside & np.isin(grid.codes[factor], present))
        place = np.full(len(grid.levels[factor]), -1)
        place[present] = np.arange(len(present))
        levels = {**grid.levels, factor: tuple(grid.levels[factor][one] for one in present),
                  **{name: (grid.levels[name][code],) for name, code in chosen.items()}}
        codes = {name: own[rows] for name, own in grid.codes.items()}
        codes[factor] = place[codes[factor]]
        codes |= {name: np.zeros(len(rows), dtype=int) for name in groups}
        part = replace(grid, L=grid.L[rows], weight=grid.weight[rows], levels=levels, codes=codes,
                       offset=None if grid.offset is None else grid.offset[rows])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", EmmeansNote)
            found = average(part, kept, [])
        averaged += found.averaged
        parts.append(replace(found, codes={**found.codes, **{n: np.full(len(found), c) for n, c in chosen.items()}}))
    first = parts[0]
    levels = {name: grid.levels[name] if name in groups else own for name, own in first.levels.items()}
    nested = {name: nests[name] for name in nests if name in levels}
    return replace(
        first, L=np.vstack([part.L for part in parts]), levels=levels, nesting=nested,
        codes={name: np.concatenate([part.codes[name] for part in parts]) for name in levels},
        weight=np.concatenate([part.weight for part in parts]),
        offset=None if first.offset is None else np.concatenate([part.offset for part in parts]),
        averaged=tuple(name for name in union(averaged) if name not in kept), display=None,
    )


