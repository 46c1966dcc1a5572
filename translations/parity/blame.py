"""Where a case went wrong, in its own file: the file, the line, what stands there, the error's words and its cure."""
from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from translations.parity.cures import cure
from translations.parity.flatten import Unlabelled

MOST = 600  # characters of an error's own words


def blame(error: BaseException, within: Path, function: Callable[..., Any] | None = None) -> str:
    """What is said of an error that a file in the directory `within` raised, or what it calls; where only what
    `function` returned is at fault, that is the place.

    "mycase.py, line 12, `mean(x)`: NameError: name 'mean' is not defined"; without a place where no line of those
    files took part.
    """
    place = _place(error, within)
    if not place and function is not None and isinstance(error, Unlabelled):
        code = function.__code__
        place = Path(code.co_filename), code.co_firstlineno, f"def {code.co_name}", None
    said = f"{_written(*place[:3]) if place else ''}{type(error).__name__}: {own_words(error)}"
    todo = cure(error, place[3], place[2]) if place else cure(error)
    return f"{said} ({todo})" if todo else said


def own_words(error: BaseException) -> str:
    """An error's message, in one line."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    said = str(error.args[0] if isinstance(error, KeyError) and error.args else error).strip() or "no message"
    return "; ".join(line.strip() for line in said.splitlines() if line.strip())[:MOST]


def _place(error: BaseException, within: Path) -> tuple[Path, int, str, FrameType | None] | None:
    """The file, line, code and frame of a case's own that an error came from."""
    if isinstance(error, SyntaxError) and error.filename:
        return Path(error.filename), error.lineno or 0, error.text or "", None
    own = [(frame, line) for frame, line in traceback.walk_tb(error.__traceback__)
           if Path(frame.f_code.co_filename).is_relative_to(within)]
    if not own:
        return None
    frame, line = own[-1]
    return Path(frame.f_code.co_filename), line, linecache.getline(frame.f_code.co_filename, line), frame


def _written(file: Path, line: int, code: str) -> str:
    code = code.strip()
    return f"{file.name}, line {line}{f', `{code}`' if code else ''}: "
