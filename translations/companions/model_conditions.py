"""Which submodels are wanted: the `subset` of MuMIn's dredge, an expression of terms or a frame of pairs."""
from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.stats.language.collation import collated
from translations.stats.language.expressions import Call, Constant, Name, Node, deparse, read

Allowed = Callable[[set[str]], bool]


def condition(subset: Any, labels: Sequence[str]) -> Allowed:
    """Whether a model of these terms, a set of labels, is wanted. Raises ValueError for what is no condition on labels.
    """
    if subset is None:
        return lambda there: True
    if isinstance(subset, str):
        node = read(subset)
        _holds(node, set(), labels)  # names what is no term
        return lambda there: _holds(node, there, labels)
    if isinstance(subset, pd.DataFrame) and subset.shape[0] == subset.shape[1]:
        return _pairs(subset, labels)
    raise ValueError("subset must be an expression of terms as text, such as '!(a && b)', or a square frame of truth "
                     f"values, not {subset!r:.60}")


def _pairs(subset: pd.DataFrame, labels: Sequence[str]) -> Allowed:
    names = [str(one) for one in subset.index]
    if names != [str(one) for one in subset.columns]:
        raise ValueError("the frame of subset must have the same terms as rows and as columns")
    if wrong := [one for one in names if one not in labels]:
        raise ValueError(f"subset names no term of the model: {', '.join(wrong)}; there are {', '.join(labels)}")
    below = np.tril(~subset.to_numpy(bool), -1)
    apart = [{names[i], names[j]} for i, j in zip(*np.nonzero(below), strict=True)]
    return lambda there: not any(pair <= there for pair in apart)


def _holds(node: Node, there: set[str], labels: Sequence[str]) -> bool:
    """The truth of an expression where these terms are there."""
    label = ":".join(collated(deparse(node).replace("`", "").split(":")))
    if label in labels:
        return label in there
    if isinstance(node, Constant) and isinstance(node.value, bool):
        return node.value
    if isinstance(node, Name) and node.id in ("T", "F"):
        return node.id == "T"
    if isinstance(node, Call):
        parts = [_holds(one, there, labels) for one in node.args]
        if node.function in ("(", "{", "!") and len(parts) == 1:
            return parts[0] != (node.function == "!")
        if node.function in ("&", "&&", "|", "||") and len(parts) == 2:
            return all(parts) if node.function[0] == "&" else any(parts)
        if node.function == "xor" and len(parts) == 2:
            return parts[0] != parts[1]
        if node.function == "dc" and parts:  # a term only where those before it are
            return all(first or not later for first, later in zip(parts, parts[1:], strict=False))
    raise ValueError(f"subset names no term of the model: {deparse(node)}; there are {', '.join(labels)}, and of them "
                     "!, &, |, xor() and dc()")
