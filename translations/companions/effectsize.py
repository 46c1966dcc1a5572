"""Effect sizes: R's package effectsize."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.inference.ranova import AnovaFrame
from translations.printing import Vector
from translations.stats import generics
from translations.stats.aov import Aov, AovList, Stratum
from translations.stats.arguments import as_number
from translations.stats.htest import two_samples
from translations.stats.linear_model import Lm


def _strata(m: Any, function: str) -> dict[str, Stratum]:
    if isinstance(m, AovList):
        return dict(m.shown)
    if isinstance(m, Aov):
        return {"": m.stratum}
    if isinstance(m, Lm):
        table = generics.anova(m)
        df, ss = table["Df"].to_numpy(float), table["Sum Sq"].to_numpy(float)
        rows = [str(one) for one in table.index[:-1]]
        return {"": Stratum(rows, df[:-1], ss[:-1], ss[-1], int(df[-1]),
                            Vector(m.coefficients, index=m.X.names), m.R)}
    raise ValueError(f"{function} needs an aov, a linear model, or anova(m, ddf=...) of a mixed one, not "
                     f"{type(m).__name__}")


def _f_table(m: Any) -> tuple[list[str], np.ndarray, np.ndarray, np.ndarray] | None:
    """Rows, F and both degrees of freedom of lmerTest's table."""
    if not isinstance(m, AnovaFrame) or "DenDF" not in m:
        return None
    f, df1, df2 = (np.asarray(m[name], dtype=float) for name in ("F value", "NumDF", "DenDF"))
    return [str(one) for one in m.index], f, df1, df2


def _rows(strata: dict[str, Stratum], values: dict[str, np.ndarray], column: str) -> pd.DataFrame:
    parts = [pd.DataFrame({"Group": name, "Parameter": one.labels, column: values[name]})
             for name, one in strata.items()]
    table = pd.concat(parts, ignore_index=True)
    return table if len(strata) > 1 or "" not in strata else table.drop(columns="Group")


def eta_squared(m: Any, partial: bool = True) -> pd.DataFrame:
    """Shares of the variation that terms explain. R: effectsize::eta_squared.

    m: an `aov` (in strata too), a linear model (its sequential table), or `anova(m, ddf=...)` of a mixed model.
    partial: of the term's and the residual variation, else of all; of a mixed model always.

    Returns a frame: Parameter and Eta2_partial or Eta2, before them Group (the stratum) where there are several.

    Raises ValueError for another object. Source: Cohen (1973), Educ. Psychol. Meas. 33, 107.

    >>> print(r.eta_squared(r.aov("angle ~ recipe + temperature", r.cake())).round(4))
         Parameter  Eta2_partial
    0       recipe        0.0084
    1  temperature        0.1166
    """
    if (found := _f_table(m)) is not None:
        rows, f, df1, df2 = found
        return pd.DataFrame({"Parameter": rows, "Eta2_partial": f * df1 / (f * df1 + df2)})
    strata = _strata(m, "eta_squared")
    total = sum(float(one.ss.sum()) + one.rss for one in strata.values())
    values = {name: one.ss / (one.ss + one.rss if partial else total) for name, one in strata.items()}
    return _rows(strata, values, "Eta2_partial" if partial else "Eta2")


def omega_squared(m: Any, partial: bool = True) -> pd.DataFrame:
    """`eta_squared` less what chance adds to it; 0 where that is more. R: effectsize::omega_squared.

    m: an `aov` without Error(), a linear model, or `anova(m, ddf=...)` of a mixed model. partial: as `eta_squared`.

    Returns a frame: Parameter and Omega2_partial or Omega2.

    Raises ValueError for another object. Source: Olejnik & Algina (2003), Psychol. Methods 8, 434.

    >>> print(r.omega_squared(r.aov("angle ~ recipe + temperature", r.cake())).round(4))
         Parameter  Omega2_partial
    0       recipe          0.0008
    1  temperature          0.0988
    """
    if (found := _f_table(m)) is not None:
        rows, f, df1, df2 = found
        value = (f - 1.0) * df1 / (f * df1 + df2 + 1.0)
        return pd.DataFrame({"Parameter": rows, "Omega2_partial": np.maximum(value, 0.0)})
    if isinstance(m, AovList):
        raise ValueError("omega_squared needs an aov without Error(): anova(m, ddf=...) of the mixed model has one")
    strata = _strata(m, "omega_squared")
    one = strata[""]
    mse = one.rss / one.df_residual
    n = one.df.sum() + one.df_residual + 1.0
    whole = one.ss + (n - one.df) * mse if partial else one.ss.sum() + one.rss + mse
    value = np.maximum((one.ss - one.df * mse) / whole, 0.0)
    return _rows(strata, {"": value}, "Omega2_partial" if partial else "Omega2")


def cohens_f(m: Any, partial: bool = True, squared: bool = False) -> pd.DataFrame:
    """Cohen's f: the root of eta² / (1 - eta²). R: effectsize::cohens_f.

    m, partial: as `eta_squared` takes them. squared: f² instead.

    Returns a frame: Parameter and Cohens_f_partial, Cohens_f, or with a 2 after the f.

    Raises ValueError for another object. Source: Cohen (1988), chapter 8.

    >>> print(r.cohens_f(r.aov("angle ~ recipe + temperature", r.cake())).round(4))
         Parameter  Cohens_f_partial
    0       recipe            0.0922
    1  temperature            0.3634
    """
    table = eta_squared(m, partial)
    name = str(table.columns[-1])
    ratio = table[name] / (1.0 - table[name])
    column = f"Cohens_f{'2' * squared}{'_partial' * name.endswith('partial')}"
    return table.drop(columns=name).assign(**{column: ratio if squared else np.sqrt(ratio)})


def cohens_d(x: Any, y: Any = None, data: Any = None, pooled_sd: bool = True, mu: float = 0.0, paired: bool = False,
             subset: Any = None) -> float:
    """Difference of two means in standard deviations. R: effectsize::cohens_d.

    x, y: samples (n,), without their missing values; or x a formula "response ~ group" with two groups, with `data` and
    perhaps `subset`. pooled_sd: over the pooled standard deviation, else over the root of the mean variance. mu: the
    difference under the hypothesis, in x's units. paired: of the differences of pairs, over their standard deviation.

    Returns a number.

    Raises ValueError for fewer than two observations, or pairs of unequal length. Source: Cohen (1988), chapter 2.

    >>> d = r.sleepstudy()
    >>> round(r.cohens_d("Reaction ~ Days", data=d, subset="Days %in% c(0, 9)"), 4)
    -1.7931
    """
    mu = as_number(mu, "mu")
    asked = two_samples(x, y, data, subset, "cohens_d")
    first, second = asked.first, asked.second
    if paired and second is not None:
        if len(first) != len(second):
            raise ValueError(f"a paired difference needs samples of one length, not {len(first)} and {len(second)}")
        first, second = first - second, None
    first = first[~np.isnan(first)]
    second = None if second is None else second[~np.isnan(second)]
    if min(len(one) for one in (first, second) if one is not None) < 2:
        raise ValueError("not enough observations: each sample needs two")
    if second is None:
        return float((first.mean() - mu) / first.std(ddof=1))
    n, k = len(first), len(second)
    variances = first.var(ddof=1), second.var(ddof=1)
    pooled = ((n - 1) * variances[0] + (k - 1) * variances[1]) / (n + k - 2) if pooled_sd else sum(variances) / 2.0
    return float((first.mean() - second.mean() - mu) / np.sqrt(pooled))
