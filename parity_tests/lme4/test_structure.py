"""Random-effects terms: their order, and where an optimizer starts."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.control import LmerControl
from translations.lme4.design import build_design
from translations.lme4.fit import variance_ratio_start
from translations.lme4.formula import split

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())


@pytest.mark.parametrize("stored", STORED["orders"], ids=lambda s: s["terms"][0])
def test_the_order_of_the_terms(stored: dict[str, Any]) -> None:
    four, six, i = np.arange(4), np.arange(6), np.arange(60.0)
    factors = {"a": np.tile(four, 15), "b": np.tile(six, 10), "c": np.repeat(four, 15), "e": np.repeat(six, 10)}
    d = pd.DataFrame(factors).astype(str).assign(y=np.sin(i), x=np.cos(i))
    random = build_design(split("y ~ 1 + " + stored["terms"][0]), d, LmerControl()).random
    assert [term.group for term in random.terms] == [name.partition(".")[0] for name in stored["names"]]
    np.testing.assert_array_equal(random.lower, stored["lower"])
    np.testing.assert_array_equal(random.start, stored["theta"])


def test_where_lme4_starts_from_a_ratio_of_variances_and_where_not() -> None:
    def start(formula: str) -> Any:
        built = build_design(split(formula), r.Penicillin(), LmerControl())
        return variance_ratio_start(built.random, built.frame.response)

    assert start("diameter ~ 1 + (1 | plate) + (1 | sample)") is not None
    assert start("diameter ~ 1 + (1 | plate) + (1 | plate)") is None
