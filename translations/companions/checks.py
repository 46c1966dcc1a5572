"""Is the model all right? Tests of what a model takes for granted. R: performance's check_*."""
from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from translations.figures.catalogue import require_plotnine
from translations.figures.lattice import plot
from translations.generalized.model import Glm
from translations.lme4.control import FollowedWarning
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import isSingular
from translations.lme4.results.ranef import ranef
from translations.printing import Style, Vector
from translations.printing.dispatch import render
from translations.printing.objects import Printed, ResultFrame
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import require_choice, require_level
from translations.stats.distributions import pchisq, qf, qnorm
from translations.stats.formulas.frame import as_frame
from translations.stats.hypothesis_tests.shapiro_test import shapiro_test
from translations.stats.language.factors import Factor
from translations.stats.linear.linear_model import Lm

from .car import vif
from .easystats import PerformanceNote, intervals, values

Floats = np.ndarray
UNITS = ("of a mixed model performance takes -2 log-likelihood over n - p for the variance of the residuals, so that "
         "the p-value depends on the response's unit: look at plot(check_model(m)), or ask simulateResiduals(m)")
GRADES = ((5.0, "Low Correlation"), (10.0, "Moderate Correlation"), (np.inf, "High Correlation"))


@dataclass(frozen=True, repr=False)
class Check(Printed):
    """What a check found. `str()` is R's text.

    ok: whether nothing is amiss; p_value: by name where there are several; values: what it was found from, by name
    """

    name: str
    ok: bool
    text: str
    p_value: Any = None
    values: Any = None

    def __str__(self) -> str:
        return self.text

    def __repr__(self) -> str:
        return f"<check_{self.name}: {'OK' if self.ok else 'Warning'}>"


@render.register(Check)
def _lines(check: Check, style: Style) -> list[str]:
    return check.text.split("\n")


def _linear(m: Any, function: str) -> Lm | LmerMod:
    if not isinstance(m, Lm | LmerMod) or isinstance(m, GlmerMod):
        raise ValueError(f"{function} is for linear models, by lm or lmer, not {type(m).__name__}: simulateResiduals "
                         "is for generalized ones")
    return m


def _p(p: float) -> str:
    return "p < .001" if p < 0.001 else f"p = {p:.3f}"


def check_normality(m: Any, effects: str = "fixed") -> Check:
    """Shapiro's and Wilk's test of a linear model's standardized residuals. R: performance::check_normality.

    m: a model by `lm` or `lmer`. effects: "fixed", of the residuals (of a mixed model the studentized ones), or
    "random", of each random effect's conditional modes.

    Returns a Check: `p_value` (a dict by effect for "random") and `ok`, p at least 0.05; `str()` is R's text. In large
    samples the least deviation is significant: look at a Q-Q plot too.

    Raises ValueError for another model, unknown effects, or fewer than 3 residuals.

    >>> print(r.check_normality(r.lm("bwt ~ lwt", r.load("birthwt"))))
    OK: residuals appear as normally distributed (p = 0.507).
    """
    m = _linear(m, "check_normality")
    require_choice(effects, ["fixed", "random"], "effects")
    if effects == "fixed":
        residuals = generics.rstudent(m) if isinstance(m, LmerMod) else generics.rstandard(m)
        p = _normal(np.asarray(residuals, dtype=float))
        good = p >= 0.05
        text = (f"OK: residuals appear as normally distributed ({_p(p)})." if good else
                f"Warning: Non-normality of residuals detected ({_p(p)}).")
        return Check("normality", good, text, p, np.asarray(residuals))
    if not isinstance(m, LmerMod):
        raise ValueError("effects='random' is for mixed models")
    found = {f"{group}: {name}": _normal(modes[name].to_numpy(dtype=float))
             for group, modes in ranef(m).items() for name in modes.columns}
    lines = [f"OK: Random effects '{name}' appear as normally distributed ({_p(p)})." if p >= 0.05 else
             f"Warning: Non-normality for random effects '{name}' detected ({_p(p)})." for name, p in found.items()]
    return Check("normality", all(p >= 0.05 for p in found.values()), "\n".join(lines), found)


def _normal(x: Floats) -> float:
    """R: performance:::.check_normality."""
    if len(x) < 5000:
        return float(shapiro_test(x).p_value)
    from scipy import stats

    return float(stats.kstest(x, "norm").pvalue)


def check_heteroscedasticity(m: Any) -> Check:
    """Breusch's and Pagan's test: does the variance of the residuals go with the fitted values? R:
    performance::check_heteroscedasticity.

    m: a model by `lm` or `lmer`.

    Returns a Check: `p_value` and `ok`, p at least 0.05; `str()` is R's text.

    Raises ValueError for another model. Source: Breusch & Pagan (1979), Econometrica 47, 1287.

    >>> print(r.check_heteroscedasticity(r.lm("bwt ~ lwt", r.load("birthwt"))))
    OK: Error variance appears to be homoscedastic (p = 0.819).
    """
    m = _linear(m, "check_heteroscedasticity")
    residuals = np.asarray(generics.residuals(m, "pearson"), dtype=float)
    fitted = np.asarray(generics.fitted(m), dtype=float)
    scale = m.sigma**2
    if isinstance(m, LmerMod):  # R: performance:::.sigma.default
        scale = float(generics.deviance(m, REML=False)) / (len(residuals) - m.p)
        warnings.warn(UNITS, FollowedWarning, stacklevel=2)
    variance = float(generics.df_residual(m)) * scale / len(residuals)
    u = residuals**2 / variance
    centred = fitted - fitted.mean()
    explained = float(centred @ u) ** 2 / float(centred @ centred)
    p = float(pchisq(explained / 2.0, 1.0, lower_tail=False))
    good = p >= 0.05
    text = (f"OK: Error variance appears to be homoscedastic ({_p(p)})." if good else
            f"Warning: Heteroscedasticity (non-constant error variance) detected ({_p(p)}).")
    return Check("heteroscedasticity", good, text, p, {"fitted": fitted, "residuals": residuals})


def check_outliers(m: Any, threshold: float | None = None) -> Check:
    """Rows whose Cook's distance is above a threshold. R: performance::check_outliers, method "cook".

    m: a model by `lm`, `glm`, `lmer` or `glmer`. threshold: of the distance; the median of F with p and n - p degrees
    of freedom unless given, p the coefficients.

    Returns a Check: `values`, a frame (n,) of Row, Distance_Cook and Outlier; `str()` is R's text.

    Raises ValueError for another model. Source: Cook (1977), Technometrics 19, 15.

    >>> print(r.check_outliers(r.lm("bwt ~ lwt", r.load("birthwt"))))
    OK: No outliers detected.
    - Based on the following method and threshold: cook (0.7).
    - For variable: (Whole model)
    <BLANKLINE>
    """
    if not isinstance(m, Lm | Glm | LmerMod):
        raise ValueError(f"check_outliers needs a model, not {type(m).__name__}")
    distance = np.asarray(generics.cooks_distance(m), dtype=float)
    n, p = (m.design.X_fitted if isinstance(m, LmerMod) else m.X.values[:, m.kept]).shape
    limit = float(qf(0.5, p, n - p)) if threshold is None else float(threshold)
    rows = np.flatnonzero(distance > limit) + 1
    frame = pd.DataFrame({"Row": np.arange(1, n + 1), "Distance_Cook": distance,
                          "Outlier": (distance > limit).astype(float)})
    shown = f"{max(round(limit, 3), float(f'{limit:.1g}')) if since('2.1') else round(limit, 2):.15g}"
    based = f"- Based on the following method and threshold: cook ({shown}).\n- For variable: (Whole model)"
    if not len(rows):
        return Check("outliers", True, f"OK: No outliers detected.\n{based}\n", None, frame)
    several = "s" if len(rows) > 1 else ""
    head = f"{len(rows)} outlier{several} detected: case{several} {', '.join(map(str, rows))}."
    return Check("outliers", False, f"{head}\n{based}.", None, frame)


def check_collinearity(m: Any, ci: float = 0.95) -> pd.DataFrame:
    """Variance inflation factors with intervals. R: performance::check_collinearity.

    m: a model by `lm`, `glm`, `lmer` or `glmer` of two terms or more. ci: the level of the intervals.

    Returns a frame, a row a term: Term, VIF, VIF_CI_low, VIF_CI_high, SE_factor (the root), Tolerance (one over VIF),
    Tolerance_CI_low, Tolerance_CI_high; `str()` is R's text, which counts below 5 as low and above 10 as high.

    Raises ValueError for aliased coefficients or a single term.

    >>> print(r.check_collinearity(r.lm("bwt ~ lwt + age", r.load("birthwt"))))
    # Check for Multicollinearity
    <BLANKLINE>
    Low Correlation
    <BLANKLINE>
     Term  VIF   VIF 95% CI Increased SE Tolerance Tolerance 95% CI
      lwt 1.03 [1.00, 3.75]         1.02      0.97     [0.27, 1.00]
      age 1.03 [1.00, 3.75]         1.02      0.97     [0.27, 1.00]
    """
    require_level(ci, "ci")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        inflation = vif(m)
    found: pd.Series = inflation.iloc[:, 0] if isinstance(inflation, pd.DataFrame) else inflation
    factor = found.to_numpy(dtype=float)
    n = int(generics.nobs(m))
    p = m.p if isinstance(m, LmerMod) else len(m.kept)
    share = 1.0 - 1.0 / factor
    error = np.sqrt((1.0 - share**2) ** 2 * (n - p - 1.0) ** 2 / ((n**2 - 1.0) * (n + 3.0)))
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        middle, width = np.log(share / (1.0 - share)), qnorm((1.0 + ci) / 2.0) * error / (share * (1.0 - share))
        low, high = 1.0 / (1.0 + np.exp(-(middle - width))), 1.0 / (1.0 + np.exp(-(middle + width)))
        ends = 1.0 / (1.0 - low), 1.0 / (1.0 - high)
    if (factor > 10.0).any() and any(":" in str(term) for term in found.index):
        if since("2.1"):
            warnings.warn("Model has interaction terms. VIFs might be inflated.\n  Try to center the variables used "
                          "for the interaction, or check\n  multicollinearity among predictors of a model without "
                          "interaction terms.", PerformanceNote, stacklevel=2)
        else:
            warnings.warn("Model has interaction terms. VIFs might be inflated. You may check\n  multicollinearity "
                          "among predictors of a model without interaction terms.", stacklevel=2)
    table = Collinearity({
        "Term": list(found.index), "VIF": factor, "VIF_CI_low": ends[0], "VIF_CI_high": ends[1],
        "SE_factor": factor ** (0.5 / _degrees(m, list(map(str, found.index)))), "Tolerance": 1.0 / factor,
        "Tolerance_CI_low": 1.0 - high, "Tolerance_CI_high": 1.0 - low,
    })  # fmt: skip
    table.level = ci
    if not since("2.1") and (np.diff(np.searchsorted([most for most, _ in GRADES], factor, side="right")) < 0).any():
        warnings.warn("performance before 0.12 prints terms under other terms' grades where a lower one follows a "
                      "higher; the frame has each term's own numbers", FollowedWarning, stacklevel=2)
    return table


def _degrees(m: Lm | LmerMod, terms: list[str]) -> np.ndarray:
    """By what the root of each term's inflation is divided: performance 0.18 takes a factor's degrees of freedom, one
    for text and interactions, and one for all where some factor of the frame, such as the groups', is no term.
    """
    dof = np.ones(len(terms))
    if not since("2.1"):
        return dof
    mixed = isinstance(m, LmerMod)
    data, frame = as_frame(m.data), m.design.frame if isinstance(m, LmerMod) else m.frame
    for label, value in frame.variables.items():
        text = label in data and not isinstance(data[label].dtype, pd.CategoricalDtype)
        if not isinstance(value, Factor) or value.logical or (text and not mixed):
            continue
        if label not in terms:
            return np.ones(len(terms))
        dof[terms.index(label)] = len(value.drop_unused().levels) - 1.0
    return dof


class Collinearity(ResultFrame):
    """The frame of `check_collinearity`; `str()` is R's text."""

    _metadata = ["level"]
    level: float = 0.95

    def __str__(self) -> str:
        percent = f"{100 * self.level:.15g}% CI"
        endless = bool(self["VIF_CI_high"].isna().all())
        heads = ["Term", "VIF", "VIF  CI" if endless else f"VIF {percent}",
                 "adj. VIF" if since("2.1") else "Increased SE", "Tolerance"]
        heads += [] if endless else [f"Tolerance {percent}"]
        grade = np.searchsorted([most for most, _ in GRADES], self["VIF"].to_numpy(), side="right")
        parts = [np.flatnonzero(grade == at) for at in range(len(GRADES))]
        whole = list(zip(*_columns(self), strict=True))
        if not since("2.1"):  # performance 0.10 formats each grade by itself, puts them together, and loses who is who
            whole = [row for part in parts if len(part) for row in zip(*_columns(self.iloc[part]), strict=True)]
        lines = ["# Check for Multicollinearity"]
        for (_, name), part in zip(GRADES, parts, strict=True):
            if len(part):
                cells = [heads, *(whole[i] for i in part)]
                wide = [max(len(line[at]) for line in cells) for at in range(len(heads))]
                lines += ["", name, "", *(" " + " ".join(text.rjust(w) for text, w in zip(line, wide, strict=True))
                                          for line in cells)]
        return "\n".join(lines)


@render.register(Collinearity)
def _collinearity(x: Collinearity, style: Style) -> list[str]:
    return str(x).split("\n")


def _columns(rows: pd.DataFrame) -> list[list[str]]:
    number = {name: rows[name].to_numpy(dtype=float) for name in rows.columns if name != "Term"}
    term, tolerance = list(map(str, rows["Term"])), _whole(number["Tolerance"])
    factor, root = _whole(number["VIF"]), _whole(number["SE_factor"])
    if np.isnan(number["VIF_CI_high"]).all():  # insight leaves empty columns out, and joins the ends that stay
        return [term, factor, intervals(number["VIF_CI_low"], number["Tolerance_CI_high"]), root, tolerance]
    return [term, factor, intervals(number["VIF_CI_low"], number["VIF_CI_high"]), root, tolerance,
            intervals(number["Tolerance_CI_low"], number["Tolerance_CI_high"])]


def _whole(x: np.ndarray) -> list[str]:
    """Numbers, without decimals where none of the column has any, as in the performance beside lme4 2.1."""
    return [f"{one:.0f}" for one in x] if since("2.1") and (x % 1 == 0).all() else values(x)


def check_singularity(m: LmerMod, tolerance: float = 1e-5) -> bool:
    """Whether some variance of a mixed model is zero, or a correlation one. R: performance::check_singularity.

    m: a mixed model. tolerance: below which a diagonal element of the relative covariance factor counts as zero.

    Returns whether it is singular. Raises ValueError for another model.

    >>> r.check_singularity(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    False
    """
    if not isinstance(m, LmerMod):
        raise ValueError(f"check_singularity needs a mixed model, not {type(m).__name__}")
    return bool(isSingular(m, tolerance))


def check_overdispersion(m: Any) -> Check:
    """Pearson's chi-squared over its degrees of freedom: do counts vary more than their family does? R:
    performance::check_overdispersion (since 0.12 that of mixed and binomial models asks DHARMa: testDispersion).

    m: a Poisson or binomial model by `glm` or `glmer`.

    Returns a Check: `values`, chisq_statistic, dispersion_ratio, residual_df and p_value; `ok`, p above 0.05.

    Raises ValueError for other models, and of truths, which cannot be overdispersed. Source: Gelman & Hill (2007), 115.

    >>> ticks = r.glm("TICKS ~ YEAR", r.poisson(), r.load("grouseticks"))
    >>> print(r.check_overdispersion(ticks))
    # Overdispersion test
    <BLANKLINE>
           dispersion ratio =   19.625
      Pearson's Chi-Squared = 7849.867
                    p-value =  < 0.001
    <BLANKLINE>
    Overdispersion detected.
    """
    if not isinstance(m, Glm | GlmerMod) or m.family.name not in ("poisson", "binomial"):
        raise ValueError("check_overdispersion is for Poisson and binomial models by glm or glmer")
    prior = np.asarray(m.weights if isinstance(m, GlmerMod) else m.fit.prior, dtype=float)
    if m.family.name == "binomial" and (prior <= 1.0).all():
        raise ValueError("Overdispersion checks cannot be used for Bernoulli models: 0 and 1 have no variance of their "
                         "own")
    chi = float(np.nansum(np.asarray(generics.residuals(m, "pearson"), dtype=float) ** 2))
    df = float(generics.df_residual(m))
    p = float(pchisq(chi, df, lower_tail=False))
    values = Vector({"chisq_statistic": chi, "dispersion_ratio": chi / df, "residual_df": df, "p_value": p})
    texts = [f"{chi / df:.3f}", f"{chi:.3f}", "< 0.001" if p < 0.001 else f"{p:.3f}".rstrip("0").rstrip(".")]
    wide = max(map(len, texts))
    names = ["dispersion ratio", "Pearson's Chi-Squared", "p-value"]
    rows = [f"  {name.rjust(21)} = {text.rjust(wide)}" for name, text in zip(names, texts, strict=True)]
    verdict = "No overdispersion detected." if p > 0.05 else "Overdispersion detected."
    return Check("overdispersion", p > 0.05, "\n".join(["# Overdispersion test", "", *rows, "", verdict]), p, values)


@dataclass(frozen=True, repr=False)
class ModelChecks(Printed):
    """The checks of a model, by name; `plot` draws them."""

    model: Any
    checks: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.checks[name]

    def __str__(self) -> str:
        return "\n".join(str(one).rstrip("\n") for one in self.checks.values())

    def __repr__(self) -> str:
        return f"<check_model: {', '.join(self.checks)}>"

    @property
    def panels(self) -> pd.DataFrame:
        """What the figure shows: panel, x and y, a row a point. Of the normal quantiles residuals are studentized where
        the model is not a mixed one, as performance's are.
        """
        m = self.model
        residuals = np.asarray(generics.residuals(m), dtype=float)
        fitted = np.asarray(generics.fitted(m), dtype=float)
        mixed = isinstance(m, LmerMod)
        scaled = residuals / m.sigma if mixed else np.asarray(generics.rstandard(m), dtype=float)
        ranked = residuals if mixed else np.asarray(generics.rstudent(m), dtype=float)
        n = len(residuals)
        share = (np.arange(1, n + 1) - (0.375 if n <= 10 else 0.5)) / (n + 1 - 2 * (0.375 if n <= 10 else 0.5))
        parts: Sequence[tuple[str, Floats, Floats]] = (
            ("Residuals against fitted values", fitted, residuals),
            ("Square root of absolute standardized residuals", fitted, np.sqrt(np.abs(scaled))),
            ("Residuals against normal quantiles", np.asarray(qnorm(share)), np.sort(ranked)),
            ("Cook's distance against leverage", np.asarray(generics.hatvalues(m), dtype=float),
             np.asarray(generics.cooks_distance(m), dtype=float)),
        )
        frames = [pd.DataFrame({"panel": name, "x": x, "y": y}) for name, x, y in parts]
        table = pd.concat(frames, ignore_index=True)
        return table.assign(panel=pd.Categorical(table["panel"], [name for name, *_ in parts]))


@plot.register(ModelChecks)
def _plot(x: ModelChecks) -> Any:
    require_plotnine()
    from .plots import checks_plot

    return checks_plot(x)


@render.register(ModelChecks)
def _checks(x: ModelChecks, style: Style) -> list[str]:
    return str(x).split("\n")


def check_model(m: Any) -> ModelChecks:
    """Normality, equal variances, outliers, collinearity and singularity of a linear model together. R:
    performance::check_model.

    m: a model by `lm` or `lmer`.

    Returns the checks by name (`["normality"]`, ...): `str()` is each one's text, `plot` a figure of four panels.

    Raises ValueError for another model.

    >>> print(r.check_model(r.lm("bwt ~ lwt", r.load("birthwt"))))
    OK: residuals appear as normally distributed (p = 0.507).
    OK: Error variance appears to be homoscedastic (p = 0.819).
    OK: No outliers detected.
    - Based on the following method and threshold: cook (0.7).
    - For variable: (Whole model)
    """
    m = _linear(m, "check_model")
    checks: dict[str, Any] = {"normality": check_normality(m), "heteroscedasticity": check_heteroscedasticity(m),
                              "outliers": check_outliers(m)}
    formula = (m.design.X if isinstance(m, LmerMod) else m.X).formula
    if len(formula.terms) > 1:
        checks["collinearity"] = check_collinearity(m)
    if isinstance(m, LmerMod):
        singular = check_singularity(m)
        text = "Warning: the fit is singular." if singular else "OK: the fit is not singular."
        checks["singularity"] = Check("singularity", not singular, text)
    return ModelChecks(m, checks)
