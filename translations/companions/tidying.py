"""The generic functions `tidy`, `glance` and `augment`, as they are called, and what their methods share."""
from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Tibble
from translations.stats import model_generics
from translations.stats.arguments import require_level
from translations.stats.dispatch import generic
from translations.stats.distributions import qnorm
from translations.stats.formulas.frame import as_frame
from translations.stats.language.interchange import given_back
from translations.stats.linear.linear_model import row_names


@generic
def tidy(object: Any, /, *, conf_int: bool = False, conf_level: float = 0.95, exponentiate: bool = False,
         effects: str | Sequence[str] | None = None, scales: str = "sdcor", conf_method: str = "Wald",
         ddf: str | None = None) -> pd.DataFrame:
    """What a model estimated, or a test found, a row each. R: broom::tidy, broom.mixed::tidy.

    object: a model, an analysis of variance, its table, a test, or what `emmeans` and its like return. conf_int,
    conf_level: whether intervals are added, and at which level. exponentiate: estimates and intervals to the power of
    e, standard errors by the delta method, of generalized models. Of a mixed model: effects: "fixed", "ran_pars"
    (standard deviations and correlations), which are the two shown unless asked, "ran_vals" (conditional modes),
    "ran_coefs" (coefficients of each level); of one by `lme` "var_model", the variance of the errors, shown too.
    scales: of ran_pars "sdcor" or "vcov". conf_method: "Wald" or "profile". ddf: "Satterthwaite" or "Kenward-Roger" for
    df and p-values, as under `options(lmerTest=True)`.

    Returns a frame with R's names and order, printed as a tibble: of a linear model term, estimate, std.error,
    statistic, p.value, and conf.low, conf.high.

    Raises ValueError for unknown effects or another object.

    >>> print(r.tidy(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())))
    # A tibble: 4 × 6
      effect   group    term            estimate std.error statistic
      <chr>    <chr>    <chr>              <dbl>     <dbl>     <dbl>
    1 fixed    <NA>     (Intercept)        251.      9.75       25.8
    2 fixed    <NA>     Days                10.5     0.804      13.0
    3 ran_pars Subject  sd__(Intercept)     37.1    NA          NA
    4 ran_pars Residual sd__Observation     31.0    NA          NA
    """


@generic
def glance(object: Any, /) -> pd.DataFrame:
    """A model in one row: how well it fits. R: broom::glance, broom.mixed::glance.

    object: a model.

    Returns a frame of one row with R's names: of a mixed model nobs, sigma, logLik, AIC, BIC, REMLcrit (or deviance)
    and df.residual.

    Raises ValueError for an object that is no model.

    >>> print(r.glance(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())))
    # A tibble: 1 × 7
       nobs sigma logLik   AIC   BIC REMLcrit df.residual
      <int> <dbl>  <dbl> <dbl> <dbl>    <dbl>       <int>
    1   180  31.0  -893. 1794. 1807.    1786.         176
    """


@generic
def augment(object: Any, /, data: Any = None, newdata: Any = None, *, se_fit: bool = False, interval: str = "none",
            type_predict: str | None = None, type_residuals: str | None = None, re_form: str | float | None = None
            ) -> pd.DataFrame:
    """The data that a model used, with what it says of each row. R: broom::augment, broom.mixed::augment.

    object: a model of n rows. data: a frame of these rows whose columns are shown rather than the model's own. newdata:
    a frame of other rows, to predict. se_fit: whether standard errors are added, .se.fit, of `lm` and `glm`. interval:
    of `lm` "confidence" or "prediction" adds .lower and .upper, at 95 %. type_predict: of generalized models "link" or
    "response"; type_residuals: of `glm` "deviance" or "pearson". re_form: of a mixed model's new rows as in `predict`.

    Returns a frame (n, columns): the model's variables, .fitted, .resid, .hat, .cooksd and others under R's names, and
    .rownames where the rows have names; of the library (polars, ...) whose frame the model was fitted to. Of newdata
    its columns, .fitted, and by `lm` .resid where the response is among them.

    Raises ValueError for an object that is no model, data of another number of rows, and an unknown interval or type;
    KeyError for a column that newdata lacks.

    >>> print(r.augment(r.lm("Reaction ~ Days", r.sleepstudy())).head(2).round(3).to_string())
       Reaction  Days  .fitted  .resid   .hat  .sigma  .cooksd  .std.resid
    0   249.560   0.0  251.405  -1.845  0.019  47.849      0.0      -0.039
    1   258.705   1.0  261.872  -3.168  0.014  47.849      0.0      -0.067
    """


def frame(columns: dict[str, Any]) -> Tibble:
    """Columns as a tibble, those that are None left out."""
    return Tibble(pd.DataFrame({name: value for name, value in columns.items() if value is not None}))


def other_rows(table: Any, columns: dict[str, Any], n: int | None = None) -> Any:
    """A table's columns, and .rownames where its rows have been picked, with `columns`; n: how many rows it must have.

    Raises ValueError for another number.
    """
    rows = as_frame(table)
    if n is not None and len(rows) != n:
        raise ValueError(f"data has {len(rows)} rows, and the model used {n}: give those that it used, or newdata=")
    return given_back(frame(with_rows(rows.set_axis(row_names(rows.index))) | columns), table)


def data_rows(m: Any, columns: dict[str, Any], data: Any = None) -> Any:
    """A model's frame, or `data`, with `columns` of its rows, of the library whose frame the model was fitted to."""
    if data is not None:
        return other_rows(data, columns, int(np.shape(columns[".fitted"])[0]))
    rows, mixed = with_rows(model_generics.model_frame(m)), hasattr(m, "design")
    data = m.data if isinstance(m.data, pd.DataFrame) else as_frame(m.data)  # which has numbers for days
    used = (m.design.frame if mixed else m.frame).rows
    for name in map(str, data.columns):
        kind = data[name].dtype if name in rows else None
        if isinstance(kind, np.dtype) and kind.kind in "iu":  # integers stay integers, as in R
            rows[name] = np.asarray(rows[name]).astype(kind)
        elif (isinstance(kind, np.dtype) and kind.kind == "M") or (
                not mixed and isinstance(getattr(rows.get(name), "dtype", None), pd.CategoricalDtype)
                and not isinstance(kind, pd.CategoricalDtype)):
            rows[name] = data[name].array[used]  # days, and text, of which lme4 alone makes factors
    return given_back(frame(rows | columns), m.data)


def wald(estimate: np.ndarray, error: np.ndarray, level: float, quantile: Any = None) -> dict[str, np.ndarray]:
    """conf.low and conf.high; `quantile` is the normal one unless given."""
    require_level(level, "conf_level")
    half = error * (qnorm((1.0 + level) / 2.0) if quantile is None else quantile)
    return {"conf.low": estimate - half, "conf.high": estimate + half}


def with_rows(data: pd.DataFrame) -> dict[str, Any]:
    """The columns of a model frame, before them .rownames where these are more than the rows' numbers."""
    numbered = list(data.index) == [str(i + 1) for i in range(len(data))]
    columns: dict[str, Any] = {} if numbered else {".rownames": list(data.index)}
    return columns | {str(name): data[name].array for name in data.columns}
