"""Calls that cannot be answered, one a line in `bad_calls.txt`, over the public functions: each stops in our own words.

The words name what was given and is not there, in no private name and in no other library's message.
"""
from __future__ import annotations

import re
import traceback
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rparity as r

CALLS = (Path(__file__).parent / "bad_calls.txt").read_text(encoding="utf-8").splitlines()
WRONG = ("nope", "zz", "Dayz", "herdd", "999", "'w'")  # what is not there, in the calls
PACKAGE = Path(r.__file__).parent / "translations"


@pytest.fixture(scope="module")
def scope() -> Iterator[dict[str, Any]]:
    """What the calls speak of: data d and cb; models m, p (another's), g, f, l; means e."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        d = r.sleepstudy().assign(phase=lambda d: pd.Categorical(np.array(["a", "b", "c"])[d.Days.astype(int) // 4]))
        cb = r.load("cbpp")
        f = r.lmer("Reaction ~ phase + (1 | Subject)", d)
        yield {"r": r, "np": np, "pd": pd, "d": d, "cb": cb, "f": f, "l": r.lm("Reaction ~ phase", d),
               "m": r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), "e": r.emmeans(f, "phase"),
               "p": r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes()),
               "g": r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cb, "binomial")}


@pytest.mark.filterwarnings("ignore")
def test_bad_calls_stop_in_words_of_our_own(scope: dict[str, Any], tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert len(CALLS) > 250
    faults = [f"{call}: {fault}" for call in CALLS if (fault := fault_of(call, scope))]
    assert not faults, "\n".join(faults)


def fault_of(call: str, scope: dict[str, Any]) -> str:
    """What is wrong with how a call stops; "" where nothing is."""
    try:
        found = eval(call, scope)
    except (ValueError, KeyError, TypeError, FileNotFoundError) as error:
        said = str(error.args[0]) if isinstance(error, KeyError) else str(error)
        place = Path(traceback.extract_tb(error.__traceback__)[-1].filename)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    else:
        return f"was answered: {found!r:.60}"
    if not place.is_relative_to(PACKAGE):
        return f"the words are those of {place}: {said}"
    if private := re.search(r"(?<![\w.'\"])_[A-Za-z]\w*|translations\.\w+|<(?:function|lambda|class)", said):
        return f"{private[0]} is private: {said}"
    if not 12 <= len(said) <= 700:
        return f"says too little, or too much: {said}"
    unnamed = [word for word in WRONG if word in call and word.strip("'") not in said]
    return f"does not name {unnamed[0]}: {said}" if unnamed else ""
