"""`console(x)`: the text that R prints for x. `render` dispatches; whoever defines a class registers it there."""
from __future__ import annotations

from contextlib import nullcontext
from functools import singledispatch
from html import escape
from typing import Any

import numpy as np

from translations.settings import options

from .style import Style, words_of


def console(x: Any, digits: int | None = None, width: int | None = None, scipen: int | None = None,
            max_print: int = 99999, release: str | None = None) -> str:
    """What R's console prints for `x`, without the last line's end. R: base::print, as `capture.output(print(x))`
    catches it.

    x        a number, text, truth value; a list or array of them; a Series (named vector unless it has the default
             index), a frame (data frame), Vector, Matrix, Tibble; a dict (list); a model, summary or test
    digits, width, scipen, max_print   R's options; the first three are those of `options()` unless given
    release  whose words: what `options(lme4=)` takes and has unless given, or "chapter", the R that printed the chapter

    Returns text of one or more lines.

    Raises ValueError for an unknown release, an option that R would not take, or a class that nobody registered with
    `render`.

    >>> print(r.console([1.5, 2.25, None]))
    [1] 1.50 2.25   NA
    """
    if isinstance(max_print, bool) or not isinstance(max_print, int | np.integer):
        raise ValueError(f"max_print must be a whole number, not {max_print!r}")
    given = {"digits": digits, "width": width, "scipen": scipen}
    with options({name: value for name, value in given.items() if value is not None}):
        with words_of(release) if release is not None else nullcontext():
            return "\n".join(render(x, Style(max_print=max_print)))


@singledispatch
def render(x: Any, style: Style) -> list[str]:
    """The lines that R prints for `x`."""
    raise ValueError(f"the console cannot print an object of class {type(x).__name__!r}")


@singledispatch
def as_html(x: Any) -> str:
    """What a notebook shows for `x`: its text, or the tables that are registered for its class."""
    return f"<pre>{escape(str(x))}</pre>"
