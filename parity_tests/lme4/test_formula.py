"""lme4's formula grammar against live R: terms, their order, names of columns and of theta, both model matrices."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.formula import split

from .random_designs import frame

DATA = frame(3, 12, 9, noise=1.0)
FORMULAS = [
    "y ~ x + (x | g)", "y ~ x + (1 + x | g)", "y ~ x + (0 + x | g)", "y ~ x + (x - 1 | g)", "y ~ x + (x || g)",
    "y ~ f + (1 | g) + (0 + x | g)", "y ~ f + (1 | g / h)", "y ~ f + (1 | g:h)", "y ~ f + (1 | f:h) + (1 | g)",
    "y ~ f * x + (1 | h) + (1 | g)", "y ~ f + (f | g)", "y ~ f + (0 + f | g)", "y ~ f + (f || g)",
    "y ~ x + (x + z || g)",
    "y ~ I(x^2) + poly(x, 2) + (1 | g)", "y ~ log(w) + offset(z) + (log(w) | g)", "y ~ 1 + (1 | g) + (x | h)",
    "y ~ 0 + f:x + (x:z | h)", "log(w) ~ x + (1 | g)", "y ~ (1 | g)", "y ~ x * z - x:z + (1 + z | h) + (1 | g)",
    "y ~ (x + f)^2 + (1 | g)",
]


@pytest.mark.parametrize("formula", FORMULAS)
def test_design(live_r: Any, formula: str) -> None:
    live_r.assign("d", DATA)
    live_r.eval("suppressPackageStartupMessages(library(lme4)); ignore <- lmerControl(check.nobs.vs.nRE = 'ignore', "
                "check.nobs.vs.nlev = 'ignore', optCtrl = list(maxeval = 5))\n"
                f"m <- suppressWarnings(suppressMessages(lmer({formula}, d, control = ignore)))")
    ignore = r.lmerControl(check_nobs_vs_nRE="ignore", check_nobs_vs_nlev="ignore", optCtrl={"maxeval": 5})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, DATA, control=ignore)

    def names(code: str) -> list[str]:
        return [str(text) for text in live_r.values(f"paste(as.character({code}), '')").values()]

    assert [f"{name} " for name in m.design.names] == names("names(fixef(m))")
    assert [f"{name} " for name in r.getME(m, "theta").index] == names("names(getME(m, 'theta'))")
    assert [f"{t.group} " for t in m.design.random.terms] == names("names(getME(m, 'cnms'))")
    assert [f"{name} " for own in r.getME(m, "cnms").values() for name in own] == names("unlist(getME(m, 'cnms'))")
    assert [f"{g}={n} " for g, n in r.ngrps(m).items()] == names("paste(names(ngrps(m)), ngrps(m), sep = '=')")
    for ours, code in ((m.design.X_fitted, "getME(m, 'X')"), (r.getME(m, "Z").toarray(), "as.matrix(getME(m, 'Z'))")):
        theirs = live_r.numbers(code).reshape(ours.shape, order="F")
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-13)


# What lme4 1.1-31 refuses for two factors a and b, one number k and text s; the whole text is R's up to its colon.
REFUSED = {
    "a + b": "a + b", "a*b": "a * b", "(a + b)": "a + b", "a - b": "a - b", "a^2": "a^2", "k + b": "k + b",
    "k + k": "k + k",
    "k * 2": "k * 2", "a + 1": "a + 1", "a:b + a": "a:b + a", "-a": "-a", "(a + b):k": "a + b", "a/(b + k)": "b + k",
    "a %in% b": "a %in% b", "(a + b)/k": "a + b", "a:(b/k)": "b/k",
}


@pytest.mark.parametrize("group", REFUSED)
def test_arithmetic_of_factors_is_no_factor(group: str) -> None:
    for bar in ("|", "||"):
        with pytest.raises(ValueError) as refused:
            split(f"y ~ x + (1 {bar} {group})")
        assert str(refused.value).startswith(f"Invalid grouping factor specification, {REFUSED[group]}: ")


@pytest.mark.parametrize("group", ["a", "(a)", "a:b", "(a:b)", "a/b", "a/b/k", "interaction(a, b)", "factor(k + 1)"])
def test_what_makes_a_factor_is_kept(group: str) -> None:
    assert split(f"y ~ x + (1 | {group})").bars


def test_live_r_refuses_them_too(live_r: Any) -> None:
    live_r.eval("""suppressPackageStartupMessages(library(lme4))
        d <- data.frame(y = c(1, 3, 2, 5, 4, 6, 8, 7), a = gl(2, 4), b = factor(rep(1:4, 2)), k = rep(1:2, 4))
        refused <- function(group) tryCatch({
            suppressWarnings(lFormula(as.formula(paste0("y ~ 1 + (1 | ", group, ")")), d,
                             control = lmerControl(check.nobs.vs.nlev = "ignore", check.nobs.vs.nRE = "ignore",
                                                   check.nlev.gtr.1 = "stop")))
            FALSE}, error = function(e) TRUE)""")
    for group in REFUSED:
        assert list(live_r.values(f"refused('{group}')").values()) == [True], group


def test_backticks_where_a_formula_has_them(live_r: Any) -> None:
    data = DATA.rename(columns={"x": "two words", "g": "my g"})
    formula = "y ~ `two words` * f + (`two words` | `my g`) + (1 | `my g`:h)"
    live_r.assign("d", data)
    live_r.eval("suppressPackageStartupMessages(library(lme4))\n"
                f"m <- suppressWarnings(suppressMessages(lmer({formula}, d)))")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, data)
    ours = (m.design.names, list(r.getME(m, "theta").index), [name for name, _ in r.ngrps(m).items()], list(r.ranef(m)),
            list(r.VarCorr(m).as_data_frame()["grp"]), list(r.coef(m)["my g"].columns))
    for names, code in zip(ours, ("names(fixef(m))", "names(getME(m, 'theta'))", "names(ngrps(m))", "names(ranef(m))",
                                  "as.data.frame(VarCorr(m))$grp", "names(coef(m)$`my g`)"), strict=True):
        assert list(names) == [str(one) for one in live_r.values(code).values()], code


# lmer of R: names(ngrps(m)), rownames(fixef(m)); a variable alone has no backticks as a group, and all others have.
def test_names_of_groups_with_blanks() -> None:
    groups = [bar.name for bar in split("y ~ 1 + (1 | `my g`/h) + (1 | (`my g`))").bars]
    assert groups == ["h:`my g`", "my g", "(`my g`)"]


@pytest.mark.parametrize("formula", [
    "scale(y) ~ scale(x) + (1 | g)", "c(scale(y)) ~ c(scale(x)) + (0 + dummy(f, 'f1') | g)",
    "y ~ bs(x, df = 4) + (1 | g)", "y ~ ns(x, 2) + C(f, sum) + (ns(x, 2) || g)",
    "round(y, 1) ~ relevel(f, ref = 'f1') + (1 | h)",
    "y ~ C(f, contr.helmert) * x + (1 | g)",
])
def test_fits_by_functions_of_variables(live_r: Any, formula: str) -> None:
    live_r.assign("d", DATA)
    live_r.eval("suppressPackageStartupMessages({library(lme4); library(splines)})\n"
                "tight <- lmerControl(calc.derivs = FALSE)\n"
                f"m <- suppressWarnings(suppressMessages(lmer({formula}, d, control = tight)))\n"
                "new <- d[c(2, 7, 11), ]; new$x <- new$x * 0.9")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer(formula, DATA, control=r.lmerControl(calc_derivs=False))
    new = DATA.iloc[[1, 6, 10]]
    new = new.assign(x=new["x"] * 0.9)
    assert [str(one) for one in live_r.values("names(fixef(m))").values()] == list(r.fixef(m).index)
    for ours, code in ((r.fixef(m), "fixef(m)"), (r.predict(m, new), "predict(m, new)"), (r.fitted(m), "fitted(m)")):
        np.testing.assert_allclose(ours.to_numpy(), live_r.numbers(code), rtol=1e-6, atol=1e-6)
