"""What a printed result carries: plain frozen dataclasses that models fill in and this package turns into R's text.

Nothing here computes. A field holds the number at full precision; rounding is the printer's business. Frames carry R's
row and column names; a `Call` carries R expressions as text. `str()` of every class is what R's console prints for the
object named in its docstring, `repr()` is one short line.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .objects import Printed


@dataclass(frozen=True, repr=False)
class Call(Printed):
    """A call as R deparses it (blanks and line breaks are put right when printed). R: match.call().

    function   the function's name: "lm", "lmer"
    arguments  R expressions as text, by argument name, in the order of R's matched call: {"formula": "y ~ x", "data":
               "sleep2"}
    """
    function: str
    arguments: Mapping[str, str]


@dataclass(frozen=True, repr=False)
class CoefTable(Printed):
    """A coefficient matrix with p-value stars. R: stats::printCoefmat.

    table         one row a coefficient; the last column is a p-value when its name begins with "Pr(" or "p-v" and there
                  are ≥ 4 columns
    has_p_value   None: by that rule
    test_columns  0-based positions of test statistics; None: the last column before the p-value
    estimate_columns  0-based positions of estimates and standard errors; None: all before the tests; (): none
    zap_columns   0-based positions whose values are zapped to `digits` first
    digits        None: 5 (R: max(3, 7 - 2))
    na_print      the text for a missing value
    stars, legend whether to append stars, and to explain them below
    eps           below which a p-value is shown as being so
    """
    table: pd.DataFrame
    has_p_value: bool | None = None
    test_columns: tuple[int, ...] | None = None
    estimate_columns: tuple[int, ...] | None = None
    zap_columns: tuple[int, ...] = ()
    digits: int | None = None
    na_print: str = "NA"
    stars: bool = True
    legend: bool = True
    eps: float = 2.220446049250313e-16


@dataclass(frozen=True, repr=False)
class Symbols(Printed):
    """Numbers as symbols, with their legend. R: the print of stats::symnum.

    cells    (k, k) texts, labelled
    legend   "0 ‘ ’ 0.3 ‘.’ 0.6 ..."
    """
    cells: pd.DataFrame
    legend: str


@dataclass(frozen=True, repr=False)
class AnovaTable(Printed):
    """An analysis of variance, likelihood ratio, deletion or random-effects table. R: print.anova.

    heading  lines printed above the table, as R's attribute "heading" has them (an element may hold "\\n"); () for none
    table    R's columns ("Df", "Sum Sq", "Mean Sq", "F value", "Pr(>F)" | "npar", "AIC", ..., "Chisq", "Df",
             "Pr(>Chisq)"); NaN where R has NA
    digits   None: 5 (R: max(3, 7 - 2))
    """
    heading: Sequence[str]
    table: pd.DataFrame
    digits: int | None = None


@dataclass(frozen=True, repr=False)
class LmText(Printed):
    """A fitted linear model as print shows it. R: print.lm.

    call          the matched call
    coefficients  one value a coefficient, NaN where R dropped the column
    """
    call: Call
    coefficients: pd.Series


@dataclass(frozen=True, repr=False)
class LmSummary(Printed):
    """The summary of a linear model. R: print.summary.lm.

    call          the matched call
    residuals     shape (n,), weighted when `weighted`, labelled as R labels them ("1", "2", ...); all are printed when
                  df_residual ≤ 5
    coefficients  columns "Estimate", "Std. Error", "t value", "Pr(>|t|)"; a row of NaN for each column that R dropped
    sigma         residual standard error
    df_residual   residual degrees of freedom
    r_squared, adj_r_squared
    fstatistic    (F, numerator df, denominator df), or None for a model without terms beside the intercept
    f_p_value     its p-value, or None
    weighted      whether weights were given that are not all equal
    n_missing     rows that na.omit or na.exclude dropped
    correlation   (r, r) correlations of the coefficients, or None
    """
    call: Call
    residuals: pd.Series
    coefficients: pd.DataFrame
    sigma: float
    df_residual: int
    r_squared: float
    adj_r_squared: float
    fstatistic: tuple[float, float, float] | None
    f_p_value: float
    weighted: bool
    n_missing: int
    correlation: pd.DataFrame | None = None


@dataclass(frozen=True, repr=False)
class HTest(Printed):
    """A hypothesis test. R: print.htest. Pairs are (R's name, value); None where the test has no such part.

    method       "One Sample t-test" (R's two-sample method begins with a blank: " Two Sample t-test", "Welch Two Sample
                 t-test")
    data_name    what R prints after "data: ": ".", "x and y", "extra by group"
    statistic    ("t", 6.197), or several: [("observed", 0.2), ("expected", -0.1)]
    parameter    ("df", 17.0), or several: [("num df", 9.0), ("denom df", 12.0)]
    p_value
    alternative  "two.sided", "less" or "greater"
    null_value   ("mean", 0.0), ("difference in means", 0.0), ("mean difference", 0.0),
                 ("difference in means between group 1 and group 2", 0.0)
    conf_int     (lower, upper), infinite on the open side
    conf_level   in (0, 1)
    estimate     one labelled value an estimate: "mean of x", "mean of y", "mean difference", "mean in group 1"
    """
    method: str
    data_name: str
    statistic: tuple[str, float] | list[tuple[str, float]] | None
    parameter: tuple[str, float] | list[tuple[str, float]] | None
    p_value: float | None
    alternative: str | None
    null_value: tuple[str, float] | None
    conf_int: tuple[float, float] | None
    conf_level: float
    estimate: pd.Series | None


@dataclass(frozen=True, repr=False)
class VarCorrMatrix(Printed):
    """One grouping factor's covariance matrix with its attributes. R: VarCorr(m)$Subject.

    covariance   (k, k) labelled by term on both sides
    stddev       (k,) labelled by term
    correlation  (k, k) labelled by term on both sides
    structure    its covariance structure as lme4 2.1's class has it: "us", "diag", "cs", "homcs", "ar1", "hetar1"
    structured   whether any term of the model has another than "us", which is printed as by lme4 2.1
    """
    covariance: pd.DataFrame
    stddev: pd.Series
    correlation: pd.DataFrame
    structure: str = "us"
    structured: bool = False


@dataclass(frozen=True, repr=False)
class VarCorrTable(Printed):
    """Standard deviations and correlations of all random effects. R: print(VarCorr(m)).

    groups      (name, matrix) for each random-effects term, in R's order; names as R makes them unique ("Subject",
              "Subject.1")
    residual    residual standard deviation; None when there is no scale
    components  columns of the table, "Variance" and "Std.Dev." or one of them
    """
    groups: Sequence[tuple[str, VarCorrMatrix]]
    residual: float | None
    components: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class Convergence:
    """What the optimizer reported; printed only when something went wrong or the fit is singular. R: object@optinfo.

    optimizer  "nloptwrap"
    code       0 is success
    message    the optimizer's own message, printed when the code is not 0
    messages   lme4's checks: ("boundary (singular) fit: see help('isSingular')",)
    warnings   the optimizer's warnings
    """
    optimizer: str
    code: int
    message: str | None
    messages: Sequence[str]
    warnings: Sequence[str] = ()


@dataclass(frozen=True, repr=False)
class MerModText(Printed):
    """A fitted mixed model as print shows it. R: print.merMod.

    method        "Linear mixed model fit by REML" or "Linear mixed model fit by maximum likelihood " (R's trailing
                  blank)
    object_class  "lmerMod" or "lmerModLmerTest"
    call          the matched call (formula, data, weights, offset, control, subset are shown)
    criteria      Series: {"REML": value} or {"AIC", "BIC", "logLik", "deviance", "df.resid"} in this order
    varcorr       the random effects
    n_obs         number of observations
    groups        levels by grouping factor, in R's order
    fixef         fixed effects
    fit_messages  "fit warnings" (R's text for dropped columns); () for none
    convergence   what the optimizer reported
    family        of a generalized model, with its link: "binomial  ( logit )"
    """
    method: str
    object_class: str
    call: Call
    criteria: pd.Series
    varcorr: VarCorrTable
    n_obs: int
    groups: Mapping[str, int]
    fixef: pd.Series
    fit_messages: Sequence[str]
    convergence: Convergence
    family: str | None = None


@dataclass(frozen=True, repr=False, eq=False)
class MerModSummary(Printed):
    """The summary of a mixed model, lme4's or lmerTest's. R: print.summary.merMod.

    method        as in MerModText; lmerTest's ends in ". t-tests use Satterthwaite's method"
    residuals     scaled residuals, shape (n,)
    coefficients  "Estimate", "Std. Error", "t value", or lmerTest's with "df" and "Pr(>|t|)"
    correlation   (p, p) correlation of the fixed effects; None: not to be shown (R computes none above `cor_max`
                  columns)
    cor_max       R's option lme4.summary.cor.max
    The other fields are those of MerModText.
    """
    method: str
    object_class: str
    call: Call
    criteria: pd.Series
    residuals: np.ndarray
    varcorr: VarCorrTable
    n_obs: int
    groups: Mapping[str, int]
    coefficients: pd.DataFrame
    correlation: np.ndarray | None
    fit_messages: Sequence[str]
    convergence: Convergence
    cor_max: int = 12
    family: str | None = None


@dataclass(frozen=True, repr=False)
class FrameList(Printed):
    """A named list of data frames. R: print of ranef(m) and coef(m).

    frames       by grouping factor, each labelled by level and term
    conditional  names of the factors with conditional variances (ranef's last line); () for none
    r_class      "coef.mer" when R prints the class attribute below; None otherwise
    """
    frames: Mapping[str, pd.DataFrame]
    conditional: Sequence[str] = ()
    r_class: str | None = None


@dataclass(frozen=True, repr=False)
class ModelComparison(Printed):
    """A test of a large against a small mixed model. R: pbkrtest's KRmodcomp and PBmodcomp.

    heading  the lines above the table, as pbkrtest prints them
    table    one row a test ("Ftest", "LRT", "PBtest"); the last column is "p.value"
    test_columns  0-based positions of the statistics: (0, 1, 2) for KRmodcomp, (0,) for PBmodcomp
    """
    heading: Sequence[str]
    table: pd.DataFrame
    test_columns: tuple[int, ...]
