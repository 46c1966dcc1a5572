"""The optimum of a generalized model's criterion: never above where lme4's optimizers stop, in no release another."""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r

MODELS = {
    "herds": ("cbind(incidence, size - incidence) ~ period + (1 | herd)", "cbpp", "binomial", 1),
    "by quadrature": ("cbind(incidence, size - incidence) ~ period + (1 | herd)", "cbpp", "binomial", 5),
    "without its second stage": ("cbind(incidence, size - incidence) ~ period + (1 | herd)", "cbpp", "binomial", 0),
}


def fit(name: str, control: str | None, release: str = "1.1-31"):
    formula, data, family, nodes = MODELS[name]
    frame = r.load(data)
    with warnings.catch_warnings(), r.options(lme4=release):
        warnings.simplefilter("ignore")
        return r.glmer(formula, frame, family, nAGQ=nodes, control=control)


@pytest.mark.parametrize("name", MODELS)
def test_newton_is_never_above_and_no_release_changes_it(name: str) -> None:
    own, theirs = fit(name, "newton"), fit(name, None, "2.1")
    assert -2 * float(r.logLik(own)) <= -2 * float(r.logLik(theirs)) + 1e-9
    assert own.found.optimum.code == 0 and (np.asarray(own.theta) >= 0.0).all()
    assert float(r.logLik(fit(name, "newton", "2.1"))) == pytest.approx(float(r.logLik(own)), rel=1e-13)


def test_a_variance_of_zero_is_found() -> None:
    """Six groups of the same counts."""
    frame = pd.DataFrame({"y": np.tile([1, 2, 3, 4], 6), "g": np.repeat(list("abcdef"), 4)})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer("y ~ 1 + (1 | g)", frame, "poisson", control="newton")
    assert m.theta == pytest.approx([0.0], abs=1e-5) and r.fixef(m).iloc[0] == pytest.approx(np.log(2.5), rel=1e-10)
