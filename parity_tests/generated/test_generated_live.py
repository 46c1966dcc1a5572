"""Generated models, data, tests, draws and objects against live R, in one session: RPARITY_GENERATED of each kind."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from . import linear, mixed, streams
from .question import Question, examples
from .session import Session

Kind = tuple[st.SearchStrategy[Question], int]

KINDS: dict[str, Kind] = {
    "mixed models at one theta": (st.builds(mixed.at_one_theta, mixed.models(), mixed.SIZES), 30),
    "mixed models at the optimum": (st.builds(mixed.at_the_optimum, mixed.models()), 15),
    "predictions": (st.builds(mixed.predictions, mixed.models(), mixed.SIZES, st.booleans()), 20),
    "terms of mixed models": (st.builds(mixed.terms, mixed.models(), mixed.SIZES), 15),
    "simulations": (st.builds(mixed.simulations, mixed.models(), mixed.SIZES, st.integers(0, 99)), 15),
    "text of mixed models": (st.builds(mixed.texts, mixed.models(), mixed.SIZES), 15),
    "linear models": (linear.models(), 30),
    "text of linear models": (linear.models(linear.TEXTS), 20),
    "t-tests": (linear.t_tests(), 50),
    "random streams": (streams.draws(), 80),
}


@pytest.mark.parametrize("kind", KINDS)
def test_r_says_the_same(live_r: Any, asked: Session, kind: str) -> None:
    questions, few = KINDS[kind]

    @settings(**examples(few))
    @given(questions)
    def check(question: Question) -> None:
        question.check(asked)

    run: Callable[[], None] = check
    run()
