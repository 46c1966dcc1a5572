"""The engine against the paper: every model of every suite's cases, at three thetas."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import numpy as np
import pytest

from translations.lme4 import optimum, refit
from translations.lme4.criterion.minimizers import Optimum
from translations.lme4.criterion.pls import PLS
from translations.parity.cases import Case, all_cases

from ..oracle import held_to_the_paper

EVERY = os.environ.get("RPARITY_EVERY_MODEL") == "1"  # not the first model of each case alone: 20 s in place of 2
# InstEval's Z has 303 million entries; all others have less than a million.
CASES = [pytest.param(case, id=f"{suite.name}/{case.name}") for suite, case in all_cases()
         if case.takes_control and case.name != "insteval"]


class SeenEnough(Exception):
    """A case's first model is built; the case need not go on."""


def models_of(case: Case) -> list[PLS]:
    """The cross-products of the models that a case builds, none of which is fitted."""
    seen: list[PLS] = []
    of = PLS.of

    def recorded(*given: Any) -> PLS:
        seen.append(of(*given))
        return seen[-1]

    def unfitted(pls: PLS, *_: Any) -> Optimum:
        if not EVERY:
            raise SeenEnough
        return Optimum(pls.structure.start, 0.0, 0, 0, "", "nloptwrap")

    with pytest.MonkeyPatch.context() as patch, contextlib.suppress(Exception):
        patch.setattr(PLS, "of", recorded)
        for module in (optimum, refit):
            patch.setattr(module, "optimize", unfitted)
        case.run()
    return seen


@pytest.mark.parametrize("case", CASES)
def test_the_models_of_a_case(case: Case) -> None:
    models = models_of(case)
    assert models, "this case takes a control and fits no model"
    for pls in models:
        rng, diagonal = np.random.default_rng(1), pls.structure.diagonal
        somewhere = np.where(diagonal, 1.0, rng.normal(size=len(diagonal))) * rng.uniform(0.3, 1.5, len(diagonal))
        for theta in (pls.structure.start, somewhere, 0.0 * pls.structure.start):
            held_to_the_paper(pls, theta)
