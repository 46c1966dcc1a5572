"""What cannot be fitted is refused by name; what did not converge says so in R's words."""
from __future__ import annotations

import re
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

FULL = "y ~ x + (x | g)"
SIMPLE = "y ~ x + (1 | g)"
R_FRAME = """
suppressPackageStartupMessages(library(lme4))
d <- read.csv(text = frame)
for (name in c("g", "row", "pair")) d[[name]] <- factor(d[[name]])
heard <- function(expression) {
  said <- character()
  keep <- function(condition) { said <<- c(said, conditionMessage(condition)) }
  tryCatch(withCallingHandlers(expression, warning = function(w) { keep(w); invokeRestart("muffleWarning") },
                               message = function(m) { keep(m); invokeRestart("muffleMessage") }), error = keep)
  trimws(paste(said, collapse = "\n"))
}
"""


def frame() -> pd.DataFrame:
    """The chapter's data, and columns that spoil a model of them."""
    sleep2 = r.sleep2()
    n = len(sleep2)
    x = sleep2["days_deprived"].astype(float).to_numpy()
    noise = np.round(np.random.default_rng(20261123).normal(size=n), 6)
    return pd.DataFrame({
        "y": sleep2["Reaction"].to_numpy(), "x": x, "g": pd.Categorical(sleep2["Subject"].astype(str)),
        "twice": 2.0 * x, "thousands": 1e3 * x, "later": x + 1.0, "huge": 1e5 * x, "noise": noise, "one": 1.0,
        "row": pd.Categorical([f"r{i:03d}" for i in range(n)]),
        "pair": pd.Categorical([f"p{i // 2:02d}" for i in range(n)]),
    })


D = frame()
N = len(D)


def spoiled(column: str, value: float, row: int = 3) -> pd.DataFrame:
    return D.assign(**{column: D[column].where(D.index != row, value)})


REFUSED: dict[str, tuple[str, pd.DataFrame, dict[str, Any], str]] = {
    "missing covariate": ("y ~ nowhere + (1 | g)", D, {}, "nowhere"),
    "missing group": ("y ~ x + (1 | Gruppe)", D, {}, "Gruppe"),
    "missing variable of an effect": ("y ~ x + (nowhere | g)", D, {}, "nowhere"),
    "missing response": ("z ~ x + (1 | g)", D, {}, "'z'"),
    "text response": (FULL, D.assign(y=D["y"].astype(str)), {}, "response y must be numeric"),
    "factor response": ("row ~ x + (1 | g)", D, {}, "response row must be numeric"),
    "constant response": ("one ~ x + (1 | g)", D, {}, "response one is constant"),
    "infinite response": (FULL, spoiled("y", np.inf), {}, "y has an infinite value .row 4"),
    "infinite covariate": (SIMPLE, spoiled("x", -np.inf), {}, "x has an infinite value .row 4"),
    "infinite effect": ("y ~ 1 + (x | g)", spoiled("x", np.inf), {}, "x has an infinite value .row 4"),
    "missing value refused": (FULL, spoiled("y", np.nan), {"na_action": "na.fail"}, "missing values in y"),
    "missing level refused": (
        FULL, D.assign(g=D["g"].where(D.index > 4)), {"na_action": "na.fail"}, "missing values in g"),
    "unknown na_action": (FULL, D, {"na_action": "na.forget"}, "na.forget"),
    "one level": (FULL, D[D["g"] == "308"], {}, "g has 1 .only '308'"),
    "a level a row": ("y ~ x + (1 | row)", D, {}, "row, with 144 levels for 144 observations"),
    "too many effects": ("y ~ x + (x | pair)", D, {}, r"number of random effects \(=144\) for term \(x \| pair\)"),
    "no row": (FULL, D[:0], {}, "no rows are left"),
    "no row of a subset": (FULL, D, {"subset": "x > 100"}, "no rows are left"),
    "two rows": (SIMPLE, D.iloc[[0, 8]], {}, "g, with 2 levels for 2 observations"),
    "as many fixed effects as rows": (
        "y ~ factor(x) + (1 | g)", D.iloc[[0, 1, 10]], {}, "3 observations cannot determine 3"),
    "no bar": ("y ~ x", D, {}, "No random effects terms specified in formula.*use lm"),
    "no parentheses": ("y ~ x | g", D, {}, r"parentheses: \(x \| g\)"),
    "no parentheses in a sum": ("y ~ x + 1 | g", D, {}, r"parentheses: \(x \+ 1 \| g\)"),
    "no effect": ("y ~ x + (0 | g)", D, {}, r"\(0 \| g\) has no effects"),
    "a number as group": ("y ~ x + (1 | 3)", D, {}, "3 is not a grouping factor"),
    "no response": ("~ x + (1 | g)", D, {}, "two-sided"),
    "unknown optimizer": (FULL, D, {"control": "bobby"}, "bobby"),
    "control that is none": (FULL, D, {"control": 3}, "lmerControl"),
    "setting of the wrong optimizer": (
        FULL, D, {"control": r.lmerControl("newton", optCtrl={"maxeval": 9})}, "maxeval"),
    "unknown setting of the optimizer": (FULL, D, {"control": r.lmerControl(optCtrl={"maxevil": 9})}, "maxevil"),
    "short start": (FULL, D, {"start": [1.0, 2.0]}, r"3 values of theta \(g.\(Intercept\), g.x.\(Intercept\), g.x\)"),
    "negative start": (FULL, D, {"start": [1.0, 0.0, -1.0]}, "start of g.x is -1.*not negative"),
    "start of another parameter": (
        FULL, D, {"start": {"theta": [1.0, 0.0, 1.0], "beta": 2.0}}, "start list: beta; it holds 'theta'"),
    "start of text": (FULL, D, {"start": "here"}, "start must hold values of theta"),
    "missing start": (FULL, D, {"start": [1.0, np.nan, 1.0]}, r"start of g.x.\(Intercept\) is nan"),
    "negative weight": (SIMPLE, D, {"weights": np.where(D.index == 2, -1.0, 1.0)}, "weights .* row 3 .* has -1"),
    "weight of zero": (SIMPLE, D, {"weights": np.where(D.index == 2, 0.0, 1.0)}, "weights .* row 3 .* has 0"),
    "infinite weight": (SIMPLE, D, {"weights": np.where(D.index == 2, np.inf, 1.0)}, "weights .* row 3 .* has inf"),
    "short weights": (SIMPLE, D, {"weights": np.ones(5)}, "weights .*144 rows"),
    "missing column of weights": (SIMPLE, D, {"weights": "gewicht"}, "gewicht"),
    "infinite offset": (SIMPLE, D, {"offset": np.where(D.index == 2, np.inf, 1.0)}, "offset .* row 3"),
    "short offset": (SIMPLE, D, {"offset": np.ones(5)}, "offset .*144 rows"),
    "deficient rank refused": (
        "y ~ x + twice + (1 | g)", D, {"control": r.lmerControl(check_rankX="stop.deficient")}, "twice"),
}


@pytest.mark.parametrize("why", REFUSED)
def test_refused_by_name(why: str) -> None:
    formula, data, arguments, named = REFUSED[why]
    with pytest.raises((KeyError, ValueError), match=f"(?s){named}"):
        r.lmer(formula, data, **arguments)


def test_a_start_is_a_vector_a_number_or_named() -> None:
    fits = [r.lmer(SIMPLE, D, start=start) for start in ({"theta": [2.0]}, {"theta": 2.0}, [2.0], 2.0)]
    assert len({(m.theta[0], m.optimum.evaluations) for m in fits}) == 1
    assert r.lmer(SIMPLE, D).optimum.evaluations != fits[0].optimum.evaluations


def test_fixed_effects_in_a_start_are_not_used_and_since_2_refused() -> None:
    """lme4 1.1-31 and 1.1-37 fit; 2.1-0: 'start' has invalid names "fixef"."""
    with_fixef = {"theta": [2.0], "fixef": [1.0, 2.0]}
    assert r.lmer(SIMPLE, D, start=with_fixef).theta == r.lmer(SIMPLE, D, start=2.0).theta
    assert r.lmer(SIMPLE, D, start={"fixef": [1.0, 2.0]}).theta == r.lmer(SIMPLE, D, start=1.0).theta
    with r.options(lme4="2.1"), pytest.raises(ValueError, match="incorrect components in start list: fixef"):
        r.lmer(SIMPLE, D, start=with_fixef)
    with pytest.raises(ValueError, match="incorrect components in start list: beta"):
        r.lmer(SIMPLE, D, start={"theta": [2.0], "beta": 1})


def test_a_grouping_factor_computed_from_what_the_frame_lacks_is_said() -> None:
    """lme4 of all three releases: couldn't evaluate grouping factor factor(k) within model frame."""
    data = D.assign(k=D["g"].cat.codes.astype(int))
    for group in ("factor(k)", "I(k)", "interaction(g, k)"):
        with pytest.warns(r.ParityNote, match="lme4 refuses the grouping factor .*k is no variable"):
            m = r.lmer(f"y ~ x + (1 | {group})", data)
        assert m.theta == pytest.approx(r.lmer(SIMPLE, data).theta, rel=1e-6)
    with warnings.catch_warnings():
        warnings.simplefilter("error", r.ParityNote)
        r.lmer("y ~ x + (1 | factor(x))", data.assign(x=data["x"].round()))


def test_unknown_setting_of_the_control() -> None:
    with pytest.raises(ValueError, match="check_everything.*known are"):
        r.lmerControl(check_everything="stop")


def test_response_of_refit() -> None:
    m = r.lmer(SIMPLE, D)
    with pytest.raises(ValueError, match="144 values"):
        r.refit(m, D["y"][:7])
    with pytest.raises(ValueError, match="5 infinite or missing"):
        r.refit(m, D["y"].where(D.index > 4))


# R's own text must be in ours, up to the parenthesis into which we write more.
SAID_BY_R = {
    "one level": ("lmer(y ~ x + (x | g), subset(d, g == '308'))", "one level"),
    "a level a row": ("lmer(y ~ x + (1 | row), d)", "a level a row"),
    "too many effects": ("lmer(y ~ x + (x | pair), d)", "too many effects"),
    "two rows": ("lmer(y ~ x + (1 | g), d[c(1, 9), ])", "two rows"),
    "no bar": ("lmer(y ~ x, d)", "no bar"),
}


@pytest.mark.parametrize("why", SAID_BY_R)
def test_errors_hold_the_text_of_r(live_r: Any, why: str) -> None:
    code, ours = SAID_BY_R[why]
    formula, data, arguments, _ = REFUSED[ours]
    with pytest.raises(ValueError) as refused:
        r.lmer(formula, data, **arguments)
    theirs = heard_by_r(live_r, code)
    theirs = re.sub(r"lmer\(.*?\) : ", "", theirs).removesuffix(")")
    assert theirs and theirs in str(refused.value)


WARNED: dict[str, tuple[str, dict[str, Any], str, list[type[Warning]]]] = {
    "one column of no rank": ("y ~ x + twice + (1 | g)", {}, "", [r.RankDeficiencyWarning]),
    "two columns of no rank": ("y ~ twice + x + later + (1 | g)", {}, "", [r.RankDeficiencyWarning]),
    "singular": ("noise ~ x + (x | g)", {}, "", [r.SingularFitWarning]),
    "scales": ("y ~ huge + (1 | g)", {}, "", [r.ScaleWarning]),
    "scales of powers": ("y ~ x + I(x^2 * 1e5) + (1 | g)", {}, "", [r.ScaleWarning]),
    "eight evaluations": (FULL, {"optCtrl": {"maxeval": 8}}, "optCtrl = list(maxeval = 8)", [r.ConvergenceWarning] * 2),
    "twenty evaluations": (
        FULL, {"optCtrl": {"maxeval": 20}}, "optCtrl = list(maxeval = 20)", [r.ConvergenceWarning] * 2),
    "nothing to say": ("y ~ x + (x | g)", {}, "", []),
    "settings of other optimizers": (FULL, {"optCtrl": {"maxfun": 8}}, "optCtrl = list(maxfun = 8)", []),
    "bobyqa": (FULL, {"optimizer": "bobyqa"}, "'bobyqa'", []),
    "bobyqa stopped": (
        FULL, {"optimizer": "bobyqa", "optCtrl": {"maxfun": 20}}, "'bobyqa', optCtrl = list(maxfun = 20)",
        [r.ConvergenceWarning] * 3),
    "bobyqa with many points": (
        FULL, {"optimizer": "bobyqa", "optCtrl": {"npt": 9}}, "'bobyqa', optCtrl = list(npt = 9)",
        [r.ConvergenceWarning]),
    "simplex": (FULL, {"optimizer": "Nelder_Mead"}, "'Nelder_Mead'", []),
    "simplex stopped": (
        FULL, {"optimizer": "Nelder_Mead", "optCtrl": {"maxfun": 20}}, "'Nelder_Mead', optCtrl = list(maxfun = 20)",
        [r.ConvergenceWarning] * 3),
    # one warning of two findings
    "eigenvalues": (
        "y ~ x + (0 + thousands | g) + (1 | g)", {"check_conv_grad": ("ignore", 0.002)},
        "check.conv.grad = .makeCC('ignore', tol = 0.002)", [r.ConvergenceWarning]),
}


@pytest.mark.parametrize("why", WARNED)
def test_warnings_are_those_of_r(live_r: Any, why: str) -> None:
    formula, control, r_control, classes = WARNED[why]
    m, ours = heard(formula, control)
    assert [w.category for w in ours] == classes
    theirs = heard_by_r(live_r, f"m <- lmer({formula}, d, control = lmerControl({r_control}))")
    # R's gradient is a difference quotient: it shares 5 digits with the exact one.
    number = re.compile(r"(?<=max\|grad\| = )[\d.]+")
    said = "\n".join(str(w.message) for w in ours)
    assert number.sub("", said) == number.sub("", theirs)
    for mine, other in zip(number.findall(said), number.findall(theirs), strict=True):
        assert float(mine) == pytest.approx(float(other), rel=1e-5)
    live_r.eval("b <- fixef(m, add.dropped = TRUE)")
    names = live_r.eval("cat(names(b)[is.na(b)])").split()
    assert m.design.dropped == names


def test_warnings_without_r() -> None:
    """The same, against R's texts as 4.2.2 with lme4 1.1-31 says them."""
    drop = "fixed-effect model matrix is rank deficient so dropping "
    texts = {
        "one column of no rank": [f"{drop}1 column / coefficient"],
        "two columns of no rank": [f"{drop}2 columns / coefficients"],
        "singular": ["boundary (singular) fit: see help('isSingular')"],
        "scales": ["Some predictor variables are on very different scales: consider rescaling"],
        "eight evaluations": [
            "convergence code 5 from nloptwrap: NLOPT_MAXEVAL_REACHED: "
            "Optimization stopped because maxeval (above) was reached.",
            "Model failed to converge with max|grad| = 0.87424",
        ],
        "eigenvalues": [
            "Model is nearly unidentifiable: very large eigenvalue\n - Rescale variables?;"
            "Model is nearly unidentifiable: large eigenvalue ratio\n - Rescale variables?"
        ],
        "bobyqa stopped": [
            "maxfun < 10 * length(par)^2 is not recommended.",
            "convergence code 1 from bobyqa: bobyqa -- maximum number of function evaluations exceeded",
            "Model failed to converge with max|grad| = ",
        ],
        "bobyqa with many points": ["Setting npt > 2 * length(par) + 1 is not recommended."],
        "simplex stopped": [
            "failure to converge in 20 evaluations",
            "convergence code 4 from Nelder_Mead: failure to converge in 20 evaluations",
            "Model failed to converge with max|grad| = ",
        ],
        "nothing to say": [],
    }
    for why, expected in texts.items():
        formula, control, _, classes = WARNED[why]
        _, said = heard(formula, control)
        assert [w.category for w in said] == classes, why
        for warning, text in zip(said, expected, strict=True):
            assert str(warning.message).startswith(text), why


def test_dropped_columns_are_reported_and_missing() -> None:
    with pytest.warns(r.RankDeficiencyWarning):
        m = r.lmer("y ~ twice + x + later + (1 | g)", D)
    full = r.fixef(m, add_dropped=True)
    assert list(full.index) == ["(Intercept)", "twice", "x", "later"]
    assert list(full.index[full.isna()]) == m.design.dropped == ["x", "later"]
    assert list(r.fixef(m).index) == ["(Intercept)", "twice"]


def test_newton_warns_of_a_singular_fit_too() -> None:
    with pytest.warns(r.SingularFitWarning, match=re.escape("boundary (singular) fit: see help('isSingular')")):
        m = r.lmer("noise ~ x + (x | g)", D, control="newton")
    assert r.isSingular(m)


def test_what_did_not_converge_never_says_that_it_did() -> None:
    """With few evaluations the fit is wrong; only a fit without a warning may be taken for converged."""
    best = r.lmer(FULL, D, control="newton")
    wrong = 0
    for evaluations in range(6, 60, 6):
        m, said = heard(FULL, {"optCtrl": {"maxeval": evaluations}})
        silent = not said
        assert silent == (m.optimum.code == 0)
        close = m.criterion(True) - best.criterion(True) < 1e-7
        assert close or not silent, evaluations
        wrong += not close
    assert wrong >= 3


def test_checks_can_be_left_out() -> None:
    """As lme4's control allows: then the criterion is still the model's, a constant along theta here."""
    ignore = {"check_nobs_vs_nlev": "ignore", "check_nobs_vs_nRE": "ignore"}
    m, _ = heard("y ~ x + (1 | row)", ignore)
    theta = float(r.getME(m, "theta").iloc[0])
    ols = r.lm("y ~ x", D)
    assert m.sigma**2 * (1.0 + theta**2) == pytest.approx(r.sigma(ols) ** 2, rel=1e-10)


def heard(formula: str, control: dict[str, Any]) -> tuple[Any, list[warnings.WarningMessage]]:
    """The model and the warnings of its fit."""
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        m = r.lmer(formula, D, control=r.lmerControl(**control))
    return m, said


def heard_by_r(live: Any, code: str) -> str:
    """R's error, or its messages and warnings, for `code` on the same data."""
    live.assign("frame", D.to_csv(index=False, float_format="%.17g"))
    live.eval(R_FRAME)
    return str(live.values(f"heard({code})")["x"])


@pytest.mark.parametrize("criterion", [r.AIC, r.BIC])
def test_criteria_of_models_of_unequal_data_warn_as_r_does(criterion: Any) -> None:
    m, fewer = r.lmer(SIMPLE, D), r.lmer(SIMPLE, D.iloc[:100])
    with pytest.warns(UserWarning, match="^models are not all fitted to the same number of observations$"):
        criterion(m, fewer)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        criterion(m, m)
