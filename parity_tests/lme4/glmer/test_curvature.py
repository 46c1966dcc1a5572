"""Exact derivatives of the criterion beside differences of order 10, for every family and link that has them."""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.glmer import optimize
from translations.lme4.glmer.newton import _scale, by_derivatives, derivatives, exact

CBPP = "cbind(incidence, size - incidence) ~ period + "
SEIZURES = "y ~ trt + "
MODELS = {
    "logit": (CBPP + "(1 | herd)", "cbpp", r.binomial, 1),
    "two factors": (CBPP + "(1 | herd) + (1 | obs)", "cbpp", r.binomial, 1),
    "crossed": ("incidence ~ 1 + (1 | herd) + (1 | period)", "cbpp", r.poisson, 1),
    "slopes beside an intercept": (CBPP + "(0 + dose | obs) + (1 + dose | herd)", "cbpp", r.binomial, 1),
    "quadrature": (CBPP + "(1 | herd)", "cbpp", r.binomial, 7),
    "quadrature of a slope": (CBPP + "(0 + dose | herd)", "cbpp", lambda: r.binomial(link="cloglog"), 5),
    "probit": (CBPP + "(1 | herd)", "cbpp", lambda: r.binomial(link="probit"), 1),
    "cloglog": (CBPP + "(1 | herd)", "cbpp", lambda: r.binomial(link="cloglog"), 1),
    "cauchit": (CBPP + "(1 | herd)", "cbpp", lambda: r.binomial(link="cauchit"), 1),
    "log": (SEIZURES + "(1 + period | subject)", "epil", r.poisson, 1),
    "sqrt": (SEIZURES + "(1 | subject)", "epil", lambda: r.poisson(link="sqrt"), 1),
    "negative binomial": (SEIZURES + "(1 | subject)", "epil", lambda: r.negative_binomial(theta=3.0), 1),
}


@pytest.mark.parametrize("name", MODELS)
def test_derivatives_are_those_by_differences(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside the optimum, in units of the distance over which the criterion rises by 1."""
    formula, data, family, nodes = MODELS[name]
    compared = []

    def spied(kernel, par, parameters, stage):  # type: ignore[no-untyped-def]
        found = by_derivatives(kernel, par, parameters, stage)
        assert found is not None and found[0].code == 0
        x = found[0].theta * 1.1 + 0.02
        value = kernel.settled(x, stage)
        H, g = kernel.exact_derivatives(stage)
        f = exact(kernel, stage, parameters)
        kernel.tolerance = 1e-13
        scale = _scale(f, x)
        H_near, g_near = derivatives(f, x, f(x), scale)
        compared.append((value - f(x), np.abs((g - g_near) * scale).max(),
                         np.abs((H - H_near) * np.outer(scale, scale)).max()))
        return found

    monkeypatch.setattr(optimize, "by_derivatives", spied)
    frame = r.load(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        rows = frame.assign(obs=np.arange(len(frame)), dose=1.0 + np.arange(len(frame)) % 5 / 4.0)
        r.glmer(formula, rows, family(), nAGQ=nodes, control="newton")
    assert compared  # twice where a scale is 0: from the start, and from where lme4 stops
    for value, g, H in compared:
        assert abs(value) < 1e-11 and g < 1e-8 and H < 1e-6


def test_a_scale_of_zero_is_left_to_the_search_from_where_lme4_stops() -> None:
    """Two factors, one without any variance: no parameter's slope, and a Hessian that is positive definite there."""
    rng = np.random.default_rng(3)
    rows = pd.DataFrame({"y": rng.poisson(2.0, 60), "g": np.arange(60) % 6, "h": np.arange(60) // 6})
    with pytest.warns(r.SingularFitWarning):
        m = r.glmer("y ~ 1 + (1 | g) + (1 | h)", rows, r.poisson, control="newton")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = r.glmer("y ~ 1 + (1 | g) + (1 | h)", rows, r.poisson)
    assert m.optimum.value <= theirs.optimum.value + 1e-10 and m.optimum.code == 0
