"""The likelihood of a linear mixed model with nested groups, whose errors can be correlated or of unequal variance.

Source: Pinheiro & Bates (2000), sections 2.2 and 5.1: what makes the errors independent and alike is applied to both
designs and the response; random effects of the outermost groups, with all nested in them, are then eliminated group by
group by a Cholesky factor, those of one shape at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from .criterion import Problem, Solution


@dataclass(frozen=True)
class Level:
    """The random effects of one grouping factor: Z (n, q), codes (n,) of the groups, these and the effects by name;
    kind, form: R's class of their covariances' structure, and the effects' formula.
    """

    name: str
    Z: np.ndarray
    codes: np.ndarray
    groups: list[str]
    effects: list[str]
    kind: str = "pdLogChol"
    form: str = "~1"

    @property
    def title(self) -> str:
        """R's words for the structure."""
        return f"{self.kind}({self.form.removeprefix('~')})"

    @property
    def q(self) -> int:
        """Effects a group."""
        return len(self.effects)

    @property
    def deviations(self) -> int:
        """Standard deviations among the parameters."""
        return 1 if self.kind in ("pdIdent", "pdCompSymm") else self.q

    @property
    def correlations(self) -> int:
        """Correlations among the parameters."""
        if self.kind == "pdCompSymm":
            return int(self.q > 1)
        return 0 if self.kind in ("pdDiag", "pdIdent") else self.q * (self.q - 1) // 2

    @property
    def size(self) -> int:
        """Parameters."""
        return self.deviations + self.correlations

    @property
    def start(self) -> np.ndarray:
        """Where the search begins: a standard deviation of half the residual one in each row's mean."""
        free = np.zeros(self.size)
        logs = -np.log(2.0 * np.sqrt(np.mean(self.Z**2, axis=0)))
        free[: self.deviations] = logs if self.deviations == self.q else logs.mean()
        if self.kind == "pdCompSymm" and self.correlations:
            free[1] = -np.log(self.q - 1.0)
        return free

    def _alike(self, x: float) -> np.ndarray:
        """Correlations (q, q) that are one, of a parameter without bounds: above -1 / (q - 1), below 1."""
        rho = 1.0 - (1.0 + 1.0 / (self.q - 1.0)) / (1.0 + np.exp(x))
        return np.full((self.q, self.q), rho) + (1.0 - rho) * np.eye(self.q)

    def factor(self, free: np.ndarray) -> np.ndarray:
        """The relative covariance factor (q, q) of parameters without bounds: logarithms of its diagonal, the rest."""
        if self.kind == "pdCompSymm" and self.correlations:
            return np.asarray(np.exp(free[0]) * np.linalg.cholesky(self._alike(free[1])))
        L = np.diag(np.broadcast_to(np.exp(free[: self.deviations]), self.q))
        if self.correlations:
            L[np.tril_indices(self.q, -1)] = free[self.q :]
        return L

    def natural(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Standard deviations (q,) and correlations (q, q) of the logarithms and twice Fisher's z, or what `factor`
        takes for one correlation.
        """
        C = np.eye(self.q)
        if self.kind == "pdCompSymm" and self.correlations:
            C = self._alike(x[1])
        elif self.correlations:
            upper = np.triu_indices(self.q, 1)
            C[upper] = np.tanh(0.5 * x[self.q :])
            C = C + C.T - np.eye(self.q)
        return np.broadcast_to(np.exp(x[: self.deviations]), self.q), C

    def symmetric(self, S: np.ndarray) -> np.ndarray:
        """That scale, of a covariance matrix (q, q)."""
        sd = np.sqrt(np.diagonal(S))
        C = (S / np.outer(sd, sd))[np.triu_indices(self.q, 1)][: self.correlations]
        alike = self.kind == "pdCompSymm" and len(C) > 0
        z = np.log((C + 1.0 / (self.q - 1.0)) / (1.0 - C)) if alike else 2.0 * np.arctanh(C)
        return np.concatenate([np.log(sd[: self.deviations]), z])

    def shown(self, sd: np.ndarray, C: np.ndarray) -> np.ndarray:
        """The parameters as `names` calls them, of standard deviations (q,) and correlations (q, q)."""
        upper = C[np.triu_indices(self.q, 1)]
        return np.concatenate([sd[: self.deviations], upper[: self.correlations]])

    @property
    def names(self) -> list[str]:
        """Of the parameters, as R's intervals have them."""
        if self.kind == "pdCompSymm":
            return ["std. dev", "corr."][: self.size]
        if self.kind == "pdIdent":
            return [f"sd({self.form.removeprefix('~')})"]
        pairs = list(zip(*np.triu_indices(self.q, 1), strict=True)) if self.correlations else []
        return [f"sd({e})" for e in self.effects] + [f"cor({self.effects[i]},{self.effects[j]})" for i, j in pairs]


@dataclass(frozen=True)
class Stack:
    """Outermost groups of one shape: rows (G, m), and of their columns each one's place in the raw design, (q,),
    whether a row has it, (G, m, q), and the level and group that it is of, (q,) and (G, q).
    """

    rows: np.ndarray
    columns: np.ndarray
    there: np.ndarray
    level: np.ndarray
    group: np.ndarray


def stacks_of(levels: Sequence[Level]) -> list[Stack]:
    """The outermost groups, shared out by shape."""
    made: dict[tuple[int, ...], list[tuple[np.ndarray, list[np.ndarray]]]] = {}
    outer = levels[0].codes
    for one in np.unique(outer):
        rows = np.flatnonzero(outer == one)
        inner = [np.unique(level.codes[rows]) for level in levels]
        made.setdefault((len(rows), *map(len, inner)), []).append((rows, inner))
    begins = np.cumsum([0, *(level.q for level in levels)])
    stacks = []
    for (_, *counts), members in made.items():
        columns = [begins[k] + np.tile(np.arange(levels[k].q), count) for k, count in enumerate(counts)]
        level = [np.full(levels[k].q * count, k) for k, count in enumerate(counts)]
        there, group = [], []
        for rows, inner in members:
            there.append(np.hstack([np.repeat(levels[k].codes[rows, None] == codes, levels[k].q, axis=1)
                                    for k, codes in enumerate(inner)]))
            group.append(np.concatenate([np.repeat(codes, levels[k].q) for k, codes in enumerate(inner)]))
        stacks.append(Stack(np.array([rows for rows, _ in members]), np.concatenate(columns), np.array(there),
                            np.concatenate(level), np.array(group)))
    return stacks


@dataclass(frozen=True)
class MixedProblem:
    """What is fitted: the fixed part and its errors, the levels of grouping, the outermost first, and their stacks."""

    base: Problem
    levels: list[Level]
    stacks: list[Stack]

    @property
    def split(self) -> int:
        """How many of the free parameters are the random effects'."""
        return sum(level.size for level in self.levels)

    @property
    def start(self) -> np.ndarray:
        """Where the search begins."""
        return np.concatenate([*(level.start for level in self.levels), self.base.start])

    @cached_property
    def raw(self) -> np.ndarray:
        """Random effects' columns, fixed ones and the response, (n, Σq + p + 1)."""
        return np.column_stack([*(level.Z for level in self.levels), self.base.X, self.base.y])

    def factors(self, free: np.ndarray) -> list[np.ndarray]:
        """Each level's relative covariance factor."""
        ends = np.cumsum([level.size for level in self.levels])
        parts = np.split(free[: self.split], ends[:-1])
        return [level.factor(part) for level, part in zip(self.levels, parts, strict=True)]

    def whitened(self, correlations: np.ndarray, variances: np.ndarray) -> tuple[np.ndarray, float]:
        """The raw columns with errors independent and alike, and the logarithm of what that multiplies."""
        columns, log, base = self.raw, 0.0, self.base
        if base.variance is not None:
            w = base.variance.weights(variances, base.fitted)
            columns, log = columns * w[:, None], float(np.log(w).sum())
        if base.correlation is not None:
            columns, more = base.correlation.whiten(correlations, base.blocks, columns)
            log += more
        return columns, log

    def at(self, free: np.ndarray) -> Solution:
        """The least-squares fit at parameters without bounds."""
        return self.at_factors(self.factors(free), *self.base.natural(free[self.split :]))

    def at_factors(self, factors: list[np.ndarray], correlations: np.ndarray, variances: np.ndarray) -> Solution:
        """The least-squares fit at relative covariance factors and R's parameters of the errors."""
        columns, log = self.whitened(correlations, variances)
        rest = columns[:, sum(level.q for level in self.levels) :]
        left = rest.T @ rest
        for stack in self.stacks:
            L, _, B = self._eliminated(stack, columns, factors)
            left -= np.einsum("gqi,gqj->ij", B, B)
            log -= float(np.log(np.einsum("gqq->gq", L)).sum())
        return Solution(np.linalg.cholesky(left).T, log, len(self.base.y), self.base.REML)

    def _eliminated(self, stack: Stack, columns: np.ndarray, factors: list[np.ndarray]
                    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Of each group its Cholesky factor (G, q, q), Λ (q, q), and what is eliminated with it, (G, q, p + 1)."""
        from scipy.linalg import block_diag

        q = sum(level.q for level in self.levels)
        taken = columns[stack.rows]
        Lambda = block_diag(*(factors[k] for k in range(len(factors))
                              for _ in range(int((stack.level == k).sum()) // self.levels[k].q)))
        Z = (taken[:, :, stack.columns] * stack.there) @ Lambda
        A = Z.transpose(0, 2, 1) @ Z + np.eye(Z.shape[2])
        L = np.linalg.cholesky(A)
        return L, Lambda, np.linalg.solve(L, Z.transpose(0, 2, 1) @ taken[:, :, q:])

    def likelihood(self, free: np.ndarray) -> float:
        """The log-likelihood at parameters without bounds; minus infinity where there is none."""
        try:
            with np.errstate(all="ignore"):
                value = self.at(free).log_likelihood
        except np.linalg.LinAlgError:
            return -np.inf
        return value if np.isfinite(value) else -np.inf

    def modes(self, free: np.ndarray, beta: np.ndarray) -> list[np.ndarray]:
        """Each level's random effects (groups, q), given the data."""
        factors = self.factors(free)
        columns, _ = self.whitened(*self.base.natural(free[self.split :]))
        found = [np.zeros((len(level.groups), level.q)) for level in self.levels]
        for stack in self.stacks:
            L, Lambda, B = self._eliminated(stack, columns, factors)
            u = np.linalg.solve(L.transpose(0, 2, 1), (B[:, :, -1] - B[:, :, :-1] @ beta)[:, :, None])
            b = (Lambda @ u)[:, :, 0]
            for k, level in enumerate(self.levels):
                at = np.flatnonzero(stack.level == k)
                found[k][stack.group[:, at[:: level.q]]] = b[:, at].reshape(len(b), -1, level.q)
        return found

    def parts(self, modes: list[np.ndarray]) -> list[np.ndarray]:
        """What each level's random effects add to the fitted values, (n,)."""
        return [(level.Z * b[level.codes]).sum(axis=1) for level, b in zip(self.levels, modes, strict=True)]

    def after(self, fit: np.ndarray) -> MixedProblem:
        """The problem with the fitted values (n,) of a fit."""
        return replace(self, base=self.base.after(fit))
