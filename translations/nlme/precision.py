"""The likelihood of `lme` in R's parameters, and where R's search begins.

R's parameters are those of the random effects' relative precision, P = R'R of each level: for pdLogChol logarithms of
R's diagonal and what stands above it; the innermost level first. Source: Pinheiro & Bates (2000), sections 2.2.3 (the
likelihood by QR) and 2.2.8 (EM from a rough start); R: nlme's mixed_loglik and mixed_EM.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .mixed import Level, MixedProblem

BEGINS = 0.375**2  # R's rough precision, times the mean square of a column over its groups


@dataclass(frozen=True)
class Precision:
    """The problem in R's parameters, (k,): the random effects', innermost first, then the errors'."""

    problem: MixedProblem

    @property
    def levels(self) -> list[Level]:
        """In R's order."""
        return self.problem.levels[::-1]

    def roots(self, x: np.ndarray) -> list[np.ndarray]:
        """Each level's R (q, q), the outermost first."""
        ends = np.cumsum([level.size for level in self.levels])
        parts = np.split(x[: self.problem.split], ends[:-1])
        return [_root(level, part) for level, part in zip(self.levels, parts, strict=True)][::-1]

    def parameters(self, precisions: list[np.ndarray], errors: np.ndarray) -> np.ndarray:
        """Of the levels' precisions (q, q), the outermost first, and the errors' parameters."""
        both = zip(self.levels, precisions[::-1], strict=True)
        return np.concatenate([*(_parameters(level, P) for level, P in both), errors])

    def free(self, x: np.ndarray) -> np.ndarray:
        """The problem's own parameters, of the relative covariance factors."""
        both = zip(self.problem.levels, self.roots(x), strict=True)
        return np.concatenate([*(_free(level, R) for level, R in both), x[self.problem.split :]])

    def of_free(self, free: np.ndarray) -> np.ndarray:
        """R's parameters of the problem's own."""
        precisions = [np.linalg.inv(L @ L.T) for L in self.problem.factors(free)]
        return self.parameters(precisions, free[self.problem.split :])

    def objective(self, x: np.ndarray) -> float:
        """What R minimizes: minus the log-likelihood without its constants."""
        with np.errstate(all="ignore"):
            try:
                pieces, value = self._pieces(x[self.problem.split :])
                roots = self.roots(x)
                logs, F = self._factored(pieces, roots)
            except np.linalg.LinAlgError:
                return np.inf
            for level, R in zip(self.problem.levels, roots, strict=True):
                value += len(level.groups) * float(np.linalg.slogdet(R)[1])
            base = self.problem.base
            diagonal = np.log(np.abs(np.diagonal(F)))
            divisor = len(base.y) - base.REML * (len(F) - 1)
            value -= logs + divisor * diagonal[-1] + base.REML * diagonal[:-1].sum()
        return -float(value)

    def _pieces(self, errors: np.ndarray) -> tuple[list[np.ndarray], float]:
        """Of each stack [Z X y] (G, m, q + p + 1), its rows made few by a QR, and the logarithm of what whitened it."""
        base = self.problem.base
        if base.correlation is None and base.variance is None:
            return self._plain, 0.0
        columns, log = self.problem.whitened(*base.natural(errors))
        return self._of(columns), log

    @cached_property
    def _plain(self) -> list[np.ndarray]:
        return self._of(self.problem.raw)

    def _of(self, columns: np.ndarray) -> list[np.ndarray]:
        raw = sum(level.q for level in self.problem.levels)
        made = []
        for stack in self.problem.stacks:
            taken = columns[stack.rows]
            both = np.concatenate([taken[:, :, stack.columns] * stack.there, taken[:, :, raw:]], axis=2)
            made.append(_triangle(both) if both.shape[1] > both.shape[2] else both)
        return made

    def _stacked(self, roots: list[np.ndarray]) -> list[np.ndarray]:
        """Of each stack the block diagonal of its columns' R."""
        from scipy.linalg import block_diag

        counts = [[int((stack.level == k).sum()) // level.q for k, level in enumerate(self.problem.levels)]
                  for stack in self.problem.stacks]
        return [block_diag(*(R for R, times in zip(roots, count, strict=True) for _ in range(times)))
                for count in counts]

    def _factored(self, pieces: list[np.ndarray], roots: list[np.ndarray]) -> tuple[float, np.ndarray]:
        """The logarithm of the groups' determinants, and the triangle (p + 1, p + 1) that is left of X and y."""
        logs, left = 0.0, []
        for piece, D in zip(pieces, self._stacked(roots), strict=True):
            q, width = len(D), piece.shape[2]
            below = np.broadcast_to(np.hstack([D, np.zeros((q, width - q))]), (len(piece), q, width))
            R = _triangle(np.concatenate([piece, below], axis=1))
            logs += float(np.log(np.abs(np.einsum("gqq->gq", R[:, :q, :q]))).sum())
            left.append(R[:, q:, q:].reshape(-1, width - q))
        return logs, _triangle(np.vstack(left))

    def start(self, steps: int) -> np.ndarray:
        """Where R's search begins: a rough precision, and `steps` of EM, errors taken for independent and alike."""
        at, precisions = 0, []
        for level in self.problem.levels:
            squares = (self.problem.raw[:, at : at + level.q] ** 2).sum(axis=0)
            precisions.append(np.diag(BEGINS * squares / len(level.groups)))
            at += level.q
        for _ in range(steps):
            precisions = self._em(precisions)
        return self.parameters(precisions, self.problem.base.start)

    def _em(self, precisions: list[np.ndarray]) -> list[np.ndarray]:
        """The inverses of the random effects' mean squares, given the data at these precisions."""
        base, levels = self.problem.base, self.problem.levels
        roots = [np.linalg.cholesky(P).T for P in precisions]
        _, F = self._factored(self._plain, roots)
        inverse, p = np.linalg.inv(F[:-1, :-1]), len(F) - 1
        beta = inverse @ F[:-1, -1]
        variance = float(F[-1, -1] ** 2) / (len(base.y) - base.REML * p)
        squares = [np.zeros((level.q, level.q)) for level in levels]
        for piece, D, stack in zip(self._plain, self._stacked(roots), self.problem.stacks, strict=True):
            q = len(D)
            Z, rest = piece[:, :, :q], piece[:, :, q:]
            C = np.linalg.inv(Z.transpose(0, 2, 1) @ Z + D.T @ D)
            W = C @ (Z.transpose(0, 2, 1) @ rest)
            b = W[:, :, -1] - W[:, :, :-1] @ beta
            if base.REML:
                spread = W[:, :, :-1] @ inverse
                C = C + spread @ spread.transpose(0, 2, 1)
            C = C + b[:, :, None] * b[:, None, :] / variance
            for k, level in enumerate(levels):
                at = np.flatnonzero(stack.level == k)
                for one in np.split(at, len(at) // level.q):
                    squares[k] += C[:, one[:, None], one].sum(axis=0)
        return [_inverse(level, S / len(level.groups)) for level, S in zip(levels, squares, strict=True)]


def _triangle(A: np.ndarray) -> np.ndarray:
    """R of the QR decompositions of a stack of matrices."""
    return np.asarray(np.linalg.qr(A, mode="r"))


def _root(level: Level, x: np.ndarray) -> np.ndarray:
    """A root R (q, q) of the precision, R'R, of R's parameters. R: pdFactor."""
    q = level.q
    if level.kind == "pdSymm":  # the symmetric root, whose logarithm is stored
        M = np.zeros((q, q))
        M[np.tril_indices(q)] = x
        values, vectors = np.linalg.eigh(M)
        return np.asarray((vectors * np.exp(values)) @ vectors.T)
    if level.kind == "pdCompSymm" and q > 1:
        rho = (np.exp(x[1]) - 1.0 / (q - 1.0)) / (np.exp(x[1]) + 1.0)
        return np.asarray(np.exp(x[0]) * np.linalg.cholesky(np.full((q, q), rho) + (1.0 - rho) * np.eye(q)).T)
    R = np.diag(np.broadcast_to(np.exp(x[: level.deviations]), q))
    if level.correlations:
        R.T[np.tril_indices(q, -1)] = x[q:]  # above the diagonal, column after column
    return R


def _parameters(level: Level, P: np.ndarray) -> np.ndarray:
    """R's parameters of a precision (q, q)."""
    if level.kind == "pdSymm":
        values, vectors = np.linalg.eigh(P)
        return np.asarray((0.5 * (vectors * np.log(values)) @ vectors.T)[np.tril_indices(level.q)])
    if level.kind == "pdLogChol":
        R = np.linalg.cholesky(P).T
        return np.concatenate([np.log(np.diagonal(R)), R.T[np.tril_indices(level.q, -1)]])
    return _alike(level, P)


def _free(level: Level, R: np.ndarray) -> np.ndarray:
    """The parameters that `Level.factor` takes, of a root of the precision."""
    inverse = np.linalg.inv(R)
    S = inverse @ inverse.T
    if level.kind in ("pdSymm", "pdLogChol"):
        L = np.linalg.cholesky(S)
        return np.concatenate([np.log(np.diagonal(L)), L[np.tril_indices(level.q, -1)]])
    return _alike(level, S)


def _alike(level: Level, S: np.ndarray) -> np.ndarray:
    """Logarithms of the roots of S's diagonal, and of one correlation what both R and `Level` have for it."""
    logs = 0.5 * np.log(np.diagonal(S)[: level.deviations])
    if not level.correlations:
        return np.asarray(logs)
    rho = S[1, 0] / S[0, 0]
    return np.append(logs, np.log((rho + 1.0 / (level.q - 1.0)) / (1.0 - rho)))


def _inverse(level: Level, S: np.ndarray) -> np.ndarray:
    """The precision of the level's structure whose inverse is nearest the mean squares S, as R's EM has it."""
    q, trace = level.q, float(np.trace(S))
    if level.kind == "pdDiag":
        return np.diag(1.0 / np.diagonal(S))
    if level.kind == "pdIdent":
        return np.eye(q) * (q / trace)
    if level.kind == "pdCompSymm" and q > 1:
        total = float(S.sum())
        other = 1.0 / total - (q - 1.0) / (q * trace - total)
        return np.full((q, q), other) + np.eye(q) * (q * (q - 1.0) / (q * trace - total))
    return np.asarray(np.linalg.inv(S))
