"""The likelihood of a linear mixed model with nested groups, whose errors can be correlated or of unequal variance.

Source: Pinheiro & Bates (2000), sections 2.2.3 and 5.1: what makes the errors independent and alike is applied to both
designs and the response; random effects of the outermost groups, with all nested in them, are then eliminated group by
group by a QR decomposition, those of one shape at once. R: nlme's mixed_loglik.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self

import numpy as np

from .criterion import Problem, Profiled, Solution, triangle
from .levels import Level, Stack


@dataclass(frozen=True)
class MixedProblem(Profiled):
    """What is fitted: the fixed part and its errors, the levels of grouping, the outermost first, and their stacks.

    precise: whether the parameters without bounds, (k,), are R's, of the random effects' relative precisions; else they
    are those of the relative covariance factors, which reach singular covariances. The innermost level's are first, the
    errors' last.
    """

    base: Problem
    levels: list[Level]
    stacks: list[Stack]
    precise: bool

    function = "lme"

    @property
    def split(self) -> int:
        """How many of the parameters are the random effects'."""
        return sum(level.size for level in self.levels)

    @cached_property
    def raw(self) -> np.ndarray:
        """Random effects' columns, fixed ones and the response, (n, Σq + p + 1)."""
        return np.column_stack([*(level.Z for level in self.levels), self.base.X, self.base.y])

    def factors(self, free: np.ndarray) -> list[np.ndarray]:
        """Each level's relative covariance factor (q, q), the outermost first."""
        inner = self.levels[::-1]
        parts = np.split(free[: self.split], np.cumsum([level.size for level in inner])[:-1])
        both = [(level.pd, level.q, part) for level, part in zip(inner, parts, strict=True)][::-1]
        return [np.linalg.inv(pd.root(q, x)) if self.precise else pd.factor(q, x) for pd, q, x in both]

    def at(self, free: np.ndarray) -> Solution:
        """The least-squares fit at parameters without bounds."""
        return self.at_factors(self.factors(free), *self.base.natural(free[self.split :]))

    def at_factors(self, factors: list[np.ndarray], correlations: np.ndarray, variances: np.ndarray) -> Solution:
        """The least-squares fit at relative covariance factors and R's parameters of the errors."""
        pieces, log = self.pieces(correlations, variances)
        left = []
        for stack, T in zip(self.stacks, self.eliminated(pieces, factors), strict=True):
            q = len(stack.columns)
            log -= float(np.log(np.abs(np.einsum("gqq->gq", T[:, :q, :q]))).sum())
            left.append(T[:, q:, q:].reshape(-1, T.shape[2] - q))
        return Solution(triangle(np.vstack(left)), log, len(self.base.y), self.base.REML)

    def pieces(self, correlations: np.ndarray, variances: np.ndarray) -> tuple[list[np.ndarray], float]:
        """Of each stack [Z X y] (G, m, q + p + 1), its rows made few by a QR, and the logarithm of what whitened it."""
        if self.bare is self:
            return self.plain, 0.0
        columns, log = self.base.whitened(self.raw, correlations, variances)
        return self._shared_out(columns), log

    @cached_property
    def plain(self) -> list[np.ndarray]:
        """The pieces where errors are independent and alike."""
        return self._shared_out(self.raw)

    def _shared_out(self, columns: np.ndarray) -> list[np.ndarray]:
        random, made = sum(level.q for level in self.levels), []
        for stack in self.stacks:
            taken = columns[stack.rows]
            both = np.concatenate([taken[:, :, stack.columns] * stack.there, taken[:, :, random:]], axis=2)
            made.append(triangle(both) if both.shape[1] > both.shape[2] else both)
        return made

    def stacked(self, each: list[np.ndarray]) -> list[np.ndarray]:
        """Of each stack the block diagonal (q, q) of its columns' matrices, of which each level has one."""
        from scipy.linalg import block_diag

        counts = [[int((stack.level == k).sum()) // level.q for k, level in enumerate(self.levels)]
                  for stack in self.stacks]
        return [block_diag(*(one for one, times in zip(each, count, strict=True) for _ in range(times)))
                for count in counts]

    def eliminated(self, pieces: list[np.ndarray], factors: list[np.ndarray]) -> list[np.ndarray]:
        """Of each stack the triangles (G, ., q + p + 1) of its groups' [ZΛ X y] above [I 0 0]."""
        found = []
        for piece, Lambda in zip(pieces, self.stacked(factors), strict=True):
            q, width = len(Lambda), piece.shape[2]
            above = np.concatenate([piece[:, :, :q] @ Lambda, piece[:, :, q:]], axis=2)
            below = np.broadcast_to(np.eye(q, width), (len(piece), q, width))
            found.append(triangle(np.concatenate([above, below], axis=1)))
        return found

    def modes(self, free: np.ndarray, beta: np.ndarray) -> list[np.ndarray]:
        """Each level's random effects (groups, q), given the data."""
        pieces, _ = self.pieces(*self.base.natural(free[self.split :]))
        factors = self.factors(free)
        found = [np.zeros((len(level.groups), level.q)) for level in self.levels]
        for stack, Lambda, T in zip(self.stacks, self.stacked(factors), self.eliminated(pieces, factors), strict=True):
            q = len(Lambda)
            u = np.linalg.solve(T[:, :q, :q], (T[:, :q, -1] - T[:, :q, q:-1] @ beta)[:, :, None])
            b = (Lambda @ u)[:, :, 0]
            for k, level in enumerate(self.levels):
                at = np.flatnonzero(stack.level == k)
                found[k][stack.group[:, at[:: level.q]]] = b[:, at].reshape(len(b), -1, level.q)
        return found

    @property
    def bare(self) -> MixedProblem:
        """The problem with errors that are independent and alike."""
        if self.base.correlation is None and self.base.variance is None:
            return self
        return replace(self, base=replace(self.base, correlation=None, variance=None))

    def parts(self, modes: list[np.ndarray]) -> list[np.ndarray]:
        """What each level's random effects add to the fitted values, (n,)."""
        return [(level.Z * b[level.codes]).sum(axis=1) for level, b in zip(self.levels, modes, strict=True)]

    @property
    def of_fit(self) -> bool:
        """Whether variances are a function of the fitted values of the fit before."""
        return self.base.of_fit

    def after(self, free: np.ndarray) -> Self:
        """The problem with the fitted values at these parameters, random effects among them."""
        beta = self.at(free).beta
        fitted = self.base.X @ beta + sum(self.parts(self.modes(free, beta)))
        return replace(self, base=replace(self.base, fitted=fitted))

    def settling(self, free: np.ndarray) -> np.ndarray:
        """The parameters. R: lme."""
        return free
