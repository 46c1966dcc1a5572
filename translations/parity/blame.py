"""Where a case went wrong, in its own file: the file, the line, what stands there, the error's words and its cure."""
from __future__ import annotations

import linecache
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from translations.parity.flatten import Unlabelled

MOST = 600  # characters of an error's own words
_OTHER_NAME = {"sklearn": "scikit-learn", "yaml": "pyyaml", "cv2": "opencv-python", "PIL": "pillow"}


def blame(error: BaseException, within: Path, function: Callable[..., Any] | None = None) -> str:
    """What is said of an error that a file in the directory `within` raised, or what it calls; where only what
    `function` returned is at fault, that is the place.

    "mycase.py, line 12, `mean(x)`: NameError: name 'mean' is not defined"; without a place where no line of those
    files took part.
    """
    place = _place(error, within)
    if not place and function is not None and isinstance(error, Unlabelled):
        code = function.__code__
        place = _written(Path(code.co_filename), code.co_firstlineno, f"def {code.co_name}")
    said = f"{place}{type(error).__name__}: {own_words(error)}"
    cure = _cure(error)
    return f"{said} ({cure})" if cure else said


def own_words(error: BaseException) -> str:
    """An error's message, in one line."""
    if isinstance(error, SyntaxError):
        return str(error.msg)
    said = str(error.args[0] if isinstance(error, KeyError) and error.args else error).strip() or "no message"
    return "; ".join(line.strip() for line in said.splitlines() if line.strip())[:MOST]


def _place(error: BaseException, within: Path) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return _written(Path(error.filename), error.lineno or 0, error.text or "")
    frames = [frame for frame in traceback.extract_tb(error.__traceback__)
              if Path(frame.filename).is_relative_to(within)]
    if not frames:
        return ""
    last = frames[-1]
    return _written(Path(last.filename), last.lineno or 0, linecache.getline(last.filename, last.lineno or 0))


def _written(file: Path, line: int, code: str) -> str:
    code = code.strip()
    return f"{file.name}, line {line}{f', `{code}`' if code else ''}: "


def _cure(error: BaseException) -> str:
    """What to do about it, where the error itself does not say."""
    if isinstance(error, ModuleNotFoundError) and error.name and "pip install" not in str(error):
        package = error.name.partition(".")[0]
        return f"install it: pip install {_OTHER_NAME.get(package, package)}"
    if isinstance(error, IndentationError):
        return "lines of one block begin in one column"
    return ""
