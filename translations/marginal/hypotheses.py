"""What `glht` is asked for: hypotheses as text, as weights, or as comparisons of means. R: multcomp's mcp."""
from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.generalized.model import Glm
from translations.lme4.model import LmerMod
from translations.stats.arguments import require_choice
from translations.stats.formulas.design import ModelMatrix
from translations.stats.language.expressions import Call, Constant, Name, Node, deparse, read
from translations.stats.language.factors import Factor
from translations.stats.linear.linear_model import Lm

from .basis import Floats

SIGNS = {"==": "two.sided", "=": "two.sided", ">=": "less", "<=": "greater"}
CONTRASTS = ("Dunnett", "Tukey", "Sequen", "AVE", "Changepoint", "GrandMean")


@dataclass(frozen=True)
class Mcp:
    """What is compared of each factor (R: class mcp)."""

    factors: Mapping[str, Any]


def mcp(**factors: Any) -> Mcp:
    """Multiple comparisons of the means of a model's factors, for `glht`. R: multcomp::mcp.

    factors: by name "Tukey", "Dunnett", "Sequen", "AVE", "Changepoint" or "GrandMean", hypotheses as text ("B - A = 0",
    or a list), or contrasts {"B - A": [-1, 1, 0]}, a weight a level.

    Returns a value that `glht` takes.

    Raises ValueError where nothing is named.

    >>> r.mcp(recipe="Tukey").factors
    {'recipe': 'Tukey'}
    """
    if not factors:
        raise ValueError("mcp() names factors and what is compared of them: mcp(recipe='Tukey')")
    return Mcp(dict(factors))


def of_weights(given: Any, p: int) -> tuple[list[str], Floats]:
    """Names and rows of a matrix, a frame, or rows by name."""
    if isinstance(given, Mapping):
        found, rows = [str(name) for name in given], list(given.values())
    elif hasattr(given, "index") and hasattr(given, "columns"):
        found, rows = [str(name) for name in given.index], given.to_numpy()
    else:
        rows, found = given, []
    try:
        K = np.atleast_2d(np.asarray(rows, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"linfct must be mcp(), text, or a matrix with {p} columns, not {given!r:.60}") from None
    return found or [str(at + 1) for at in range(len(K))], K


def of_texts(texts: list[str], names: list[str], what: str) -> tuple[list[str], Floats, Floats, str]:
    """Names, rows, right-hand sides and the alternative of hypotheses such as "a - b >= 0"."""
    rows, right, found, sides = [], [], [], set()
    for text in texts:
        sign = next((one for one in ("==", ">=", "<=", "=") if one in text), None)
        if sign is None:
            raise ValueError(f"{text!r} is no hypothesis: 'a - b = 0', with =, >= or <=")
        left, _, value = text.partition(sign)
        node = read(left)
        row, constant = _weights_of(node, names, what)
        try:
            right.append(float(value) - constant)
        except ValueError:
            raise ValueError(f"right of {sign} in {text!r} must be a number") from None
        rows.append(row)
        found.append(deparse(node))
        sides.add(SIGNS[sign])
    if len(sides) > 1:
        raise ValueError("mix of alternatives currently not implemented: give all hypotheses one of =, >= and <=")
    return found, np.array(rows), np.array(right), sides.pop()


def _weights_of(node: Node, names: list[str], what: str) -> tuple[Floats, float]:
    """The weight of each name in a linear expression, and its constant."""
    text = deparse(node)
    if text in names or (isinstance(node, Name) and node.id in names):
        return np.eye(len(names))[names.index(text if text in names else node.id)], 0.0  # type: ignore[union-attr]
    if isinstance(node, Constant) and isinstance(node.value, int | float):
        return np.zeros(len(names)), float(node.value)
    if isinstance(node, Call):
        parts = [_weights_of(one, names, what) for one in node.args]
        function, (row, constant) = node.function, parts[0]
        if function == "(" or (function == "+" and len(parts) == 1):
            return row, constant
        if function == "-" and len(parts) == 1:
            return -row, -constant
        if function in "+-" and len(parts) == 2:
            sign = 1.0 if function == "+" else -1.0
            return row + sign * parts[1][0], constant + sign * parts[1][1]
        if function == "*" and not (row.any() and parts[1][0].any()):
            return row * parts[1][1] + parts[1][0] * constant, constant * parts[1][1]
        if function == "/" and not parts[1][0].any():
            return row / parts[1][1], constant / parts[1][1]
    raise ValueError(f"variable(s) {text} not found, or no linear combination; the {what}s are {', '.join(names)}")


def of_factors(m: Any, X: ModelMatrix, given: Mcp) -> tuple[list[str], Floats, Floats | None, str, str]:
    """Names, rows over the coefficients, right-hand sides, the alternative and the type of comparisons of factors."""
    frame = m.design.frame if isinstance(m, LmerMod) else m.frame
    width, kinds, found, blocks, right, sides = len(X.names), [], [], [], [], set()
    for name, asked in given.factors.items():
        value = frame.variables.get(name)
        if not isinstance(value, Factor) or name not in X.xlevels:
            there = [one for one in X.xlevels if isinstance(frame.variables.get(one), Factor)]
            raise ValueError(f"Variable(s) {name} have been specified in linfct but cannot be found as a factor in the "
                             f"model; there are {', '.join(there) or 'none'}")
        own, C, values, side, kind = _contrasts(asked, value)
        kinds += [kind] if kind else []
        sides |= {side} if side else set()
        found += [f"{name}: {one}" if len(given.factors) > 1 else one for one in own]
        term = next((at for at, one in enumerate(X.formula.terms, 1) if one.label == name), 0)
        if not term:
            raise ValueError(f"the model has no main effect of {name}")
        if any(name in one.variables and len(one.variables) > 1 for one in X.formula.terms):
            warnings.warn("covariate interactions found -- default contrast might be inappropriate", stacklevel=3)
        columns = X.assign == term
        full = int(columns.sum()) == len(value.levels)
        block = np.zeros((len(own), width))
        block[:, columns] = C if full else C @ X.contrasts[name][0]
        blocks.append(block)
        right.append(values)
    if len(sides) > 1:
        raise ValueError("mix of alternatives currently not implemented: give all hypotheses one of =, >= and <=")
    K = np.vstack(blocks)
    kept = m.design.kept if isinstance(m, LmerMod) else m.kept if isinstance(m, Lm | Glm) else np.arange(width)
    return (found, K[:, kept], np.concatenate(right), sides.pop() if sides else "",
            ", ".join(dict.fromkeys(kinds)) or "User-defined")


def _contrasts(asked: Any, value: Factor) -> tuple[list[str], Floats, Floats, str, str]:
    """Names, weights of the levels (k, levels), right-hand sides, the alternative and the type of one factor's."""
    levels = list(value.levels)
    if isinstance(asked, str) and any(sign in asked for sign in SIGNS):
        asked = [asked]
    if isinstance(asked, str):
        require_choice(asked, CONTRASTS, "contrasts of mcp()")
        counts = np.bincount(value.codes[value.codes >= 0], minlength=len(levels)).astype(float)
        names, C = KINDS[asked](levels, counts)
        return names, C, np.zeros(len(C)), "", asked
    if isinstance(asked, Sequence) and asked and all(isinstance(one, str) for one in asked):
        found, rows, right, side = of_texts(list(asked), levels, "level")
        return found, rows, right, side, ""
    found, rows = of_weights(asked, len(levels))
    if rows.shape[1] != len(levels):
        raise ValueError(f"contrasts must have a weight for each of the levels {', '.join(levels)}")
    return found, rows, np.zeros(len(rows)), "", ""


Kind = Callable[[list[str], Floats], tuple[list[str], Floats]]


def _pairs(pairs: list[tuple[int, int]], levels: list[str]) -> tuple[list[str], Floats]:
    C = np.zeros((len(pairs), len(levels)))
    for row, (low, high) in enumerate(pairs):
        C[row, low], C[row, high] = -1.0, 1.0
    return [f"{levels[high]} - {levels[low]}" for low, high in pairs], C


def _against_others(levels: list[str], n: Floats) -> tuple[list[str], Floats]:
    """Each mean less that of the other levels' observations."""
    C = -n[None, :] / (n.sum() - n)[:, None]
    np.fill_diagonal(C, 1.0)
    return [f"C {at + 1}" for at in range(len(levels))], C


def _change(levels: list[str], n: Floats) -> tuple[list[str], Floats]:
    """The mean of the observations behind each step less that of those before it."""
    rows = []
    for at in range(1, len(levels)):
        before, behind = np.arange(len(levels)) < at, np.arange(len(levels)) >= at
        rows.append(np.where(before, -n / n[before].sum(), n / n[behind].sum()))
    return [f"C {at + 1}" for at in range(len(rows))], np.array(rows)


def _grand(levels: list[str], n: Floats) -> tuple[list[str], Floats]:
    """Each mean less that of all observations."""
    return list(levels), np.eye(len(levels)) - n[None, :] / n.sum()


KINDS: dict[str, Kind] = {
    "Dunnett": lambda levels, n: _pairs([(0, j) for j in range(1, len(levels))], levels),
    "Tukey": lambda levels, n: _pairs([(i, j) for i in range(len(levels)) for j in range(i + 1, len(levels))], levels),
    "Sequen": lambda levels, n: _pairs([(j - 1, j) for j in range(1, len(levels))], levels),
    "AVE": _against_others, "Changepoint": _change, "GrandMean": _grand,
}
