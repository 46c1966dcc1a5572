"""Stored questions: R asked once, its answers compared on every run. `python -m parity_tests.stats.ask` asks (needs R).

questions.txt holds the written ones; the others are the models and t-tests of `parity_tests.generated`.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from parity_tests.generated import linear
from parity_tests.generated.question import PYTHON_START, Question
from parity_tests.generated.session import Session
from translations.parity.records import RError

from .designs import HERE

R_START = f"""here <- "{HERE}"; source(file.path(here, "_read.R"))
mixture <- read_any(here, "mixture"); gaps <- read_any(here, "gaps"); hostile <- read_any(here, "hostile")
part <- function(h) c(h[c("statistic", "parameter", "p.value", "stderr", "estimate", "null.value", "method")],
                      list(interval = as.vector(h$conf.int), level = attr(h$conf.int, "conf.level")))
"""


@dataclass(frozen=True)
class Asked:
    """`prepared` (R, Python) and `asked` (R, Python); `shown`: whether the printed text is wanted, not the values."""

    prepared: tuple[tuple[str, str], ...]
    asked: tuple[str, str]
    shown: bool

    @property
    def key(self) -> str:
        """What tells it from the others."""
        return "; ".join([*(r for r, _ in self.prepared), ("! " if self.shown else "? ") + self.asked[0]])


def both_sides(text: str) -> tuple[str, str]:
    """R and Python of one line: what stands after `=>`, or the formula quoted, `<-` and `se.fit =` rewritten."""
    r, arrow, python = text.partition(" => ")
    if arrow:
        return r, python
    python = r.replace(" <- ", " = ").replace("TRUE", "True").replace("FALSE", "False").replace("NULL", "None")
    python = re.sub(r"(\w+)\.(\w+) = ", r"\1_\2 = ", re.sub(r"= (mixture|gaps|hostile)$", r"= \1.copy()", python))
    python = re.sub(r"\blm\(([^,]+), ", r'lm("\1", ', python)
    python = re.sub(r"\b(weights|subset|offset|na_action) = ([^,)\"]+)(?=[,)])", r'\1 = "\2"', python)
    return r, re.sub(r'weights = "([\d.]+)"', r"weights = \1", python)


def written() -> Iterator[Asked]:
    """The questions of questions.txt."""
    prepared: tuple[tuple[str, str], ...] = ()
    for line in (HERE / "questions.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("= "):
            prepared += (both_sides(line[2:]),)
        elif line.startswith(("? ", "! ")):
            yield Asked(prepared, both_sides(line[2:]), line[0] == "!")
        elif not line:
            prepared = ()


def examples(kind: st.SearchStrategy[Question], number: int) -> list[Question]:
    """`number` questions, the same ones each time."""
    found: list[Question] = []

    @settings(max_examples=number, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
              suppress_health_check=list(HealthCheck))
    @given(kind)
    def collect(question: Question) -> None:
        found.append(question)

    collect()
    return found


def answer(session: Session, code: str) -> dict[str, Any]:
    """R's labelled values, or why it refused."""
    try:
        return {"values": session.values(code)}
    except RError as error:
        return {"refused": str(error)}


def ask_all(folder: Path) -> None:
    """Ask everything, and write questions.json and generated_questions.json to `folder`."""
    session = Session()
    answers = {}
    for one in written():
        last = f"paste(capture.output(print({one.asked[0]})), collapse = '\\n')" if one.shown else one.asked[0]
        code = "\n".join([R_START, *(r for r, _ in one.prepared), f"list(value = {last})"])
        answers[one.key] = answer(session, code)
    kinds = {"model": (linear.models(), 60), "text": (linear.models(linear.TEXTS), 20), "t": (linear.t_tests(), 80)}
    asked = [{"kind": kind, "python": one.python.removeprefix(PYTHON_START), **answer(session, one.r)}
             for kind, (strategy, number) in kinds.items() for one in examples(strategy, number)]
    session.close()
    asked = [one for one in asked if not one.get("values", {}).pop("discard", False)]
    for name, value in (("questions.json", answers), ("generated_questions.json", asked)):
        (folder / name).write_text(json.dumps(value, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    ask_all(HERE)
