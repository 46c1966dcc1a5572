"""Coordinates of all parameters in which any one of them (a standard deviation, a correlation, sigma, a fixed effect)
is a coordinate.

A term's covariance matrix is CC' with C lower triangular, so the entries of C range freely, and a variance of zero or
a correlation of one is a smooth point. When the term's effects are reordered so that the one in question comes first,
its standard deviation is C_00; with the two in question in front, their correlation is sin(phi), (C_10, C_11) = sd_1
(sin(phi), cos(phi)), and the two standard deviations enter by their roots, which keeps them from changing sign. All
coordinates are scaled to order one.
"""
from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from translations.arrays import Floats, Ints

from ...criterion import loops
from ...criterion.one_factor import OneFactor
from ...criterion.pls import PLS
from ...structure import RandomStructure, lower_triangle


@dataclass(frozen=True)
class Reparametrization:
    """The coordinates x (N,): the entries of each term's C, column by column (m of them), log(sigma / its estimate),
    the fixed effect.

    kind: "sd", "cor", "sigma" or "beta"; at: which coordinate is the parameter; orders: order of each term's effects;
    units: the size of the rows of each term's C (k,); sigma: its estimate; for "beta" `fixed` (its number),
    `estimate`, `rise` (the estimate less `pls.beta0`, not rounded to the estimate's digits) and `stderr`.
    """

    pls: PLS
    structure: RandomStructure
    kind: str
    at: int
    orders: tuple[tuple[int, ...], ...]
    units: tuple[Floats, ...]
    sigma: float
    fixed: int = -1
    estimate: float = 0.0
    rise: float = 0.0
    stderr: float = 1.0

    @classmethod
    def of(cls, pls: PLS, structure: RandomStructure, theta: Floats, number: int) -> tuple[Reparametrization, Floats]:
        """The coordinates for parameter `number` (standard deviations and correlations in theta's order, sigma, fixed
        effects), and theta's place."""
        here, m = pls.at(theta), structure.n_theta
        sigma = math.sqrt(here.criterion.pwrss / pls.n)
        orders = [tuple(range(t.k)) for t in structure.terms]
        kind, at, fixed, estimate, rise, stderr = "sigma", m, -1, 0.0, 0.0, 1.0
        if number < m:
            term = int(np.searchsorted(structure.theta_offsets, number, side="right")) - 1
            k, start = structure.terms[term].k, int(structure.theta_offsets[term])
            row, col = (int(v[number - start]) for v in lower_triangle(k))
            front = (row,) if row == col else (col, row)
            kind, at = ("sd", start) if row == col else ("cor", start + 1)
            orders[term] = front + tuple(i for i in range(k) if i not in front)
        elif number > m:
            kind, at, fixed = "beta", m + 1, number - m - 1
            estimate = float(here.solution.beta[fixed])
            stderr = sigma * float(np.linalg.norm(np.linalg.inv(here.solution.RX)[fixed]))
            rise = float(_effects(here.corner, pls.p)[1] @ np.linalg.inv(pls.R)[fixed])
        units = tuple(sigma / np.sqrt(np.maximum(np.mean(t.Z[:, list(order)] ** 2, axis=0), 1e-300))
                      for t, order in zip(structure.terms, orders, strict=True))
        coords = cls(pls, structure, kind, at, tuple(orders), units, sigma, fixed, estimate, rise, stderr)
        return coords, coords._place(theta)

    @property
    def bounds(self) -> tuple[float, float]:
        """The range of the parameter's coordinate."""
        return {"sd": (0.0, math.inf), "cor": (-math.pi / 2.0, math.pi / 2.0)}.get(self.kind, (-math.inf, math.inf))

    def coordinate(self, value: float) -> float:
        """The parameter's coordinate at `value`. Raises ValueError when it is out of bounds."""
        if (self.kind in ("sd", "sigma") and value < 0.0) or (self.kind == "cor" and abs(value) > 1.0):
            what = "correlation" if self.kind == "cor" else "standard deviation"
            raise ValueError(f"{value} is no value for a {what}")
        if self.kind == "sd":
            return value / float(self.units[self._term][0])
        if self.kind == "cor":
            return math.asin(value)
        return (value - self.estimate) / self.stderr if self.kind == "beta" else math.log(value / self.sigma)

    def value(self, coordinate: float) -> float:
        """The parameter at its coordinate."""
        if self.kind == "sd":
            return coordinate * float(self.units[self._term][0])
        if self.kind == "cor":
            return math.sin(coordinate)
        return self.estimate + self.stderr * coordinate if self.kind == "beta" else self.sigma * math.exp(coordinate)

    @cached_property
    def diagonal(self) -> np.ndarray:
        """Which coordinates (N,) are diagonal entries of a C."""
        return np.append(self.structure.diagonal, [False] * (1 + (self.kind == "beta")))

    @property
    def deviations(self) -> tuple[int, ...]:
        """The coordinates of a correlation's two standard deviations; none for other parameters."""
        return (self.at - 1, self._second) if self.kind == "cor" else ()

    def is_degenerate(self, x: Floats) -> bool:
        """Whether the parameter is a correlation with a standard deviation of zero."""
        return any(abs(x[i]) < 1e-4 for i in self.deviations)

    @cached_property
    def _term(self) -> int:
        return int(np.searchsorted(self.structure.theta_offsets, self.at, side="right")) - 1

    @cached_property
    def _second(self) -> int:
        """The coordinate of a correlation's second standard deviation: entry (1, 1) of its C."""
        return self.at - 1 + self.structure.terms[self._term].k

    @cached_property
    def _entries(self) -> list[tuple[slice, tuple[Ints, Ints], tuple[Ints, ...]]]:
        """For each term: which coordinates its C has, their rows and columns, and its effects' rows in their block's
        F."""
        places = {}
        for members in self.structure.members:
            first = 0
            for i in members:
                rows = [first + effect for effect in self.orders[i]]
                places[i] = np.ix_(rows, rows)
                first += len(rows)
        starts = self.structure.theta_offsets
        terms = self.structure.terms
        return [(slice(starts[i], starts[i + 1]), lower_triangle(t.k), places[i]) for i, t in enumerate(terms)]

    @cached_property
    def _one_factor(self) -> OneFactor | None:
        """The cross-products of one grouping factor with its effects as `orders` has them, for compiled code."""
        if self.pls.trailing.q or self.kind == "beta":
            return None
        starts = np.cumsum([0, *(len(self.orders[i]) for i in self.structure.members[0])])
        each = zip(starts, self.structure.members[0], strict=False)
        order = np.concatenate([start + np.array(self.orders[i]) for start, i in each])
        return self.pls.one_factor.reordered(order)

    @cached_property
    def _unit(self) -> Floats:
        """The unit of each coordinate that is an entry of a C (m,)."""
        return np.concatenate([unit[entries[0]] for (_, entries, _), unit in
                               zip(self._entries, self.units, strict=True)])

    @cached_property
    def _row(self) -> Floats:
        """The fixed effect as a combination of the orthonormal columns' effects (p,)."""
        return np.linalg.inv(self.pls.R)[self.fixed]

    def _place(self, theta: Floats) -> Floats:
        x = np.zeros(self.structure.n_theta + 1 + (self.kind == "beta"))
        templates = self.structure.templates(theta)
        for T, (own, entries, _), order, unit in zip(templates, self._entries, self.orders, self.units, strict=True):
            x[own] = (self.sigma * _triangular(T[list(order)]) / unit[:, None])[entries]
        if self.kind == "cor":
            a, b, c = self.at - 1, self.at, self._second
            x[a], x[b], x[c] = math.sqrt(x[a]), math.atan2(x[b], x[c]), math.sqrt(math.hypot(x[b], x[c]))
        return x

    def _unrolled(self, x: Floats) -> Floats:
        """x with the entries of the C of a correlation in the place of roots and angle."""
        if self.kind == "cor":
            a, b, c = self.at - 1, self.at, self._second
            x = x.copy()
            size, angle = x[c] ** 2, x[b]
            x[a], x[b], x[c] = x[a] ** 2, size * math.sin(angle), size * math.cos(angle)
        return x

    def _factors(self, x: Floats) -> list[Floats]:
        """C (k, k) of each term, its effects as `orders` has them."""
        x, factors = self._unrolled(x), []
        for (own, entries, _), unit in zip(self._entries, self.units, strict=True):
            C = np.zeros((len(unit), len(unit)))
            C[entries] = x[own]
            factors.append(C * unit[:, None])
        return factors

    def _theta(self, factors: list[Floats], sigma: float) -> Floats:
        places = zip(factors, self.orders, self._entries, strict=True)
        return np.concatenate([_back(C, order)[entries] for C, order, (_, entries, _) in places]) / sigma

    def theta(self, x: Floats) -> Floats:
        """Theta (m,) at x (N,)."""
        return self._theta(self._factors(x), self.sigma * math.exp(x[self.structure.n_theta]))

    def long_double_deviance(self, x: Floats) -> np.longdouble | None:
        """The deviance at x (N,) in extended precision; None where the model is too large for it."""
        sigma = self.sigma * math.exp(x[self.structure.n_theta])
        products = self.pls.long_double
        at = None if products is None else products.at(self.theta(x))
        return None if at is None else at.deviance_at(sigma, self.fixed, self.rise + self.stderr * x[-1])

    def __call__(self, x: Floats) -> tuple[float, Floats]:
        """The deviance and its gradient (N,) at x (N,). Raises `numpy.linalg.LinAlgError` where it cannot be had.

        With F a term's part of sum_g [ (Z'V^{-1}Z)_gg - G_g cc' G_g' / sigma² ], c = (-beta_Q, 1), the derivative
        with respect to its covariance matrix is F / sigma², so that with respect to C it is 2 F C / sigma².
        """
        m, pls = self.structure.n_theta, self.pls
        sigma = self.sigma * math.exp(x[m])
        if self._one_factor is not None:
            g, over = np.empty(m + 1), self._unit / sigma
            theta = self._unrolled(x)[:m] * over
            value = self._one_factor.deviance(theta, sigma, pls.n, g)
            if value < math.inf:
                g[m] -= theta @ g[:m]
                g[:m] *= over
                if self.kind == "cor":
                    self._chain(g, x)
                return value, g
        factors = self._factors(x)
        here = pls.at(self._theta(factors, sigma))
        c, pwrss, slope = self._residual(here.criterion.pwrss, here.corner, x)
        g, trace, K = np.empty(len(x)), 0.0, np.outer(c, c) / sigma**2
        for members, P, G in zip(self.structure.members, here.precision, here.ZtViXy, strict=True):
            F = np.empty(P.shape[1:])
            loops.level_sum(P, np.ascontiguousarray(G), K, F)
            for i in members:
                own, entries, place = self._entries[i]
                FC = F[place] @ factors[i] / sigma**2
                trace += float((FC * factors[i]).sum())
                g[own] = (2.0 * FC * self.units[i][:, None])[entries]
        g[m] = 2.0 * (pls.n - pwrss / sigma**2 - trace)
        if self.kind == "cor":
            self._chain(g, x)
        if self.kind == "beta":
            g[m + 1] = slope / sigma**2
        gauss = pwrss / sigma**2 + pls.n * math.log(2.0 * math.pi * sigma**2)
        return here.criterion.ldL2 - pls.log_weights + gauss, g

    def _residual(self, pwrss: float, Lw: Floats, x: Floats) -> tuple[Floats, float, float]:
        """c (p + 1,), pwrss, and its derivative with respect to the last coordinate: the fixed effect held where x
        has it.

        pwrss then grows by (b - beta_j)² / [(X'V^{-1}X)^{-1}]_jj.
        """
        inverse, beta_q = _effects(Lw, self.pls.p)
        slope = 0.0
        if self.kind == "beta":
            weights = inverse @ self._row
            spread = float(weights @ weights)
            gap = self.rise + self.stderr * x[-1] - float(self._row @ beta_q)
            beta_q = beta_q + inverse.T @ weights * (gap / spread)
            pwrss, slope = pwrss + gap**2 / spread, 2.0 * gap * self.stderr / spread
        return np.append(-beta_q, 1.0), pwrss, slope

    def _chain(self, g: Floats, x: Floats) -> None:
        """From derivatives with respect to C_00, C_10, C_11 to those with respect to the roots of the deviations and
        the angle."""
        a, b, c = self.at - 1, self.at, self._second
        sin, cos = math.sin(x[b]), math.cos(x[b])
        g[a] *= 2.0 * x[a]
        g[b], g[c] = x[c] ** 2 * (cos * g[b] - sin * g[c]), 2.0 * x[c] * (sin * g[b] + cos * g[c])


def _effects(Lw: Floats, p: int) -> tuple[np.ndarray, np.ndarray]:
    """The inverse (p, p) of the factor of Q'V^{-1}Q, and the orthonormal columns' effects (p,), from the factor Lw of
    [Q, y]'V^{-1}[Q, y].
    """
    inverse = np.linalg.inv(Lw[:p, :p])
    return inverse, inverse.T @ Lw[p, :p]


def _triangular(A: Floats) -> Floats:
    """The lower triangular C (k, k), its diagonal not negative, with CC' = AA'."""
    C: Floats = np.transpose(np.linalg.qr(A.T)[1])
    return C * np.where(np.diagonal(C) < 0.0, -1.0, 1.0)


def _back(C: Floats, order: tuple[int, ...]) -> Floats:
    """A lower triangular factor of CC' with the effects put back from `order`."""
    return C if order == tuple(range(len(C))) else _triangular(C[np.argsort(order)])
