"""A model's estimates by simulation, its short text and its standard errors: R's package arm.

Source: Gelman & Hill (2007), Data analysis using regression and multilevel/hierarchical models, chapters 7 and 12.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.arguments import require_mixed
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.glmer.results import call_of as call_of_glmer
from translations.lme4.model import LmerMod
from translations.lme4.refit import refitML
from translations.lme4.results.extract import fixef, ngrps
from translations.lme4.results.getme import getME
from translations.lme4.results.matrices import Lambda, Z
from translations.lme4.results.ranef import ranef
from translations.lme4.results.text import call_of
from translations.lme4.results.varcorr import VarCorr
from translations.printing import Matrix, Style, Vector, console, layout
from translations.printing.dispatch import render
from translations.printing.numbers import format_number, format_numbers
from translations.printing.objects import Printed
from translations.printing.rounding import round_half_even
from translations.printing.tables import Call
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count
from translations.stats.distributions import pnorm
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray


def _known(m: Any, function: str) -> None:
    if not isinstance(m, Lm | Glm | LmerMod):
        raise ValueError(f"{function} needs a model by lm, glm, lmer or glmer, not {type(m).__name__}")


@dataclass(frozen=True, repr=False)
class Simulated(Printed):
    """Draws of a model's parameters, n of them. R: classes sim and sim.merMod.

    coef: coefficients (n, p), labelled, of a mixed model the fixed effects, also `fixef`; sigma: residual standard
    deviations (n,), None of `glmer`; ranef: by grouping factor, (n, levels, effects)
    """

    coef: Matrix
    sigma: Floats | None
    ranef: Mapping[str, Floats] = field(default_factory=dict)

    @property
    def fixef(self) -> Matrix:
        """The fixed effects."""
        return self.coef

    def __repr__(self) -> str:
        return f"<sim: {len(self.coef)} draws of {', '.join(map(str, self.coef.columns))}>"


@render.register(Simulated)
def _slots(x: Simulated, style: Style) -> list[str]:
    slots = {"fixef" if x.ranef else "coef": x.coef, "sigma": x.sigma}
    lines = [f'An object of class "{"sim.merMod" if x.ranef else "sim"}"']
    for name, value in slots.items():
        if value is not None:
            shown = value if isinstance(value, Matrix) else np.asarray(value)
            lines += [f'Slot "{name}":', *console(shown, digits=style.digits, width=style.width).split("\n"), ""]
    return lines


def sim(m: Any, n_sims: int = 100, seed: int | None = None) -> Simulated:
    """Draws of a model's coefficients, as likely as the data leave them under a flat prior. R: arm::sim.

    m: a model by `lm`, `glm`, `lmer` or `glmer`. n_sims: how many draws. Of `lm` and `lmer` sigma is drawn first, anew
    each time; of a mixed model theta is held. seed: of R's stream; None starts anywhere.

    The draws are R's, to the sign of eigenvectors where there are three coefficients and more (see `mvrnorm`); random
    effects are R's where the model has one random intercept of equally many rows a level. Of others arm multiplies by
    the transpose of lme4's relative factor and takes levels in another order than CHOLMOD keeps them; these scatter as
    the model says.

    Returns a Simulated: `.coef` or `.fixef`, `.sigma`, `.ranef`. Coefficients that `glm` could not tell apart are 0, as
    in R; `lm`'s are left out.

    Raises ValueError for another model.

    >>> print(r.sim(r.lm("Reaction ~ Days", r.sleepstudy()), n_sims=2, seed=1))
    An object of class "sim"
    Slot "coef":
         (Intercept)      Days
    [1,]    242.1509 11.063654
    [2,]    261.4862  9.466646
    <BLANKLINE>
    Slot "sigma":
    [1] 49.49736 46.81755
    <BLANKLINE>
    """
    _known(m, "sim")
    n = as_count(n_sims, "n_sims")
    stream = RStream(seed)
    if isinstance(m, LmerMod):
        return _of_mixed(m, n, stream)
    table = generics.summary(m).coefficients
    beta = table.iloc[:, 0].to_numpy(float)
    if isinstance(m, Glm):
        whole = np.zeros((n, len(m.coefficients)))
        whole[:, m.kept] = np.atleast_2d(stream.mvrnorm(n, beta, m.dispersion * m.unscaled))
        return Simulated(Matrix(whole, columns=m.X.names), np.full(n, np.sqrt(m.dispersion)))
    df, sigma = generics.df_residual(m), generics.sigma(m)
    unscaled = np.asarray(generics.vcov(m), dtype=float)[np.ix_(m.kept, m.kept)] / sigma**2
    draws, spread = np.empty((n, len(beta))), np.empty(n)
    for i in range(n):
        spread[i] = sigma * np.sqrt(df / stream.rchisq(1, df)[0])
        draws[i] = stream.mvrnorm(1, beta, unscaled * spread[i] ** 2)
    return Simulated(Matrix(draws, columns=list(table.index)), spread)


def _of_mixed(m: LmerMod, n: int, stream: RStream) -> Simulated:
    drawn = list(posterior(m, n, stream, True))
    b, effects, start = np.array([one[1] for one in drawn]), {}, 0
    for name, term in zip(VarCorr(m), m.design.random.terms, strict=True):
        effects[str(name)] = b[:, start: start + term.size].reshape(n, -1, term.k)
        start += term.size
    sigma = None if isinstance(m, GlmerMod) else np.array([one[2] for one in drawn])
    return Simulated(Matrix([one[0] for one in drawn], columns=m.design.names), sigma, effects)


def posterior(m: LmerMod, n: int, stream: RStream, random: bool) -> Iterator[tuple[Floats, Floats, float]]:
    """Draws of fixed (p,) and, where `random`, of random effects (q,), given theta, under flat priors on beta and log
    sigma, and of sigma, which is 1 in a generalized model.
    """
    q = m.design.random.q
    RX = getME(m, "RX").to_numpy(float)
    pwrss = 0.0 if isinstance(m, GlmerMod) else float(getME(m, "devcomp")["cmp"]["pwrss"])
    b, beta, factor = getME(m, "b"), m.beta, _random_factor(m) if random else None
    sigma = 1.0
    for _ in range(n):
        if not isinstance(m, GlmerMod):
            sigma = float(np.sqrt(1.0 / stream.rgamma(1, 0.5 * (m.n - m.p), 0.5 * pwrss))[0])
        z = stream.rnorm(q + m.p, 0.0, sigma)
        apart = np.linalg.solve(RX, z[q:])
        if factor is None:
            yield beta + apart, b, sigma
        else:
            relative, L, RZX = factor
            yield beta + apart, b + relative @ np.linalg.solve(L.T, z[:q] - RZX @ apart), sigma


def _random_factor(m: LmerMod) -> tuple[Floats, Floats, Floats]:
    """Lambda, L and RZX of Bates et al. (2015), eq. 17 and 18, the levels in the model's own order."""
    relative = Lambda(m).toarray()
    root = np.sqrt(m.working_weights)[:, None]
    ZL = root * (Z(m) @ relative)
    L = np.linalg.cholesky(ZL.T @ ZL + np.eye(ZL.shape[1]))
    return relative, L, np.linalg.solve(L, ZL.T @ (root * m.design.X_fitted))


@dataclass(frozen=True, repr=False)
class Display(Printed):
    """A model's short text. `str()` is what arm writes.

    coef, se: estimates and their standard errors, labelled; values: what the closing lines say, by R's names
    """

    call: Call
    table: pd.DataFrame
    digits: int
    values: Mapping[str, float]
    closing: tuple[str, ...]
    errors: tuple[np.ndarray, list[str]] | None = None

    @property
    def coef(self) -> Vector:
        """Estimates, labelled."""
        return Vector(self.table.iloc[:, 0])

    @property
    def se(self) -> Vector:
        """Their standard errors, labelled."""
        return Vector(self.table.iloc[:, 1])

    def __repr__(self) -> str:
        return f"<display: {', '.join(map(str, self.table.index))}>"


def _rounded(x: Any, digits: int) -> list[str]:
    """Numbers in one format with so many digits after the point. R: arm:::fround."""
    return format_numbers(round_half_even(np.asarray(x, dtype=float), digits), nsmall=digits)


@render.register(Display)
def _lines(x: Display, style: Style) -> list[str]:
    values = x.table.to_numpy(float)
    cells = np.array(_rounded(values.T.ravel(), x.digits), object).reshape(values.shape[::-1]).T
    names = [str(name) for name in x.table.columns]
    if x.errors is not None and values.shape == (1, 2):  # one row of a mixed model's matrix is a vector in R
        widest = max(map(len, [*names, *cells[0]]))
        table = ["".join(f"{one:>{widest}} " for one in row) for row in (names, cells[0])]
    else:
        table = layout.text_matrix(cells, style, [str(name) for name in x.table.index], names)
    lines = [*render(x.call, style), *table]
    if x.errors is not None:
        cells, heads = x.errors
        lines += ["", "Error terms:", *layout.text_matrix(cells, style, [""] * len(cells), heads)]
    return [*lines, "---", *x.closing]


def display(m: Any, digits: int = 2, detail: bool = False) -> Display:
    """A model in few lines: estimates, standard errors and what is left. R: arm::display.

    m: a model by `lm`, `glm`, `lmer` or `glmer`. digits: after the point. detail: test statistics and p-values too.

    Returns a Display: `str()` is R's text; `.coef`, `.se` and `.values` (n, k, deviance, AIC, DIC, ...).

    Raises ValueError for another model.

    >>> print(r.display(r.lm("Reaction ~ Days", r.sleepstudy())))  # doctest: +NORMALIZE_WHITESPACE
    lm(formula = Reaction ~ Days, data = r.sleepstudy())
                coef.est coef.se
    (Intercept) 251.41     6.61
    Days         10.47     1.24
    ---
    n = 180, k = 2
    residual sd = 47.71, R-Squared = 0.29
    """
    _known(m, "display")
    if isinstance(m, LmerMod):
        return _display_mixed(m, digits, detail)
    summary = generics.summary(m)
    table = pd.DataFrame(summary.coefficients).iloc[:, : 4 if detail else 2]
    table.columns = ["coef.est", "coef.se", *table.columns[2:]]
    k = len(m.kept)
    n = k + int(generics.df_residual(m))
    if isinstance(m, Lm):
        values = {"n": n, "k": k, "sigma.hat": float(summary.sigma), "r.squared": float(summary.r_squared)}
        return Display(m.call, table, digits, values, (
            f"n = {n}, k = {k}",
            f"residual sd = {_one(values['sigma.hat'], digits)}, R-Squared = {_one(values['r.squared'], 2)}"))
    deviance, null = m.fit.deviance, m.fit.null_deviance
    values = {"n": n, "k": k, "deviance": deviance, "null.deviance": null, "dispersion": m.dispersion}
    closing = [f"  n = {n}, k = {k}", f"  residual deviance = {_one(deviance, 1)}, null deviance = {_one(null, 1)} "
                                      f"(difference = {_one(null - deviance, 1)})"]
    if m.dispersion != 1.0:
        closing.append(f"  overdispersion parameter = {_one(m.dispersion, 1)}")
        if m.family.name == "gaussian":
            values["sigma.hat"] = float(np.sqrt(m.dispersion))
            closing.append(f"  residual sd is sqrt(overdispersion) = {_one(values['sigma.hat'], digits)}")
    return Display(m.call, table, digits, values, tuple(closing))


def _one(x: float, digits: int) -> str:
    return _rounded([x], digits)[0]


def _display_mixed(m: LmerMod, digits: int, detail: bool) -> Display:
    estimate, error = fixef(m).to_numpy(float), se_fixef(m).to_numpy(float)
    columns = {"coef.est": estimate, "coef.se": error}
    if detail:
        scaled = not isinstance(m, GlmerMod) or m.has_scale
        columns["t value" if scaled else "z value"] = estimate / error
        if not scaled:
            columns["Pr(>|z|)"] = 2.0 * np.asarray(pnorm(np.abs(estimate / error), lower_tail=False))
    likelihood = generics.logLik(m)
    deviance = float(generics.deviance(refitML(m)))
    values = {"n": m.n, "AIC": 2.0 * (likelihood.df - float(likelihood)), "DIC": 2.0 * (deviance + float(likelihood)),
              "deviance": deviance}
    groups = "; ".join(f"{name}, {count}" for name, count in ngrps(m).groupby(level=0, sort=False).first().items())
    aic, dic = (float(round_half_even(np.array([values[name]]), 1)[0]) for name in ("AIC", "DIC"))
    return Display(
        _call(m), pd.DataFrame(columns, index=fixef(m).index),
        digits, values, (f"number of obs: {m.n}, groups: {groups}", f"AIC = {aic:g}, DIC = {format_number(dic)}",
                         f"deviance = {_one(deviance, 1)} "), _error_terms(m, digits))


def _call(m: LmerMod) -> Call:
    """The call with what lme4 shows of it, in the order of its function's arguments, and what it says in words."""
    shown = dict((call_of_glmer(m) if isinstance(m, GlmerMod) else call_of(m)).arguments)
    if isinstance(m, GlmerMod):
        shown |= {"family": m.family_text} | ({} if m.nAGQ == 1 else {"nAGQ": str(m.nAGQ)})
    elif not m.REML:
        shown["REML"] = "FALSE"
    order = ("formula", "data", "family", "REML", "control", "nAGQ", "subset", "weights", "offset")
    function = m.function if isinstance(m, GlmerMod) else "lmer"
    return Call(function, {name: shown[name] for name in order if name in shown})


def _error_terms(m: LmerMod, digits: int) -> tuple[np.ndarray, list[str]]:
    """Standard deviations and correlations as text. R: arm:::as.matrix.VarCorr."""
    found = VarCorr(m)
    sds = [found[name].stddev for name in found]
    residual = 1.0 if isinstance(m, GlmerMod) and not m.has_scale else m.sigma
    shown = iter(_rounded([*np.concatenate([sd.to_numpy(float) for sd in sds]), residual], digits))
    widest = max(len(sd) for sd in sds)
    rows = []
    for name, sd in zip(found, sds, strict=True):
        R = found[name].correlation.to_numpy(float)  # noqa: N806
        text = np.array(_rounded(R.T.ravel(), digits), object).reshape(R.shape).T
        for i, effect in enumerate(sd.index):
            rho = [*text[i, :i], *[""] * (widest - i)] if widest > 1 else []
            rows.append(["" if i else str(name), str(effect), next(shown), *rho])
    beside = ["Corr", *[""] * (widest - 1)] if widest > 1 else []
    rows.append(["Residual", "", next(shown), *[""] * len(beside)])
    return np.array(rows, object), ["Groups", "Name", "Std.Dev.", *beside]


def se_fixef(m: LmerMod) -> Vector:
    """Standard errors of the fixed effects. R: arm::se.fixef.

    m: a mixed model.

    Returns a Vector, labelled. Raises ValueError for another object.

    >>> print(r.se_fixef(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    (Intercept)        Days
       6.824597    1.545790
    """
    require_mixed(m, "se_fixef")
    return Vector(np.sqrt(np.diagonal(np.asarray(generics.vcov(m), dtype=float))), index=fixef(m).index)


def se_ranef(m: LmerMod) -> dict[str, Matrix]:
    """Standard errors of the random effects: conditional standard deviations. R: arm::se.ranef.

    m: a mixed model.

    Returns a dict from grouping factors to Matrices, a row a level and a column an effect. Raises ValueError for
    another object.

    >>> print(r.se_ranef(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))["Subject"].head(2))
        (Intercept)     Days
    308    12.07086 2.304839
    309    12.07086 2.304839
    """
    require_mixed(m, "se_ranef")
    modes = ranef(m)
    return {str(group): Matrix(np.sqrt(np.diagonal(modes.condvar[group], axis1=1, axis2=2)), index=modes[group].index,
                               columns=modes[group].columns) for group in modes}


def se_coef(m: Any) -> Vector | dict[str, Any]:
    """Standard errors of a model's coefficients. R: arm::se.coef.

    m: a model by `lm`, `glm`, `lmer` or `glmer`.

    Returns a Vector, labelled; of a mixed model a dict, "fixef" and then as `se_ranef` has them. Raises ValueError for
    another object.

    >>> print(r.se_coef(r.lm("Reaction ~ Days", r.sleepstudy())))
    (Intercept)        Days
       6.610154    1.238195
    """
    _known(m, "se_coef")
    if isinstance(m, LmerMod):
        return {"fixef": se_fixef(m).to_numpy(float), **se_ranef(m)}
    V = generics.vcov(m)
    return Vector(np.sqrt(np.diagonal(np.asarray(V, dtype=float))), index=V.index)
