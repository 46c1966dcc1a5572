"""Effect sizes: R's package effectsize."""
from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from math import exp, sqrt
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import gammaln

from translations.printing import Vector
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_number, require_choice, require_level
from translations.stats.formulas.frame import model_frame
from translations.stats.formulas.terms import parse
from translations.stats.hypothesis_tests.htest import two_samples
from translations.stats.linear.aov import Aov, AovList
from translations.stats.linear.linear_model import Lm
from translations.stats.linear.strata import Stratum

from .easystats import EffectSizes, effect_sizes
from .noncentral import centre_of_f, centre_of_t

Floats = np.ndarray
SIDES = ("two.sided", "less", "greater")
LABELS = {"Eta2": "Eta2", "Omega2": "Omega2", "Epsilon2": "Epsilon2", "Cohens_f": "Cohen's f",
          "Cohens_f2": "Cohen's f2", "Cohens_d": "Cohen's d", "Hedges_g": "Hedges' g", "Glass_delta": "Glass' delta",
          "Glass_delta_adjusted": "Glass' delta (adj.)"}


def _strata(m: Any, function: str) -> dict[str, Stratum]:
    if isinstance(m, AovList):
        return dict(m.shown)
    if isinstance(m, Aov):
        return {"": m.stratum}
    if isinstance(m, Lm):
        m = generics.anova(m)
    if isinstance(m, pd.DataFrame) and "Sum Sq" in m and "Residuals" in m.index:
        rows = [str(one) for one in m.index if one not in ("Residuals", "(Intercept)")]
        df, ss = (m.loc[rows, name].to_numpy(float) for name in ("Df", "Sum Sq"))
        rest, left = m.loc[["Residuals"], ["Sum Sq", "Df"]].to_numpy(float)[0]
        return {"": Stratum(rows, df, ss, float(rest), int(left), Vector({}, dtype=float), np.eye(1), {})}
    raise ValueError(f"{function} needs an aov, a linear model, or anova(m, ddf=...) of a mixed one, not "
                     f"{type(m).__name__}")


def _f_table(m: Any) -> tuple[list[str], Floats, Floats, Floats] | None:
    """Rows, F and both degrees of freedom of a mixed model's table, lmerTest's or car's."""
    for names in (("F value", "NumDF", "DenDF"), ("F", "Df", "Df.res")):
        if isinstance(m, pd.DataFrame) and set(names) <= set(m.columns):
            kept = m[m.index != "(Intercept)"]
            f, df1, df2 = (np.asarray(kept[name], dtype=float) for name in names)
            return [str(one) for one in kept.index], f, df1, df2
    return None


def _kind(m: Any) -> str:
    """What stands above a table: which sums of squares it is of."""
    heading = getattr(m, "heading", None) or getattr(m, "attrs", {}).get("heading", ())
    found = re.search(r"Type (I+)\b", " ".join(heading))
    return f"Effect Size for ANOVA (Type {found[1] if found else 'I'})"


def _table(m: Any, column: str, parts: Sequence[tuple[str, list[str], Floats, Floats, Any]], ci: float | None,
           alternative: str) -> EffectSizes:
    """The frame of shares of the variation with their intervals.

    parts: for each stratum its name, its terms, their shares, and their degrees of freedom and the residual ones
    """
    require_choice(alternative, SIDES, "alternative")
    frames = []
    for group, labels, share, df, df_residual in parts:
        frame = pd.DataFrame({"Group": group, "Parameter": labels, column: share})
        if ci is not None:
            low, high = _ends(share, df, df_residual, _two_sided(ci, alternative))
            frame["CI"], frame["CI_low"], frame["CI_high"] = ci, low, high
            if alternative != "two.sided":
                frame["CI_high" if alternative == "greater" else "CI_low"] = float(alternative == "greater")
        frames.append(frame)
    table = pd.concat([one for one in frames if len(one)], ignore_index=True)
    if not isinstance(m, AovList):
        table = table.drop(columns="Group")
    name, _, partial = column.partition("_")
    heading = _kind(m) if partial or len(table) > 1 else "Effect Size for ANOVA"
    return effect_sizes(table, LABELS[name] + " (partial)" * bool(partial), heading,
                        _fixed_ends(ci, alternative, "1.00", "0.00"))


def _fixed_ends(ci: float | None, alternative: str, upper: str, lower: str) -> tuple[str, ...]:
    if ci is None or alternative == "two.sided":
        return ()
    side, end = ("upper", upper) if alternative == "greater" else ("lower", lower)
    return (f"One-sided CIs: {side} bound fixed at [{end}].",)


def _two_sided(ci: float, alternative: str) -> float:
    """The level of a two-sided interval that has the end asked for."""
    require_level(ci, "ci")
    return ci if alternative == "two.sided" else 2.0 * ci - 1.0


def _ends(share: Floats, df: Floats, df_residual: Any, level: float) -> tuple[Floats, Floats]:
    """Ends of intervals of shares of the variation: those of the F distribution's noncentrality over itself and the
    residual degrees of freedom. Source: Steiger (2004), Psychol. Methods 9, 164.
    """
    df2 = np.broadcast_to(np.asarray(df_residual, dtype=float), share.shape)
    with np.errstate(divide="ignore"):
        f = (share / df) / ((1.0 - share) / df2)
    ends = np.array([centre_of_f(*one, level) for one in zip(f, df, df2, strict=True)]).reshape(-1, 2)
    low, high = (ends / (ends + df2[:, None])).T
    return low, high


def eta_squared(m: Any, partial: bool = True, ci: float | None = 0.95, alternative: str = "greater") -> EffectSizes:
    """Shares of the variation that terms explain. R: effectsize::eta_squared.

    m: an `aov` (in strata too), a linear model (its sequential table), an `Anova` of one, or `anova(m, ddf=...)` or
    `Anova(m, test_statistic="F")` of a mixed model. partial: of the term's and the residual variation, else of all; of
    a mixed model always, of a single term never, as it is the same. ci: the intervals' level, None for none.
    alternative: "greater" for lower ends alone, "less" for upper ones, "two.sided".

    Returns a frame: Parameter and Eta2_partial or Eta2, before them Group (the stratum) where there are several, then
    CI, CI_low, CI_high: `str()` is R's text.

    Raises ValueError for another object. Source: Cohen (1973), Educ. Psychol. Meas. 33, 107; Steiger (2004).

    >>> print(r.eta_squared(r.aov("angle ~ recipe + temperature", r.cake())))
    # Effect Size for ANOVA (Type I)
    <BLANKLINE>
    Parameter   | Eta2 (partial) |       95% CI
    -------------------------------------------
    recipe      |       8.42e-03 | [0.00, 1.00]
    temperature |           0.12 | [0.05, 1.00]
    <BLANKLINE>
    - One-sided CIs: upper bound fixed at [1.00].
    """
    if (found := _f_table(m)) is not None:
        rows, f, df1, df2 = found
        return _table(m, "Eta2_partial", [("", rows, f * df1 / (f * df1 + df2), df1, df2)], ci, alternative)
    strata = _strata(m, "eta_squared")
    partial = partial and not _alone(strata)
    total = sum(float(one.ss.sum()) + one.rss for one in strata.values())
    parts = [(name, one.labels, one.ss / (one.ss + one.rss if partial else total), one.df, one.df_residual)
             for name, one in strata.items()]
    return _table(m, "Eta2_partial" if partial else "Eta2", parts, ci, alternative)


def _alone(strata: dict[str, Stratum]) -> bool:
    """Whether one term is all that there is: its share of all is then its partial one."""
    return "" in strata and len(strata[""].labels) == 1


def omega_squared(m: Any, partial: bool = True, ci: float | None = 0.95, alternative: str = "greater") -> EffectSizes:
    """`eta_squared` less what chance adds to it; 0 where that is more. R: effectsize::omega_squared.

    m, partial, ci, alternative: as `eta_squared` takes them; of an `aov` with Error() the first stratum is that of the
    subjects, whose residual variation counts in every share.

    Returns a frame: Parameter and Omega2_partial or Omega2, and as `eta_squared` does.

    Raises ValueError for another object. Source: Olejnik & Algina (2003), Psychol. Methods 8, 434.

    >>> print(r.omega_squared(r.aov("angle ~ recipe + temperature", r.cake()), ci=None))
    # Effect Size for ANOVA (Type I)
    <BLANKLINE>
    Parameter   | Omega2 (partial)
    ------------------------------
    recipe      |         8.32e-04
    temperature |             0.10
    """
    if (found := _f_table(m)) is not None:
        rows, f, df1, df2 = found
        share = np.maximum((f - 1.0) * df1 / (f * df1 + df2 + 1.0), 0.0)
        return _table(m, "Omega2_partial", [("", rows, share, df1, df2)], ci, alternative)
    strata = _strata(m, "omega_squared")
    partial = partial and not _alone(strata)
    total = sum(float(one.ss.sum()) + one.rss for one in strata.values())
    subjects = next(iter(strata.values()))
    parts = []
    for name, one in strata.items():
        mse = one.rss / one.df_residual if one.df_residual else np.nan
        of_subjects = subjects.rss / subjects.df_residual if subjects.df_residual else np.nan
        if "" in strata:
            whole = one.ss + (one.df.sum() + one.df_residual + 1.0 - one.df) * mse if partial else total + mse
        else:
            within = one.rss if one is not subjects else 0.0
            whole = one.ss + within + subjects.rss + of_subjects if partial else total + of_subjects
        parts.append((name, one.labels, np.maximum((one.ss - one.df * mse) / whole, 0.0), one.df, one.df_residual))
    return _table(m, "Omega2_partial" if partial else "Omega2", parts, ci, alternative)


def epsilon_squared(m: Any, partial: bool = True, ci: float | None = 0.95, alternative: str = "greater") -> EffectSizes:
    """`eta_squared` less what chance adds to it, over the same variation; 0 where that is more. R:
    effectsize::epsilon_squared.

    m, partial, ci, alternative: as `eta_squared` takes them.

    Returns a frame: Parameter and Epsilon2_partial or Epsilon2, and as `eta_squared` does.

    Raises ValueError for another object. Source: Kelley (1935), Proc. Natl. Acad. Sci. 21, 554.

    >>> print(r.epsilon_squared(r.aov("angle ~ recipe + temperature", r.cake()), ci=None))
    # Effect Size for ANOVA (Type I)
    <BLANKLINE>
    Parameter   | Epsilon2 (partial)
    --------------------------------
    recipe      |           8.51e-04
    temperature |               0.10
    """
    if (found := _f_table(m)) is not None:
        rows, f, df1, df2 = found
        share = np.maximum((f - 1.0) * df1 / (f * df1 + df2), 0.0)
        return _table(m, "Epsilon2_partial", [("", rows, share, df1, df2)], ci, alternative)
    strata = _strata(m, "epsilon_squared")
    partial = partial and not _alone(strata)
    total = sum(float(one.ss.sum()) + one.rss for one in strata.values())
    parts = []
    for name, one in strata.items():
        mse = one.rss / one.df_residual if one.df_residual else np.nan
        whole = one.ss + one.rss if partial else total
        parts.append((name, one.labels, np.maximum((one.ss - one.df * mse) / whole, 0.0), one.df, one.df_residual))
    return _table(m, "Epsilon2_partial" if partial else "Epsilon2", parts, ci, alternative)


def cohens_f(m: Any, partial: bool = True, squared: bool = False, ci: float | None = 0.95,
             alternative: str = "greater") -> EffectSizes:
    """Cohen's f: the root of eta² / (1 - eta²). R: effectsize::cohens_f.

    m, partial, ci, alternative: as `eta_squared` takes them. squared: f² instead.

    Returns a frame: Parameter and Cohens_f_partial, Cohens_f, or with a 2 after the f, and as `eta_squared` does.

    Raises ValueError for another object. Source: Cohen (1988), chapter 8.

    >>> print(r.cohens_f(r.aov("angle ~ recipe + temperature", r.cake())))
    # Effect Size for ANOVA (Type I)
    <BLANKLINE>
    Parameter   | Cohen's f (partial) |      95% CI
    -----------------------------------------------
    recipe      |                0.09 | [0.00, Inf]
    temperature |                0.36 | [0.23, Inf]
    <BLANKLINE>
    - One-sided CIs: upper bound fixed at [Inf].
    """
    eta = eta_squared(m, partial, ci, alternative)
    name = next(one for one in eta.columns if one.startswith("Eta2"))
    column = f"Cohens_f{'2' * squared}{'_partial' * name.endswith('partial')}"
    table = pd.DataFrame(eta).rename(columns={name: column})
    for one in (column, *(("CI_low", "CI_high") if ci is not None else ())):
        share = table[one].to_numpy(float)
        with np.errstate(divide="ignore"):
            ratio = share / (1.0 - share)
        table[one] = ratio if squared else np.sqrt(ratio)
    label = LABELS[f"Cohens_f{'2' * squared}"] + " (partial)" * name.endswith("partial")
    return effect_sizes(table, label, eta.heading, _fixed_ends(ci, alternative, "Inf", "0.00"))


def cohens_d(x: Any, y: Any = None, data: Any = None, pooled_sd: bool = True, mu: float = 0.0, paired: bool = False,
             subset: Any = None, ci: float | None = 0.95, alternative: str = "two.sided") -> EffectSizes:
    """Difference of two means in standard deviations. R: effectsize::cohens_d.

    x, y: samples (n,), without their missing values; or x a formula "response ~ group" with two groups, with `data` and
    perhaps `subset`. pooled_sd: over the pooled standard deviation, else over the root of the mean variance. mu: the
    difference under the hypothesis, in x's units. paired: of the differences of pairs, over their standard deviation.
    ci: the interval's level, None for none. alternative: "two.sided", "less" or "greater", of the interval.

    Returns a frame of one row: Cohens_d, CI, CI_low, CI_high; `str()` is R's text.

    Raises ValueError for fewer than two observations, or pairs of unequal length. Source: Cohen (1988), chapter 2;
    the interval is that of the noncentrality of t, Steiger & Fouladi (1997).

    >>> d = r.sleepstudy()
    >>> print(r.cohens_d("Reaction ~ Days", data=d, subset="Days %in% c(0, 9)"))
    Cohen's d |         95% CI
    --------------------------
    -1.79     | [-2.56, -1.00]
    <BLANKLINE>
    - Estimated using pooled SD.
    """
    return _standardized((x, y, data, subset), (pooled_sd, mu, paired), (ci, alternative), "cohens_d")


def hedges_g(x: Any, y: Any = None, data: Any = None, pooled_sd: bool = True, mu: float = 0.0, paired: bool = False,
             subset: Any = None, ci: float | None = 0.95, alternative: str = "two.sided") -> EffectSizes:
    """`cohens_d` without its bias in small samples. R: effectsize::hedges_g.

    x, y, data, pooled_sd, mu, paired, subset, ci, alternative: as `cohens_d` takes them. The factor is exact,
    Γ(n/2) / (√(n/2) Γ((n - 1)/2)) for n degrees of freedom, and the interval's ends are multiplied by it too.

    Returns a frame of one row: Hedges_g, CI, CI_low, CI_high; `str()` is R's text.

    Raises ValueError as `cohens_d` does. Source: Hedges (1981), J. Educ. Stat. 6, 107.

    >>> d = r.sleepstudy()
    >>> print(r.hedges_g("Reaction ~ Days", data=d, subset="Days %in% c(0, 9)"))
    Hedges' g |         95% CI
    --------------------------
    -1.75     | [-2.51, -0.98]
    <BLANKLINE>
    - Estimated using pooled SD.
    """
    return _standardized((x, y, data, subset), (pooled_sd, mu, paired), (ci, alternative), "hedges_g")


def glass_delta(x: Any, y: Any = None, data: Any = None, mu: float = 0.0, adjust: bool | None = None,
                subset: Any = None, ci: float | None = 0.95, alternative: str = "two.sided") -> EffectSizes:
    """Difference of two means in standard deviations of the second sample. R: effectsize::glass_delta.

    x, y, data, mu, subset, ci, alternative: as `cohens_d` takes them. adjust: whether it is without its bias in small
    samples, as `hedges_g` is; None as the release has it that is followed: not before effectsize 0.8.7, then so.

    Returns a frame of one row: Glass_delta or Glass_delta_adjusted, CI, CI_low, CI_high; `str()` is R's text.

    Raises ValueError as `cohens_d` does, and for one sample. Source: Glass (1976), Educ. Res. 5(10), 3; the
    interval: Algina, Keselman & Penfield (2006), Educ. Psychol. Meas. 66, 945.

    >>> d = r.sleepstudy()
    >>> print(r.glass_delta("Reaction ~ Days", data=d, subset="Days %in% c(0, 9)"))
    Glass' delta |         95% CI
    -----------------------------
    -1.41        | [-2.09, -0.70]
    """
    adjusted = since("2.1") if adjust is None else bool(adjust)
    return _standardized((x, y, data, subset), (False, mu, False), (ci, alternative),
                         f"glass_delta{'_adjusted' * adjusted}")


def _standardized(samples: tuple[Any, Any, Any, Any], about: tuple[bool, float, bool],
                  interval: tuple[float | None, str], function: str) -> EffectSizes:
    """The row of `function`: cohens_d, hedges_g, glass_delta or that and _adjusted.

    samples: x, y, data, subset;  about: pooled_sd, mu, paired;  interval: ci, alternative
    """
    (x, y, data, subset), (pooled_sd, mu, paired), (ci, alternative) = samples, about, interval
    mu = as_number(mu, "mu")
    require_choice(alternative, SIDES, "alternative")
    of_glass = function.startswith("glass_delta")
    asked = two_samples(x, y, data, subset, "glass_delta" if of_glass else function)
    first, second = asked.first, asked.second
    if paired and second is not None:
        if len(first) != len(second):
            raise ValueError(f"a paired difference needs samples of one length, not {len(first)} and {len(second)}")
        first, second = first - second, None
    gaps = [bool(np.isnan(one).any()) for one in (first, second) if one is not None]
    if isinstance(x, str):
        gaps.append(bool(len(model_frame(parse(x), data, subset=subset).omitted)))
    if any(gaps):
        warnings.warn("Missing values detected. NAs dropped.", stacklevel=3)
    first = first[~np.isnan(first)]
    second = None if second is None else second[~np.isnan(second)]
    if min(len(one) for one in (first, second) if one is not None) < 2:
        raise ValueError("not enough observations: each sample needs two")
    if of_glass and second is None:
        raise ValueError("glass_delta needs two samples, of which the second gives the standard deviation")
    difference, sd, se, df = _difference(first, second, pooled_sd)
    if of_glass and second is not None:
        sd, df = float(second.std(ddof=1)), len(second) - 1.0
    biased = function not in ("hedges_g", "glass_delta_adjusted")
    bias = 1.0 if biased else exp(gammaln(df / 2) - gammaln((df - 1) / 2)) / sqrt(df / 2)
    column = function.capitalize()
    table = pd.DataFrame({column: [(difference - mu) / sd * bias]})
    if ci is not None:
        ends = np.array(centre_of_t((difference - mu) / se, df, _two_sided(ci, alternative))) * se / sd * bias
        low = -np.inf if alternative == "less" else ends[0]
        high = np.inf if alternative == "greater" else ends[1]
        table = table.assign(CI=ci, CI_low=low, CI_high=high)
    spread = [] if second is None or of_glass else [f"Estimated using {'pooled' if pooled_sd else 'un-pooled'} SD."]
    against = [f"Deviation from a difference of {mu:.10g}."] if mu else []
    fixed = _fixed_ends(ci, alternative, "Inf", "-Inf")
    return effect_sizes(table, LABELS[column], footers=(*against, *spread, *fixed))


def _difference(x: Floats, y: Floats | None, pooled: bool) -> tuple[float, float, float, float]:
    """A mean or a difference of two, its standard deviation, standard error and degrees of freedom."""
    if y is None:
        return float(x.mean()), float(x.std(ddof=1)), float(x.std(ddof=1) / np.sqrt(len(x))), len(x) - 1.0
    n, k = len(x), len(y)
    a, b = x.var(ddof=1), y.var(ddof=1)
    if pooled:
        variance = ((n - 1) * a + (k - 1) * b) / (n + k - 2)
        of_mean, df = variance * (1 / n + 1 / k), n + k - 2.0
    else:
        variance, of_x, of_y = (a + b) / 2.0, a / n, b / k
        of_mean, df = of_x + of_y, (of_x + of_y) ** 2 / (of_x**2 / (n - 1) + of_y**2 / (k - 1))
    return float(x.mean() - y.mean()), float(np.sqrt(variance)), float(np.sqrt(of_mean)), float(df)
