"""Ends of 95% profile intervals: roots of the ML deviance's increase, all other parameters at their best.

The parameters are those of lme4's profiles: standard deviations and correlations term by term, sigma, fixed effects.
With e the residual at the best fixed effects (one of them held, for its own interval) the deviance and its derivatives,
F as in `mixed.slopes` with scale 1/sigma^2 and S = Sigma/sigma^2, are

    D = log|V| + e'V^-1 e / sigma^2 + n log(2 pi sigma^2),     dD/dSigma = F / sigma^2,
    dD/dsigma^2 = n/sigma^2 - e'V^-1 e / sigma^4 - sum tr(F S) / sigma^2.

An end is found in doubles by bracketing and then computed by Newton's method on: derivatives by the other parameters
zero, D at its minimum plus the square of the normal quantile. Standard deviations that are zero on the way stay out of
the equations; the deviance must then rise with their variance.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from mpmath import mp, mpf

from exact.mixed import Matrix, Model, Sums, Term, at, dot, log, newton, optimum, slopes, times
from exact.rational import Number, Values, big

Rough = dict[tuple[int, int], list[float] | None]


@dataclass(frozen=True)
class Deviance:
    """The ML deviance as a function of (sds and correlations, sigma[, the fixed effect number `held`])."""

    sums: Sums
    terms: Sequence[Term]
    n: int
    held: int | None = None

    def __call__(self, v: Sequence[Number]) -> tuple[Number, list[Number], list[Matrix]]:
        """D, its gradient, and its derivatives by the terms' relative covariances."""
        count = sum(t.k * (t.k + 1) // 2 for t in self.terms)
        sigma = v[count]
        sds, Sigma = self.covariances(v)
        s2 = sigma * sigma
        S = [[[x / s2 for x in row] for row in one] for one in Sigma]
        a = at(self.sums, S)
        beta, inverse, _, rss = a.fixed
        if self.held is not None:
            away = (v[count + 1] - beta[self.held]) / inverse[self.held][self.held]
            rss += away * (v[count + 1] - beta[self.held])
            beta = [b + inverse[i][self.held] * away for i, b in enumerate(beta)]
        F = slopes(a, S, [*(-b for b in beta), 1], 1 / s2, None)
        pi = math.pi if isinstance(sigma, float) else mp.pi
        value = a.log_v + rss / s2 + self.n * log(2 * pi * s2) - self.sums.log_weights
        gradient = []
        for f, sd, Sig in zip(F, sds, Sigma, strict=True):
            product = times(f, Sig)
            for j in range(len(f)):
                # Sigma_ij = r_ij sd_i sd_j: a change of sd_j moves row and column j in proportion.
                gradient.append(2 * product[j][j] / sd[j] / s2 if sd[j] else 0 * sigma)
                gradient += [2 * f[i][j] * sd[i] * sd[j] / s2 for i in range(j + 1, len(f))]
        spread = sum(dot(row, column) for f, s in zip(F, S, strict=True) for row, column in zip(f, s, strict=True))
        gradient.append(2 * sigma * (self.n - rss / s2 - spread) / s2)
        if self.held is not None:
            gradient.append(2 * away / s2)
        return value, gradient, F

    def covariances(self, v: Sequence[Number]) -> tuple[list[list[Number]], list[Matrix]]:
        sds, out, left = [], [], iter(v)
        for term in self.terms:
            R = [[v[0] * 0 + 1] * term.k for _ in range(term.k)]
            sd = []
            for j in range(term.k):
                sd.append(next(left))
                for i in range(j + 1, term.k):
                    R[i][j] = R[j][i] = next(left)
            sds.append(sd)
            out.append([[R[i][j] * sd[i] * sd[j] for j in range(term.k)] for i in range(term.k)])
        return sds, out


@dataclass(frozen=True)
class Parameter:
    name: str
    old: str
    kind: str  # "sd", "cor", "sigma", "beta"


def parameters(model: Model) -> list[Parameter]:
    """In lme4's order, with its new and its old names."""
    out: list[Parameter] = []
    for term in model.terms:
        names, group = list(term.columns), term.factor.name
        for j, column in enumerate(names):
            out.append(Parameter(f"sd_{column}|{group}", f".sig{len(out) + 1:02d}", "sd"))
            for row in names[j + 1 :]:
                out.append(Parameter(f"cor_{row}.{column}|{group}", f".sig{len(out) + 1:02d}", "cor"))
    return [*out, Parameter("sigma", ".sigma", "sigma"), *(Parameter(n, n, "beta") for n in model.fixed)]


def intervals(model: Model, near: Sequence[float], old_names: bool, rough: Rough) -> tuple[Values, Any]:
    """ci[name, 2.5 %] and ci[name, 97.5 %] for every parameter, and the largest residual of the equations solved.

    near: the ML fit's theta in doubles, from `mixed.search`. rough: the ends in doubles, by parameter and side; those
    that are not there yet are put there.
    """
    ml = replace(model, reml=False)
    fit = optimum(ml, near)
    beta, _, _, rss = fit.at.fixed
    s2 = rss / model.n
    origin: list[Number] = []
    for S in fit.S:
        for j in range(len(S)):
            origin.append(mp.sqrt(s2 * S[j][j]))
            origin += [S[i][j] / mp.sqrt(S[i][i] * S[j][j]) for i in range(j + 1, len(S))]
    origin.append(mp.sqrt(s2))
    z2 = 2 * mp.erfinv(mpf(95) / 100) ** 2
    values: Values = {}
    worst = mpf(0)
    for k, parameter in enumerate(parameters(model)):
        held = k - len(origin) if parameter.kind == "beta" else None
        shift = big(model.shift) if held == 0 else mpf(0)
        start = origin if held is None else [*origin, beta[held]]
        road = Road(ml, parameter.kind, k if held is None else len(origin), held, start, fit.value, z2)
        for side, label in ((-1, "2.5 %"), (1, "97.5 %")):
            if (k, side) not in rough:
                rough[k, side] = road.bracketed(side)
            end, residual = road.end(side, rough[k, side])
            values[f"ci[{parameter.old if old_names else parameter.name}, {label}]"] = end + shift
            worst = max(worst, residual)
    return values, worst


@dataclass(frozen=True)
class Road:
    """From the minimum (`origin`, deviance `lowest`) along the profile of coordinate `k`."""

    model: Model
    kind: str
    k: int
    held: int | None
    origin: list[Number]
    lowest: Number
    z2: Number

    def end(self, side: int, rough: list[float] | None) -> tuple[Number, Number]:
        """The parameter where the deviance has risen by z2, and the residual of its equations, from where that is in
        doubles; or its bound and 0.
        """
        if rough is None:
            return (mpf(0) if self.kind == "sd" else mpf(side)), mpf(0)
        deviance = Deviance(self.model.sums.to(big), self.model.terms, self.model.n, self.held)
        sigma = rough[self.kinds.index("sigma")]
        tiny = [i for i, kind in enumerate(self.kinds) if kind == "sd" and rough[i] < 1e-4 * sigma]
        free = [i for i in range(len(rough)) if i not in tiny]

        def whole(x: Sequence[Number]) -> list[Number]:
            v = [mpf(0)] * len(rough)
            for i, value in zip(free, x, strict=True):
                v[i] = value
            return v

        def equations(x: list[Number]) -> list[Number]:
            value, gradient, _ = deviance(whole(x))
            return [value - self.lowest - self.z2 if i == self.k else gradient[i] for i in free]

        x = newton(equations, [mpf(rough[i]) for i in free])
        value, _, F = deviance(whole(x))
        if tiny and any(F[t][0][0] < 0 for t, sd in enumerate(deviance.covariances(whole(x))[0]) if sd[0] == 0):
            raise ArithmeticError("a variance of zero is no minimum")
        return whole(x)[self.k], max(map(abs, equations(x)))

    @property
    def kinds(self) -> list[str]:
        kinds = [parameter.kind for parameter in parameters(self.model)]
        last = kinds.index("sigma") + 1
        return kinds[:last] + (["beta"] if self.held is not None else [])

    def bracketed(self, side: int) -> list[float] | None:
        """All parameters at the end, in doubles; None when zeta does not reach the quantile before the bound."""
        from scipy.optimize import brentq

        sums = self.model.sums.to(float)
        deviance = Deviance(sums, self.model.terms, self.model.n, self.held)
        origin = [float(x) for x in self.origin]
        sigma = origin[self.kinds.index("sigma")]
        scale = [max(x, 0.3 * sigma) if kind == "sd" else (1.0 if kind == "cor" else sigma)
                 for x, kind in zip(origin, self.kinds, strict=True)]
        lower = {"sd": 0.0, "cor": -1.0, "sigma": 0.0, "beta": -math.inf}[self.kind]
        bound = lower if side < 0 else (1.0 if self.kind == "cor" else math.inf)
        found: dict[float, list[float]] = {}

        def excess(t: float) -> float:
            value, found[t] = least(deviance, origin, scale, self.kinds, self.k, t)
            return value - float(self.lowest) - float(self.z2)

        near, stride = origin[self.k], 0.25 * scale[self.k]
        if near == bound:
            return None
        for step in range(60):
            far = origin[self.k] + side * stride * 1.4**step
            if (far - bound) * side >= 0:
                # Where sigma is zero the deviance is infinite; a correlation of one is close enough to its bound.
                far = {"sd": 0.0, "cor": side * (1 - 1e-9), "sigma": near / 2}[self.kind]
                if self.kind != "sigma" and excess(far) < 0:
                    return None
            if excess(far) > 0:
                root = float(brentq(excess, near, far, xtol=1e-9 * scale[self.k]))
                excess(root)
                return found[root]
            near = far
        raise ArithmeticError("the profile is flat")


def least(
    deviance: Deviance, origin: Sequence[float], scale: Sequence[float], kinds: Sequence[str], k: int, t: float
) -> tuple[float, list[float]]:
    """The least deviance with parameter k at t, in doubles, and where it is."""
    import numpy as np
    from scipy.optimize import minimize

    free = [i for i in range(len(origin)) if i != k]
    bounds = {"sd": (0.0, None), "cor": (-0.99999, 0.99999), "sigma": (1e-3, None), "beta": (None, None)}

    def whole(u: Any) -> list[float]:
        v = list(origin)
        v[k] = t
        for i, x in zip(free, u, strict=True):
            v[i] = float(x) * scale[i]
        return v

    def f(u: Any) -> tuple[float, Any]:
        value, gradient, _ = deviance(whole(u))
        return value, np.array([gradient[i] * scale[i] for i in free])

    best = None
    # The gradient by a standard deviation is zero at zero: no search starts there.
    for least_sd in (0.1, 1.0):
        u = [max(origin[i] / scale[i], least_sd if kinds[i] == "sd" else -math.inf) for i in free]
        for _ in range(3):
            made = minimize(f, u, jac=True, method="L-BFGS-B", bounds=[bounds[kinds[i]] for i in free],
                            options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 300})
            u = made.x
        best = made if best is None or made.fun < best.fun else best
    return float(best.fun), whole(best.x)
