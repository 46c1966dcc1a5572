"""Generalized linear mixed models beyond the cases: bad input, predictions, other responses."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import special

import translations as r
from translations.lme4.control import ConvergenceWarning, ParityNote

CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"


@pytest.mark.parametrize(("call", "error", "said"), [
    (lambda: r.glmer("size ~ period + (1 | herd)", r.load("cbpp"), r.binomial), ValueError, "y values must be 0 <= y"),
    (lambda: r.glmer("I(size / 2) ~ (1 | herd)", r.load("cbpp"), r.poisson), ValueError, "needs whole numbers"),
    (lambda: r.glmer("I(size - 5) ~ (1 | herd)", r.load("cbpp"), r.poisson), ValueError, "negative values not allowed"),
    (lambda: r.glmer("TICKS ~ (1 | BROOD) + (1 | INDEX)", r.load("grouseticks"), r.poisson, nAGQ=5), ValueError,
     r"nAGQ > 1 is only available .*\(1 \| INDEX\)"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=101), ValueError, "nAGQ must be at most 100"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=1.5), ValueError, "nAGQ must be a whole number"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), "quasibinomial"), ValueError, '"quasi" families cannot be used in glmer'),
    (lambda: r.glmer(CBPP, r.load("cbpp"), "binomal"), ValueError, "family must be one of binomial"),
    (lambda: r.glmer("size ~ (1 | herd)", r.load("cbpp"), r.poisson(link="logit")), ValueError,
     r"the logit link has no value at a mean of 14\.1, with which a poisson model begins in row 1"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, control=r.lmerControl()), ValueError, "use glmerControl"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, control="adam"), ValueError, "optimizer must be one or two"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"beta": [1]}), ValueError, "bad name"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"fixef": [1]}), ValueError, "incorrect number of fixef"),
    (lambda: r.glmer(CBPP, r.load("cbpp"), r.binomial, start={"fixef": [1] * 4}, nAGQ=0), ValueError, "nAGQ == 0"),
    (lambda: r.glmer("size ~ (1 | hurd)", r.load("cbpp"), r.binomial), KeyError, "did you mean 'herd'"),
    (lambda: r.glmer(CBPP, None, r.binomial), ValueError, "data is missing"),
    (lambda: r.glmer("one ~ (1 | herd)", r.load("cbpp").assign(one=1), r.poisson), ValueError, "Response is constant"),
    (lambda: r.glmerControl(disp_method="new"), ValueError, "disp_method must be one of"),
    (lambda: r.glmerControl(tolPwrss=0), ValueError, "tolPwrss must be above 0"),
])
def test_bad_input_is_named(call: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        call()


def test_standard_errors_of_a_singular_fit_are_those_of_the_release() -> None:
    # sqrt(diag(vcov(m))) of lme4 2.1-0, which takes no derivatives there; use.hessian = FALSE gives the same
    with r.options(lme4="2.1"), pytest.warns(r.SingularFitWarning):
        one = r.glmer(CBPP.split("~")[0] + "~ 1 + diag(0 + period | herd)", r.load("cbpp"), r.binomial)
        four = r.glmer(CBPP.split("~")[0] + "~ period + diag(0 + period | herd)", r.load("cbpp"), r.binomial)
    assert one.found.derivs is None
    assert np.sqrt(np.diag(r.vcov(one))) == pytest.approx([0.1832085], rel=1e-6)
    assert np.sqrt(np.diag(r.vcov(four))) == pytest.approx([0.2991076, 0.4192620, 0.6808513, 0.4889573], rel=1e-5)
    with pytest.warns(r.SingularFitWarning):  # before, the criterion's
        old = r.glmer(CBPP.split("~")[0] + "~ 1 + (1 | herd) + (0 + size | herd)", r.load("cbpp"), r.binomial)
    assert old.found.derivs is not None


def test_a_negative_number_of_nodes_is_0_as_in_lme4() -> None:
    # logLik(glmer(..., nAGQ = -1)): -92.0543, under every release
    with pytest.warns(r.ParityNote, match="nAGQ = -1 is taken for 0"):
        m = r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=-1)
    assert round(float(r.logLik(m)), 4) == -92.0543
    assert m.optimum.value == r.glmer(CBPP, r.load("cbpp"), r.binomial, nAGQ=0).optimum.value


@pytest.mark.parametrize("test", [r.ranova, r.vcovAdj, r.ls_means])
def test_what_rests_on_normal_errors_is_refused(test: Any) -> None:
    with pytest.raises(ValueError, match="not one by glmer: it rests on normal errors"):
        test(r.glmer(CBPP, r.load("cbpp"), r.binomial))


def test_gaussian_with_an_identity_link_is_lmer() -> None:
    with pytest.warns(UserWarning, match="please call lmer"):
        m = r.glmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    assert r.fixef(m).tolist() == r.fixef(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())).tolist()


def test_what_a_release_gets_wrong_is_warned_of() -> None:
    data, family = r.sleepstudy(), r.Gamma(link="log")
    with pytest.warns(UserWarning, match="dispersion of Gamma models for 1"):
        old = r.glmer("Reaction ~ Days + (1 | Subject)", data, family)
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("error")
        new = r.glmer("Reaction ~ Days + (1 | Subject)", data, family)
        assert r.VarCorr(new).sc is None
    assert float(r.VarCorr(old)["Subject"].stddev.iloc[0]) == pytest.approx(0.0759, abs=1e-4)
    assert float(r.VarCorr(new)["Subject"].stddev.iloc[0]) == pytest.approx(0.1246, abs=1e-4)


def test_predictions_of_new_rows_are_on_either_scale() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    new = {"period": ["1", "4"], "herd": ["3", "1"]}
    eta = r.predict(m, new)
    assert eta.iloc[0] == pytest.approx(m.beta[0] + float(r.ranef(m)["herd"].loc["3"].iloc[0]), rel=1e-12)
    assert np.allclose(r.predict(m, new, type="response"), special.expit(eta), rtol=1e-12)
    assert np.allclose(r.predict(m, new, re_form="~0"), [m.beta[0], m.beta[0] + m.beta[3]], rtol=1e-12)
    with pytest.raises(ValueError, match="new levels"):
        r.predict(m, {"period": ["1"], "herd": ["99"]})


def test_another_response_is_checked() -> None:
    m = r.glmer(CBPP, r.load("cbpp"), r.binomial)
    with pytest.raises(ValueError, match="newresp must have 56 values"):
        r.refit(m, [1, 2, 3])
    with pytest.raises(ValueError, match="negative values are no counts: newresp is -85 in row 1"):
        r.refit(m, np.full(56, 99.0))
    with r.options(lme4="2.1"):  # before, the criterion depends on where its evaluations begin, as lme4's does
        new = r.glmer(CBPP, r.load("cbpp"), r.binomial)
        own = r.refit(new, r.load("cbpp")["incidence"])
    assert np.allclose(own.beta, new.beta, rtol=1e-4)
    assert own.optimum.value == pytest.approx(new.optimum.value, rel=1e-8)
    with pytest.raises(ValueError, match="glmer has no argument REML"):
        r.update(m, REML=False)
    with pytest.raises(ValueError, match="no semiparametric bootstrap"):
        r.bootMer(m, "fixef", 2, use_u=True, type="semiparametric")
    with pytest.raises(ValueError, match="unknown statistic 'beta'"):
        r.bootMer(m, "beta", 2)


def test_all_of_a_negative_binomial_likelihood_is_weighted_which_lme4_does_not():
    # as.numeric(logLik(glm(incidence ~ period, negative.binomial(1.5), cbpp, weights = rep(1:2, 28)))), R 4.2.2
    d, weights = r.load("cbpp"), np.tile([1.0, 2.0], 28)
    family = r.negative_binomial(1.5)
    with pytest.warns(ParityNote, match="one of the six terms"):
        m = r.glmer("incidence ~ period + (1 | herd)", d, family, weights=weights, control="newton")
    alone = r.glm("incidence ~ period", family, d, weights=weights)
    assert float(r.logLik(alone)) == pytest.approx(-136.735717800751, rel=1e-11)
    assert float(r.logLik(m)) >= float(r.logLik(alone))  # of which it is the model with variances of 0


def test_glmer_nb_says_what_lme4_says_of_its_first_two_fits_and_of_the_last():
    # glmer.nb(TICKS ~ HEIGHT + (1 | LOCATION), grouseticks): four warnings in this order
    with pytest.warns(ConvergenceWarning) as said:
        r.glmer_nb("TICKS ~ HEIGHT + (1 | LOCATION)", r.load("grouseticks"))
    scales = ("Model is nearly unidentifiable: very large eigenvalue\n - Rescale variables?;"
              "Model is nearly unidentifiable: large eigenvalue ratio\n - Rescale variables?")
    texts = [str(one.message) for one in said if one.category is ConvergenceWarning]
    assert [texts[0], *texts[2:]] == [scales] * 3
    assert texts[1].startswith("Model failed to converge with max|grad| = 0.0115")
