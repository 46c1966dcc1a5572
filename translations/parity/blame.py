"""Where a case went wrong, in its own file: the file, the line, what stands there, the error's words and its cure."""
from __future__ import annotations

import inspect
import linecache
import re
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from .cures import cure

MOST = 600  # characters of an error's own words


def blame(error: BaseException, within: Path, of: Callable[..., Any] | Path | None = None) -> str:
    """What is said of an error that a file in the directory `within` raised, or what it calls. Where no line of it took
    part, the place is `of`: the function that was called in vain or returned what has no labels, or the file.

    "mycase.py, line 12, `mean(x)`: NameError: name 'mean' is not defined"; without a place where no line of those
    files took part.
    """
    place = _place(error, within)
    if not place and callable(of) and isinstance(error, TypeError):
        code = of.__code__
        place = Path(code.co_filename), line_of(of), f"def {code.co_name}", None
    said = f"{_written(*place[:3]) if place else ''}{type(error).__name__}: {own_words(error)}"
    if not place and isinstance(of, Path) and of.name not in said:
        said = f"{of.name}: {said}"
    todo = cure(error, place[3], place[2]) if place else cure(error)
    return f"{said} ({todo})" if todo else said


def line_of(function: Callable[..., Any]) -> int:
    """The line of its `def`, below decorators."""
    lines, first = inspect.getsourcelines(function)
    return first + next((i for i, line in enumerate(lines) if re.match(r"\s*(async\s+)?def\b", line)), 0)


def own_words(error: BaseException) -> str:
    """An error's message, in one line."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    said = str(error.args[0] if isinstance(error, KeyError) and error.args else error).strip() or "no message"
    return "; ".join(line.strip() for line in said.splitlines() if line.strip()).replace(":; ", ": ")[:MOST]


def _place(error: BaseException, within: Path) -> tuple[Path, int, str, FrameType | None] | None:
    """The file, line, code and frame of a case's own that an error came from."""
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno or 0, error.text or "", None
    own = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)
           if Path(frame.f_code.co_filename).is_relative_to(within)]
    if not own:
        return None
    frame, line = own[-1]
    if isinstance(error, RecursionError):  # the line that calls again, not the one at which there was no more room
        (_, line), _ = Counter((one.f_code, at) for one, at in own).most_common(1)[0]
        frame = next(one for one, at in own if at == line)
    return Path(frame.f_code.co_filename), line, linecache.getline(frame.f_code.co_filename, line), frame


def _written(file: Path, line: int, code: str) -> str:
    code = code.strip()
    return f"{file.name}, line {line}{f', `{code}`' if code else ''}: "
