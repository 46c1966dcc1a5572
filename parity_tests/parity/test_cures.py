"""Errors of a case's own code: each is given its cure, and none of another error's."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from translations.parity.blame import blame

HEAD = """import numpy as np
import pandas as pd
def wrong():
    weights, frame = [4.2, 3.9], pd.DataFrame({"Reaction": [1.0], "Days": [0]})
"""
# What the line is, and what is said after the error's own words.
RAISED = {
    "return wieghts": "did you mean weights?",
    "return len(weigths)": "did you mean weights?",
    "return math.pi": "write at the top: import math",
    "return plt.plot(weights)": "write at the top: import matplotlib.pyplot as plt",
    "return r.lmer()": "write at the top: import rparity as r",
    "return lmer('y ~ x', frame)": "write r.lmer, and at the top: import rparity as r",
    "return median(weights)": "for R's median write .*: rparity guide median",
    "return TRUE": "R's TRUE is True here",
    "return qqqqq": "give qqqqq a value before this line, or import it",
    "total += 1": "give it a value before this line",
    "return np.meen(weights)": "did you mean mean?",
    "return weights[2]": r"weights has 2, weights\[0\] to weights\[1\]; places are counted from 0",
    "return [][0]": "places are counted from 0",
    "return np.zeros(3)[3]": "places are counted from 0",
    "return frame['Reactoin']": r"did you mean Reaction\?",
    "return frame['zzz']": "frame has Reaction, Days",
    "return {'a': 1}['b']": "",
    "import numpyy": r"did you mean numpy\?",
    "import panda": r"did you mean pandas\?",
    "import sklearn_of_nobody": "install it: pip install sklearn_of_nobody",
    "return 1 / 0": "",
}
READ = {
    "return [1, (2]": r"close the \( with \) before this \]",
    "return [1, 2": r"write the \] that closes this \[",
    "return np.mean(weights))": r"this \) closes nothing",
    "if weights": "write the colon at the end of this line",
    "return 'a": "end the text with the quote that begins it",
    "return frame$Days": r'R\'s x\$name is x\["name"\] here',
    "f = function(x) x + 1": r"lambda x: x \+ 1",
    "y <- frame$Days": "R's x <- 1 is x = 1 here",
    "else if weights:": "R's else if is elif here",
    "return \u201ca\u201d": "quotes are straight here",
    "if (weights) {": "a block begins with a colon here",
    "return 1 %in% weights": "np.isin",
    "return weights |> np.mean()": r"f\(x\) here",
    "return !weights": "`not x` here",
    "return r.lmer(Reaction ~ Days, frame)": "set it in quotes",
    "return frame[, 1]": r"x\[:, 0\]",
    "return np.mean(weights, na.rm=True)": "na_rm=True",
    "return 100L": "100 for R's 100L",
    "return 1 +": "the line ends too early",
    "return 5 5": "Python cannot read on at 5",
    "True = 1": "left of = is a name",
    "return {": r"write the \} that closes this \{",
}


def said_of(line: str, place: Path) -> str:
    file = place / "wrong.py"
    file.write_text(f"{HEAD}    {line}\n" + ("    total = 0\n" if line.startswith("total") else ""))
    space: dict[str, object] = {}
    try:
        exec(compile(file.read_text(), str(file), "exec"), space)
        space["wrong"]()  # type: ignore[operator]
    except BaseException as error:
        return blame(error, place)
    raise AssertionError(f"{line} raised nothing")


@pytest.mark.parametrize("line", [*RAISED, *READ])
def test_the_cure(line: str, tmp_path: Path) -> None:
    said, cure = said_of(line, tmp_path), {**RAISED, **READ}[line]
    assert said.startswith("wrong.py, line "), said
    assert re.search(rf" \(.*{cure}.*\)$", said) if cure else not said.endswith(")"), said


def test_a_sign_within_text_is_no_mistake_of_r(tmp_path: Path) -> None:
    assert "x = 1" not in said_of("return 'y <- 1' 5", tmp_path)
    assert "quotes" not in said_of("return ['a ~ b' 5", tmp_path)
