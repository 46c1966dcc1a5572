"""What to do about an error in a case's own code, where Python's words do not say: names, places, keys, syntax."""
from __future__ import annotations

import difflib
import re
import sys
import traceback
from collections.abc import Iterable, Iterator
from functools import singledispatch
from importlib.metadata import packages_distributions
from pathlib import Path
from types import FrameType
from typing import Any

from translations import _HOME
from translations.guide.elsewhere import elsewhere

from . import r_cures
from .records import RError

_OTHER_NAME = {"sklearn": "scikit-learn", "yaml": "pyyaml", "cv2": "opencv-python", "PIL": "pillow"}
_USUAL = {"np": "import numpy as np", "pd": "import pandas as pd", "r": "import rparity as r",
          "plt": "import matplotlib.pyplot as plt", "stats": "from scipy import stats",
          "sm": "import statsmodels.api as sm", "smf": "import statsmodels.formula.api as smf",
          "case": "from translations.parity import case", "tol": "from translations.parity import tolerances as tol"}
_OF_R = {"TRUE": "True", "T": "True", "FALSE": "False", "F": "False", "NULL": "None", "Inf": "math.inf",
         "NaN": "math.nan", "NA": "None, or math.nan among numbers", "c": "[1, 2, 3] or np.array([1, 2, 3])",
         "list": "[...] or {...}", "pi": "math.pi", "letters": "string.ascii_lowercase"}
# What R writes and Python does not read, in the order in which a line is searched.
_SIGNS = ((r"^\s*[\w.$]+\s*<-\s|\s->\s*[\w.]+\s*$", "R's x <- 1 is x = 1 here"),
          (r"\|>|%>%", "R's x |> f() is f(x) here, or x.f()"),
          (r"\w\$\w", 'R\'s x$name is x["name"] here'),
          (r"%in%", "R's x %in% y is np.isin(x, y) here"),
          (r"%\*%", "R's x %*% y is x @ y here"),
          (r"%/%", "R's x %/% y is x // y here"),
          (r"\|\||&&", "R's || and && are `or` and `and` here"),
          (r"!(?!=)", "R's !x is `not x` here, ~x for arrays"),
          (r"\bfunction\s*\(", "R's function(x) x + 1 is lambda x: x + 1 here, or def name(x): return x + 1"),
          (r"(?:^|[\w)]\s*)~", "a formula is text here: set it in quotes"),
          (r"\w\[\s*,", "R's x[, 1] is x[:, 0] here, x.iloc[:, 0] of a frame"),
          (r"^\s*(?:\}\s*)?else\s+if\b", "R's else if is elif here"),
          (r"[\u201c\u201d\u2018\u2019]", "quotes are straight here: \" or '"),
          (r"^\s*(?:if|for|while|function|repeat|else|\}\s*else)\b.*\{\s*$",
           "a block begins with a colon here, and its lines are set in: no braces"))
_SAID = (  # by what Python says of a syntax error
    (r"'(.)' was never closed", "write the {0} that closes this {1}"),
    (r"closing parenthesis '(.)' does not match opening parenthesis '(.)'", "close the {2} with {3} before this {1}"),
    (r"unmatched '(.)'", "this {1} closes nothing: take it away, or open one before it"),
    (r"expected ':'", "write the colon at the end of this line: the lines below it are set in"),
    (r"unterminated .*string", "end the text with the quote that begins it"),
    (r"perhaps you meant \"==\"", "an argument's name has no dot and no quotes here: na_rm=True for R's na.rm = TRUE"),
    (r"invalid decimal literal", "a name begins with a letter, and a number is no more than digits: 100 for R's 100L"),
    (r"cannot assign to", "what stands left of = is a name, a part such as x[0], or names with commas"),
    (r"outside function", "set this line in, below the def that it belongs to"),
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"|#.*")
MOST = 8  # names that are listed


_OF_PYTHON = (  # by what Python says of any other error
    (r"required positional argument", "a case takes nothing, or control=None: it makes itself what it needs"),
    (r"^two values are labelled", "give each a name of its own"),
    (r"null bytes", "the file is no text: save it anew, as UTF-8"),
    (r"unicode error", "save the file as UTF-8"),
    (r"relative import with no known parent", "a case finds what lies beside it by its name: from helpers import x"),
    (r"^EOF when reading", "nobody is asked while cases run: write the answer here"),
    (r"^maximum recursion", "what is called here calls itself without end"),
)


@singledispatch
def cure(error: BaseException, frame: FrameType | None = None, line: str = "") -> str:
    """What to do about an error, one sentence; "" where the error itself says it or nothing is known.

    frame, line: where the code of the case was, and what stands there.
    """
    if frame is not None and isinstance(error, TypeError):
        return ""
    return next((said for pattern, said in _OF_PYTHON if re.search(pattern, str(error))), "")


@cure.register
def _(error: RError, frame: FrameType | None = None, line: str = "") -> str:
    return r_cures.cure(str(error))


@cure.register
def _(error: FileNotFoundError, frame: FrameType | None = None, line: str = "") -> str:
    if frame is None or not isinstance(error.filename, str) or Path(error.filename).is_absolute():
        return ""
    place, name = Path(frame.f_code.co_filename).parent, Path(error.filename).name
    if (place / error.filename).is_file():
        return f'a path begins where the command runs; beside this file: Path(__file__).with_name("{name}")'
    near = _meant(name, [file.name for file in place.iterdir()])
    return near or f"there is no {error.filename} beside this file either"


@cure.register
def _(error: ImportError, frame: FrameType | None = None, line: str = "") -> str:
    name = re.search(r"cannot import name '(\w+)'", str(error))
    if not name or error.name not in sys.modules:
        return cure.dispatch(Exception)(error, frame, line)
    module = sys.modules[error.name]
    return _meant(name[1], getattr(module, "__all__", dir(module)))


@cure.register
def _(error: ModuleNotFoundError, frame: FrameType | None = None, line: str = "") -> str:
    if not error.name or "pip install" in str(error):
        return ""
    package = error.name.partition(".")[0]
    if meant := _meant(package, {*packages_distributions(), *sys.stdlib_module_names, *_OTHER_NAME}, cutoff=0.85):
        return meant
    return f"install it: pip install {_OTHER_NAME.get(package, package)}"


@cure.register
def _(error: NameError, frame: FrameType | None = None, line: str = "") -> str:
    if isinstance(error, UnboundLocalError):
        return "give it a value before this line: what a function assigns anywhere is its own throughout"
    name = str(error.name)
    if name in _OF_R:
        return f"R's {name} is {_OF_R[name]} here"
    if name in _USUAL or name in sys.stdlib_module_names:
        return f"write at the top: {_USUAL.get(name, f'import {name}')}"
    if name in _HOME:
        return f"write r.{name}, and at the top: import rparity as r"
    if entry := elsewhere().get(name):
        return f"for R's {entry.title} write {entry.use.splitlines()[-1].strip()}: rparity guide {entry.title}"
    known = {**frame.f_builtins, **frame.f_globals, **frame.f_locals} if frame else {}
    return _meant(name, known) or f"give {name} a value before this line, or import it"


@cure.register
def _(error: AttributeError, frame: FrameType | None = None, line: str = "") -> str:
    told = error.obj is None or "are functions here" in str(error)
    return "" if told else _meant(error.name or "", dir(error.obj))


@cure.register
def _(error: IndexError, frame: FrameType | None = None, line: str = "") -> str:
    sizes = [f"{name} has {len(value)}, {name}[0] to {name}[{len(value) - 1}]" if len(value) else f"{name} is empty"
             for name, value in _subscripted(frame, line) if hasattr(value, "__len__") and not hasattr(value, "keys")]
    return "; ".join([*sizes, "places are counted from 0: R's x[1] is x[0] here"])


@cure.register
def _(error: KeyError, frame: FrameType | None = None, line: str = "") -> str:
    key = error.args[0] if error.args else None
    for name, value in _subscripted(frame, line):
        keys = list(map(str, value.keys())) if hasattr(value, "keys") else []
        if keys and str(key) not in keys:
            more = f" and {len(keys) - MOST} more" if len(keys) > MOST else ""
            return _meant(str(key), keys) or f"{name} has {', '.join(keys[:MOST])}{more}"
    labels = _labels(error)
    return _meant(str(key), labels) or (f"there are {', '.join(labels[:MOST])}" if labels else "")


def _labels(error: KeyError) -> list[str]:
    """The labels among which pandas looked in vain, of an error that it raised."""
    for frame, _ in reversed([*traceback.walk_tb(error.__traceback__)]):
        index: Any = frame.f_locals.get("self")
        if hasattr(index, "get_loc") and hasattr(index, "nlevels"):
            return list(map(str, index))
    return []


@cure.register
def _(error: SyntaxError, frame: FrameType | None = None, line: str = "") -> str:
    text = _TEXT.sub('""', error.text or "")
    if isinstance(error, IndentationError):
        return "lines of one block begin in one column"
    for sign, said in _SIGNS:
        if re.search(sign, text):
            return said
    if not error.filename or "unicode error" in str(error.msg):
        return cure.dispatch(Exception)(error, frame, line)
    for pattern, said in _SAID:
        if found := re.search(pattern, str(error.msg)):
            first, *others = found.groups() or ("",)
            return said.format(_CLOSING.get(first, ""), first, *others, *(_CLOSING[one] for one in others))
    return _unread(error) if error.msg == "invalid syntax" else ""


def _unread(error: SyntaxError) -> str:
    """Of a line that Python does not read, with no more said: a bracket that is open there, else what it stops at."""
    text, at = error.text or "", (error.offset or 1) - 1
    open_ones: list[str] = []
    for letter in _TEXT.sub(lambda found: " " * len(found[0]), text[:at]):
        if letter in _CLOSING:
            open_ones.append(letter)
        elif open_ones and letter == _CLOSING[open_ones[-1]]:
            open_ones.pop()
    what = text[at : (error.end_offset or 0) - 1].strip() or text[at:].split(maxsplit=1)[0] if text[at:].strip() else ""
    if open_ones and not what.isidentifier():
        return f"close the {open_ones[-1]} with {_CLOSING[open_ones[-1]]} before {what or 'the end of the line'}"
    if not what:
        return "the line ends too early: write what is to follow"
    return f"Python cannot read on at {what}: a comma, an operator, a quote or a bracket is missing before it"


def _meant(name: str, known: Iterable[str], cutoff: float = 0.7) -> str:
    own = [one for one in known if not one.startswith("_")]
    close = difflib.get_close_matches(name, own, n=1, cutoff=cutoff)
    return f"did you mean {close[0]}?" if close else ""


def _subscripted(frame: FrameType | None, line: str) -> Iterator[tuple[str, Any]]:
    """The variables that a line takes a part of, by name and value."""
    known = {**frame.f_globals, **frame.f_locals} if frame else {}
    for name in dict.fromkeys(re.findall(r"([A-Za-z_]\w*)\[", line)):
        if name in known:
            yield name, known[name]
