"""Every public function given what it is not for: an answer, or a ValueError or KeyError that says what to do."""
from __future__ import annotations

import inspect
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pytest

import translations as r

# Arguments that a call needs beside its first.
MORE: dict[str, Callable[[], tuple[Any, ...]]] = {
    "KRmodcomp": lambda: ("~ 1 + (1 | Subject)",), "PBmodcomp": lambda: ("~ 1 + (1 | Subject)", 1),
    "linearHypothesis": lambda: ("Days = 0",), "eff_size": lambda: (1.0, 10.0),
    "contest": lambda: ([0.0, 1.0],), "contest1D": lambda: ([0.0, 1.0],), "contestMD": lambda: ([0.0, 1.0],),
    "get_Lb_ddf": lambda: ([0.0, 1.0],), "exact_zeta": lambda: ("(Intercept)", 250.0), "getME": lambda: ("theta",),
    "lm": lambda: (r.sleepstudy(),), "lmer": lambda: (r.sleepstudy(),), "five_ways": lambda: ("Days", 2),
    "pt": lambda: (3,), "qt": lambda: (3,), "pf": lambda: (3, 3), "pchisq": lambda: (3,), "qchisq": lambda: (3,),
    "bootMer": lambda: (None, 1), "power_study": lambda: (1,), "recovery_study": lambda: (1,),
    "emmeans": lambda: ("Days",), "emtrends": lambda: ("~ 1", "Days"), "emmip": lambda: ("~ Days",),
    "ggpredict": lambda: ("Days",), "effect": lambda: (r.lm("Reaction ~ Days", r.sleepstudy()),),
    "Effect": lambda: (r.lm("Reaction ~ Days", r.sleepstudy()),), "SATmodcomp": lambda: ("~ 1 + (1 | Subject)",),
    "aov": lambda: (r.sleepstudy(),), "qf": lambda: (3, 3), "add1": lambda: ("~ . + Days",),
    "pairwise_t_test": lambda: (["a", "b"],), "pairwise_wilcox_test": lambda: (["a", "b"],),
    "testModels": lambda: ([r.lm("Reaction ~ 1", r.sleepstudy())],), "REimpact": lambda: (r.sleepstudy(),),
    "testCategorical": lambda: (["a", "b"],), "testGeneric": lambda: (np.mean,),
    "exactLRT": lambda: (r.lm("Reaction ~ 1", r.sleepstudy()),),
    "simulateLRT": lambda: (r.lm("Reaction ~ Days", r.sleepstudy()), 2),
    "testTemporalAutocorrelation": lambda: (np.arange(180),),
    "gls": lambda: (r.sleepstudy(),), "lmList": lambda: (r.sleepstudy(),),
    "lme": lambda: (r.sleepstudy(), "~ 1 | Subject"),
}
# Not asked: whose first argument is not one, what writes files, and what takes seconds of a model that it is for.
UNASKED = {"sleepstudy", "sleep2", "Dyestuff", "Dyestuff2", "Penicillin", "Pastes", "cake", "InstEval",
           "power_study", "recovery_study", "save", "simulate_multilevel", "set_seed", "options",
           "Chisqtest", "Ftest", "mcp", "univariate"}
SLOW = {"allFit", "profile", "influence", "confint", "five_ways", "bootMer", "PBmodcomp", "plot", "xyplot", "qqmath",
        "densityplot", "dotplot", "splom"}


@cache
def objects() -> dict[str, Any]:
    data = r.sleepstudy()
    lmer = r.lmer("Reaction ~ Days + (1 | Subject)", data, control=r.lmerControl(calc_derivs=False))
    return {"lm": r.lm("Reaction ~ Days", data), "lmer": lmer, "t_test": r.t_test([1.0, 2.0, 4.0]), "None": None,
            "number": 3.5, "frame": data, "text": "abc", "matrix": np.zeros((2, 2)), "empty": data.iloc[:0]}


def functions() -> list[str]:
    values = {name: getattr(r, name) for name in r.__all__}
    return [n for n, value in values.items() if n not in UNASKED and not inspect.isclass(value) and callable(value)]


@pytest.mark.parametrize("name", functions())
def test_no_other_error_reaches_the_user(name: str) -> None:
    for kind, x in objects().items():
        if name in SLOW and kind in ("lm", "lmer", "frame"):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                getattr(r, name)(x, *MORE.get(name, tuple)())
            except (ValueError, KeyError) as error:
                assert len(str(error)) > 12, (name, kind)  # a sentence, not a bare key


@pytest.mark.parametrize(("name", "instead"), [
    ("fixef", r"coef\(m\)"), ("ranef", "no random effects"), ("VarCorr", "no random effects"), ("ngrps", "no random"),
    ("isREML", "no random"), ("isLMM", "no random"), ("isGLMM", "no random"), ("isNLMM", "no random"),
    ("REMLcrit", r"deviance\(m\)"),
    ("refit", r"update\(m"), ("profile", r"confint\(m\)"),
    ("getME", "no random"), ("ranova", "anova"), ("refitML", "already"), ("allFit", "no random")])
def test_a_linear_model_is_told_what_to_do(name: str, instead: str) -> None:
    with pytest.raises(ValueError, match=rf"{name}\(\) needs a model fitted by lmer, not one by lm: .*{instead}"):
        getattr(r, name)(objects()["lm"], *MORE.get(name, tuple)())


def test_deletions_of_a_mixed_model_are_asked_for() -> None:
    for name in ("dfbeta", "dfbetas"):
        with pytest.raises(ValueError, match=r"dfbeta\(influence\(m\)\)"):
            getattr(r, name)(objects()["lmer"])
