"""Linear mixed models in any precision: the criterion, its score, its optimum, and what follows from that.

With V = I + Z S Z' (S the covariance of the random effects over sigma^2), A = Z'Z, D = [X y] and B = Z'D,

    log|V| = log|I + A S|,    Z'V^-1 Z = (I + A S)^-1 A,    Z'V^-1 D = (I + A S)^-1 B,    D'V^-1 D = D'D - B'S Z'V^-1 D,

which needs no factor of S, so that variances of zero are nothing special. A falls into blocks, one for each connected
component of the levels (a subject; a batch with its casks; everything, where factors are crossed), and each is solved
by itself. The same code runs on floats, to find out where the optimum is, and on mpf, to compute it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from mpmath import mp, mpf

from exact.frame import Columns, Factor
from exact.rational import Number, Q, Values, big

Matrix = list[list[Number]]


@dataclass(frozen=True)
class Term:
    """One random term: its grouping factor and the columns that vary over it."""

    factor: Factor
    columns: Columns

    @property
    def k(self) -> int:
        return len(self.columns)


@dataclass(frozen=True)
class Model:
    """A model's data: X by column, the response, the random terms in lme4's order, weights and offset if any."""

    fixed: Columns
    y: list[Number]
    terms: list[Term]
    rows: list[int]
    reml: bool = True
    weights: list[Number] | None = None
    offset: list[Number] | None = None

    @property
    def n(self) -> int:
        return len(self.y)

    @property
    def p(self) -> int:
        return len(self.fixed)

    @property
    def df(self) -> int:
        """What the residual sum of squares is divided by."""
        return self.n - self.p if self.reml else self.n

    @cached_property
    def shift(self) -> Number:
        """Taken from the response and given back to the intercept: the sums need not cancel a large mean."""
        return self.response[0] if "(Intercept)" in self.fixed else Q(0)

    @cached_property
    def response(self) -> list[Number]:
        known = self.offset or [Q(0)] * self.n
        return [number(y) - number(o) for y, o in zip(self.y, known, strict=True)]

    @cached_property
    def sums(self) -> Sums:
        return sums_of(self)


def number(x: Number) -> Number:
    return x if isinstance(x, Fraction) else mpf(x)


def exact_sum(values: Sequence[Number]) -> Number:
    """The sum of rationals, or, where numbers of mpmath are among them, to working precision."""
    if all(isinstance(x, Fraction) for x in values):
        return sum(values, Q(0))
    return mp.fsum(big(x) for x in values)


@dataclass(frozen=True)
class Block:
    """One connected component: `places` (term, level, first column), A (q, q), B (q, p + 1)."""

    places: list[tuple[int, int, int]]
    A: Matrix
    B: Matrix


@dataclass(frozen=True)
class Sums:
    """All that the criterion needs of the data: the blocks, [X y]'[X y] (p + 1, p + 1), the sum of log weights."""

    blocks: list[Block]
    C: Matrix
    log_weights: Number

    def to(self, kind: Callable[[Number], Number]) -> Sums:
        def every(m: Matrix) -> Matrix:
            return [[kind(x) for x in row] for row in m]

        return Sums(
            [Block(b.places, every(b.A), every(b.B)) for b in self.blocks], every(self.C), kind(self.log_weights)
        )


def sums_of(model: Model) -> Sums:
    n, weights = model.n, model.weights or [Q(1)] * model.n
    D = [*model.fixed.values(), [y - model.shift for y in model.response]]
    where = {
        (t, level): [i for i in range(n) if term.factor.codes[i] == level]
        for t, term in enumerate(model.terms)
        for level in range(len(term.factor.levels))
    }
    blocks = []
    for component in components(model.terms, n):
        places, columns = [], []
        for t, level in component:
            places.append((t, level, len(columns)))
            columns += [(where[t, level], column) for column in model.terms[t].columns.values()]
        A = [[_product(a, b, weights) for b in columns] for a in columns]
        B = [[exact_sum([z[i] * weights[i] * d[i] for i in at]) for d in D] for at, z in columns]
        blocks.append(Block(places, A, B))
    C = [[exact_sum([a[i] * weights[i] * b[i] for i in range(n)]) for b in D] for a in D]
    log_weights = mp.fsum(mp.log(big(w)) for w in weights) if model.weights else mpf(0)
    return Sums(blocks, C, log_weights)


def _product(a: tuple[list[int], list[Number]], b: tuple[list[int], list[Number]], weights: list[Number]) -> Number:
    shared = a[0] if a[0] is b[0] else sorted(set(a[0]) & set(b[0]))
    return exact_sum([a[1][i] * weights[i] * b[1][i] for i in shared])


def components(terms: Sequence[Term], n: int) -> list[list[tuple[int, int]]]:
    """The levels (term, level) that rows connect with each other, component by component."""
    root: dict[tuple[int, int], tuple[int, int]] = {}

    def find(x: tuple[int, int]) -> tuple[int, int]:
        while root.setdefault(x, x) != x:
            x = root[x]
        return x

    for i in range(n):
        first, *others = [(t, term.factor.codes[i]) for t, term in enumerate(terms)]
        for other in others:
            root[find(other)] = find(first)
        find(first)
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for x in sorted(root):
        found.setdefault(find(x), []).append(x)
    return list(found.values())


# ---------------------------------------------------------------------------------------------------- linear algebra


def log(x: Number) -> Number:
    return math.log(x) if isinstance(x, float) else mp.log(x)


def solve(a: Matrix, b: Matrix) -> tuple[Matrix, Number]:
    """X of A X = B, and log|A|, by elimination with pivoting; the determinant of A (q, q) must be positive."""
    n, rows, det, log_det = len(a), [list(x) + list(y) for x, y in zip(a, b, strict=True)], 1, 0
    for k in range(n):
        pivot = max(range(k, n), key=lambda i: abs(rows[i][k]))
        if pivot != k:
            rows[k], rows[pivot], det = rows[pivot], rows[k], -det
        top = rows[k]
        det, log_det = det * (1 if top[k] > 0 else -1), log_det + log(abs(top[k]))
        tail = top[k + 1 :]
        for i in range(k + 1, n):
            if rows[i][k]:
                f = rows[i][k] / top[k]
                rows[i][k + 1 :] = [x - f * y for x, y in zip(rows[i][k + 1 :], tail, strict=True)]
    if det < 0:
        raise ArithmeticError("a determinant is negative")
    x: Matrix = [[]] * n
    for k in reversed(range(n)):
        right = rows[k][n:]
        for j in range(k + 1, n):
            if rows[k][j]:
                f = rows[k][j]
                right = [r - f * y for r, y in zip(right, x[j], strict=True)]
        x[k] = [r / rows[k][k] for r in right]
    return x, log_det


def dot(a: Sequence[Number], b: Sequence[Number]) -> Number:
    return sum(x * y for x, y in zip(a, b, strict=True))


def times(a: Matrix, b: Matrix) -> Matrix:
    columns = list(zip(*b, strict=True))
    return [[dot(row, column) for column in columns] for row in a]


def transpose(a: Matrix) -> Matrix:
    return [list(column) for column in zip(*a, strict=True)]


# ----------------------------------------------------------------------------------------------------- the criterion


@dataclass(frozen=True)
class At:
    """The sums at one S: log|V|, D'V^-1 D, and for each (term, level) its blocks of Z'V^-1 Z and Z'V^-1 D."""

    log_v: Number
    DVD: Matrix
    P: dict[tuple[int, int], Matrix]
    G: dict[tuple[int, int], Matrix]

    @cached_property
    def fixed(self) -> tuple[list[Number], Matrix, Number, Number]:
        """beta (p), (X'V^-1 X)^-1 (p, p), log|X'V^-1 X|, and the residual sum of squares y'V^-1 (y - X beta)."""
        p = len(self.DVD) - 1
        kind = type(self.DVD[p][p])
        right = [[*(kind(i == j) for j in range(p)), self.DVD[i][p]] for i in range(p)]
        x, log_det = solve([row[:p] for row in self.DVD[:p]], right)
        beta = [row[p] for row in x]
        return beta, [row[:p] for row in x], log_det, self.DVD[p][p] - dot(beta, [row[p] for row in self.DVD[:p]])


def at(sums: Sums, S: Sequence[Matrix]) -> At:
    """The sums at S, one matrix (k, k) a term."""
    log_v, DVD, P, G = 0, [list(row) for row in sums.C], {}, {}
    for block in sums.blocks:
        M = [list(row) for row in block.A]
        for t, _, start in block.places:
            for row in M:
                part = row[start : start + len(S[t])]
                row[start : start + len(S[t])] = [dot(part, column) for column in zip(*S[t], strict=True)]
        for i, row in enumerate(M):
            row[i] += 1
        q = len(M)
        x, log_det = solve(M, [a + b for a, b in zip(block.A, block.B, strict=True)])
        log_v += log_det
        for t, level, start in block.places:
            own = range(start, start + len(S[t]))
            P[t, level], G[t, level] = [x[i][start : start + len(S[t])] for i in own], [x[i][q:] for i in own]
            SG = times(S[t], G[t, level])
            for i, row in zip(own, SG, strict=True):
                for a, b in enumerate(block.B[i]):
                    if b:
                        DVD[a] = [v - b * g for v, g in zip(DVD[a], row, strict=True)]
    return At(log_v, DVD, P, G)


def slopes(a: At, S: Sequence[Matrix], c: Sequence[Number], scale: Number, inverse: Matrix | None) -> list[Matrix]:
    """For each term F (k, k): the derivative of log|V| + scale e'V^-1 e [+ log|X'V^-1 X|] by S in direction E is
    tr(F E), where e = [X y] c and `inverse` is (X'V^-1 X)^-1 for the part in brackets.
    """
    F = [[[0 * scale] * len(s) for _ in s] for s in S]
    for (t, level), P in a.P.items():
        G = a.G[t, level]
        e = [dot(row, c) for row in G]
        GC = [[dot(row[:-1], column) for column in inverse] for row in G] if inverse else None
        for i in range(len(P)):
            for j in range(len(P)):
                F[t][i][j] += P[i][j] - scale * e[i] * e[j] - (dot(GC[i], G[j][:-1]) if GC else 0)
    return F


# ------------------------------------------------------------------------------------------------------- the optimum


def templates(theta: Sequence[Number], terms: Sequence[Term]) -> list[Matrix]:
    """Lower triangular factors, one a term, filled column by column from theta."""
    left, out = iter(theta), []
    for term in terms:
        T = [[0 * theta[0]] * term.k for _ in range(term.k)]
        for j in range(term.k):
            for i in range(j, term.k):
                T[i][j] = next(left)
        out.append(T)
    return out


def criterion(model: Model, sums: Sums, theta: Sequence[Number]) -> tuple[Number, list[Number], At]:
    """-2 log likelihood (REML or ML) with beta and sigma at their best, and its score by theta."""
    T = templates(theta, model.terms)
    S = [times(t, transpose(t)) for t in T]
    a, df = at(sums, S), model.df
    beta, inverse, log_det, rss = a.fixed
    pi = math.pi if isinstance(theta[0], float) else mp.pi
    value = a.log_v + (log_det if model.reml else 0) + df * (1 + log(2 * pi * rss / df)) - sums.log_weights
    F = slopes(a, S, [*(-b for b in beta), 1], df / rss, inverse if model.reml else None)
    score = []
    for f, t in zip(F, T, strict=True):
        product = times(f, t)
        score += [2 * product[i][j] for j in range(len(t)) for i in range(j, len(t))]
    return value, score, a


@dataclass(frozen=True)
class Fit:
    """An optimum: theta, S by term, the criterion, the largest absolute score, and the sums there."""

    theta: list[Number]
    S: list[Matrix]
    value: Number
    score: Number
    at: At


def search(model: Model) -> list[float]:
    """Where the optimum is, in doubles: a quasi-Newton search from several starts."""
    import numpy as np
    from scipy.optimize import minimize

    sums = model.sums.to(float)
    lower = [0.0 if i == j else -math.inf for t in model.terms for j in range(t.k) for i in range(j, t.k)]

    def f(x: Any) -> tuple[float, Any]:
        value, score, _ = criterion(model, sums, [float(v) for v in x])
        return value, np.array(score)

    best = None
    for size in (1.0, 0.2, 4.0):
        x = np.array([size if low == 0.0 else 0.0 for low in lower])
        for _ in range(5):
            found = minimize(f, x, jac=True, method="L-BFGS-B", bounds=[(low, None) for low in lower],
                             options={"ftol": 1e-15, "gtol": 1e-9, "maxiter": 500})
            x = found.x
        if best is None or found.fun < best.fun - 1e-9:
            best = found
    return [float(v) for v in best.x]


def newton(equations: Callable[[list[Number]], list[Number]], x: list[Number]) -> list[Number]:
    """A root to working precision from a start that is good to some digits.

    The Jacobian is differences over a step of half of the digits, so each iteration doubles the digits up to there.
    """
    h, n = mpf(10) ** (-(mp.dps // 2)), len(x)
    for _ in range(30):
        f = equations(x)
        columns = [[(g - v) / h for g, v in zip(equations([a + h * (i == j) for i, a in enumerate(x)]), f, strict=True)]
                   for j in range(n)]
        step = [row[0] for row in _solve_any(transpose(columns), [[-v] for v in f])]
        x = [a + s for a, s in zip(x, step, strict=True)]
        if max(map(abs, step)) < mpf(10) ** (-0.6 * mp.dps) * max(1, *map(abs, x)):
            return x
    raise ArithmeticError("Newton's method has not converged")


def _solve_any(a: Matrix, b: Matrix) -> Matrix:
    """X of A X = B whatever the sign of the determinant."""
    x = mp.lu_solve(mp.matrix(a), mp.matrix(b))
    return [[x[i]] for i in range(len(a))]


def optimum(model: Model, near: Sequence[float]) -> Fit:
    """The optimum next to `near`; entries of it that are zero stay zero, which its curvature inwards must justify."""
    sums = model.sums.to(big)
    free = [i for i, v in enumerate(near) if abs(v) > 1e-6]

    def whole(x: Sequence[Number]) -> list[Number]:
        theta = [mpf(0)] * len(near)
        for i, v in zip(free, x, strict=True):
            theta[i] = v
        return theta

    def score(x: list[Number]) -> list[Number]:
        slope = criterion(model, sums, whole(x))[1]
        return [slope[i] for i in free]

    theta = whole(newton(score, [mpf(near[i]) for i in free]) if free else [])
    value, slope, a = criterion(model, sums, theta)
    S = [times(t, transpose(t)) for t in templates(theta, model.terms)]
    fit = Fit(theta, S, value, max((abs(slope[i]) for i in free), default=mpf(0)), a)
    for t, f in enumerate(curvatures(model, fit)):
        if S[t][0][0] == 0 and f[0][0] < 0:
            raise ArithmeticError("a variance of zero is no optimum")
    return fit


def curvatures(model: Model, fit: Fit) -> list[Matrix]:
    """The criterion's derivatives by S at a fit, one matrix a term."""
    beta, inverse, _, rss = fit.at.fixed
    return slopes(fit.at, fit.S, [*(-b for b in beta), 1], model.df / rss, inverse if model.reml else None)


# -------------------------------------------------------------------------------------------------- what follows


def described(model: Model, fit: Fit, most: int = 40) -> Values:
    """The labelled values of the suites' `describe`, long vectors cut to their first `most`."""
    beta, inverse, _, rss = fit.at.fixed
    s2 = rss / model.df
    sigma = mp.sqrt(s2)
    names, beta = list(model.fixed), [beta[0] + big(model.shift), *beta[1:]] if model.shift else beta
    values: Values = {"criterion": fit.value, "sigma": sigma}
    values |= dict(zip([f"theta[{name}]" for name in theta_names(model.terms)], fit.theta, strict=True))
    values |= {f"fixef[{name}]": b for name, b in zip(names, beta, strict=True)}
    values |= {f"se[{name}]": sigma * mp.sqrt(inverse[i][i]) for i, name in enumerate(names)}
    for i, (vcov, sdcor) in enumerate([*components_of(fit, s2), (s2, sigma)], 1):
        values |= {f"VarCorr[{i}, vcov]": vcov, f"VarCorr[{i}, sdcor]": sdcor}
    b, spread = modes(model, fit, s2)
    means = fitted(model, b, beta)
    cut = [row for row in model.rows if row <= most]
    return (
        values
        | {f"condval[{i}]": v for i, v in enumerate(in_order(model.terms, b)[:most], 1)}
        | {f"condsd[{i}]": v for i, v in enumerate(in_order(model.terms, spread)[:most], 1)}
        | {f"fitted[{row}]": means[i] for i, row in enumerate(cut)}
        | {f"residuals[{row}]": big(number(model.y[i])) - means[i] for i, row in enumerate(cut)}
        | {"df": model.p + len(fit.theta) + 1, "nobs": model.n}
        | {f"ngrps[{t.factor.name}]": len(t.factor.levels) for t in model.terms}
    )


def theta_names(terms: Sequence[Term]) -> list[str]:
    out = []
    for term in terms:
        names = list(term.columns)
        for j, column in enumerate(names):
            out += [".".join([term.factor.name, *([row] if row != column else []), column]) for row in names[j:]]
    return out


def components_of(fit: Fit, s2: Number) -> list[tuple[Number, Number]]:
    """The rows of as.data.frame(VarCorr(m)) but the last: a term's variances with their roots, then its covariances
    with the correlations.
    """
    out = []
    for S in fit.S:
        k = len(S)
        out += [(s2 * S[i][i], mp.sqrt(s2 * S[i][i])) for i in range(k)]
        out += [(s2 * S[i][j], S[i][j] / mp.sqrt(S[i][i] * S[j][j])) for j in range(k) for i in range(j + 1, k)]
    return out


def modes(model: Model, fit: Fit, s2: Number) -> tuple[dict[Any, list[Number]], dict[Any, list[Number]]]:
    """Conditional modes and standard deviations of each (term, level): S Z'V^-1 e and sigma^2 (S - S Z'V^-1 Z S)."""
    c = [*(-x for x in fit.at.fixed[0]), mpf(1)]
    b, spread = {}, {}
    for (t, level), G in fit.at.G.items():
        S = fit.S[t]
        e = [dot(row, c) for row in G]
        b[t, level] = [dot(row, e) for row in S]
        SPS = times(times(S, fit.at.P[t, level]), S)
        spread[t, level] = [mp.sqrt(s2 * (S[i][i] - SPS[i][i])) for i in range(len(S))]
    return b, spread


def fitted(model: Model, b: dict[Any, list[Number]], beta: Sequence[Number]) -> list[Number]:
    out = []
    for i in range(model.n):
        mean = dot([big(column[i]) for column in model.fixed.values()], beta)
        mean += big(number(model.offset[i])) if model.offset else 0
        for t, term in enumerate(model.terms):
            own = b[t, term.factor.codes[i]]
            mean += sum(big(column[i]) * u for column, u in zip(term.columns.values(), own, strict=True))
        out.append(mean)
    return out


def in_order(terms: Sequence[Term], of: dict[Any, list[Number]]) -> list[Number]:
    """Values of (term, level) in the order of as.data.frame(ranef(m)): by factor, then column, then level."""
    groups = list(dict.fromkeys(term.factor.name for term in terms))
    return [
        of[t, level][j]
        for group in groups
        for t, term in enumerate(terms)
        if term.factor.name == group
        for j in range(term.k)
        for level in range(len(term.factor.levels))
    ]
