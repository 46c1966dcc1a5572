"""Linear models of random data: coefficients, tables, predictions and tests as the R of this machine has them."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import translations as r

from ..designs import HERE, mixture

# Both sides solve by QR; what they lose is the condition number, below 1e3 for these data.
LINALG = 1e-10
RIGHT = ["x", "x + z", "f * x", "f * g", "poly(x, 2) + l", "o", "s + factor(k)", "x - 1", "1"]
DATA = mixture()
UNHURRIED: dict[str, Any] = {
    "deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@settings(max_examples=40, **UNHURRIED)
@given(
    right=st.sampled_from(RIGHT), weighted=st.booleans(), shifted=st.booleans(), seed=st.integers(0, 10**6),
    scale=st.sampled_from([1e-3, 1.0, 1e4]),
)
def test_random_models(live_r: Any, right: str, weighted: bool, shifted: bool, seed: int, scale: float) -> None:
    rng = np.random.default_rng(seed)
    data = DATA.assign(y=rng.normal(3.0, scale, len(DATA)), w=rng.uniform(0.5, 2.0, len(DATA)))
    m = r.lm(f"y ~ {right}", data, weights="w" if weighted else None, offset="z" if shifted else None)
    live_r.eval(f'source(file.path("{HERE}", "_read.R")); mixture <- read_any("{HERE}", "mixture")')
    live_r.assign("y", data["y"].tolist())
    live_r.assign("w", data["w"].tolist())
    extra = (", weights = w" if weighted else "") + (", offset = z" if shifted else "")
    live_r.eval(f"mixture$y <- y; mixture$w <- w; m <- lm(y ~ {right}, mixture{extra})")
    frames = {
        "coef(summary(m))": r.coef(r.summary(m)), "confint(m)": r.confint(m), "vcov(m)": r.vcov(m),
        "anova(m)": r.anova(m),
        "predict(m, interval = 'confidence')": r.predict(m, interval="confidence"), "hatvalues(m)": r.hatvalues(m),
        "cooks.distance(m)": r.cooks_distance(m), "c(AIC(m), BIC(m), logLik(m), sigma(m))": pd.Series(
            [r.AIC(m), r.BIC(m), r.logLik(m), r.sigma(m)]),
    }
    for code, ours in frames.items():
        theirs = live_r.numbers(f"unlist(as.data.frame({code}))")
        theirs[np.isnan(theirs)] = np.nan  # R's NA is a signalling NaN, which numpy's nanmax does not pass over
        values = np.asarray(ours, dtype=float).ravel(order="F")
        floor = LINALG * 1e-2 * np.nanmax(np.abs(theirs))
        np.testing.assert_allclose(values, theirs, rtol=LINALG, atol=floor, err_msg=f"{code} of {right}")


samples = st.lists(st.floats(-100, 100), min_size=3, max_size=30)


@settings(max_examples=40, **UNHURRIED)
@given(
    x=samples, y=samples,
    equal=st.booleans(), mu=st.sampled_from([0.0, 1.5]), alternative=st.sampled_from(["two.sided", "less", "greater"]),
)
def test_random_t_tests(
    live_r: Any, x: list[float], y: list[float], equal: bool, mu: float, alternative: str
) -> None:
    x, y = (np.round(values, 3).tolist() for values in (x, y))
    live_r.assign("x", x)
    live_r.assign("y", y)
    asked = f"t.test(x, y, mu = {mu}, var.equal = {str(equal).upper()}, alternative = '{alternative}')"
    if live_r.numbers(f"inherits(h <- try({asked}, silent = TRUE), 'try-error') || is.nan(h$statistic)")[0]:
        with pytest.raises(ValueError, match="constant"):
            r.t_test(x, y, mu=mu, var_equal=equal, alternative=alternative)
        return
    ours = r.t_test(x, y, mu=mu, var_equal=equal, alternative=alternative)
    theirs = live_r.numbers(f"with({asked}, c(statistic, parameter, p.value, stderr, conf.int, estimate))")
    values = [ours.statistic["t"], ours.parameter["df"], ours.p_value, ours.stderr, *ours.conf_int, *ours.estimate]
    np.testing.assert_allclose(values, theirs, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("right", ["f", "f * o", "0 + f:g", "poly(x, 2):s", "l - 1"])
def test_model_matrix_of_a_formula(live_r: Any, right: str) -> None:
    """Without a model, unused levels keep their columns."""
    live_r.eval(f'source(file.path("{HERE}", "_read.R")); mixture <- read_any("{HERE}", "mixture")')
    ours = r.model_matrix(f"~ {right}", DATA)
    theirs = live_r.numbers(f"X <- model.matrix(~ {right}, mixture)")
    names = live_r.values("list(names = paste(colnames(X), collapse = '|'))")["names"]
    assert "|".join(ours.columns) == names
    np.testing.assert_allclose(ours.to_numpy().ravel(order="F"), theirs, rtol=0, atol=1e-14)
