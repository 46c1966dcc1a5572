"""Tidy frames: p values where lmerTest has them, names where rows have them."""

from __future__ import annotations

from typing import Any

import pytest

import translations as r

SLEEP = r.sleepstudy()


@pytest.fixture(scope="module")
def slopes() -> Any:
    return r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)


def test_lmertest_adds_p_values_to_tidy_frames(slopes: Any) -> None:
    assert "p.value" not in r.tidy(slopes)
    with r.options(lmerTest=True):
        assert list(r.tidy(slopes, effects="fixed").columns)[-2:] == ["df", "p.value"]


def test_rows_that_have_names_keep_them() -> None:
    named = SLEEP.head(30).set_axis([f"r{i}" for i in range(30)])
    assert list(r.augment(r.lm("Reaction ~ Days", named))[".rownames"])[:2] == ["r0", "r1"]
