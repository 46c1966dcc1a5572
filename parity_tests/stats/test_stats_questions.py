"""Written and generated questions about linear models and t-tests: values, texts and refusals as R answered once."""
from __future__ import annotations

import math
import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.parity.flatten import Values, flatten, item_of
from translations.random import RStream
from translations.stats.hypothesis_tests.t_test import TTest

from .ask import Asked, written
from .designs import hostile, mixture, stored

ANSWERS, GENERATED = stored("questions.json"), stored("generated_questions.json")
QUESTIONS = {one.key: one for one in written()}

# Least squares by another QR routine: 1e-16 times the condition number, which the generated designs have up to 1e6 of.
# Where a value is a difference of larger ones its error scales with the largest of its item. P-values multiply a
# statistic's error by its log-slope, and are compared each by itself.
LINALG = 1e-9


def part(h: TTest) -> dict[str, Any]:
    return {"statistic": h.statistic, "parameter": h.parameter, "p.value": h.p_value, "stderr": h.stderr,
            "estimate": h.estimate, "null.value": h.null_value, "method": h.method, "interval": h.conf_int,
            "level": h.conf_level}


def names() -> dict[str, Any]:
    """What the Python side of a question may use."""
    ours = {name: getattr(r, name) for name in dir(r) if not name.startswith("_")}
    data = {"mixture": mixture(), "gaps": mixture("gaps"), "hostile": hostile().copy()}
    return {**ours, **data, "np": np, "pd": pd, "part": part, "r": r, "RStream": RStream, "nan": math.nan}


@cache
def prepared(lines: tuple[str, ...]) -> dict[str, Any]:
    space = names()
    for line in lines:
        exec(line, space)
    return space


def labelled(value: Any) -> Values:
    if isinstance(value, dict):
        return flatten({f"value${key}": inner for key, inner in value.items()})
    return flatten({"value": value})


def check(ours: Values, theirs: Values) -> None:
    assert list(ours) == list(theirs) or set(ours) == set(theirs)
    scales: dict[str, float] = {}
    for label, value in theirs.items():
        if isinstance(value, (int, float)) and not is_area(label):
            scales[item_of(label)] = max(scales.get(item_of(label), 0.0), abs(value))
    for label, value in theirs.items():
        if isinstance(value, (bool, str)) or isinstance(ours[label], (bool, str)):
            assert ours[label] == value, label
        else:
            floor = 0.0 if is_area(label) else LINALG * 1e-3 * scales[item_of(label)]
            assert math.isclose(ours[label], value, rel_tol=LINALG, abs_tol=floor), (label, ours[label], value)


def is_area(label: str) -> bool:
    return "Pr(" in label or label.endswith("p.value")


@pytest.mark.parametrize("key", ANSWERS, ids=lambda key: key.rpartition("; ")[2])
def test_written(key: str) -> None:
    one, theirs = QUESTIONS[key], ANSWERS[key]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        space = prepared(tuple(python for _, python in one.prepared))
        if "refused" in theirs:
            with pytest.raises((ValueError, KeyError)):
                eval(one.asked[1], space)
            return
        ours = eval(one.asked[1], space)
    if one.shown:
        assert r.console(ours).rstrip("\n") == theirs["values"]["value"].rstrip("\n")
    else:
        check(labelled(ours), theirs["values"])


def test_every_question_is_answered() -> None:
    assert list(QUESTIONS) == list(ANSWERS) and all(isinstance(one, Asked) for one in QUESTIONS.values())


@pytest.mark.parametrize("at", range(len(GENERATED)), ids=lambda at: f"{GENERATED[at]['kind']}-{at}")
def test_generated(at: int) -> None:
    one, space = GENERATED[at], names()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "refused" in one:
            with pytest.raises((ValueError, KeyError)):
                exec(one["python"], space)
            return
        exec(one["python"], space)
        check(flatten(space["answer"]), one["values"])
