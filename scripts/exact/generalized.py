"""Generalized linear mixed models in any precision: Laplace's criterion, Gauss-Hermite's and the likelihood itself.

Given spherical random effects u ~ N(0, I) the responses are independent, with linear predictor
X beta + Z Lambda(theta) u + offset. The likelihood's integral over u falls into factors, one for each connected
component of the levels. With u* the mode of a component's log integrand and W the expected (Fisher) weights of its
rows there, Laplace's approximation to -2 log-likelihood is

    sum over components of   -2 log f(y | u*) + u*'u* + log|Lambda'Z'WZ Lambda + I|

theta and beta together minimize it (lme4's glmer); standard errors are those of half its Hessian. Derivatives are
central differences with a step h of 10^(-3d/10) at d working digits, which leaves an error near 10^(-6d/10). The same
code runs on floats, to find out where the optimum is, and on flint's balls, whose midpoints are ten times as fast as
mpmath's numbers.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import flint
from flint import arb, fmpq
from mpmath import mp, mpf

from exact.frame import Columns
from exact.mixed import Matrix, Term, components, transpose
from exact.rational import Number, Q, Values

Entry = list[tuple[int, Number]]


def ball(x: Number) -> arb:
    """A rational, or mpmath's number, at flint's precision."""
    if isinstance(x, int | Q):
        return arb(fmpq(x.numerator, x.denominator))
    return arb(mp.nstr(x, mp.dps))


def to_mpf(x: arb) -> Any:
    return mpf(x.mid().str(flint.ctx.dps, radius=False))


def middle(x: Number) -> Number:
    """A ball without its radius, which would grow from step to step of an iteration that corrects itself."""
    return x if isinstance(x, float) else x.mid()


def exp(x: Number) -> Number:
    return math.exp(x) if isinstance(x, float) else x.exp()


def log1p(x: Number) -> Number:
    return math.log1p(x) if isinstance(x, float) else x.log1p()


def log(x: Number) -> Number:
    return math.log(x) if isinstance(x, float) else x.log()


def root(x: Number) -> Number:
    return math.sqrt(x) if isinstance(x, float) else x.sqrt()


def solve(H: Matrix, right: Matrix) -> tuple[Matrix, Number]:
    """X of H X = right, and log|H|, for a symmetric positive definite H (q, q), by its Cholesky factor."""
    q, L = len(H), [list(row) for row in H]
    for j in range(q):
        for k in range(j):
            L[j][j] = L[j][j] - L[j][k] * L[j][k]
        L[j][j] = root(L[j][j])
        for i in range(j + 1, q):
            L[i][j] = (L[i][j] - sum(a * b for a, b in zip(L[i][:j], L[j][:j], strict=True))) / L[j][j]
    x = [list(row) for row in right]
    for i in range(q):
        for j in range(len(x[0])):
            x[i][j] = (x[i][j] - sum(L[i][k] * x[k][j] for k in range(i))) / L[i][i]
    for i in reversed(range(q)):
        for j in range(len(x[0])):
            x[i][j] = (x[i][j] - sum(L[k][i] * x[k][j] for k in range(i + 1, q))) / L[i][i]
    return x, 2 * sum(log(L[i][i]) for i in range(q))


@dataclass(frozen=True)
class Family:
    """A family by what is needed at one row: (log density without its constant, its slope in eta, expected weight)."""

    name: str
    at: Callable[[Number, Number, Number], tuple[Number, Number, Number]]
    constant: Callable[[Number, Number], Number]


def _logit(y: Number, trials: Number, eta: Number) -> tuple[Number, Number, Number]:
    small = exp(-abs(eta))
    p = 1 / (1 + small) if eta > 0 else small / (1 + small)
    return y * eta - trials * ((eta if eta > 0 else 0) + log1p(small)), y - trials * p, trials * p * (1 - p)


def _log(y: Number, _: Number, eta: Number) -> tuple[Number, Number, Number]:
    mu = exp(eta)
    return y * eta - mu, y - mu, mu


def _cloglog(y: Number, trials: Number, eta: Number) -> tuple[Number, Number, Number]:
    hazard = exp(eta)
    q = exp(-hazard)  # the probability of no success
    p = 1 - q
    return y * log(p) - (trials - y) * hazard, hazard * (y * q / p - (trials - y)), trials * hazard * hazard * q / p


BINOMIAL = Family("binomial", _logit, lambda y, n: mp.log(mp.binomial(int(n), int(y))))
CLOGLOG = Family("binomial", _cloglog, lambda y, n: mp.log(mp.binomial(int(n), int(y))))
POISSON = Family("poisson", _log, lambda y, _: -mp.loggamma(int(y) + 1))


@dataclass(frozen=True)
class Generalized:
    """A model's data: X by column, counts (of successes, with the trials of each row, where binomial), random terms."""

    fixed: Columns
    counts: list[Number]
    terms: list[Term]
    family: Family
    trials: list[Number] | None = None
    offset: list[Number] | None = None

    @property
    def n(self) -> int:
        return len(self.counts)

    @property
    def n_theta(self) -> int:
        return sum(term.k * (term.k + 1) // 2 for term in self.terms)

    @cached_property
    def constant(self) -> Number:
        """The part of the log-likelihood in which there are no parameters."""
        trials = self.trials or [1] * self.n
        return mp.fsum(self.family.constant(y, t) for y, t in zip(self.counts, trials, strict=True))

    def to(self, kind: Callable[[Number], Number]) -> Data:
        """The numbers as `kind` has them, row by row, and each component's rows with the places of their effects."""
        rows = range(self.n)
        X = [[kind(column[i]) for column in self.fixed.values()] for i in rows]
        Z = [[[kind(column[i]) for column in term.columns.values()] for term in self.terms] for i in rows]
        trials, offset = self.trials or [Q(1)] * self.n, self.offset or [Q(0)] * self.n
        found = []
        for component in components(self.terms, self.n):
            start, places = 0, {}
            for t, level in component:
                places[t, level] = start
                start += self.terms[t].k
            own = [i for i in rows if (0, self.terms[0].factor.codes[i]) in places]
            found.append((own, places, start))
        return Data(self, X, Z, [kind(y) for y in self.counts], [kind(t) for t in trials], [kind(o) for o in offset],
                    found, kind)


@dataclass(frozen=True)
class Data:
    """`Generalized` in numbers of one kind. components: (rows, first column of each (term, level), columns)."""

    model: Generalized
    X: Matrix
    Z: list[list[list[Number]]]
    y: list[Number]
    trials: list[Number]
    offset: list[Number]
    components: list[tuple[list[int], dict[tuple[int, int], int], int]]
    kind: Callable[[Number], Number]

    def templates(self, theta: Sequence[Number]) -> list[Matrix]:
        """The lower triangles of the terms, filled by columns."""
        out, given = [], iter(theta)
        for term in self.model.terms:
            T = [[self.kind(Q(0))] * term.k for _ in range(term.k)]
            for j in range(term.k):
                for i in range(j, term.k):
                    T[i][j] = next(given)
            out.append(T)
        return out

    def predictor(self, beta: Sequence[Number]) -> list[Number]:
        """X beta + offset, (n,)."""
        return [sum((x * b for x, b in zip(row, beta, strict=True)), o)
                for row, o in zip(self.X, self.offset, strict=True)]

    def like(self) -> list[int]:
        """For each component the number of the first one whose rows are the same."""
        model, seen = self.model, dict[Any, int]()
        columns = [*model.fixed.values(), *(own for term in model.terms for own in term.columns.values()), model.counts,
                   model.trials or [], model.offset or []]
        columns = [column for column in columns if column]
        found = []
        for c, (rows, places, _) in enumerate(self.components):
            key = tuple((tuple(column[i] for column in columns),
                         tuple(places[t, term.factor.codes[i]] for t, term in enumerate(model.terms))) for i in rows)
            found.append(seen.setdefault(key, c))
        return found

    def entries(self, c: int, templates: list[Matrix]) -> list[Entry]:
        """Each row of component c's Z Lambda, by (column, value)."""
        rows, places, _ = self.components[c]
        out = []
        for i in rows:
            entry: Entry = []
            for t, term in enumerate(self.model.terms):
                start, T = places[t, term.factor.codes[i]], templates[t]
                entry += [(start + j, sum(self.Z[i][t][k] * T[k][j] for k in range(j, term.k))) for j in range(term.k)]
            out.append(entry)
        return out


@dataclass(frozen=True)
class Mode:
    """A component's mode u (q), log f(y|u) without constants, Lambda'Z'WZ Lambda + I (q, q), its log determinant."""

    u: list[Number]
    log_f: Number
    H: Matrix
    log_det: Number


def mode(data: Data, c: int, eta0: Sequence[Number], templates: list[Matrix], u: list[Number]) -> Mode:
    """The mode of component c from u, by Fisher scoring with the step halved where the integrand falls."""
    rows, _, q = data.components[c]
    entries, one = data.entries(c, templates), data.kind(Q(1))
    small = 1e-13 if isinstance(one, float) else ball(Q(1, 10 ** (flint.ctx.dps * 3 // 4)))

    def look(u: list[Number]) -> tuple[Number, list[Number], Matrix, Number]:
        log_f, slope = data.kind(Q(0)), [-x for x in u]
        H = [[one * (i == j) for j in range(q)] for i in range(q)]
        for i, entry in zip(rows, entries, strict=True):
            eta = eta0[i] + sum(z * u[j] for j, z in entry)
            value, score, weight = data.model.family.at(data.y[i], data.trials[i], eta)
            log_f += value
            for j, z in entry:
                slope[j] += z * score
                for k, other in entry:
                    H[j][k] += weight * z * other
        return middle(log_f), slope, H, middle(log_f - sum(x * x for x in u) / 2)

    log_f, slope, H, height = look(u)
    for _ in range(400):
        step, log_det = solve(H, [[s] for s in slope])
        length = max(abs(middle(s[0])) for s in step)
        if length < small:
            return Mode(u, log_f, H, log_det)
        for halving in range(60):
            trial = [middle(x + s[0] / 2**halving) for x, s in zip(u, step, strict=True)]
            seen = look(trial)
            if seen[3] >= height or float(length) / 2**halving < 1e-8:
                break
        u, (log_f, slope, H, height) = trial, seen
    raise ArithmeticError(f"no mode of component {c} found")


class Criterion:
    """Laplace's approximation to -2 log-likelihood as a function of (theta, beta); it starts from the last modes.

    like: for each component the first one with the same rows, which has the same mode and integral.
    """

    def __init__(self, data: Data) -> None:
        self.data = data
        self.u = [[data.kind(Q(0))] * q for _, _, q in data.components]
        self.constant = data.kind(data.model.constant)
        self.like = data.like()

    def modes(self, phi: Sequence[Number]) -> list[Mode]:
        m = self.data.model.n_theta
        templates, eta0 = self.data.templates(phi[:m]), self.data.predictor(phi[m:])
        found = list[Mode]()
        for c, (like, u) in enumerate(zip(self.like, self.u, strict=True)):
            found.append(found[like] if like < c else mode(self.data, c, eta0, templates, u))
        self.u = [each.u for each in found]
        return found

    def __call__(self, phi: Sequence[Number]) -> Number:
        parts = [-2 * each.log_f + sum(x * x for x in each.u) + each.log_det for each in self.modes(phi)]
        return middle(sum(parts, -2 * self.constant))


def gradient(f: Callable[[list[Number]], Number], x: list[Number], h: Number) -> list[Number]:
    """Central differences of f at x."""
    def moved(i: int, by: Number) -> list[Number]:
        return [value + by if j == i else value for j, value in enumerate(x)]

    return [(f(moved(i, h)) - f(moved(i, -h))) / (2 * h) for i in range(len(x))]


def hessian(f: Callable[[list[Number]], Number], x: list[Number], h: Number) -> Matrix:
    """Central differences of central differences, (m, m), symmetric."""
    rows = []
    for i in range(len(x)):
        up, down = ([v + s * h if j == i else v for j, v in enumerate(x)] for s in (1, -1))
        rows.append([(a - b) / (2 * h) for a, b in zip(gradient(f, up, h), gradient(f, down, h), strict=True)])
    return [[(a + b) / 2 for a, b in zip(row, column, strict=True)]
            for row, column in zip(rows, transpose(rows), strict=True)]


@dataclass(frozen=True)
class Optimum:
    """Where a criterion is least: phi = (theta, beta), its value, Hessian and largest derivative."""

    phi: list[Number]
    value: Number
    H: Matrix
    score: Number


@dataclass(frozen=True)
class Near:
    """The optimum in doubles and the Hessian there: where `optimum` starts, and what it divides by."""

    phi: list[float]
    H: list[list[float]]


def search(model: Generalized, start: Sequence[float], nodes: int = 1) -> Near:
    """The optimum in doubles, from somewhere near it."""
    from scipy.optimize import minimize

    criterion = Criterion(model.to(float))
    f = criterion if nodes == 1 else quadrature(criterion, nodes)
    options = {"maxiter": 20000, "maxfev": 20000, "xatol": 1e-6, "fatol": 1e-9}
    rough = minimize(lambda x: f([float(v) for v in x]), list(start), method="Nelder-Mead", options=options)
    phi = [float(v) for v in rough.x]
    return Near(phi, hessian(f, phi, 1e-3))


def power(tenths: int) -> arb:
    """10 to minus that many tenths of the working digits."""
    return ball(Q(1, 10 ** (flint.ctx.dps * tenths // 10)))


def optimum(f: Callable[[list[Number]], Number], near: Near) -> Optimum:
    """The zero of f's gradient, by Newton's method with one Hessian: each step adds the digits that this one has."""
    x, H = [arb(v) for v in near.phi], [[arb(v) for v in row] for row in near.H]
    for _ in range(100):
        g = gradient(f, x, power(3))
        if (largest := max(abs(middle(v)) for v in g)) < power(5):
            return Optimum(x, f(x), hessian(f, x, power(2)), largest)
        step, _ = solve(H, [[v] for v in g])
        x = [middle(v - s[0]) for v, s in zip(x, step, strict=True)]
    raise ArithmeticError("no optimum of the criterion found")


# ---------------------------------------------------------------------- one scalar term: the integral itself


def hermite(n: int) -> list[tuple[Number, Number]]:
    """Nodes and weights of Gauss-Hermite quadrature for the standard normal distribution (weights sum to 1)."""
    def polynomial(x: Number) -> tuple[Number, Number]:
        """He_n and He_(n-1) at x."""
        a, b = mpf(1), x
        for k in range(1, n):
            a, b = b, x * b - k * a
        return (b, a) if n > 1 else (x, mpf(1))

    edge = 2 * mp.sqrt(n) + 1
    grid = [edge * (2 * mpf(i) / (40 * n) - 1) for i in range(40 * n + 1)]
    values = [polynomial(x)[0] for x in grid]
    roots = [mpf(0)] * (n % 2)
    for (a, b), (fa, fb) in zip(zip(grid, grid[1:], strict=False), zip(values, values[1:], strict=False), strict=True):
        if fa * fb < 0 and abs(a + b) > edge / (20 * n):
            x = (a + b) / 2
            for _ in range(200):
                value, below = polynomial(x)
                step = value / (n * below)  # He_n' = n He_(n-1)
                x = min(max(x - step, a), b)
                if abs(step) < mpf(10) ** (-mp.dps + 5):
                    break
            roots.append(x)
    if len(roots) != n:
        raise ArithmeticError(f"{len(roots)} of {n} nodes found")
    norm = mp.factorial(n - 1)
    return [(x, norm / (n * polynomial(x)[1] ** 2)) for x in sorted(roots)]


def quadrature(criterion: Criterion, n: int) -> Callable[[list[Number]], Number]:
    """-2 log-likelihood by n nodes about each mode, as far apart as the expected curvature says (one scalar term)."""
    data = criterion.data
    nodes = [(data.kind(z), data.kind(w)) for z, w in hermite(n)]

    def value(phi: list[Number]) -> Number:
        theta, eta0, parts = phi[0], data.predictor(phi[1:]), list[Number]()
        for c, each in enumerate(criterion.modes(phi)):
            if (like := criterion.like[c]) < c:
                parts.append(parts[like])
                continue
            rows, spread = data.components[c][0], 1 / root(each.H[0][0])
            height = each.log_f - each.u[0] ** 2 / 2

            def integrand(u: Number, rows: list[int] = rows) -> Number:
                logs = [data.model.family.at(data.y[i], data.trials[i], eta0[i] + data.Z[i][0][0] * theta * u)[0]
                        for i in rows]
                return sum(logs) - u * u / 2

            inner = sum(w * exp(z * z / 2 + integrand(each.u[0] + spread * z) - height) for z, w in nodes)
            parts.append(-2 * (height + log(spread) + log(inner)))
        return sum(parts, -2 * criterion.constant)

    return value


def standard_errors(found: Optimum, m: int) -> list[Number]:
    """Of the fixed effects: roots of the diagonal of twice the inverse Hessian, theta's rows and columns included."""
    n = len(found.phi)
    inverse, _ = solve(found.H, [[arb(int(i == j)) for j in range(n)] for i in range(n)])
    return [root(2 * inverse[i][i]) for i in range(m, n)]


def described(model: Generalized, found: Optimum, criterion: Criterion, most: int = 30) -> Values:
    """What the cases of suite `glmer` compare, by their labels; long vectors cut to their first `most`."""
    m, names = model.n_theta, list(model.fixed)
    T, out = criterion.data.templates(found.phi[:m]), {"criterion": found.value}
    for term, own in zip(model.terms, T, strict=True):
        for j, column in enumerate(term.columns):
            sign = -1 if own[j][j] < 0 else 1
            for i, row in enumerate(list(term.columns)[j:], j):
                name = f"{term.factor.name}.{column}" if i == j else f"{term.factor.name}.{row}.{column}"
                out[f"theta[{name}]"] = sign * own[i][j]
    out |= {f"fixef[{name}]": v for name, v in zip(names, found.phi[m:], strict=True)}
    out |= {f"se[{name}]": v for name, v in zip(names, standard_errors(found, m), strict=True)}
    lines: list[tuple[Number, Number]] = []
    for own in T:
        S = [[sum(a * b for a, b in zip(x, y, strict=True)) for y in own] for x in own]
        k = len(S)
        lines += [(S[i][i], root(S[i][i])) for i in range(k)]
        lines += [(S[i][j], S[i][j] / root(S[i][i] * S[j][j])) for j in range(k) for i in range(j + 1, k)]
    for i, (variance, deviation) in enumerate(lines, 1):
        out |= {f"VarCorr[{i}, vcov]": variance, f"VarCorr[{i}, sdcor]": deviation}
    value, spread = modes(criterion, found, T)
    keys = [(t, j, level) for t, term in enumerate(model.terms) for j in range(term.k)
            for level in range(len(term.factor.levels))]
    for i, key in enumerate(keys[:most], 1):
        out |= {f"condval[{i}]": value[key], f"condsd[{i}]": spread[key]}
    return {label: to_mpf(v) for label, v in out.items()}


def modes(criterion: Criterion, found: Optimum, T: list[Matrix]) -> tuple[dict[Any, Number], dict[Any, Number]]:
    """Conditional modes and standard deviations by (term, column, level): Lambda u and Lambda H^-1 Lambda'."""
    value, spread = {}, {}
    for (_, places, q), each in zip(criterion.data.components, criterion.modes(found.phi), strict=True):
        inverse, _ = solve(each.H, [[arb(int(i == j)) for j in range(q)] for i in range(q)])
        for (t, level), start in places.items():
            for j, row in enumerate(T[t]):
                value[t, j, level] = sum(a * u for a, u in zip(row, each.u[start:], strict=False))
                own = range(len(row))
                spread[t, j, level] = root(
                    sum(row[a] * inverse[start + a][start + b] * row[b] for a in own for b in own))
    return value, spread
