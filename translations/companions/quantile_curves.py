"""Smooth curves of quantiles: additive quantile regression with one smooth term, as R's package qgam fits it.

Sources: Fasiolo, Wood, Zaffran, Nedellec & Goude (2021), the loss and how its learning rate is found; Wood (2003), the
basis; Wood (2011), its penalty by restricted likelihood; Wood (2013), the tests.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from translations.optim.univariate import local_minimum

from .sinh_arcsinh import smoothing

Floats = np.ndarray
BRACKET = np.log(2.0)  # about the first guess of the log learning rate
CLOSE_TO_EDGE = 0.05  # share of the bracket within which a minimum is not taken for one
TOLERANCE = 1e-6  # of the log learning rate; qgam's own is 1.2e-4
LOG_PENALTIES = (-18.0, 25.0)  # between these the smoothing parameter's logarithm is sought
STEPS = 200
NODES, ANGLES = 100, 400  # of the integrals of a weighted sum of chi-squares


@dataclass(frozen=True, eq=False)
class Basis:
    """A thin-plate basis of rank k without its mean, turned so that its columns (n, k - 1) are orthonormal and its
    penalty is diagonal: `roughness` (k - 1,), the last 0, the straight line's.
    """

    columns: Floats
    roughness: Floats

    @property
    def X(self) -> Floats:  # noqa: N802
        """With a column of ones before it, (n, k)."""
        return np.column_stack([np.ones(len(self.columns)), self.columns])

    @property
    def penalty(self) -> Floats:
        """The diagonal of the penalty of X's columns, (k,)."""
        return np.append(0.0, self.roughness)


def thin_plate(x: Floats, k: int) -> Basis:
    """The basis of k columns for predictions x (n,) of at least k values."""
    from scipy.linalg import null_space
    from scipy.sparse.linalg import eigsh

    knots, where = np.unique(x, return_inverse=True)
    knots = knots - x.mean()
    E = np.abs(knots[:, None] - knots[None, :]) ** 3 / 12.0
    if len(knots) > 2 * k + 1:
        values, vectors = eigsh(E, k, which="LM", v0=np.ones(len(knots)), tol=0)
    else:
        values, vectors = np.linalg.eigh(E)
        largest = np.argsort(-np.abs(values))[:k]
        values, vectors = values[largest], vectors[:, largest]
    line = np.column_stack([np.ones_like(knots), knots])
    free = null_space(line.T @ vectors)
    bent = (vectors * values) @ free
    rough = free.T @ (values[:, None] * free)
    columns = np.column_stack([bent, knots])[where]
    centred = columns - columns.mean(axis=0)
    Q, R = np.linalg.qr(centred)
    inverse = np.linalg.inv(R)
    whole = np.zeros((len(R), len(R)))
    whole[:-1, :-1] = (rough + rough.T) / 2.0
    size, turn = np.linalg.eigh(inverse.T @ whole @ inverse)
    size = np.maximum(size[::-1], 0.0)
    size[-1] = 0.0
    return Basis(Q @ turn[:, ::-1], size / size[0])


@dataclass(frozen=True, eq=False)
class Curve:
    """A fit of X's columns (n, k): coefficients, their covariance (k, k), the penalty's diagonal times the smoothing
    parameter, weights (n,) and slopes (n,) of the log-likelihood at the fitted values.
    """

    X: Floats
    beta: Floats
    penalty: Floats
    weights: Floats
    slopes: Floats

    @cached_property
    def information(self) -> Floats:
        """XᵀWX, (k, k)."""
        return (self.X * self.weights[:, None]).T @ self.X

    @cached_property
    def covariance(self) -> Floats:
        """Of the coefficients, (k, k), Bayesian: the penalty taken for a prior."""
        return np.linalg.inv(self.information + np.diag(self.penalty))

    @cached_property
    def freedom(self) -> Floats:
        """F = (XᵀWX + S)⁻¹ XᵀWX, (k, k), whose trace is the effective degrees of freedom."""
        return self.covariance @ self.information

    @property
    def fitted(self) -> Floats:
        """(n,)."""
        return self.X @ self.beta

    @property
    def variances(self) -> Floats:
        """Of the fitted values, (n,)."""
        return np.einsum("ij,jk,ik->i", self.X, self.covariance, self.X)


def gaussian_start(basis: Basis, y: Floats) -> tuple[Floats, Floats, float, float]:
    """A least-squares curve by generalized cross-validation: coefficients, residuals, residual variance, and the
    degrees of freedom of its smooth part.
    """
    from scipy.optimize import minimize_scalar

    n, z = len(y), basis.columns.T @ y
    rest = float(((y - y.mean()) ** 2).sum() - z @ z)

    def left(log_penalty: float) -> tuple[float, float]:
        kept = 1.0 / (1.0 + np.exp(log_penalty) * basis.roughness)
        return rest + float((((1.0 - kept) * z) ** 2).sum()), n - 1.0 - float(kept.sum())

    def score(log_penalty: float) -> float:
        rss, df = left(log_penalty)
        return n * rss / df**2

    best = _least(score)
    found = minimize_scalar(score, bounds=(best - 1.0, best + 1.0), method="bounded", options={"xatol": 1e-10})
    rss, df = left(found.x)
    kept = 1.0 / (1.0 + np.exp(found.x) * basis.roughness)
    beta = np.append(y.mean(), kept * z)
    return beta, y - basis.X @ beta, rss / df, float(kept.sum())


def _least(score: Callable[[float], float]) -> float:
    grid = np.arange(*LOG_PENALTIES, 1.0)
    return float(grid[int(np.argmin([score(one) for one in grid]))])


@dataclass(frozen=True)
class Loss:
    """The pinball loss of a quantile, smoothed: minus the log-likelihood of the extended log-F distribution.

    quantile: 0 to 1;  rate: its learning rate sigma;  width: of the smoothing, in the response's units
    """

    quantile: float
    rate: float
    width: float

    def value(self, left: Floats) -> float:
        """The sum over residuals (n,)."""
        steep = self.width / self.rate
        return float(((self.quantile - 1.0) * left / self.rate + steep * np.logaddexp(0.0, left / self.width)).sum())

    def slopes(self, left: Floats) -> Floats:
        """The log-likelihood's derivative in the fitted values, (n,)."""
        from scipy.special import expit

        return (expit(left / self.width) - 1.0 + self.quantile) / self.rate

    def weights(self, left: Floats) -> Floats:
        """The loss's second derivative in the fitted values, (n,)."""
        from scipy.special import expit

        below = expit(left / self.width)
        return below * (1.0 - below) / (self.width * self.rate)


def penalized(basis: Basis, y: Floats, loss: Loss, log_penalty: float, start: Floats) -> Curve:
    """The fit with this smoothing parameter, by Newton's steps."""
    X, penalty = basis.X, np.exp(log_penalty) * basis.penalty
    beta = start

    def objective(b: Floats) -> float:
        return loss.value(y - X @ b) + 0.5 * float(penalty @ b**2)

    now = objective(beta)
    for _ in range(STEPS):
        left = y - X @ beta
        curve = Curve(X, beta, penalty, loss.weights(left), loss.slopes(left))
        gradient = X.T @ curve.slopes - penalty * beta
        step = np.linalg.lstsq(curve.information + np.diag(penalty), gradient, rcond=1e-15)[0]
        while (then := objective(beta + step)) > now + 1e-12 * abs(now):
            step = step / 2.0
        if abs(gradient @ step) < 1e-18 * (1.0 + abs(now)) or np.abs(step).max() < 1e-13 * np.abs(beta).max():
            break
        beta, now = beta + step, then
    return curve


def by_likelihood(basis: Basis, y: Floats, loss: Loss, start: Floats,
                  guess: float | None = None) -> tuple[Curve, float]:
    """The fit whose smoothing parameter maximizes the restricted likelihood, and that parameter's logarithm."""
    from scipy.optimize import minimize_scalar

    free = int((basis.roughness > 0.0).sum())
    last = start

    def score(log_penalty: float) -> float:
        nonlocal last
        curve = penalized(basis, y, loss, log_penalty, last)
        last = curve.beta
        sign, log_det = np.linalg.slogdet(curve.information + np.diag(curve.penalty))
        fit = loss.value(y - curve.fitted) + 0.5 * float(curve.penalty @ curve.beta**2)
        return fit + 0.5 * (log_det - free * log_penalty)

    about = _least(score) if guess is None else guess
    found = minimize_scalar(score, bounds=(about - 2.0, about + 2.0), method="bounded", options={"xatol": 1e-7})
    if guess is not None and abs(found.x - about) > 1.9:
        return by_likelihood(basis, y, loss, start)
    return penalized(basis, y, loss, float(found.x), last), float(found.x)


def calibration(curve: Curve) -> float:
    """How far the curve's posterior variances are from those of a sandwich: the learning rate makes it least. Source:
    Fasiolo et al. (2021), section 3.2.
    """
    X, (n, k) = curve.X, curve.X.shape
    slopes = curve.slopes
    information = curve.information
    effective = np.abs(slopes).sum() ** 2 / (slopes**2).sum()
    share = min(effective / k**2, 1.0)
    mean = X.mean(axis=0)
    simple = (X.T @ X) / n * (slopes**2).mean() - slopes.mean() ** 2 * np.outer(mean, mean)
    V = n * (share * np.cov((X * slopes[:, None]).T) + (1.0 - share) * simple)
    size, axes = np.linalg.eigh(V)
    there = size > size[-1] * np.finfo(float).eps
    half = information @ (axes[:, there] / np.sqrt(size[there]))
    inverse = np.linalg.inv(half @ half.T + np.diag(curve.penalty))
    ratio = np.einsum("ij,jk,ik->i", X, inverse, X) / curve.variances
    return float(np.sqrt(ratio - np.log(ratio)).mean())


@dataclass(frozen=True, eq=False)
class QuantileCurve:
    """A quantile's curve over predictions (n,), with the p-values of its height and of its shape.

    fitted, se: (n,), in the response's units;  p_height: that its mean is `quantile`, p_shape: that it is flat
    """

    quantile: float
    fitted: Floats
    se: Floats
    p_height: float
    p_shape: float


def quantile_curve(x: Floats, y: Floats, quantile: float, k: int = 10) -> QuantileCurve:
    """The curve of a quantile of y (n,) over x (n,), tested against `quantile` itself, as of uniform numbers.

    k: columns of the basis, at most as many as x has values.
    """
    basis, left = thin_plate(x, k), y - quantile
    beta, residuals, variance, df = gaussian_start(basis, left)
    share = smoothing(quantile, residuals / np.sqrt(variance), df)
    width = share * np.sqrt(2.0 * np.pi * variance) / (2.0 * np.log(2.0))
    start = beta + np.append(np.quantile(residuals, quantile), np.zeros(len(beta) - 1))
    guess: float | None = None

    def score(log_rate: float) -> float:
        nonlocal start, guess
        curve, guess = by_likelihood(basis, left, Loss(quantile, float(np.exp(log_rate)), width), start, guess)
        start = curve.beta
        return calibration(curve)

    rate = _learning_rate(score, 0.5 * np.log(variance / 8.0))
    curve, _ = by_likelihood(basis, left, Loss(quantile, float(np.exp(rate)), width), start, guess)
    return QuantileCurve(quantile, curve.fitted + quantile, np.sqrt(curve.variances), *_tests(curve))


def _learning_rate(score: Callable[[float], float], guess: float) -> float:
    """The log learning rate at which the score is least; the bracket is doubled where that is at its edge."""
    wider, bracket = 1.0, 2.0 * BRACKET
    while True:
        low, high = guess - wider * BRACKET, guess + wider * BRACKET
        found = local_minimum(score, low, high, TOLERANCE, CLOSE_TO_EDGE)
        edge = CLOSE_TO_EDGE * (high - low)
        if min(abs(found - low), abs(found - high)) > edge:
            return found
        below = found - low < CLOSE_TO_EDGE * bracket
        inside = (1.0 - 4.0 * CLOSE_TO_EDGE) * bracket
        guess = found + (-inside / 2.0 if below else inside)
        wider *= 2.0


def _tests(curve: Curve) -> tuple[float, float]:
    """p-values that the mean is 0 and that the smooth part is flat. Source: Wood (2013)."""
    from translations.stats.distributions import pnorm

    height = 2.0 * pnorm(abs(curve.beta[0]) / np.sqrt(curve.covariance[0, 0]), lower_tail=False)
    F = curve.freedom
    rank = float((2.0 * np.diagonal(F) - (F * F.T).sum(axis=1))[1:].sum())
    R = np.linalg.cholesky(curve.information[1:, 1:]).T
    size, axes = np.linalg.eigh(R @ curve.covariance[1:, 1:] @ R.T)
    return float(height), flatness(axes[:, ::-1].T @ (R @ curve.beta[1:]), size[::-1], min(rank, len(size)))


def flatness(parts: Floats, size: Floats, rank: float) -> float:
    """The p-value of a smooth term's parts along its covariance's axes, of variances `size` (falling), taken to a rank
    that is no whole number: the mean over the two signs that the last two may have. Source: Wood (2013), section 3.
    """
    from translations.stats.distributions import pchisq

    k, beyond = int(rank), rank - int(rank)
    whole = float((parts[: max(k - 1, 0)] ** 2 / size[: max(k - 1, 0)]).sum())
    if k == 0 or k >= len(size) or beyond < 1e-12:
        k = max(k, 1)
        return float(pchisq((parts[:k] ** 2 / size[:k]).sum(), k, lower_tail=False))
    mixed = np.sqrt(0.5 * beyond * (1.0 - beyond))
    last, scaled = parts[k - 1 : k + 1], 1.0 / np.sqrt(size[k - 1 : k + 1])
    B = np.array([[1.0, mixed], [mixed, beyond]]) * np.outer(scaled, scaled)
    first = (beyond + 1.0 + np.sqrt((1.0 + beyond) * (1.0 - beyond))) / 2.0
    tried = [whole + float(last @ B @ last), whole + float((last * [-1.0, 1.0]) @ B @ (last * [-1.0, 1.0]))]
    return float(np.mean([beyond_chi_squares(q, k - 1, first, beyond + 1.0 - first) for q in tried]))


def beyond_chi_squares(q: float, ones: int, first: float, second: float) -> float:
    """P(X + first Y² + second Z² > q), X a chi-square of `ones` degrees of freedom, Y and Z standard normal.

    In polar coordinates Y and Z are an angle and an exponential number; what is left is an integral over the angle and
    one over X.
    """
    from translations.stats.distributions import pchisq

    angle = (np.arange(ANGLES) + 0.5) * np.pi / ANGLES
    spread = 2.0 * (first * np.cos(angle) ** 2 + second * np.sin(angle) ** 2)
    if not ones:
        return float(np.exp(-q / spread).mean())
    node, weight = np.polynomial.legendre.leggauss(NODES)
    root = np.sqrt(q) * (node + 1.0) / 2.0
    rest = np.exp(-(q - root**2)[:, None] / spread).mean(axis=1)
    log_gamma = math.lgamma(ones / 2.0)
    density = 2.0 * root ** (ones - 1) * np.exp(-(root**2) / 2.0 - ones / 2.0 * np.log(2.0) - log_gamma)
    tail = float(pchisq(q, ones, lower_tail=False))
    return tail + float(np.sqrt(q) / 2.0 * (weight @ (density * rest)))
