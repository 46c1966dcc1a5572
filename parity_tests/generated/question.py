"""One question, asked in R and in Python: two scripts made from one description, their answers, and how they differ.

Each script is whole: the data stand in it as literals, so what a failure prints can be pasted into `Rscript` and
`python`. What is compared is what these very scripts answer: R's last value, a named list, and Python's `answer`.
"""
from __future__ import annotations

import os
import textwrap
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import HealthCheck, assume

from translations.parity.compare import match, show
from translations.parity.flatten import Values, flatten, item_of
from translations.parity.records import RError
from translations.parity.tolerances import EXACT, Tolerance

from .session import RDied, Session

# RPARITY_GENERATED=N: a long run, N fresh examples of each kind; without it a few, always the same ones.
LONG = int(os.environ.get("RPARITY_GENERATED", "0"))
PYTHON_START = "import numpy as np\nimport pandas as pd\n\nimport translations as r\n\nnan = float('nan')\n"
REFUSALS = (ValueError, KeyError, TypeError)


def examples(few: int) -> dict[str, Any]:
    """Settings of Hypothesis: `few` examples, the same in every run, or RPARITY_GENERATED fresh ones."""
    return {"max_examples": LONG or few, "derandomize": not LONG, "deadline": None, "database": None,
            "suppress_health_check": list(HealthCheck)}


@dataclass(frozen=True)
class Refused:
    """An error in place of an answer. `crash`: not one of the kinds that tell a user what is wrong."""

    message: str
    crash: bool = False

    def __str__(self) -> str:
        return f"Error: {self.message}"


@dataclass(frozen=True)
class Question:
    """Two scripts with one meaning.

    r, python   the scripts; R's answer may hold `discard`, TRUE where its numbers mean nothing (a perfect fit)
    tolerance   of each item of the answer; one that is not named is compared exactly
    not_above   items of which ours may be lower than R's, by anything, or higher by this share of R's
    stricter    parts of messages with which we refuse what R answers, each with the reason why
    wider       parts of messages with which R refuses what we answer, likewise
    """

    r: str
    python: str
    tolerance: Mapping[str, Tolerance] = field(default_factory=dict)
    not_above: Mapping[str, float] = field(default_factory=dict)
    stricter: Mapping[str, str] = field(default_factory=dict)
    wider: Mapping[str, str] = field(default_factory=dict)

    def check(self, live: Session) -> None:
        """Ask both. Raises AssertionError with both scripts and both outputs where the answers differ."""
        theirs, ours = self._in_r(live), self._in_python()
        if isinstance(theirs, dict) and theirs.pop("discard", False):
            assume(False)
        if wrong := self._differences(ours, theirs):
            raise AssertionError(self._explain(wrong, ours, live))

    def _in_r(self, live: Session) -> Values | Refused:
        try:
            return live.values(self.r)
        except RDied:
            assume(False)
            raise
        except RError as error:
            return Refused(str(error))

    def _in_python(self) -> Values | Refused:
        names: dict[str, Any] = {"__name__": "generated_script"}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                exec(compile(PYTHON_START + self.python, "<script>", "exec"), names)
            return flatten(names["answer"])
        except Exception as error:
            text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
            return Refused(f"{type(error).__name__}: {text}", crash=not isinstance(error, REFUSALS) or not text)

    def _differences(self, ours: Values | Refused, theirs: Values | Refused) -> list[str]:
        if isinstance(ours, Refused):
            known = any(part in ours.message for part in self.stricter)
            answered = not isinstance(theirs, Refused) and not known
            return ["we crash" if ours.crash else "we refuse what R answers"] * (ours.crash or answered)
        if isinstance(theirs, Refused):
            return ["R refuses what we answer"] * (not any(part in theirs.message for part in self.wider))
        wrong = []
        for label, share in self.not_above.items():
            got, expected = float(ours.pop(label)), float(theirs.pop(label))
            if got > expected + share * abs(expected):
                wrong.append(f"{label}: {got!r} is above R's {expected!r}")
        items = {**dict.fromkeys(map(item_of, [*ours, *theirs]), EXACT), **self.tolerance}
        return wrong + [str(one) for one in match(ours, theirs, items, "default").short]

    def _explain(self, wrong: Sequence[str], ours: Values | Refused, live: Session) -> str:
        more = [f"... and {len(wrong) - 8} more"] if len(wrong) > 8 else []
        mine = str(ours) if isinstance(ours, Refused) else "\n".join(f"{k} = {show(v)}" for k, v in ours.items())
        parts = {"R": self.r, "R's output": live.eval(self.r), "Python": PYTHON_START + self.python, "its output": mine}
        return "\n".join([*wrong[:8], *more, *(f"--- {name}\n{textwrap.indent(text, '    ')}"
                                               for name, text in parts.items())])
