"""`gls` against the normal density written out, against `lmer` where both fit one model, and what it refuses."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import multivariate_normal, norm

import translations as r

FORMULA = "distance ~ age * Sex"


def covariance(m: Any) -> np.ndarray:
    """Of the errors, (n, n), from the correlations by group and the weights, row by row."""
    structure, groups = m.problem.correlation, r.load("Orthodont")["Subject"].to_numpy()
    spread = m.sigma / m.weights
    C = np.eye(m.n)
    for group in np.unique(groups):
        rows = np.flatnonzero(groups == group)
        at = np.array([[8.0, 10.0, 12.0, 14.0]]).T if structure.form.covariates else np.arange(1.0, 5.0)[:, None]
        C[np.ix_(rows, rows)] = structure.matrix(m.correlation_parameters, at)
    return np.asarray(spread[:, None] * C * spread)


STRUCTURES = {
    "compound": lambda: r.corCompSymm(form="~ 1 | Subject"), "general": lambda: r.corSymm(form="~ 1 | Subject"),
    "steps": lambda: r.corAR1(form="~ 1 | Subject"), "continuous": lambda: r.corCAR1(form="~ age | Subject"),
    "nugget": lambda: r.corExp([20.0, 0.3], form="~ age | Subject", nugget=True),
}


@pytest.mark.parametrize("name", STRUCTURES)
def test_the_likelihood_is_the_normal_density_of_the_data(name: str) -> None:
    m = r.gls(FORMULA, r.load("Orthodont"), STRUCTURES[name](), r.varIdent(form="~ 1 | Sex"), method="ML")
    V, y, X = covariance(m), m.frame.response, m.X.values
    density = multivariate_normal(X @ np.asarray(r.coef(m)), V).logpdf(y)
    assert float(r.logLik(m)) == pytest.approx(density, rel=1e-12)
    beta = np.linalg.solve(X.T @ np.linalg.solve(V, X), X.T @ np.linalg.solve(V, y))
    assert np.asarray(r.coef(m)) == pytest.approx(beta, rel=1e-10)
    white = np.asarray(r.residuals(m, "normalized"))
    assert white @ white == pytest.approx((y - X @ beta) @ np.linalg.solve(V, y - X @ beta), rel=1e-12)


def test_compound_symmetry_is_a_random_intercept() -> None:
    data = r.load("Orthodont")
    m = r.gls(FORMULA, data, r.corCompSymm(form="~ 1 | Subject"), control=r.glsControl("newton"))
    mixed = r.lmer(FORMULA + " + (1 | Subject)", data, control="newton")
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(mixed)), rel=1e-13)
    assert np.asarray(r.vcov(m)) == pytest.approx(np.asarray(r.vcov(mixed)), rel=1e-9)
    share = float(r.getME(mixed, "theta").iloc[0]) ** 2
    assert m.correlation_parameters[0] == pytest.approx(share / (1.0 + share), rel=1e-9)


def test_without_structures_it_is_lm() -> None:
    data = r.load("Orthodont")
    m, straight = r.gls(FORMULA, data), r.lm(FORMULA, data)
    assert np.asarray(r.vcov(m)) == pytest.approx(np.asarray(r.vcov(straight)), rel=1e-12)
    for restricted in (True, False):
        expected = float(r.logLik(straight, REML=restricted))
        assert float(r.logLik(m, REML=restricted)) == pytest.approx(expected, rel=1e-13)


def test_the_order_of_the_rows_is_the_data_s() -> None:
    data = r.load("Orthodont")
    other = data.sample(frac=1.0, random_state=1)
    structure = r.corCAR1(form="~ age | Subject")
    m, mixed_up = (r.gls(FORMULA, one, structure, r.varPower(form="~ age")) for one in (data, other))
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(mixed_up)), rel=1e-12)
    for kind in ("response", "pearson"):
        there = r.residuals(mixed_up, kind).set_axis(other.index)[data.index]
        assert np.asarray(there) == pytest.approx(np.asarray(r.residuals(m, kind)), rel=1e-6)


def test_a_level_start_is_left_with_a_warning() -> None:
    data, structure = r.load("Orthodont"), r.corAR1(form="~ age | Subject")
    with pytest.warns(UserWarning, match="level at Phi = 0"):
        stays = r.gls(FORMULA, data, structure)
    assert stays.correlation_parameters == pytest.approx([0.0], abs=1e-9)  # as R's does
    with pytest.warns(UserWarning, match="level at Phi = 0"):
        m = r.gls(FORMULA, data, structure, control=r.glsControl("newton"))
    continuous = r.gls(FORMULA, r.load("Orthodont"), r.corCAR1(form="~ age | Subject"))
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(continuous)), rel=1e-12)


def test_a_search_that_settles_says_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        r.gls(FORMULA, r.load("Orthodont"), r.corAR1(form="~ 1 | Subject"), r.varPower())


def test_steps_other_than_one_are_of_another_class_in_print() -> None:
    data = r.load("Orthodont")
    data = data.assign(t=(data["age"] - 6.0) / 2.0)[(data["age"] != 10.0) | (data["Subject"] != "M01")]
    lines = str(r.gls("distance ~ age", data, r.corAR1(form="~ t | Subject"))).splitlines()
    # R 4.2.2: gls(distance ~ age, O, corAR1(form = ~ t | Subject))
    assert lines[9:13] == ["Correlation Structure: ARMA(1,0)", " Formula: ~t | Subject ", " Parameter estimate(s):",
                            "     Phi1 "]


def test_a_level_of_intervals_lies_between_0_and_1() -> None:
    data = r.load("Orthodont")
    for m in (r.gls("distance ~ age", data), r.lme("distance ~ age", data, "~ 1 | Subject")):
        with pytest.raises(ValueError, match="level"):
            r.intervals(m, level=1.5)


def test_the_structures_that_a_refusal_names_are_there() -> None:
    for wrong in ({"correlation": "AR1"}, {"weights": 3}):
        with pytest.raises(ValueError, match="there are") as refused:
            r.gls("distance ~ age", r.load("Orthodont"), **wrong)
        named = str(refused.value).partition("there are ")[2].split(", ")
        assert len(named) > 3
        assert all(callable(getattr(r, name)) for name in named)


def test_where_there_is_no_fit_the_likelihood_is_minus_infinity(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_: Any) -> None:
        raise np.linalg.LinAlgError

    problem = r.gls("distance ~ age", r.load("Orthodont")).problem
    monkeypatch.setattr(type(problem), "at", none)
    assert problem.likelihood(np.zeros(0)) == problem.profile(np.zeros(0)) == -np.inf


@pytest.mark.parametrize("rows", [2, 6])
def test_a_fit_that_leaves_no_residuals_is_refused_as_in_r(rows: int) -> None:
    data = pd.DataFrame({"x": np.arange(rows, dtype=float), "g": [*"abcabc"][:rows]}).assign(y=lambda d: 1.0 + d["x"])
    for fit in (lambda: r.gls("y ~ x", data), lambda: r.lme("y ~ x", data, "~ 1 | g")):
        with pytest.raises(ValueError, match="singular: .*no residuals"):
            fit()


def test_a_product_of_functions_is_what_it_says() -> None:
    data = r.load("ChickWeight")
    both = r.varComb(r.varIdent(form="~ 1 | Diet"), r.varConstPower(form="~ Time"), r.varFixed("~ I(Time + 9)"))
    m = r.gls("weight ~ Time * Diet", data, weights=both, method="ML")
    function, time = m.problem.variance, data["Time"].to_numpy(float)
    assert function is not None and function.names == ["A.2", "A.3", "A.4", "B.const", "B.power"]
    *ratios, const, power = m.problem.natural(m.free)[1]
    diet = np.array([1.0, *ratios])[data["Diet"].astype(int) - 1]
    spread = m.sigma * diet * (const + time**power) * np.sqrt(time + 9.0)
    assert m.sigma / m.weights == pytest.approx(spread, rel=1e-12)
    density = norm(np.asarray(r.fitted(m)), spread).logpdf(data["weight"]).sum()
    assert float(r.logLik(m)) == pytest.approx(density, rel=1e-12)
    assert function.free(function.natural(m.free)) == pytest.approx(m.free)


def test_strata_of_which_there_is_one_leave_no_part() -> None:
    data = r.load("Orthodont").assign(one="a")
    made = r.varComb(r.varIdent(form="~ 1 | one"), r.varPower(form="~ age"))
    found = r.gls("distance ~ age", data, weights=made), r.gls("distance ~ age", data, weights=r.varPower(form="~ age"))
    assert float(r.logLik(found[0])) == pytest.approx(float(r.logLik(found[1])), rel=1e-12)
    alone = r.gls("distance ~ age", data, weights=r.varComb(r.varIdent(form="~ 1 | one")))
    assert alone.problem.variance is None


def test_tidy_has_a_row_for_each_parameter_of_a_product() -> None:
    both = r.varComb(r.varIdent(form="~ 1 | Sex"), r.varPower(form="~ age"))
    m = r.lme("distance ~ age * Sex", r.load("Orthodont"), "~ 1 | Subject", weights=both)
    found = r.tidy(m).query("effect == 'var_model'")  # as broom.mixed has them
    assert found["group"].tolist() == ["varIdent(1 | Sex)"] * 2 + ["varPower(age)"]
    assert found["term"].tolist() == ["Male", "Female", "power"]
    assert found["estimate"].round(3).tolist() == [1.0, 0.463, -0.56]
