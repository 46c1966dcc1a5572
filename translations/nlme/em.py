"""Where searches for the maximum of `lme` begin, as R's do: steps of EM from a rough precision.

Source: Pinheiro & Bates (2000), section 2.2.8; R: nlme's mixed_EM.
"""

from __future__ import annotations

import numpy as np

from .mixed import MixedProblem

BEGINS = 0.375**2  # R's rough precision, times the mean square of a column over its groups


def start(problem: MixedProblem, steps: int) -> np.ndarray:
    """Parameters (k,) after `steps` of EM from a rough precision, errors taken for independent and alike."""
    at, precisions, bare = 0, [], problem.bare
    for level in problem.levels:
        squares = (problem.raw[:, at : at + level.q] ** 2).sum(axis=0)
        precisions.append(np.diag(BEGINS * squares / len(level.groups)))
        at += level.q
    for _ in range(steps):
        precisions = _step(bare, precisions)
    both = [(level.pd, P) for level, P in zip(problem.levels, precisions, strict=True)][::-1]
    parts = [pd.parameters(P) if problem.precise else pd.of_factor(np.linalg.inv(P)) for pd, P in both]
    return np.concatenate([*parts, problem.base.start])


def _step(problem: MixedProblem, precisions: list[np.ndarray]) -> list[np.ndarray]:
    """The inverses of the random effects' mean squares, given the data at these precisions (q, q)."""
    factors = [np.linalg.inv(np.linalg.cholesky(P).T) for P in precisions]
    fit = problem.at_factors(factors, np.zeros(0), np.zeros(0))
    squares = [np.zeros((level.q, level.q)) for level in problem.levels]
    for piece, P, stack in zip(problem.plain, problem.stacked(precisions), problem.stacks, strict=True):
        q = len(P)
        Z, rest = piece[:, :, :q], piece[:, :, q:]
        C = np.linalg.inv(Z.transpose(0, 2, 1) @ Z + P)
        W = C @ (Z.transpose(0, 2, 1) @ rest)
        b = W[:, :, -1] - W[:, :, :-1] @ fit.beta
        if fit.REML:
            spread = W[:, :, :-1] @ fit.root
            C = C + spread @ spread.transpose(0, 2, 1)
        C = C + b[:, :, None] * b[:, None, :] / fit.sigma**2
        for k, level in enumerate(problem.levels):
            at = np.flatnonzero(stack.level == k)
            for one in np.split(at, len(at) // level.q):
                squares[k] += C[:, one[:, None], one].sum(axis=0)
    return [level.pd.precision(S / len(level.groups)) for level, S in zip(problem.levels, squares, strict=True)]
