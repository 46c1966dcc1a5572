"""A table of ranked models, and its text: R's class model.selection, of the package MuMIn."""
from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Style, render
from translations.printing.frames import data_frame
from translations.printing.layout import text_matrix
from translations.printing.models import call_lines
from translations.printing.tables import Call
from translations.printing.text import abbreviate, fill
from translations.printing.values import Values, encode_values

ABBREVIATED, OF_A_WORD = 6, 3  # MuMIn's lengths of a term's title, and of a word in it at least


class ModelSelection(pd.DataFrame):
    """Models ranked by a criterion, best first, with coefficients by term. `str()` is R's text, also of chosen rows.

    terms: the columns that are coefficients;  rank: the criterion;  call: of the model that all come of;
    random: labels of the random-effects terms, which all models have;  origin: what the models come of
    """

    _metadata = ["terms", "rank_by", "call", "random", "origin"]
    terms: Sequence[str] = ()
    rank_by: str = ""
    call: Call | None = None
    random: Sequence[str] = ()
    origin: Any = None

    @property
    def _constructor(self) -> type[ModelSelection]:
        return ModelSelection

    def __finalize__(self, other: Any, method: str | None = None, **kwargs: Any) -> ModelSelection:
        """Weights of chosen rows are of these alone, as R's are."""
        made: ModelSelection = super().__finalize__(other, method=method, **kwargs)  # type: ignore[misc]
        if isinstance(other, ModelSelection) and len(made) < len(other) and "weight" in made.columns and len(made):
            weight = made["weight"].to_numpy(float)
            made.isetitem(list(made.columns).index("weight"), weight / weight.sum())
        return made

    def __str__(self) -> str:
        return "\n".join(render(self, Style()))

    def __repr__(self) -> str:
        return f"<ModelSelection of {len(self)} models by {self.rank_by}>"


@render.register(ModelSelection)
def _lines(x: ModelSelection, style: Style) -> list[str]:
    if x.call is None or not set(x.terms) <= set(x.columns):
        return data_frame(pd.DataFrame(x), style)
    first, *rest = call_lines(x.call)
    shown = [name for name in x.columns if not x[name].isna().all()]
    titles = dict(zip(x.terms, abbreviated(x.terms), strict=True))
    decimals = {"df": 0, "logLik": 3, x.rank_by: 1, "delta": 2, "weight": 3}
    cells = np.array([_cells(x[name], decimals.get(name), style) for name in shown], dtype=object).T
    table = text_matrix(cells, style, [str(number) for number in x.index], [titles.get(name, name) for name in shown],
                        right_justify=True)
    filled = fill(dict.fromkeys(x.random), style.width - 2, ", ")
    random = ["Random terms (all models): ", *(f"  {line}" for line in filled), ""] if x.random else []
    return [f"Global model call: {first}", *rest, "---", "Model selection table ", *table,
            f"Models ranked by {x.rank_by}(x) ", *random]


def _cells(column: pd.Series, decimals: int | None, style: Style) -> list[str]:
    """A column's texts, "" for what is missing: coefficients to four significant digits, else so many decimals."""
    known = column[column.notna()]
    if any(isinstance(one, str) for one in known):
        return [str(one) if there else "" for one, there in zip(column, column.notna(), strict=True)]
    numbers = known.to_numpy(float)
    rounded = [float(f"{one:.4g}") for one in numbers] if decimals is None else list(np.round(numbers, decimals))
    texts = iter(encode_values(Values("double", np.array(rounded), np.zeros(len(rounded), bool)), style.digits,
                               style.scipen, ""))
    return [next(texts) if there else "" for there in column.notna()]


def abbreviated(terms: Sequence[str]) -> list[str]:
    """Titles of terms: words shortened, `I()` and names of arguments left out. R: MuMIn's own."""
    parts = [_parts(re.sub(r"([(,]) *\w+ *= *", r"\1", term)) for term in terms]
    words = list(dict.fromkeys(part for one in parts for part in one if re.search("[A-Za-z]", part)))
    signs = {part for one in parts for part in one} - set(words)
    left = ABBREVIATED - max((one.count(sign) * len(sign) for one in parts for sign in signs), default=0)
    most = max((sum(part in words for part in one) for one in parts), default=1)
    short = dict(zip(words, abbreviate(words, int(max(left / max(most, 1), OF_A_WORD))), strict=True))
    return ["".join(short.get(part, part) for part in one) for one in parts]


def _parts(term: str) -> list[str]:
    """The words and signs of a term, without blanks and without an `I()` around all of it."""
    parts = re.findall(r"[A-Za-z0-9]+|[^A-Za-z0-9]", term)
    if len(parts) > 3 and parts[:2] == ["I", "("] and parts[-1] == ")":
        parts = parts[2:-1]
    return [part for part in parts if part != " "]
