"""Profile intervals on other scales: variances and logarithms."""

from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.inference.profiles.scales import logProf, varianceProf

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())


@pytest.fixture(scope="module")
def sleep() -> Any:
    return r.lmer("Reaction ~ Days + (Days || Subject)", r.sleepstudy(), REML=False)


@pytest.mark.parametrize(("kind", "rescaled", "level"), [
    ("variance", varianceProf, 0.95), ("log", logProf, 0.95),
    ("residual", lambda p: varianceProf(p, ranef=False), 0.95),
    ("log2", lambda p: logProf(p, base=2.0, ranef=False), 0.95), ("level", varianceProf, 0.8)])
def test_intervals_on_other_scales(sleep: Any, kind: str, rescaled: Any, level: float) -> None:
    stored = STORED["rescaled"][kind]
    ci = rescaled(r.profile(sleep)).confint(level=level)
    assert list(ci.index) == stored["names"]
    np.testing.assert_allclose(ci.to_numpy(), stored["ends"], rtol=1e-7, atol=0)


def test_names_by_meaning_on_other_scales(sleep: Any) -> None:
    p = r.profile(sleep, signames=False)
    fixed = ["(Intercept)", "Days"]
    effects = ["(Intercept)|Subject", "Days|Subject"]
    assert varianceProf(p).names == ["var_" + e for e in effects] + ["sigmasq", *fixed]
    assert logProf(p).names == ["log_sd_" + e for e in effects] + ["log_sigma", *fixed]
    assert varianceProf(p, ranef=False).names == ["sd_" + e for e in effects] + ["sigmasq", *fixed]
    assert logProf(p, ranef=False).names == ["sd_" + e for e in effects] + ["log_sigma", *fixed]
    squared, plain = varianceProf(p), p
    for name, own in zip(squared.names, plain.names, strict=True):
        a, b = squared.parameters[name].points, plain.parameters[own].points
        np.testing.assert_allclose(a[:, 1:4], b[:, 1:4] ** 2, rtol=1e-15)
        np.testing.assert_array_equal(a[:, [0, 4, 5]], b[:, [0, 4, 5]])


def test_points_at_zero_have_no_logarithm() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        p = r.profile(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff2(), REML=False))
        logs = logProf(p)
    points, before = logs.parameters[".lsig01"].points, p.parameters[".sig01"].points
    assert (before[:, 1] == 0.0).sum() == 1 and len(points) == len(before) - 1
    np.testing.assert_allclose(np.exp(points[:, 1]), before[before[:, 1] > 0.0, 1], rtol=1e-14)
    # Other profiles lose what has no logarithm as well: there the standard deviation is 0 throughout.
    assert len(logs.parameters["(Intercept)"].points) == (p.parameters["(Intercept)"].points[:, 1] > 0.0).sum()
