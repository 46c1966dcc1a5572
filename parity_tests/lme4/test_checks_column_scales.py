"""What is said of columns on very different scales."""

from __future__ import annotations

import json

import numpy as np
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4 import checks
from translations.lme4.control import LmerControl

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())


@pytest.mark.parametrize("number", range(len(STORED["scales"])))
def test_what_is_said_of_the_columns_scales(number: int) -> None:
    stored = STORED["scales"][number]
    X = np.array(stored["X"], dtype=float).T
    if not stored["warns"][0]:
        assert checks.check_scale(X, r.lmerControl(check_scaleX="stop")) is None
    else:
        with pytest.warns(r.ScaleWarning, match="very different scales"):
            assert checks.check_scale(X, LmerControl()) is not None
        with pytest.raises(ValueError, match="very different scales"):
            checks.check_scale(X, r.lmerControl(check_scaleX="stop"))
        assert checks.check_scale(X, r.lmerControl(check_scaleX="ignore")) is None
        binary = np.column_stack([X[:, 0] > 7.0, X])  # columns of zeros and ones are left out
        with pytest.warns(r.ScaleWarning):
            checks.check_scale(binary, LmerControl())


def test_columns_of_zeros_and_ones_have_no_scale() -> None:
    rare = np.zeros((2_000_000, 1))
    rare[0] = 1.0
    assert checks.check_scale(rare, r.lmerControl(check_scaleX="stop")) is None
