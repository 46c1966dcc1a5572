"""Tidy frames: p values where lmerTest has them, names where rows have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

SLEEP = r.sleepstudy()


def test_lmertest_adds_p_values_to_tidy_frames(slopes: Any) -> None:
    assert "p.value" not in r.tidy(slopes)
    with r.options(lmerTest=True):
        assert list(r.tidy(slopes, effects="fixed").columns)[-2:] == ["df", "p.value"]


def test_rows_that_have_names_keep_them() -> None:
    named = SLEEP.head(30).set_axis([f"r{i}" for i in range(30)])
    assert list(r.augment(r.lm("Reaction ~ Days", named))[".rownames"])[:2] == ["r0", "r1"]


@pytest.mark.parametrize("fit", [
    lambda d: r.lm("y ~ n", d), lambda d: r.lmer("y ~ n + (1 | g)", d), lambda d: r.glm("k ~ n + y", r.poisson, d)])
def test_whole_numbers_stay_whole(fit: Any) -> None:
    """R: <int> where the data have integers, <dbl> of what is calculated from them."""
    d = {"y": [1.5, 2.0, 4.1, 3.9, 5.2, 6.8], "n": [1, 2, 3, 4, 5, 7], "k": [0, 1, 1, 3, 2, 4], "g": list("aabbcc")}
    found = r.augment(fit(pd.DataFrame(d)))
    assert {name: found[name].dtype.kind for name in ("y", "n", ".fitted")} == {"y": "f", "n": "i", ".fitted": "f"}
    assert "k" not in found or found["k"].dtype.kind == "i"
    assert "<int>" in str(found)


def test_days_and_text_stay_what_they_are() -> None:
    """R 4.2: augment(lm(y ~ day + s, d)) has <date> and <chr>, of lmer(y ~ day + s + (1 | g), d) <date> and <fct>."""
    d = pd.DataFrame({"y": [1.5, 2.0, None, 3.9, 5.2, 6.8, 6.1], "s": list("uvuvuuv"), "g": list("aabbccc"),
                      "day": pd.Timestamp("2001-05-01") + pd.to_timedelta([0, 3, 4, 9, 11, 20, 30], "D")})
    found = r.augment(r.lm("y ~ day + s", d))
    assert list(found["day"]) == list(d["day"].drop(2)) and list(found["s"]) == list("uvvuuv")
    assert [kind in str(found) for kind in ("<date>", "<chr>", "<fct>")] == [True, True, False]
    mixed = str(r.augment(r.lmer("y ~ day + s + (1 | g)", d)))
    assert [kind in mixed for kind in ("<date>", "<chr>", "<fct>")] == [True, True, True]  # .rownames is the text


def test_lme4_s_vectors_of_a_generalized_model_hang_together() -> None:
    d = r.load("grouseticks").head(60).assign(exposure=1.0 + np.arange(60.0) % 3)
    m = r.glmer("TICKS ~ 1 + offset(log(exposure)) + (1 | BROOD)", d, r.poisson())
    with pytest.warns(UserWarning, match="hat matrix"):
        rows = r.augment(m)
    mu = rows[".mu"].to_numpy()
    np.testing.assert_allclose(rows[".offset"], np.log(d["exposure"]), rtol=1e-15)
    np.testing.assert_allclose(rows[".sqrtXwt"], np.sqrt(mu), rtol=1e-12)
    np.testing.assert_allclose(rows[".wtres"], r.residuals(m, type="pearson"), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(np.exp(rows[".eta"]), mu, rtol=1e-12)


def test_rows_without_weight_are_not_asked() -> None:
    """broom's numbers, in every release: 0 for leverage, sigma and distance of the second and eighth row."""
    data = {"y": [1.0, 3, 2, 5, 4, 6, 2, 7, 3, 9], "x": np.arange(1.5, 11.0), "a": list("1111122222"),
            "w": [1.0, 0, 2, 1, 1, 1, 1, 0, 1, 2]}
    found = r.augment(r.lm("y ~ x + a", data, weights="w"))
    assert np.allclose(found[".hat"].iloc[[0, 1, 2, 7]], [0.42, 0.0, 0.403636, 0.0], rtol=1e-5, atol=0.0)
    assert np.allclose(found[".sigma"].iloc[[0, 1, 5, 7]], [2.83590, 0.0, 2.25, 0.0], rtol=1e-5, atol=0.0)
    assert np.allclose(found[".cooksd"].iloc[[0, 1, 9]], [0.00832529, 0.0, 1.28103521], rtol=1e-5, atol=0.0)
    assert list(np.flatnonzero(np.isnan(found[".std.resid"]))) == [1, 7]
    assert found[".std.resid"].iloc[9] == pytest.approx(1.493576, rel=1e-5)
