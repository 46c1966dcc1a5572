"""Contrasts among means: each a combination of rows. R: emmeans::contrast and its families (`?contrast-methods`)."""
from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import numpy as np
import pandas as pd

from translations.settings import since
from translations.stats.arguments import as_labels, require_choice

from .basis import EmmeansNote, Floats
from .grid import EmmGrid, EmmList, first_of
from .links import RATIOS
from .nesting import union

CALCULATION = re.compile(r"[-+/*]")  # labels with one of these stand in parentheses. R: emm_options("parens")


SETTINGS = frozenset({"ref", "reverse", "exclude", "max_degree", "wts"})  # what methods of contrasts take
SHOWN = ("infer", "level", "null", "side", "delta")  # what `summary` takes too


@dataclass(frozen=True)
class Family:
    """Coefficients M (k, c) of c contrasts among k means, with their names, the adjustment that is usual for them, and
    whether they are pairs.
    """

    M: Floats  # noqa: N815
    names: list[str]
    adjust: str = "none"
    pairs: bool = False


@overload
def contrast(e: EmmGrid | EmmList, method: Any = ..., by: Any = ..., *, adjust: str | None = ...,
             interaction: Any = ..., simple: None = None, combine: bool = ..., type: str | None = ..., name: str = ...,
             scale: Any = ..., offset: Any = ..., **settings: Any) -> EmmGrid: ...
@overload
def contrast(e: EmmGrid | EmmList, method: Any = ..., by: Any = ..., *, adjust: str | None = ...,
             interaction: Any = ..., simple: str | Sequence[str], combine: bool = ..., type: str | None = ...,
             name: str = ..., scale: Any = ..., offset: Any = ..., **settings: Any) -> EmmGrid | EmmList: ...
def contrast(e: EmmGrid | EmmList, method: Any = "eff", by: Any = ..., *, adjust: str | None = None,
             interaction: Any = False, simple: str | Sequence[str] | None = None, combine: bool = False,
             type: str | None = None, name: str = "contrast", scale: Any = None, offset: Any = None, **settings: Any
             ) -> EmmGrid | EmmList:
    """Contrasts among means, within each level of the by-variables. R: emmeans::contrast.

    e: means (or anything that `emmeans` made; of a list the first). method: "pairwise", "revpairwise", "trt.vs.ctrl",
    "trt.vs.ctrl1", "trt.vs.ctrlk", "dunnett", "eff", "del.eff", "poly", "consec", "mean_chg", "identity", "helmert",
    "opoly", or weights by name, {"A - rest": [1, -0.5, -0.5]}. by: as the means have it unless given, None for none.
    adjust: "tukey", "sidak", "bonferroni", "holm", "mvt", "fdr", "scheffe", "dunnettx", "none", ...; each method's own.
    interaction: True (or methods) for contrasts of contrasts of each factor. simple: the factor that is compared within
    all others, "each" for each of them; combine: these as one family, adjusted by Bonferroni's method. type:
    "response". name: of the column. scale: a factor or one a contrast; offset: added. settings: of the method: ref (a
    level or its number), reverse, exclude, max_degree, wts; and infer, level, null, side, delta, as in `summary`.

    Returns an EmmGrid; with simple="each" a dict of them, which prints as R's list, unless they are combined.

    Raises ValueError for an unknown method or adjustment, or weights that are not one a mean, KeyError for an unknown
    variable.

    >>> days = r.emmeans(r.lm("Reaction ~ Days + Subject", r.sleepstudy()), "Days", at={"Days": [0, 5, 9]})
    >>> print(r.contrast(days, "trt.vs.ctrl"))
     contrast      estimate   SE  df t.ratio p.value
     Days5 - Days0     52.3 4.02 161  13.015  <.0001
     Days9 - Days0     94.2 7.24 161  13.015  <.0001
    <BLANKLINE>
    Results are averaged over the levels of: Subject
    P value adjustment: dunnettx method for 2 tests
    """
    grid = require_grid(first_of(e), "contrast")
    from .summary import asked

    shown = {one: settings.pop(one) for one in SHOWN if one in settings}
    for unknown in settings.keys() - SETTINGS:
        raise ValueError(f"contrast() has no argument {unknown!r}; methods take {', '.join(sorted(SETTINGS))}, and "
                         f"{', '.join(SHOWN)} are of what is shown")
    options = {"adjust": adjust, "type": type, "scale": scale, "offset": offset}
    if simple is not None:
        return _simple(grid, method, simple, combine, name, {**options, **settings}, shown)
    within = grid.within(by)
    among = _nested if grid.nesting or grid.display is not None else _contrast
    found = among(grid, method, within, name, interaction, options, settings)
    return asked(replace(found, contrasted=tuple(grid.levels)), **shown)


@overload
def pairs(e: EmmGrid | EmmList, reverse: bool = ..., *, by: Any = ..., adjust: str | None = ..., simple: None = None,
          type: str | None = ..., interaction: Any = ..., **settings: Any) -> EmmGrid: ...
@overload
def pairs(e: EmmGrid | EmmList, reverse: bool = ..., *, by: Any = ..., adjust: str | None = ...,
          simple: str | Sequence[str], type: str | None = ..., interaction: Any = ..., **settings: Any
          ) -> EmmGrid | EmmList: ...
def pairs(e: EmmGrid | EmmList, reverse: bool = False, *, by: Any = ..., adjust: str | None = None,
          simple: str | Sequence[str] | None = None, type: str | None = None,
          interaction: Any = False, **settings: Any) -> EmmGrid | EmmList:
    """All differences between means, adjusted by Tukey's method. R: emmeans::pairs.

    e: means. reverse: each less every earlier one. by, adjust, simple, type, interaction, settings: as in
    `contrast`.

    Returns an EmmGrid; with simple="each" a dict of them.

    Raises ValueError and KeyError as `contrast` does.

    >>> print(r.pairs(r.emmeans(r.lmer("angle ~ recipe + (1 | recipe:replicate)", r.cake()), "recipe")))
     contrast estimate   SE df t.ratio p.value
     A - B      1.4778 2.46 42   0.602  0.8200
     A - C      1.5222 2.46 42   0.620  0.8102
     B - C      0.0444 2.46 42   0.018  0.9998
    <BLANKLINE>
    Degrees-of-freedom method: kenward-roger
    P value adjustment: tukey method for comparing a family of 3 estimates
    """
    grid: EmmGrid = first_of(e)
    return contrast(grid, "revpairwise" if reverse else "pairwise", by, adjust=adjust, simple=simple, type=type,
                    interaction=interaction, **settings)


def require_grid(e: Any, function: str) -> EmmGrid:
    """`e`, which must be what `emmeans` and its like return: else ValueError."""
    if not isinstance(e, EmmGrid):
        raise ValueError(f"{function}() takes what emmeans() returns, not {e!r:.60}: {function}(emmeans(m, 'factor'))")
    return e


def _simple(e: EmmGrid, method: Any, simple: str | Sequence[str], combine: bool, name: str,
            settings: dict[str, Any], shown: dict[str, Any]) -> EmmGrid | EmmList:
    """Contrasts of one factor within all others. R: emmeans:::.simcon."""
    from .summary import asked

    if simple != "each":
        return _within_others(e, method, as_labels(simple, "simple"), name, {**settings, **shown})
    found = EmmList({f"simple contrasts for {one}": _within_others(e, method, [one], name, {**settings, **shown})
                     for one in e.levels})
    if not combine:
        return found
    parts = list(found.values())
    all_by = union((), *[part.by for part in parts])
    stacked = _stacked(parts, tuple(all_by), _adjust_of(settings, Family(parts[0].L, [], "bonferroni")), "contrast")
    return asked(replace(stacked, by=(), primary=tuple(stacked.levels), pairs_by=None, contrasted=()), **shown)


def _within_others(e: EmmGrid, method: Any, chosen: Sequence[str], name: str, settings: dict[str, Any]) -> EmmGrid:
    """Contrasts of the chosen factors' levels, within those of all others."""
    for one in chosen:
        e.require(one)
    return contrast(e, method, [one for one in e.levels if one not in chosen], name=name, **settings)


def _contrast(e: EmmGrid, method: Any, by: tuple[str, ...], name: str, interaction: Any, options: dict[str, Any],
              settings: dict[str, Any], named: bool = True) -> EmmGrid:
    """Contrasts among the rows of each group; `named`: numbers stand after their variable's name."""
    if interaction is not False and interaction is not None:
        return _interaction(e, method if interaction is True else interaction, by, options, settings)
    groups = e.groups(by)
    if len({len(rows) for rows in groups}) > 1:
        raise ValueError("`by` groups are of irregular size: contrasts need every combination of levels")
    others = [one for one in e.levels if one not in by]
    raw = _pasted(e, others, named)
    labels = [f"({text})" if CALCULATION.search(text) else text for text in raw]
    first = [labels[at] for at in groups[0]]
    family = family_of(method, first, settings, [raw[at] for at in groups[0]])
    k, c = family.M.shape
    if k != len(first):
        raise ValueError(f"Nonconforming number of contrast coefficients: {k} for the {len(first)} means "
                         f"{', '.join(first)}")
    M = family.M * (1.0 if options["scale"] is None else np.asarray(options["scale"], dtype=float))
    L = np.vstack([_combined(M, e.L[rows]) for rows in groups])
    names = [_names_for(method, family, first, [labels[at] for at in rows], settings) for rows in groups]
    shift = None if e.offset is None else np.concatenate([M.T @ e.offset[rows] for rows in groups])
    if options["offset"] is not None:
        added = np.resize(np.asarray(options["offset"], dtype=float), c)
        shift = (np.zeros(len(L)) if shift is None else shift) + np.tile(added, len(groups))
    column = name if name not in by else f"{name}1"
    levels = {column: tuple(dict.fromkeys(one for own in names for one in own))}
    codes = {column: np.array([levels[column].index(one) for own in names for one in own])}
    for one in by:
        each = np.repeat([e.codes[one][rows[0]] for rows in groups], c)
        seen = list(dict.fromkeys(each.tolist()))
        levels[one] = tuple(e.levels[one][at] for at in seen)
        codes[one] = np.array([seen.index(at) for at in each.tolist()])
    family_size = len(first) - len(_excluded(settings, raw))
    sums = np.abs(family.M.sum(axis=0))
    what = "pairs" if family.pairs else "contrast" if (sums < 1e-3).all() else "prediction"
    balanced = bool((sums / (1e-6 + np.abs(family.M).max(axis=0, initial=0.0)) < 1e-6).all())
    transformation, ratios, said = _scale_of(e, balanced)
    return replace(
        e, L=L, levels=levels, codes=codes, weight=np.ones(len(L)), offset=shift, is_grid=False, estimate="estimate",
        what=what, pairs_by=by if family.pairs else None, family=family_size, by=by, said=said,
        primary=tuple(one for one in levels if one not in by), infer=(False, True), null=0.0, delta=0.0, side=0,
        adjust=_adjust_of(options, family), transformation=transformation, ratios=ratios, type=_type_of(options, e),
    )


def _type_of(options: dict[str, Any], e: EmmGrid) -> str:
    from .summary import type_of

    return e.type if options["type"] is None else type_of(options["type"])


def _adjust_of(options: dict[str, Any], family: Family) -> str:
    from .adjust import method_named

    return family.adjust if options["adjust"] is None else method_named(options["adjust"])


def _combined(M: Floats, L: Floats) -> Floats:  # noqa: N803
    """M'L, rows that use a missing row of L missing."""
    gone = np.isnan(L).any(axis=1)
    out: Floats = M.T @ np.where(gone[:, None], 0.0, L)
    out[np.isnan(M).any(axis=0)] = np.nan
    out[(M[gone] != 0).any(axis=0)] = np.nan
    return out


def _pasted(e: EmmGrid, names: Sequence[str], named: bool) -> list[str]:
    """What each row is called in contrasts: its levels, numbers after their variable's name."""
    columns = [e.texts(name, named) for name in names]
    return [" ".join(column[row] for column in columns) for row in range(len(e))]


def _names_for(method: Any, family: Family, first: list[str], own: list[str], settings: dict[str, Any]) -> list[str]:
    """The contrasts' names in one group, whose means may be called otherwise than the first's."""
    return family.names if own == first else family_of(method, own, settings, own).names


def _scale_of(e: EmmGrid, balanced: bool) -> tuple[Any, bool, tuple[str, ...]]:
    """The transformation of contrasts: differences of logarithms are ratios, others stay as they are."""
    done = e.transformation
    if done is None:
        return None, e.ratios, ()
    known = done.text if since("1.1-37") else done.name
    if balanced and known in RATIOS:
        if done.name == "logit":
            return done.odds(), True, ()
        return done if done.name == "log.o.r." else done.ratio(), True, ()
    said = f"Note: contrasts are still on the {done.text} scale"
    if since("1.1-37"):
        said += ". Consider using\n      regrid() if you want contrasts of back-transformed estimates."
    return None, e.ratios, (said,)


def _interaction(e: EmmGrid, methods: Any, by: tuple[str, ...], options: dict[str, Any], settings: dict[str, Any]
                 ) -> EmmGrid:
    """Contrasts of contrasts, factor by factor, the last first."""
    factors = [name for name in e.levels if name not in by]
    order = [*factors, *by]
    named = dict(methods) if isinstance(methods, Mapping) else {}
    listed = [methods] if isinstance(methods, str) else list(methods) if not named else []
    rest = [name for name in factors if name not in named]
    named |= {name: listed[at % len(listed)] for at, name in enumerate(rest)} if listed else {}
    for at in range(len(factors) - 1, -1, -1):
        name = factors[at]
        method = named.get(name, "consec")
        column = f"{name}_{method if isinstance(method, str) else 'custom'}"
        within = tuple(one for one in order if one != order[at])
        bare = dict.fromkeys(options)
        e = _contrast(e, method, within, column, False, bare, settings, named=False)
        order[at] = column
    from .adjust import method_named

    adjust = "none" if options["adjust"] is None else method_named(options["adjust"])
    primary = tuple(one for one in e.levels if one not in by)
    return replace(e, by=by, primary=primary, adjust=adjust, type=_type_of(options, e))


def _nested(e: EmmGrid, method: Any, by: tuple[str, ...], name: str, interaction: Any, options: dict[str, Any],
            settings: dict[str, Any]) -> EmmGrid:
    """Contrasts where factors are nested: within each group by itself. R: emmeans:::.nested_contrast."""
    nests = dict(e.nesting)
    for one in [one for one in by if one in nests]:
        if not set(nests[one]) <= set(by):
            by = tuple(union(by, nests[one]))
            warnings.warn(f"Note: Grouping factor(s) for '{one}' have been added to the 'by' list.", EmmeansNote,
                          stacklevel=4)
    if not isinstance(method, str):
        raise ValueError("Non-character contrast methods are not supported with nested objects")
    if not [one for one in e.levels if one not in by]:
        raise ValueError("There are no factor levels left to contrast. Try taking nested factors out of 'by'.")
    usual = family_of(method, ["1", "2", "3"], settings, ["1", "2", "3"])
    options = {**options, "adjust": options["adjust"] or usual.adjust}
    work = e if e.display is None else e.take(np.flatnonzero(e.display))
    work = replace(work, nesting={}, display=None)
    groups = work.groups(by)
    if len(groups) == 1:
        result = _contrast(work, method, by, name, interaction, options, settings)
    else:
        parts = [_contrast(work.take(rows), method, by, name, interaction, options, settings) for rows in groups]
        result = _stacked(parts, by, options["adjust"], "pairs" if usual.pairs else "contrast")
    nesting = {one: tuple(o for o in nests[one] if o in by) for one in by if one in nests}
    return replace(result, nesting={one: own for one, own in nesting.items() if own},
                   pairs_by=by if result.what == "pairs" else None)


def _stacked(parts: list[EmmGrid], by: tuple[str, ...], adjust: str, what: str) -> EmmGrid:
    """Several sets of estimates as one. R: rbind.emmGrid."""
    first = parts[0]
    names = union(by, *[part.levels for part in parts])
    levels, codes = {}, {}
    for name in names:
        texts = [text for part in parts for text in (part.texts(name) if name in part.levels else ["."] * len(part))]
        levels[name] = tuple(dict.fromkeys(texts))
        place = {text: at for at, text in enumerate(levels[name])}
        codes[name] = np.array([place[text] for text in texts])
    offset = None
    if any(part.offset is not None for part in parts):
        offset = np.concatenate([np.zeros(len(p)) if p.offset is None else p.offset for p in parts])
    L = np.vstack([part.L for part in parts])
    return replace(
        first, L=L, levels=levels, codes=codes, weight=np.concatenate([part.weight for part in parts]), offset=offset,
        what=what, family=len(L), by=by, primary=tuple(name for name in names if name not in by), adjust=adjust,
        averaged=tuple(union(*[part.averaged for part in parts])), some=True,
        said=() if since("1.1-37") else first.said,
    )


def family_of(method: Any, levels: list[str], settings: Mapping[str, Any], raw: list[str]) -> Family:
    """The contrasts of `method` among means called `levels` (`raw`, without parentheses)."""
    if isinstance(method, Mapping | pd.DataFrame):
        columns = {str(key): np.asarray(value, dtype=float) for key, value in method.items()}
        for key, value in columns.items():
            if value.shape != (len(levels),):
                raise ValueError(f"Nonconforming number of contrast coefficients: {key!r} has {value.size}, and there "
                                 f"are {len(levels)} means: {', '.join(levels)}")
        return Family(np.column_stack(list(columns.values())), list(columns))
    if isinstance(method, str):
        method = method.replace("_", ".") if method.replace("_", ".") in FAMILIES else method
    require_choice(method, FAMILIES, "method")
    family = FAMILIES[method](levels, _excluded(settings, raw), {**settings, "raw": raw})
    if not family.names:  # of one mean there is nothing to contrast
        return Family(np.full((len(levels), 1), np.nan), ["(nothing)"])
    return family


def _excluded(settings: Mapping[str, Any], raw: list[str]) -> list[int]:
    given = settings.get("exclude")
    if given is None:
        return []
    return [_position(one, raw) for one in (given if isinstance(given, list | tuple) else [given])]


def _position(level: Any, levels: list[str]) -> int:
    """A level, by its name or its number from 1, as a position."""
    if isinstance(level, str):
        if level not in levels:
            raise ValueError(f"no level {level!r} to compare with; there are {', '.join(levels)}")
        return levels.index(level)
    if not 1 <= int(level) <= len(levels):
        raise ValueError(f"level {level!r} is out of range: there are {len(levels)}, counted from 1")
    return int(level) - 1


def _pairwise(reverse: bool) -> Callable[[list[str], list[int], Mapping[str, Any]], Family]:
    def family(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
        used = [i for i in range(len(levels)) if i not in excluded]
        chosen = [(i, j) for i in used for j in used if (j < i if reverse else j > i)]
        M = np.zeros((len(levels), len(chosen)))
        for at, (i, j) in enumerate(chosen):
            M[i, at], M[j, at] = 1.0, -1.0
        return Family(M, [f"{levels[i]} - {levels[j]}" for i, j in chosen], "tukey", True)

    return family


def _tukey(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    return _pairwise(bool(settings.get("reverse")))(levels, excluded, settings)


def _against_control(default: int) -> Callable[[list[str], list[int], Mapping[str, Any]], Family]:
    def family(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
        given = settings.get("ref", default if default > 0 else len(levels))
        refs = [_position(one, settings["raw"]) for one in (given if isinstance(given, list | tuple) else [given])]
        name = levels[refs[0]] if len(refs) == 1 else f"avg({','.join(levels[i] for i in refs)})"
        reverse = bool(settings.get("reverse"))
        others = [i for i in range(len(levels)) if i not in refs and i not in excluded]
        M = np.zeros((len(levels), len(others)))
        M[refs] = -1.0 / len(refs)
        M[others, np.arange(len(others))] = 1.0
        names = [f"{name} - {levels[i]}" if reverse else f"{levels[i]} - {name}" for i in others]
        return Family(-M if reverse else M, names, "dunnettx")

    return family


def _effects(of_others: bool) -> Callable[[list[str], list[int], Mapping[str, Any]], Family]:
    def family(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
        used = [i for i in range(len(levels)) if i not in excluded]
        weights = np.zeros(len(levels))
        weights[used] = np.asarray(settings.get("wts", np.ones(len(used))), dtype=float)
        M = (np.eye(len(levels)) - (weights / weights.sum())[:, None])[:, used]
        M = M / M[used, np.arange(len(used))] if of_others else M
        return Family(M, [f"{levels[i]} effect" for i in used], "fdr")

    return family


def _consecutive(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    used = [i for i in range(len(levels)) if i not in excluded]
    sign = -1.0 if settings.get("reverse") else 1.0
    M, names = np.zeros((len(levels), max(len(used) - 1, 0))), []
    for at, (a, b) in enumerate(zip(used, used[1:], strict=False)):
        M[a, at], M[b, at] = -sign, sign
        names.append(f"{levels[a]} - {levels[b]}" if sign < 0 else f"{levels[b]} - {levels[a]}")
    return Family(M, names, "mvt")


def _changes_of_mean(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    used = [i for i in range(len(levels)) if i not in excluded]
    sign, k = -1.0 if settings.get("reverse") else 1.0, len(used)
    M, names = np.zeros((len(levels), max(k - 1, 0))), []
    for at in range(1, k):
        M[used[:at], at - 1], M[used[at:], at - 1] = -sign / at, sign / (k - at)
        names.append(f"{levels[used[at - 1]]}|{levels[used[at]]}")
    return Family(M, names, "mvt")


DEGREES = ["linear", "quadratic", "cubic", "quartic", *(f"degree {k}" for k in range(5, 21))]


def _polynomials(k: int) -> Floats:
    """Orthonormal polynomials (k, k - 1) of 1, ..., k, leading coefficients positive. R: poly, contr.poly."""
    x = np.arange(k) - (k - 1) / 2.0
    Q, R = np.linalg.qr(np.vander(x, k, increasing=True))
    return (Q * np.sign(np.diag(R)))[:, 1:]


def _polynomial(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    """Whole-number polynomial contrasts, as in tables. R: poly.emmc."""
    k = len(levels)
    P = _polynomials(k)[:, : min(20, int(settings.get("max_degree", min(6, k - 1))))]
    for at in range(P.shape[1]):
        own = P[:, at] / P[P[:, at] > 0.01, at].min()
        off = float(np.abs(own - np.round(own)).max())
        while off > 0.05:
            own = own / off
            off = float(np.abs(own - np.round(own)).max())
        P[:, at] = np.round(own)
    return Family(P, DEGREES[: P.shape[1]])


def _orthonormal(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    k = len(levels)
    P = _polynomials(k)[:, : int(settings.get("max_degree", min(6, k - 1)))]
    return Family(P, DEGREES[: P.shape[1]])


def _identity(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    used = [i for i in range(len(levels)) if i not in excluded]
    return Family(np.eye(len(levels))[:, used], [levels[i] for i in used])


def _helmert(levels: list[str], excluded: list[int], settings: Mapping[str, Any]) -> Family:
    from translations.stats.formulas.contrasts import contr_helmert

    M = np.asarray(contr_helmert(len(levels)), dtype=float)
    return Family(M, [f"{level} vs earlier" for level in levels[1:]])


FAMILIES: dict[str, Callable[[list[str], list[int], Mapping[str, Any]], Family]] = {
    "pairwise": _pairwise(False), "revpairwise": _pairwise(True), "tukey": _tukey,
    "trt.vs.ctrl": _against_control(1), "trt.vs.ctrl1": _against_control(1), "trt.vs.ctrlk": _against_control(-1),
    "dunnett": _against_control(1), "eff": _effects(False), "del.eff": _effects(True), "poly": _polynomial,
    "opoly": _orthonormal, "consec": _consecutive, "mean_chg": _changes_of_mean, "identity": _identity,
    "helmert": _helmert,
}  # fmt: skip
