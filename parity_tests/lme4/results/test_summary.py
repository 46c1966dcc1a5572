"""What a summary of a fit holds, and how a call is written."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.model import LmerMod

from ..small_models import model

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_what_a_summary_holds(slopes: LmerMod) -> None:
    summary = r.summary(slopes)
    assert summary.sigma == slopes.sigma and summary.ngrps.to_dict() == {"Subject": 18} and summary.note is None
    np.testing.assert_allclose(summary.residuals, r.residuals(slopes, scaled=True), rtol=1e-12)
    assert "summary(m)" in (r.summary(model("many")).note or "")
    assert str(r.VarCorr(slopes)["Subject"]).splitlines()[0].split() == ["(Intercept)", "days_deprived"]


def test_calls_are_written_as_r_writes_them(slopes: LmerMod) -> None:
    given: list[tuple[dict[str, Any], str]] = [
        ({"nsim": 1, "seed": 1}, "FUN = parameters, nsim = 1, seed = 1)"),
        ({"nsim": 2, "use_u": True}, "nsim = 2, use.u = TRUE)"),
        ({"nsim": 2, "use_u": True, "type": "semiparametric", "seed": np.int64(3)},
         'nsim = 2, seed = 3, use.u = TRUE, type = "semiparametric")'),
        ({"FUN": r.sigma, "nsim": 2, "seed": r.set_seed(1)}, "FUN = sigma, nsim = 2)"),
    ]
    for arguments, call in given:
        assert r.bootMer(slopes, **arguments).call.endswith(call)
    assert r.bootMer(slopes, "sigma", 1).call.startswith("bootMer(x = slopes, FUN = sigma")


@pytest.mark.parametrize(
    ("control", "lines"),
    [  # R 4.2 and 4.6: print(summary(lmer(Reaction ~ Days + (1 | Subject), sleepstudy, control = ...)))
        (r.lmerControl(), []),
        ("newton", []),  # R has none
        (r.lmerControl(optimizer="bobyqa"), ['Control: lmerControl(optimizer = "bobyqa")']),
        (r.lmerControl("bobyqa", optCtrl={"maxfun": 200000}),
         ['Control: lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 2e+05))']),
        (r.lmerControl("Nelder_Mead", check_nobs_vs_nRE="ignore", check_conv_singular=("ignore", 1e-3)),
         ['Control: lmerControl(optimizer = "Nelder_Mead", check.nobs.vs.nRE = "ignore",  ',
          '    check.conv.singular = .makeCC("ignore", tol = 0.001))']),
        (r.lmerControl("Nelder_Mead", restart_edge=False, boundary_tol=1e-4, check_conv_grad="ignore"),
         ['Control: lmerControl(optimizer = "Nelder_Mead", restart_edge = FALSE,  ',
          '    boundary.tol = 1e-04, check.conv.grad = "ignore")']),
    ],
)
def test_a_summary_shows_the_control(control: Any, lines: list[str]) -> None:
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), control=control)
    text = str(r.summary(m)).splitlines()
    after = text.index("   Data: r.sleepstudy()") + 1
    assert text[after:after + len(lines) + 1] == [*lines, ""]
    assert "Control" not in str(m)
    assert (lines[:1] or ["   Data: r.sleepstudy()"])[0] in str(r.summary(r.update(m, ". ~ . - Days")))


@pytest.mark.parametrize(
    ("control", "lines"),
    [  # R 4.2 and 4.6, of a model by glmer
        (None, []),
        (r.glmerControl(optimizer="bobyqa"), ['Control: glmerControl(optimizer = "bobyqa")']),
        (r.glmerControl(["bobyqa", "nloptwrap"], optCtrl={"maxfun": 20000}, tolPwrss=1e-8),
         ["Control: ", 'glmerControl(optimizer = c("bobyqa", "nloptwrap"), optCtrl = list(maxfun = 20000),  ',
          "    tolPwrss = 1e-08)"]),
        (r.glmerControl(calc_derivs=False), ["Control: glmerControl(calc.derivs = FALSE)"]),
    ],
)
def test_a_summary_shows_the_control_of_a_generalized_model(control: Any, lines: list[str]) -> None:
    m = r.glmer("use ~ age + (1 | district)", r.load("Contraception").head(300), r.binomial, control=control)
    text = str(r.summary(m)).splitlines()
    after = next(at for at, line in enumerate(text) if line.startswith("   Data: ")) + 1
    assert [line.rstrip() for line in text[after:after + len(lines) + 1]] == [*(one.rstrip() for one in lines), ""]


def test_criteria_are_read_off_a_summary_by_name() -> None:
    """names(summary(m)$AICtab), by REML and not, in the words of the release; summary(m)$logLik."""
    m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    assert list(r.summary(m).AICtab.index) == ["REML"]
    assert list(r.summary(r.refitML(m)).AICtab.index) == ["AIC", "BIC", "logLik", "deviance", "df.resid"]
    with r.options(lme4="2.1"):
        assert list(r.summary(r.refitML(m)).AICtab.index) == ["AIC", "BIC", "logLik", "-2*log(L)", "df.resid"]
    np.testing.assert_allclose(r.summary(m).AICtab["REML"], 1786.465, rtol=1e-6)
    assert float(r.summary(m).logLik) == float(r.logLik(m))
