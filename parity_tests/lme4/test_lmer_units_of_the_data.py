"""The units and the origin of the data change a Newton fit as theory says, and nothing else.

For y' = b (y + c) and x' = a x: the intercept is b (beta_0 + c), the slope b beta_1 / a, standard deviations and
standard errors follow, correlations stay, and the REML criterion moves by 2 (n - p) log b + 2 log a, the deviance by
2 n log b.
"""
from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

DIGITS = 9.0
EPS = np.finfo(float).eps
# x' = a x and y' = b (y + c)
CHANGES = {
    "days in units of 1e-4": (1e4, 1.0, 0.0), "days in units of 1e4": (1e-4, 1.0, 0.0),
    "days in units of 1e-9": (1e9, 1.0, 0.0), "days in units of 1e9": (1e-9, 1.0, 0.0),
    "Reaction plus 1e6": (1.0, 1.0, 1e6),
    "Reaction times 1e6": (1.0, 1e6, 0.0), "Reaction times 1e-6": (1.0, 1e-6, 0.0),
    "Reaction times 1e12": (1.0, 1e12, 0.0), "Reaction times 1e-12": (1.0, 1e-12, 0.0),
    "all at once": (1e4, 1e-6, 1e6), "the other way": (1e-4, 1e12, -1e5),
}
FORMULAS = {
    "correlated": "y ~ x + (x | g)", "independent": "y ~ x + (x || g)", "slopes": "y ~ x + (0 + x | g)",
    "intercepts": "y ~ x + (1 | g)",
}


def fit(formula: str, x: Any, y: Any, REML: bool, control: Any = "newton") -> Any:  # noqa: N803
    sleep2 = r.sleep2()
    data = pd.DataFrame({"x": np.asarray(x), "y": np.asarray(y), "g": sleep2["Subject"].astype(str).to_numpy()})
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # none of these fits is singular, whatever the units
        warnings.simplefilter("ignore", r.ScaleWarning)
        return r.lmer(formula, data, REML=REML, control=control)


@cache
def unchanged(formula: str, REML: bool) -> dict[str, float]:  # noqa: N803
    """The fit of the data as they are."""
    sleep2 = r.sleep2()
    return quantities(fit(formula, sleep2["days_deprived"].to_numpy(float), sleep2["Reaction"].to_numpy(float), REML))


def quantities(m: Any, a: float = 1.0, b: float = 1.0, c: float = 0.0) -> dict[str, float]:
    """The fit in the units of the unchanged data."""
    back = np.array([1.0, a]) / b
    fixed = r.fixef(m).to_numpy() * back - np.array([c, 0.0])
    se = np.sqrt(np.diag(r.vcov(m).to_numpy())) * back
    out = {"intercept": fixed[0], "slope": fixed[1], "se of the intercept": se[0], "se of the slope": se[1],
           "sigma": m.sigma / b}
    table = r.VarCorr(m).as_data_frame()
    for row in table.itertuples():
        if row.grp != "Residual":
            unit = 1.0 if row.var2 is not None and row.var2 == row.var2 else (a if row.var1 == "x" else 1.0) / b
            out[f"{row.var1} {row.var2} {row.grp}"] = row.sdcor * unit
    shift = 2.0 * m.df * np.log(b) + (2.0 * np.log(a) if m.REML else 0.0)
    return {**out, "criterion": m.criterion(m.REML) - shift}


@pytest.mark.parametrize("REML", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("formula", FORMULAS)
@pytest.mark.parametrize("change", CHANGES)
def test_newton_gives_the_same_fit_transformed(change: str, formula: str, REML: bool) -> None:  # noqa: N803
    a, b, c = CHANGES[change]
    sleep2 = r.sleep2()
    x, y = sleep2["days_deprived"].to_numpy(float), sleep2["Reaction"].to_numpy(float)
    expected = unchanged(FORMULAS[formula], REML)
    m = fit(FORMULAS[formula], a * x, b * (y + c), REML)
    assert m.optimum.code == 0
    got = quantities(m, a, b, c)
    assert set(got) == set(expected)
    # An intercept is the difference of a large one and c, which cannot hold more than c's own last digit.
    for name, value in expected.items():
        allowed = 10.0**-DIGITS * abs(value) + (8 * EPS * abs(c) if name == "intercept" else 0.0)
        assert abs(got[name] - value) <= allowed, (name, got[name], value)


@pytest.mark.parametrize("scale", [1e-12, 1e-6, 1e6, 1e12])
def test_crossed_factors_in_other_units(scale: float) -> None:
    penicillin = r.Penicillin()
    formula = "diameter ~ 1 + (1 | plate) + (1 | sample)"
    plain = r.lmer(formula, penicillin, control="newton")
    scaled = r.lmer(formula, penicillin.assign(diameter=scale * penicillin["diameter"]), control="newton")
    assert scaled.optimum.code == 0
    np.testing.assert_allclose(scaled.theta, plain.theta, rtol=1e-9)
    np.testing.assert_allclose(scaled.sigma / scale, plain.sigma, rtol=1e-10)
    np.testing.assert_allclose(scaled.beta / scale, plain.beta, rtol=1e-12)


@pytest.mark.parametrize("change", CHANGES)
def test_nloptwrap_says_when_it_did_not_converge(change: str) -> None:
    """lme4's optimizer may stop elsewhere on such scales, as lme4's does; without a word it may not."""
    a, b, c = CHANGES[change]
    sleep2 = r.sleep2()
    x, y = a * sleep2["days_deprived"].to_numpy(float), b * (sleep2["Reaction"].to_numpy(float) + c)
    best = fit(FORMULAS["correlated"], x, y, True)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        try:
            m = r.lmer("y ~ x + (x | g)", pd.DataFrame({"x": x, "y": y, "g": sleep2["Subject"].astype(str)}))
        except ValueError as error:  # as lme4 does for days x 1e9: "Downdated VtV ..."
            assert "not positive definite" in str(error)
            return
    worse = m.criterion(True) - best.criterion(True)
    assert worse >= -1e-9 * abs(best.criterion(True))
    if worse > 1e-3:
        assert said, worse
