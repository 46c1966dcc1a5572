"""The functions that formulas know, under R's names."""
from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ..formulas import contrasts
from ..summaries import SUMMARIES, colon
from .arithmetic import OPERATORS, logarithm, mathematical, rounded, signif
from .cutting import find_interval
from .date_cutting import cut_any
from .dates import DATES
from .factors import Factor, make_factor
from .limits import MOST_LEVELS, require_size
from .logic import LOGIC, is_logical, logical, number, text, textual, truth
from .poly import Columns, poly, scale
from .splines import bs, ns, rcs
from .texts import TEXTS

# Called again for new data, these use what they learnt from the data of the fit (R: makepredictcall).
REMEMBERS: dict[str, Callable[..., Columns]] = {"poly": poly, "scale": scale, "bs": bs, "ns": ns, "rcs": rcs}


def combined(*args: Any) -> Any:
    """R's c: factors together are a factor, else codes; with any text all are text; a matrix is its columns in turn."""
    args = tuple(arg.values.ravel(order="F") if isinstance(arg, Columns) else arg for arg in args if arg is not None)
    if args and all(is_logical(arg) for arg in args):
        return logical(np.concatenate([np.atleast_1d(truth(arg)) for arg in args]))
    factors = [isinstance(arg, Factor) and not arg.logical for arg in args]
    if args and all(factors):
        levels = list(dict.fromkeys(level for arg in args for level in arg.levels))
        return Factor(np.concatenate([arg.matched(levels).codes for arg in args]), levels)
    if any(textual(arg) for arg, is_factor in zip(args, factors, strict=True) if not is_factor):
        return np.concatenate([text(arg) for arg in args])
    values = [np.where(arg.codes < 0, np.nan, arg.codes + (0.0 if arg.logical else 1.0)) if isinstance(arg, Factor)
              else np.atleast_1d(arg) for arg in args]
    return np.concatenate(values) if values else np.zeros(0)


def as_factor(x: Any) -> Factor:
    """`x` itself where it is a factor already, its levels all kept (R: as.factor)."""
    return x if isinstance(x, Factor) and not x.logical else make_factor(x)


def interaction(*args: Any, drop: bool = False, sep: str = ".", lex_order: bool = False) -> Factor:
    """The combinations of factors; the first varies fastest unless `lex_order` (R: interaction)."""
    if not args:
        raise ValueError("No factors specified")
    crossed, *others = (one.drop_unused() if drop else one for one in map(as_factor, args))
    for other in others:
        require_size(len(crossed.levels) * len(other.levels), "interaction()", MOST_LEVELS)
        reached = crossed.cross(other)
        levels = [f"{a}{sep}{b}" for a in crossed.levels for b in other.levels]
        places = np.arange(len(levels))
        if not lex_order:
            places = places.reshape(len(crossed.levels), len(other.levels)).T.ravel()
            levels = [levels[place] for place in places]
        codes = np.append(np.argsort(places), -1)[reached.codes]
        place = {level: i for i, level in enumerate(dict.fromkeys(levels))}  # "a.b" and "c" make what "a" and "b.c" do
        crossed = Factor(np.append([place[level] for level in levels], -1)[codes], list(place))
        crossed = crossed.drop_unused() if drop else crossed
    return crossed


def relevel(x: Any, ref: Any) -> Factor:
    """The factor with level `ref`, a name or its number from 1, first (R: relevel)."""
    if not isinstance(x, Factor) or x.logical:
        raise ValueError("relevel() is for factors: make it one first, factor(x)")
    if x.ordered:
        raise ValueError("relevel() is for unordered factors")
    if isinstance(ref, str):
        at = x.levels.index(ref) if ref in x.levels else -1
    else:
        at = int(number(ref)) - 1
    if not 0 <= at < len(x.levels):
        raise ValueError(f"'ref' must be an existing level, not {ref!r}: there are {', '.join(x.levels)}")
    return x.matched([x.levels[at], *x.levels[:at], *x.levels[at + 1:]])


def dummy(f: Any, levelsToKeep: Any = None) -> Columns:  # noqa: N803
    """An indicator of each level of `f` but the first, or of those named (R: lme4::dummy)."""
    factor = as_factor(f)
    kept = factor.levels[1:] if levelsToKeep is None else [str(one) for one in np.atleast_1d(levelsToKeep)]
    known = {level: i for i, level in enumerate(factor.levels)}
    unknown = [one for one in kept if one not in known]
    if unknown or not kept:
        raise ValueError(f"all of the levelsToKeep must be levels of f, {', '.join(factor.levels)}: not {unknown}")
    require_size(len(factor) * float(len(kept)), "dummy()")
    values = (factor.codes[:, None] == [known[one] for one in kept]).astype(float)
    values[factor.codes < 0] = np.nan
    return Columns(values, tuple(kept))


def chosen_contrasts(x: Any, contr: Any = None, how_many: Any = None, **more: Any) -> Factor:
    """The factor with contrasts of its own: a name, a function of the levels, or a matrix (R: C)."""
    if not isinstance(x, Factor) or x.logical:
        raise ValueError("object not interpretable as a factor: make it one first, factor(x)")
    return x.with_contrasts(contrasts.Chosen(contr, None if how_many is None else int(how_many), more))


def _number_of(function: Callable[..., Columns]) -> Callable[..., Columns]:
    def apply(x: Any, *more: Any, **named: Any) -> Columns:
        made = function(np.atleast_1d(number(x)), *more, **named)
        own = isinstance(x, Columns) and x.values.shape == made.values.shape
        return Columns(made.values, x.labels, made.memory) if own else made  # the columns of scale(cbind(a, b))

    return apply


def _coding_by(contr: Callable[..., Any]) -> Callable[..., Any]:
    """A contr_* function as formulas call it: with a number of levels that is a double."""
    def apply(n: Any, **more: Any) -> Any:
        if np.ndim(n):
            return contr(n, **more)
        require_size(float(n) ** 2, f"contrasts of {n} levels")
        return contr(int(n), **more)

    return apply


def _special(name: str) -> Callable[..., Any]:
    """A function of scipy.special, which is imported when it is first called."""

    def function(*args: Any) -> Any:
        import scipy.special

        return getattr(scipy.special, name)(*args)

    return mathematical(function)


def _lgamma(x: Any) -> Any:
    """log|gamma(x)|; scipy's is infinite where x is denormal, and minus infinity at minus infinity."""
    x = number(x)
    with np.errstate(divide="ignore", invalid="ignore"):
        tiny = -np.log(np.abs(x))
    return np.where((np.abs(x) < 1e-300) & (x != 0), tiny, _special("gammaln")(np.where(np.isneginf(x), np.inf, x)))


def _elementwise(names: str, *functions: Callable[..., Any]) -> dict[str, Callable[..., Any]]:
    return {name: mathematical(function) for name, function in zip(names.split(), functions, strict=True)}


FUNCTIONS: dict[str, Callable[..., Any]] = {
    **OPERATORS, **LOGIC, **SUMMARIES, **TEXTS, **DATES,
    **_elementwise("log log2 log10 log1p exp expm1 sqrt abs", logarithm, np.log2, np.log10, np.log1p, np.exp, np.expm1,
                   np.sqrt, np.abs),
    **_elementwise("sign floor ceiling trunc", np.sign, np.floor, np.ceil, np.trunc),
    "round": rounded, "signif": signif,
    **_elementwise("sin cos tan asin acos atan atan2 sinh cosh tanh", np.sin, np.cos, np.tan, np.arcsin, np.arccos,
                   np.arctan, np.arctan2, np.sinh, np.cosh, np.tanh),
    "gamma": lambda x: _special("gamma")(np.where(number(x) == 0, -1.0, number(x))),  # no value at 0, as at -1
    "lgamma": _lgamma,
    **{r: _special(name) for r, name in (("plogis", "expit"),
                                         ("qlogis", "logit"), ("pnorm", "ndtr"), ("qnorm", "ndtri"))},
    "xor": lambda a, b: LOGIC["!="](truth(a), truth(b)),
    "is.finite": lambda x: np.isfinite(number(x)), "is.nan": lambda x: np.isnan(number(x)),
    "(": lambda x: x, "I": lambda x: x, "offset": number, "as.vector": lambda x: text(x) if textual(x) else number(x),
    "c": combined, ":": colon, "factor": make_factor, "as.factor": as_factor,
    "ordered": lambda x, levels=None, labels=None: make_factor(x, levels, labels, ordered=True),
    "as.ordered": partial(make_factor, ordered=True), "droplevels": make_factor,
    "interaction": interaction, "cut": cut_any, "findInterval": find_interval, "relevel": relevel, "dummy": dummy,
    "C": chosen_contrasts, **{name.replace("_", "."): _coding_by(contr) for name, contr in contrasts.BY_NAME.items()},
    **{name: _number_of(function) for name, function in REMEMBERS.items()},
}
