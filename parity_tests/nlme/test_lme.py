"""`lme` against `lmer`, whose likelihood it has without structures, and with them against the density written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

import translations as r


@pytest.mark.parametrize(("fixed", "random", "name"), [
    ("Reaction ~ Days", "~ Days | Subject", "sleepstudy"), ("distance ~ age * Sex", "~ 1 | Subject", "Orthodont")])
@pytest.mark.parametrize("method", ["REML", "ML"])
def test_without_structures_it_is_lmer(fixed: str, random: str, name: str, method: str) -> None:
    data = r.load(name)
    m = r.lme(fixed, data, random, method=method, control=r.lmeControl("newton"))
    mixed = r.lmer(f"{fixed} + ({random[1:]})", data, REML=method == "REML", control="newton")
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(mixed)), rel=1e-12)
    assert np.asarray(r.vcov(m)) == pytest.approx(np.asarray(r.vcov(mixed)), rel=1e-7)
    theirs, ours = r.ranef(mixed)["Subject"], r.ranef(m)["Subject"]
    assert ours.loc[theirs.index].to_numpy() == pytest.approx(theirs.to_numpy(), rel=1e-6, abs=1e-6)
    assert np.asarray(r.fitted(m)) == pytest.approx(np.asarray(r.fitted(mixed)), rel=1e-8)


def test_nested_groups_are_lmer_s() -> None:
    data = r.load("Oats")
    m = r.lme("yield ~ nitro", data, "~ 1 | Block/Variety", control=r.lmeControl("newton"))
    mixed = r.lmer("yield ~ nitro + (1 | Block / Variety)", data, control="newton")
    assert float(r.logLik(m)) == pytest.approx(float(r.logLik(mixed)), rel=1e-12)


@pytest.mark.parametrize("correlation", [None, r.corAR1(), r.corCAR1(form="~ age"), r.corGaus(form="~ age")])
def test_the_likelihood_is_the_normal_density_of_the_data(correlation: Any) -> None:
    data = r.load("Orthodont")
    m = r.lme("distance ~ age", data, "~ age | Subject", correlation, r.varIdent(form="~ 1 | Sex"), method="ML")
    base, V = m.problem.base, np.zeros((m.n, m.n))
    parameters, _ = base.natural(m.free[m.problem.split:])
    Z = np.column_stack([np.ones(4), [8.0, 10.0, 12.0, 14.0]])
    for group in data["Subject"].unique():
        rows = np.flatnonzero(data["Subject"] == group)
        at = Z[:, 1:] if correlation is not None and correlation.form.covariates else np.arange(1.0, 5.0)[:, None]
        C = np.eye(4) if base.correlation is None else base.correlation.matrix(parameters, at)
        spread = m.sigma / m.weights[rows]
        V[np.ix_(rows, rows)] = Z @ m.covariances[0] @ Z.T + spread[:, None] * C * spread
    mean = m.X.values @ np.asarray(r.fixef(m))
    assert float(r.logLik(m)) == pytest.approx(multivariate_normal(mean, V).logpdf(m.frame.response), rel=1e-11)


def test_predictions_of_what_was_seen_are_the_fitted_values() -> None:
    data = r.load("Oats")
    m = r.lme("yield ~ nitro", data, "~ 1 | Block/Variety")
    for level in (0, 1, 2):
        seen = np.asarray(r.fitted(m, level=level))
        assert np.asarray(r.predict(m, data, level=level)) == pytest.approx(seen, rel=1e-12)
    unseen = data.head(2).assign(Block=["I", "zz"])
    assert np.isnan(np.asarray(r.predict(m, unseen))).tolist() == [False, True]


STOP = 5e-5  # of a covariance: where R's search stops; measured: 5e-6


@pytest.mark.parametrize("structure", [r.pdLogChol, r.pdSymm, r.pdDiag, r.pdIdent, r.pdCompSymm])
def test_both_searches_end_at_one_maximum(structure: Any) -> None:
    of_varieties = structure in (r.pdIdent, r.pdCompSymm)
    fixed, name, by = (("yield ~ nitro", "Oats", {"Block": structure("~ Variety - 1")}) if of_varieties else
                       ("distance ~ age * Sex", "Orthodont", {"Subject": structure("~ age")}))
    r_s, exact = (r.lme(fixed, r.load(name), by, control=r.lmeControl(opt)) for opt in ("nlminb", "newton"))
    assert float(r.logLik(exact)) == pytest.approx(float(r.logLik(r_s)), rel=1e-9)
    assert exact.covariances[0] == pytest.approx(r_s.covariances[0], rel=STOP)


FLAT = 1e-3  # where the likelihood rises towards an edge each search stops somewhere; measured: 3e-5


def test_towards_a_singular_covariance_the_maximum_is_no_lower_than_r_s_stop() -> None:
    def fitted(control: str) -> float:
        return float(r.logLik(r.lme("distance ~ age * Sex", r.load("Orthodont"), "~ age | Subject", r.corAR1(),
                                    r.varPower(), control=r.lmeControl(control))))

    assert fitted("newton") >= fitted("nlminb") - FLAT


@pytest.mark.parametrize("errors", [r.corCompSymm(form="~ 1 | Subject"), r.corSymm(form="~ 1 | Subject")])
def test_variances_that_cannot_be_told_apart_have_no_intervals(errors: Any) -> None:
    """Intercepts make errors exchangeable themselves: R refuses the first ("Non-positive definite approximate
    variance-covariance"), and of the second, 8 parameters for 7, its differences make something.
    """
    m = r.lme("distance ~ age", r.load("Orthodont"), random="~ 1 | Subject", correlation=errors)
    with pytest.raises(ValueError, match="the likelihood has no maximum at the estimates"):
        r.intervals(m)
    assert len(r.intervals(m, which="fixed").parts["fixed"]) == 2


def test_contrasts_are_of_fixed_and_random_effects() -> None:
    """fixef(lme(distance ~ age * Sex, random = ~ 1 | Subject, Orthodont, contrasts = list(Sex = "contr.sum"))), and of
    update(m, . ~ . - age:Sex); names(ranef(m)) with random = ~ Sex | Subject.
    """
    orthodont, asked = r.load("Orthodont"), {"Sex": "contr.sum"}
    m = r.lme("distance ~ age * Sex", orthodont, "~ 1 | Subject", contrasts=asked)
    np.testing.assert_allclose(r.fixef(m), [16.8566761364, 0.6319602273, -0.5160511364, 0.1524147727], rtol=1e-9)
    np.testing.assert_allclose(r.fixef(r.update(m, ". ~ . - age:Sex")), [16.5462016, 0.6601852, 1.1605114], rtol=1e-6)
    np.testing.assert_allclose(r.predict(m, orthodont.head(2), level=0), [22.61563, 24.18438], rtol=1e-6)
    both = r.lme("distance ~ Sex", orthodont, "~ Sex | Subject", contrasts=asked)
    assert list(r.ranef(both)["Subject"].columns) == ["(Intercept)", "Sex1"]
    with pytest.raises(ValueError, match="contrasts apply only to factors, which age is not"):
        r.lme("distance ~ age", orthodont, "~ 1 | Subject", contrasts={"age": "contr.sum"})
