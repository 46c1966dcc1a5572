"""R's generic functions, as they are called: one declaration a function, with all parameters that its methods take.

The module that defines a class registers its methods (`@coef.register(Lm)`), so that importing a generic imports no
model code. What a class's method does not take raises TypeError, as for any function.
"""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .dispatch import generic

if TYPE_CHECKING:
    import pandas as pd
    from scipy import sparse

    from translations.printing import Matrix, Vector
    from translations.random import RStream

    from .log_likelihood import LogLik


@generic
def coef(object: Any, /, complete: bool | None = None, *, full: bool = False
         ) -> Vector | Matrix | Mapping[str, pd.DataFrame]:
    """Coefficients. R: stats::coef.

    object: a model, or the summary of one. complete: of a linear model, whether aliased coefficients are kept, as NaN;
    of an analysis of variance they are left out by default. full: of averaged models (`model_avg`), averages of all,
    with 0 in those without.

    Returns of a linear model a Vector (p,), in units of the response a unit of the predictor; of a mixed model fixed
    effects plus conditional modes, {"Subject": frame (levels, effects)}; of a summary its table (p, columns).

    Raises ValueError for an object that is none of these.

    >>> print(r.coef(r.lm("Reaction ~ Days", r.sleepstudy())))
    (Intercept)        Days
      251.40510    10.46729
    >>> r.coef(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))["Subject"].loc["308"].round(2).tolist()
    [253.66, 19.67]
    """


@generic
def summary(object: Any, /, *, ddf: str | None = None, correlation: bool | None = None, maxsum: int = 7,
            digits: int = 4, infer: Any = None, level: float | None = None, adjust: str | None = None, by: Any = ...,
            type: str | None = None, null: float | None = None, side: Any = None, delta: float | None = None,
            split: Mapping[str, Any] | None = None, expand_split: bool = True, dispersion: float | None = None,
            test: Any = None) -> Any:
    """What R's console prints of a model or of data, and the numbers in it. R: base::summary.

    object: a model, the fits of `allFit`, a frame or a Series. ddf: of a mixed model "Satterthwaite", "Kenward-Roger"
    or "lme4", for lmerTest's p-values. correlation: whether those of the coefficients are shown; None: of mixed models,
    not of linear ones. maxsum, digits: of a frame, the rows of a column and their digits. Of what `emmeans` returns:
    infer: whether intervals and tests are shown, (True, True); level, adjust: of these; by: the variables whose levels
    part the table, None for none; type: "response"; null, side, delta: what is tested, "<" or ">", a margin. split: of
    an `aov`, contrasts of a term that get rows of their own, by their numbers: {"dose": {"L": 1, "Q": 2}};
    expand_split: interactions' too. dispersion: of a generalized linear model, taken for known. test: of `glht`'s
    hypotheses, `adjusted("holm")` and the like.

    Returns an object whose `str()` is R's text; those of models have `.coefficients`, a Matrix (p, columns).

    Raises ValueError for an unknown ddf or an object that has no summary.

    >>> print(r.summary(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())).coefficients)
                 Estimate Std. Error   t value
    (Intercept) 251.40510   6.824597 36.838090
    Days         10.46729   1.545790  6.771481
    """


@generic
def anova(object: Any, /, *more: Any, refit: bool = True, model_names: Sequence[str] | None = None,
          ddf: str | None = None, type: int | str | None = None, test: str | None = "default",
          scale: float = 0.0) -> pd.DataFrame:
    """Analysis of variance of one model, or comparison of several. R: stats::anova.

    object, more: models of one class (mixed ones may be compared with linear ones). refit: whether mixed models by REML
    are fitted by maximum likelihood before they are compared. model_names: the rows' names, by default what the caller
    wrote. ddf ("Satterthwaite", "Kenward-Roger", "lme4"), type (1, 2, 3): lmerTest's F tests of one mixed model. test:
    of linear models "F" (the default), "Chisq" or None, of generalized ones also "LRT", "Rao", "Cp". scale: of linear
    models, a variance, 0 for the largest model's.

    Returns a frame, a row a term or a model; `str()` is R's text.

    Raises ValueError for models of different data or numbers of observations.

    >>> print(r.anova(r.lm("Reaction ~ Days", r.sleepstudy())))
    Analysis of Variance Table
    <BLANKLINE>
    Response: Reaction
               Df Sum Sq Mean Sq F value    Pr(>F)
    Days        1 162703  162703  71.464 9.894e-15 ***
    Residuals 178 405252    2277
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """


@generic
def predict(object: Any, /, newdata: Any = None, *, se_fit: bool = False, re_form: str | float | None = None,
            allow_new_levels: bool = False, random_only: bool = False, interval: str = "none", level: float = 0.95,
            weights: Any = None, type: str | None = None, terms: Any = None) -> Any:
    """Predictions, one a row of the data or of new data, in the response's units. R: stats::predict.

    object: a model. newdata: frame or mapping of columns, rows to predict. se_fit: standard errors too. re_form: of a
    mixed model None for all random effects, "~0" for none, or some of its terms. allow_new_levels: levels that the fit
    did not see get random effects of 0. random_only: without the fixed effects. interval ("none", "confidence",
    "prediction"), level, weights: of a linear model; of one by `lme` level is
    as in `fitted`. type: of a generalized one "link" (the default) or "response", of
    a linear one "response"; of `lm` and `glm` "terms", what each term adds, centred, or those whose
    labels `terms` lists.

    Returns a Vector (rows,); with an interval a Matrix (rows, 3), by term a Matrix (rows, terms) with its `.constant`;
    with se_fit both predictions and standard errors: a pair of Vectors of a mixed model, else an object with `.fit` and
    `.se_fit`.

    Raises KeyError for a missing column, ValueError naming a level that the fit did not see.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.predict(model, {"Days": [0, 10], "Subject": ["308", "308"]}))
           1        2
    253.6637 450.3263
    >>> print(r.predict(model, {"Days": [0, 10]}, re_form="~0"))
           1        2
    251.4051 356.0780
    """


@generic
def fitted(object: Any, /, level: int | None = None) -> Vector:
    """Fitted values; those of a mixed model include its conditional modes. R: stats::fitted.

    object: a model of n rows. level: of a model by `lme`, how many levels of grouping, the outermost first, have their
    random effects in them; None: all.

    Returns a Vector (n,) in the response's units, NaN for rows that na.exclude left out.

    Raises ValueError for an object that is no model.

    >>> print(r.fitted(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())).head(3))
           1        2        3
    253.6637 273.3299 292.9962
    """


@generic
def residuals(object: Any, /, type: str | None = None, *, scaled: bool = False, level: int | None = None) -> Vector:
    """Residuals: what was observed less what was fitted. R: stats::residuals.

    object: a model of n rows, or a linear model's summary. type: "response", "working", or "pearson", "deviance"
    (times the square roots of the weights); None: "response", of a generalized linear model "deviance"; of `lm` and
    `glm` "partial", for each term, a Matrix (n, terms). scaled: of a
    mixed model, over sigma. Of a model by `gls` or `lme` "pearson" is over each row's standard deviation, and
    "normalized" free of correlation too; level: of one by `lme`, as in `fitted`.

    Returns a Vector (n,) in the response's units, NaN for rows that na.exclude left out.

    Raises ValueError for an unknown type.

    >>> print(r.residuals(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())).head(3))
             1          2          3
     -4.103656 -14.625218 -42.195579
    """


@generic
def confint(object: Any, /, parm: Any = None, level: float = 0.95, *, method: str = "profile", exact: bool = False,
            oldNames: bool | None = None, signames: bool = True, quiet: bool = False,  # noqa: N803
            type: str = "perc", adjust: str | None = None, by: Any = ..., test: str | None = None,
            calpha: Any = None, **settings: Any) -> Matrix:
    """Confidence intervals, one row a parameter. R: stats::confint.

    object: a model, a profile or a bootstrap. parm: names or numbers from 1; "theta_" or "beta_" of a mixed model.
    level: between 0 and 1. method: "profile", "Wald" (fixed effects only) or, of mixed models, "boot", whose settings
    (nsim, seed, boot_type, n_jobs) follow by name. exact: roots of the profiled deviance rather than lme4's splines.
    oldNames, signames: `.sig01`, ... or names by meaning. quiet: say nothing on standard error. type: of a bootstrap
    "perc", "basic" or "norm". adjust, by, type: of what `emmeans` returns, as in `summary`. test: of a model by `glm`,
    "LRT" or since R 4.4 "Rao". calpha: of `glht`'s hypotheses "univariate", for intervals each by itself.

    Returns a Matrix (parameters, 2) in the parameters' units; of estimates by `emmeans` their table; of `glht`'s
    hypotheses a value with a `.table`.

    Raises ValueError for an unknown method or level, KeyError for an unknown parameter.

    >>> print(r.confint(r.lm("Reaction ~ Days", r.sleepstudy())))
                     2.5 %    97.5 %
    (Intercept) 238.360753 264.44946
    Days          8.023855  12.91072
    >>> print(r.confint(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), quiet=True))
                     2.5 %    97.5 %
    .sig01       26.007120  52.93598
    .sigma       27.813847  34.59105
    (Intercept) 231.992326 270.81788
    Days          8.886551  12.04802
    """


@generic
def vcov(object: Any, /, complete: bool | None = None, *, full: bool = False, use_hessian: bool | None = None,
         correlation: bool = True) -> Matrix:
    """Covariance matrix of the coefficients. R: stats::vcov.

    object: a model. complete: as in `coef`. full: of a mixed model, the random effects' errors too, before the fixed
    effects, as in lme4 since 1.1-33. use_hessian: of a generalized mixed model, whether it comes from the criterion's
    Hessian (None: where there is one) or the last step's factor. correlation: of a mixed model, whether the result has
    the correlations (p, p) as `.correlation`, R's `@factors$correlation`.

    Returns a Matrix (p, p), labelled, in products of the coefficients' units; `full` (q + p, q + p).

    Raises ValueError for an object that is no model.

    >>> print(r.vcov(r.lm("Reaction ~ Days", r.sleepstudy())))
                (Intercept)      Days
    (Intercept)   43.694136 -6.899074
    Days          -6.899074  1.533128
    """


@generic
def sigma(object: Any, /) -> float:
    """Residual standard deviation. R: stats::sigma.

    object: a model, or a linear model's summary.

    Returns a number in the response's units.

    Raises ValueError for an object that is neither.

    >>> print(r.console(r.sigma(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    [1] 25.5918
    """


@generic
def logLik(object: Any, /, REML: bool | None = None) -> LogLik:  # noqa: N802, N803
    """Log-likelihood at the estimates, with its degrees of freedom. R: stats::logLik.

    object: a model. REML: of a mixed or linear model, the restricted likelihood or not; None: whichever was maximized.

    Returns a float that also has `.df`, the number of parameters, and `.nobs`.

    Raises ValueError for an object that is no model.

    >>> print(r.logLik(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    'log Lik.' -871.8141 (df=6)
    """


@generic
def deviance(object: Any, /, REML: bool | None = None) -> float:  # noqa: N803
    """Residual sum of squares of a linear model; -2 log-likelihood of a mixed one. R: stats::deviance.

    object: a model. REML: of a mixed model, the REML criterion or not; None: whichever was minimized.

    Returns a number.

    Raises ValueError for an object that is no model.

    >>> print(r.console(r.deviance(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), REML=False))))
    [1] 1751.939
    """


@generic
def AIC(object: Any, /, *more: Any, k: float = 2.0) -> float | pd.DataFrame:  # noqa: N802
    """Akaike's information criterion, -2 log-likelihood + 2 df. R: stats::AIC. Source: Akaike (1974).

    object, more: models. k: what a degree of freedom costs.

    Returns a number; for several models a frame with columns df and AIC, a row a model, named as the caller wrote them.

    Raises ValueError for an object that is no model, or a k that is no number.

    >>> print(r.console(r.AIC(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    [1] 1755.628
    """


@generic
def BIC(object: Any, /, *more: Any) -> float | pd.DataFrame:  # noqa: N802
    """Schwarz's information criterion, -2 log-likelihood + log(n) df. R: stats::BIC. Source: Schwarz (1978).

    object, more: models.

    Returns a number; for several models a frame with columns df and BIC, a row a model, named as the caller wrote them.

    Raises ValueError for an object that is no model.

    >>> print(r.console(r.BIC(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    [1] 1774.786
    """


@generic
def nobs(object: Any, /) -> int:
    """Number of observations that a fit used. R: stats::nobs.

    object: a model.

    Returns a whole number; a linear model's rows of zero weight do not count.

    Raises ValueError for an object that is no model.

    >>> r.nobs(r.lm("Reaction ~ Days", r.sleepstudy()))
    180
    """


@generic
def df_residual(object: Any, /) -> int:
    """Residual degrees of freedom: observations less parameters, variances included. R: stats::df.residual.

    object: a model.

    Returns a whole number.

    Raises ValueError for an object that is no model.

    >>> r.df_residual(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    174
    """


@generic
def formula(object: Any, /, *, fixed_only: bool = False, random_only: bool = False) -> str:
    """The model's formula. R: stats::formula.

    object: a model. fixed_only, random_only: of a mixed model, without its random effects, or these alone.

    Returns R's text of it.

    Raises ValueError for an object that is no model.

    >>> r.formula(r.lm("Reaction~Days", r.sleepstudy()))
    'Reaction ~ Days'
    """


@generic
def update(object: Any, /, formula: str | None = None, *, data: Any = None, **changes: Any) -> Any:
    """The model fitted again with a formula, data or other arguments changed. R: stats::update.

    object: a model. formula: in which each `.` stands for the model's own side. data: frame or mapping of columns.
    changes: other arguments of `lm` or `lmer`, by name.

    Returns a model of the same class.

    Raises ValueError for an argument that the model's function does not have.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> r.formula(r.update(model, ". ~ . - (Days | Subject) + (1 | Subject)"))
    'Reaction ~ Days + (1 | Subject)'
    """


@generic
def simulate(object: Any, /, nsim: int = 1, seed: int | RStream | None = None, *, re_form: str | float | None = "~0",
             use_u: bool = False, newdata: Any = None, allow_new_levels: bool = False, newparams: Any = None,
             family: Any = None, weights: Any = None) -> pd.DataFrame:
    """Responses drawn from a fitted model, or of a mixed model's formula, on R's random stream. R: stats::simulate.

    object: a model of n rows, or a formula. nsim: how many. seed: as `set_seed` takes it, a stream to be drawn on from
    where it is, or None. Of a mixed model: re_form: the terms held at their conditional modes, "~0" none, None all.
    use_u: all. newdata: rows to simulate instead. allow_new_levels: whether there may be new groups, whose effects are
    drawn. newparams: {"beta": , "theta": , "sigma": } in place of the estimates. A formula, "~ x + (1 | g)", needs
    newdata and newparams; family ("gaussian" by default) and weights, of a binomial family numbers of trials, are its.

    Returns a frame (n, nsim), columns sim_1, sim_2, ..., in the response's units.

    Raises ValueError for nsim below 1, or levels that the fit did not see.

    >>> r.simulate(r.lm("Reaction ~ Days", r.sleepstudy()), seed=1).head(2)
            sim_1
    1  221.514037
    2  270.634881
    """


@generic
def drop1(object: Any, /, scope: Sequence[str] | str | None = None, test: str | None = None, *, scale: float = 0.0,
          ddf: str | None = None, k: float = 2.0) -> pd.DataFrame:
    """The model without each of its fixed terms in turn. R: stats::drop1.

    object: a model. scope: labels of the terms, by default those not marginal to another. test: None or "none",
    "Chisq", or for a linear model "F". scale: a linear model's residual variance where that is known. ddf
    ("Satterthwaite", "Kenward-Roger", "lme4"): lmerTest's F tests of a mixed model. k: what a degree of freedom costs.

    Returns a frame, a row a term; `str()` is R's text. Mixed models are compared by maximum likelihood, unless by F
    tests, whose frame has `.hypotheses`.

    Raises ValueError for a term that the model lacks, or an unknown test.

    >>> print(r.drop1(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), test="Chisq"))
    Single term deletions
    <BLANKLINE>
    Model:
    Reaction ~ Days + (Days | Subject)
           npar    AIC    LRT   Pr(Chi)
    <none>      1763.9
    Days      1 1785.5 23.537 1.226e-06 ***
    ---
    Signif. codes:  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05 ‘.’ 0.1 ‘ ’ 1
    """


@generic
def model_matrix(object: Any, /, data: Any = None, contrasts_arg: Mapping[str, Any] | None = None, *,
                 type: str = "fixed") -> Matrix | sparse.csc_matrix:
    """Design matrix, with R's column names. R: stats::model.matrix.

    object: a model, or a formula with data. data: frame or mapping of columns. contrasts_arg: by factor, as in `lm`.
    type: of a mixed model "fixed", or "random" for Z.

    Returns a Matrix (n, p), or Z as a sparse array (n, q).

    Raises KeyError for a missing column, ValueError for an object that is neither model nor text.

    >>> print(r.model_matrix("~ Days", {"Days": [0, 1, 2]}))
      (Intercept) Days
    1           1    0
    2           1    1
    3           1    2
    """


# Frames, Series and formulas have no module of ours that makes them: their methods are registered here, where the
# generics about single observations are imported too.
import pandas as pd  # noqa: E402

from . import data_frames as _data_frames  # noqa: E402
from .deletion_generics import (  # noqa: E402
    add1,
    cooks_distance,
    dfbeta,
    dfbetas,
    extractAIC,
    hatvalues,
    influence,
    rstandard,
    rstudent,
)

__all__ = [
    "AIC", "BIC", "add1", "anova", "coef", "confint", "cooks_distance", "deviance", "df_residual", "dfbeta", "dfbetas",
    "drop1", "extractAIC", "fitted", "formula", "hatvalues", "influence", "logLik", "model_matrix", "nobs", "predict",
    "residuals", "rstandard", "rstudent", "sigma", "simulate", "summary", "update", "vcov",
]  # fmt: skip


summary.register(pd.DataFrame)(_data_frames.summary_of_frame)
summary.register(pd.Series)(_data_frames.summary_of_series)


@model_matrix.register(str)
def _model_matrix_of(formula: str, data: Any = None, contrasts_arg: Mapping[str, Any] | None = None) -> Matrix:
    """The design of a formula over data, without fitting; unused levels keep their columns, as in R."""
    from .linear.linear_model import matrix_of

    return matrix_of(formula, data, contrasts_arg)
