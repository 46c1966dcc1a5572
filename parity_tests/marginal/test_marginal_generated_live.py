"""Marginal means and tables of tests of generated designs against live R: RPARITY_GENERATED of each kind, or a few."""
from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from ..generated import marginal
from ..generated.question import Question, examples
from ..generated.session import Session


@pytest.mark.parametrize("fit", marginal.FITS)
def test_r_says_the_same(live_r: Any, asked: Session, fit: str) -> None:
    @settings(**examples(12))
    @given(marginal.questions(fit))
    def check(question: Question) -> None:
        question.check(asked)

    check()
