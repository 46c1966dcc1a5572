"""The chapter's cases in closed form.

Each of the m = 18 subjects has the same n = 8 days, hence the same X (n x 2). Let b_s be a subject's own least-squares
coefficients, SSE the subjects' pooled residual sum of squares, T = sigma^2 (X'X)^-1 + Sigma the covariance matrix of
b_s. For every Sigma the fixed effects are mean(b_s) with covariance T/m; the criteria are

    REML:  m(n-2) log sigma^2 + SSE/sigma^2 + (m-1) log|T| + tr(T^-1 B) + constant,  B = sum (b_s - mean)(b_s - mean)'
    ML:    m(n-2) log sigma^2 + SSE/sigma^2 +   m   log|T| + tr(T^-1 B(beta)) + constant,  B(beta) about beta

so that with Sigma free (and positive definite at the optimum, as here) sigma^2 = SSE/(m(n-2)) and T = B/(m-1) for REML.
Where Sigma is restricted, and at the ends of profile intervals, the analytic score is solved for its zero.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from mpmath import mp, mpf

from exact.rational import Balanced, Number, Q, Values, big, lm_summary, quantiles, t_tail

INTERCEPT, SLOPE = "(Intercept)", "days_deprived"
NAMES = (INTERCEPT, SLOPE)


# ---------------------------------------------------------------------------------------------------- lm and t.test


def complete_pooling_summary(d: Balanced) -> Values:
    return lm_summary([row for _ in d.y for row in d.x], [v for row in d.y for v in row], list(NAMES))


def complete_pooling_coef(d: Balanced) -> Values:
    line = {f"line[{day + 1}]": d.beta[0] + d.beta[1] * day for day in range(8)}
    return {f"coef[{name}]": value for name, value in zip(NAMES, d.beta, strict=True)} | line


def no_pooling_summary(d: Balanced) -> Values:
    others = d.subjects[1:]
    names = [*NAMES, *(f"Subject{s}" for s in others), *(f"{SLOPE}:Subject{s}" for s in others)]
    dummies = [[Q(s == one) for one in others] for s in d.subjects]
    x = [[Q(1), row[1], *dummy, *(row[1] * z for z in dummy)] for dummy in dummies for row in d.x]
    return lm_summary(x, [v for row in d.y for v in row], names)


def asked_lines(d: Balanced) -> Values:
    own = dict(zip(d.subjects, d.b, strict=True))
    return {f"asked[{what}_{s}]": own[s][i] for s in ("308", "335") for i, what in enumerate(("intercept", "slope"))}


def no_pooling_lines(d: Balanced) -> Values:
    lines = {f"lines[{i}, {what}]": b[j] for i, b in enumerate(d.b, 1) for j, what in enumerate(("intercept", "slope"))}
    fitted = [b[0] + b[1] * row[1] for b in d.b for row in d.x]
    return lines | {f"fitted[{i}]": value for i, value in enumerate(fitted, 1)}


def t_test_slopes(d: Balanced) -> Values:
    df = d.m - 1
    se = mp.sqrt(big(d.scatter[1][1] / df / d.m))
    t = big(d.beta[1]) / se
    reach = mp.findroot(lambda q: t_tail(q, df) - mpf(5) / 100, mpf("2.1")) * se
    return {
        "statistic": t,
        "parameter": df,
        "p.value": t_tail(t, df),
        "conf.int[1]": big(d.beta[1]) - reach,
        "conf.int[2]": big(d.beta[1]) + reach,
        "estimate": d.beta[1],
        "null.value": 0,
        "stderr": se,
    }


# ------------------------------------------------------------------------------------------------------ mixed models
#
# A model is a map from its free parameters to Sigma. Parameters are phi = (sigma^2, the free elements of Sigma).

FREE: dict[str, tuple[tuple[int, int], ...]] = {
    "full": ((0, 0), (1, 0), (1, 1)),
    "intercept": ((0, 0),),
    "slope": ((1, 1),),
    "diagonal": ((0, 0), (1, 1)),
}


def unit(i: int, j: int) -> Any:
    """d Sigma / d Sigma[i, j]."""
    e = mp.zeros(2)
    e[i, j] = e[j, i] = 1
    return e


def matrix(rows: Sequence[Sequence[Number]]) -> Any:
    return mp.matrix([[big(x) for x in row] for row in rows])


def covariances(d: Balanced, free: Sequence[tuple[int, int]], phi: Sequence[Any]) -> tuple[Any, Any]:
    """Sigma and T at phi."""
    sigma = mp.zeros(2)
    for (i, j), value in zip(free, phi[1:], strict=True):
        sigma[i, j] = sigma[j, i] = value
    return sigma, phi[0] * matrix(d.inverse) + sigma


def trace(a: Any) -> Any:
    return a[0, 0] + a[1, 1]


def score(d: Balanced, free: Sequence[tuple[int, int]], dof: int, scatter: Any, phi: Sequence[Any]) -> list[Any]:
    """Derivatives of the criterion by phi; `dof` is m - 1 (REML) or m (ML), `scatter` B about the beta at hand."""
    inverse = covariances(d, free, phi)[1] ** -1
    middle = dof * inverse - inverse * scatter * inverse
    by_sigma2 = d.within / phi[0] - big(d.sse) / phi[0] ** 2 + trace(middle * matrix(d.inverse))
    return [by_sigma2, *(trace(middle * unit(i, j)) for i, j in free)]


@dataclass(frozen=True)
class Fit:
    """A REML fit: sigma^2, Sigma, T, the largest absolute score."""

    s2: Any
    sigma: Any
    t: Any
    score: Any


def reml(d: Balanced, model: str) -> Fit:
    free, scatter = FREE[model], matrix(d.scatter)
    closed = [big(d.sse / d.within)]
    closed += [scatter[i, j] / (d.m - 1) - closed[0] * big(d.inverse[i][j]) for i, j in free]
    slope = partial(score, d, free, d.m - 1, scatter)
    phi = closed  # exact with Sigma free, a start otherwise
    if model != "full":
        phi = list(mp.findroot(lambda *p: slope(p), closed, tol=mpf(10) ** (-1.6 * mp.dps), maxsteps=60))
    return Fit(phi[0], *covariances(d, free, phi), max(abs(g) for g in slope(phi)))


def criterion(d: Balanced, fit: Fit) -> Any:
    """-2 log REML likelihood, as lme4's REMLcrit."""
    m, n = d.m, d.n
    log_v = m * ((n - 2) * mp.log(fit.s2) - mp.log(mp.det(matrix(d.inverse))) + mp.log(mp.det(fit.t)))
    log_xvx = 2 * mp.log(m) - mp.log(mp.det(fit.t))
    quadratic = big(d.sse) / fit.s2 + trace(fit.t**-1 * matrix(d.scatter))
    return log_v + log_xvx + quadratic + (m * n - 2) * mp.log(2 * mp.pi)


def varcorr(fit: Fit, model: str, item: str = "VarCorr", residual: bool = True) -> Values:
    """The numbers of as.data.frame(VarCorr(m))."""
    rows = [(fit.sigma[i, i], mp.sqrt(fit.sigma[i, i])) for i, j in FREE[model] if i == j]
    if model == "full":
        rows.append((fit.sigma[1, 0], fit.sigma[1, 0] / mp.sqrt(fit.sigma[0, 0] * fit.sigma[1, 1])))
    rows += [(fit.s2, mp.sqrt(fit.s2))] if residual else []
    return {
        f"{item}[{i}, {what}]": v
        for i, row in enumerate(rows, 1)
        for what, v in zip(("vcov", "sdcor"), row, strict=True)
    }


def theta(fit: Fit, model: str) -> Values:
    """The relative covariance factor's elements with lme4's names."""
    if model != "full":
        return {f"theta[Subject.{NAMES[i]}]": mp.sqrt(fit.sigma[i, i] / fit.s2) for i, _ in FREE[model]}
    a, b, c = (fit.sigma[i, j] / fit.s2 for i, j in FREE["full"])
    first, below = mp.sqrt(a), b / mp.sqrt(a)
    return {
        f"theta[Subject.{INTERCEPT}]": first,
        f"theta[Subject.{SLOPE}.{INTERCEPT}]": below,
        f"theta[Subject.{SLOPE}]": mp.sqrt(c - below**2),
    }


def named(item: str, values: Sequence[Number]) -> Values:
    return {f"{item}[{name}]": value for name, value in zip(NAMES, values, strict=True)}


def table(item: str, a: Any) -> Values:
    return {f"{item}[{row}, {column}]": a[i, j] for i, row in enumerate(NAMES) for j, column in enumerate(NAMES)}


def standard_errors_of(d: Balanced, fit: Fit) -> list[Any]:
    return [mp.sqrt(fit.t[i, i] / d.m) for i in (0, 1)]


def wald(d: Balanced, fit: Fit) -> list[Any]:
    return [big(b) / se for b, se in zip(d.beta, standard_errors_of(d, fit), strict=True)]


def modes(d: Balanced, fit: Fit) -> list[Any]:
    """Conditional modes: Sigma T^-1 (b_s - beta)."""
    shrink = fit.sigma * fit.t**-1
    return [shrink * mp.matrix([big(b[0] - d.beta[0]), big(b[1] - d.beta[1])]) for b in d.b]


def lines_of(d: Balanced, fit: Fit, days: Sequence[int]) -> list[Any]:
    """Predictions for each subject on `days`, subject by subject."""
    return [big(d.beta[0]) + u[0] + (big(d.beta[1]) + u[1]) * day for u in modes(d, fit) for day in days]


def counted(item: str, values: Sequence[Number]) -> Values:
    return {f"{item}[{i}]": value for i, value in enumerate(values, 1)}


def coefficients(d: Balanced, fit: Fit) -> Values:
    columns = {"Estimate": d.beta, "Std. Error": standard_errors_of(d, fit), "t value": wald(d, fit)}
    return {f"coefficients[{n}, {c}]": v for c, column in columns.items() for n, v in zip(NAMES, column, strict=True)}


def residuals_of(d: Balanced, fit: Fit) -> list[Any]:
    return [big(y) - f for y, f in zip([v for row in d.y for v in row], lines_of(d, fit, range(8)), strict=True)]


def syntax(model: str) -> Callable[[Balanced], Values]:
    def values(d: Balanced) -> Values:
        fit = reml(d, model)
        scalars = {"sigma": mp.sqrt(fit.s2), "criterion": criterion(d, fit)}
        fixed = named("fixef", d.beta) | named("se", standard_errors_of(d, fit))
        return theta(fit, model) | varcorr(fit, model) | scalars | fixed

    return values


def fitted_model(make: Callable[[Balanced, Fit], Values]) -> Callable[[Balanced], Values]:
    """A case of the chapter's model, from `make(data, its REML fit)`."""
    return lambda d: make(d, reml(d, "full"))


def lmer_summary(d: Balanced, fit: Fit) -> Values:
    ends, correlation = quantiles([e / mp.sqrt(fit.s2) for e in residuals_of(d, fit)]), mp.eye(2)
    correlation[0, 1] = correlation[1, 0] = fit.t[0, 1] / mp.sqrt(fit.t[0, 0] * fit.t[1, 1])
    fixed = coefficients(d, fit) | table("correlation", correlation) | table("vcov", fit.t / d.m)
    residuals = {f"residuals[{name}]": value for name, value in ends.items()}
    return {"criterion": criterion(d, fit)} | residuals | varcorr(fit, "full") | fixed | sizes(d)


def sizes(d: Balanced) -> Values:
    return {"nobs": d.m * d.n, "ngrps[Subject]": d.m}


def correlation(fit: Fit) -> Any:
    return fit.sigma[1, 0] / mp.sqrt(fit.sigma[0, 0] * fit.sigma[1, 1])


def varcorr_matrix(d: Balanced, fit: Fit) -> Values:
    r = correlation(fit)
    return (
        table("Sigma", fit.sigma)
        | named("stddev", [mp.sqrt(fit.sigma[i, i]) for i in (0, 1)])
        | table("correlation", matrix([[1, r], [r, 1]]))
    )


def ranef(d: Balanced, fit: Fit) -> Values:
    return {
        f"ranef[{s}, {n}]": u[i] for s, u in zip(d.subjects, modes(d, fit), strict=True) for i, n in enumerate(NAMES)
    }


def wald_p_tail(d: Balanced, fit: Fit) -> Values:
    p = [mp.erfc(abs(z) / mp.sqrt(2)) for z in wald(d, fit)]
    return named("p", p) | named("log.p", [mp.log(x) for x in p])


# ------------------------------------------------------------------------------------------------- profile intervals


def profile_ci_exact(d: Balanced) -> Values:
    """Ends of the profile intervals: on the ML deviance, all but one parameter at their best, |zeta| = 1.96.

    Unknowns (sd0, cor, sd1, sigma, beta0, beta1); five scores are zero and the deviance is above its minimum by the
    square of the normal quantile.
    """
    z95 = mp.sqrt(2) * mp.erfinv(mpf(95) / 100)
    names = ("sd_(Intercept)|Subject", f"cor_{SLOPE}.(Intercept)|Subject", f"sd_{SLOPE}|Subject", "sigma", *NAMES)
    scatter, m, free = matrix(d.scatter), d.m, FREE["full"]
    beta = [big(b) for b in d.beta]

    def parts(v: Sequence[Any]) -> tuple[list[Any], Any, Any]:
        sd0, cor, sd1, s = v[:4]
        phi = [s * s, sd0 * sd0, cor * sd0 * sd1, sd1 * sd1]
        off = mp.matrix([beta[0] - v[4], beta[1] - v[5]])
        return phi, covariances(d, free, phi)[1], off

    def deviance(v: Sequence[Any]) -> Any:
        phi, t, off = parts(v)
        return (
            d.within * mp.log(phi[0])
            + big(d.sse) / phi[0]
            + m * mp.log(mp.det(t))
            + trace(t**-1 * (scatter + m * off * off.T))
        )

    def gradient(v: Sequence[Any]) -> list[Any]:
        phi, t, off = parts(v)
        g = score(d, free, m, scatter + m * off * off.T, phi)
        sd0, cor, sd1, s = v[:4]
        by_beta = -2 * m * (t**-1 * off)
        return [
            2 * sd0 * g[1] + cor * sd1 * g[2],
            sd0 * sd1 * g[2],
            2 * sd1 * g[3] + cor * sd0 * g[2],
            2 * s * g[0],
            *by_beta,
        ]

    # The ML estimate in closed form: T = B/m.
    s2 = big(d.sse / d.within)
    best = scatter / m - s2 * matrix(d.inverse)
    sd0, sd1 = mp.sqrt(best[0, 0]), mp.sqrt(best[1, 1])
    at = [sd0, best[0, 1] / (sd0 * sd1), sd1, mp.sqrt(s2), *beta]
    lowest = deviance(at)
    values: Values = {}
    for k, name in enumerate(names):
        for sign, label in ((-1, "2.5 %"), (1, "97.5 %")):
            values[f"ci[{name}, {label}]"] = walk(deviance, gradient, at, lowest, k, sign, z95)[k]
    return values


def walk(deviance: Any, gradient: Any, at: list[Any], lowest: Any, k: int, sign: int, target: Any) -> list[Any]:
    """From the estimate along parameter k's profile to |zeta| = target, in steps that Newton's method can follow."""

    def equations(zeta: Any, *v: Any) -> list[Any]:
        g = gradient(v)
        g[k] = deviance(v) - lowest - zeta**2
        return g

    full, steps = mp.dps, 12

    # A first step by the curvature of the profile: the other parameters follow as the inverse Hessian's column says.
    def slope(i: int, j: int) -> Any:
        return mp.diff(lambda x: gradient([*at[:j], x, *at[j + 1 :]])[i], at[j], h=mpf(10) ** -15)

    column = (mp.matrix([[slope(i, j) for j in range(6)] for i in range(6)]) ** -1)[:, k]
    step = target / steps
    v = [a + sign * step * mp.sqrt(2 / column[k]) * column[i] for i, a in enumerate(at)]
    before = at
    for j in range(1, steps + 1):
        mp.dps = full if j == steps else 20
        now = list(mp.findroot(lambda *u, z=j * step: equations(z, *u), v, tol=mpf(10) ** (-1.7 * mp.dps), maxsteps=40))
        before, v = now, [2 * a - b for a, b in zip(now, before, strict=True)]
    return before



CASES: dict[str, Callable[[Balanced], Values]] = {
    "complete_pooling_summary": complete_pooling_summary,
    "complete_pooling_coef": complete_pooling_coef,
    "no_pooling_summary": no_pooling_summary,
    "asked_lines": asked_lines,
    "no_pooling_lines": no_pooling_lines,
    "t_test_slopes": t_test_slopes,
    "syntax_intercepts": syntax("intercept"),
    "syntax_intercepts_slopes": syntax("full"),
    "syntax_implicit_intercept": syntax("full"),
    "syntax_slopes": syntax("slope"),
    "syntax_zero_covariance": syntax("diagonal"),
    "lmer_summary": fitted_model(lmer_summary),
    "predict_grid": fitted_model(
        lambda d, fit: (
            counted("Reaction", lines_of(d, fit, range(8)))
            | counted("population", [d.beta[0] + d.beta[1] * day for day in range(8)])
        )
    ),
    "fixed_effects_table": fitted_model(coefficients),
    "fixef": fitted_model(lambda d, fit: named("fixef", d.beta)),
    "standard_errors": fitted_model(
        lambda d, fit: counted("se", standard_errors_of(d, fit)) | table("vcov", fit.t / d.m)
    ),
    "wald_z": fitted_model(lambda d, fit: named("z", wald(d, fit))),
    "wald_p_tail": fitted_model(wald_p_tail),
    "profile_ci_exact": profile_ci_exact,
    "random_effects_table": fitted_model(lambda d, fit: varcorr(fit, "full") | sizes(d)),
    "sigma": fitted_model(lambda d, fit: {"sigma": mp.sqrt(fit.s2), "variance": fit.s2}),
    "varcorr_table_rows": fitted_model(lambda d, fit: varcorr(fit, "full", residual=False)),
    "varcorr_matrix": fitted_model(varcorr_matrix),
    "varcorr_variances": fitted_model(lambda d, fit: named("variances", [fit.sigma[i, i] for i in (0, 1)])),
    "correlation_attribute": fitted_model(lambda d, fit: {"rho": correlation(fit)}),
    "correlation_computed": fitted_model(lambda d, fit: {"rho": correlation(fit)}),
    "ranef": fitted_model(ranef),
    "fitted_residuals": fitted_model(
        lambda d, fit: counted("fit", lines_of(d, fit, range(8))) | counted("resid", residuals_of(d, fit))
    ),
    "extrapolation": fitted_model(lambda d, fit: counted("Reaction", lines_of(d, fit, range(8, 11)))),
}
SCORED = {"syntax_intercepts": "intercept", "syntax_slopes": "slope", "syntax_zero_covariance": "diagonal"}
EXACT = ("complete_pooling_summary", "complete_pooling_coef", "no_pooling_summary", "asked_lines", "no_pooling_lines")
METHODS = {
    **dict.fromkeys(SCORED, "zero of the analytic REML score"),
    **dict.fromkeys((*EXACT, "t_test_slopes"), "exact rational least squares; tails by the incomplete beta function"),
    "profile_ci_exact": "zeros of the analytic ML score, the deviance at its minimum + the normal quantile squared",
}
