"""The deviance with one parameter held and minimized over the others: what a profile does at each of its steps.

A standard deviation, correlation or sigma is held by leaving it out of the optimizer's variables, the others being on
the same scale (beta is profiled out); a fixed effect by moving its column into the offset. R: lme4's devfun2 and
profile.merMod.

For models that `sequential` covers, everything from the optimizer to the criterion runs compiled, on one flat work
space that NLopt hands through to the criterion; where NLopt's C functions cannot be reached, and for other models, the
optimizer calls back to Python.
"""
from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import carray, njit

from . import sdcor
from .batch import _library
from .control import LmerControl
from .model import LmerMod, refitML
from .optimize import bobyqa, stopping
from .pls import PLS
from .sequential import Sequential, _parts
from .structure import Floats

HEAD = 8  # words before the sections of a work space: n, k, p, levels, entries of theta, terms, parameter held, size
FREE = -1  # in the head, for the parameter held, where the variables are theta
compiled = njit(cache=True, error_model="numpy")


class Minimum(NamedTuple):
    """The least deviance with a parameter held, and all parameters there: sdcor scale, then beta."""

    deviance: float
    parameters: Floats


@dataclass(frozen=True)
class Conditional:
    """The ML fit from which profiles start and what minimizes beside it.

    deviance; theta (m,); optimum (m + 1 + p,): all parameters, sdcor scale, then beta; stderr (p,) of beta; lower,
    upper (m + 1,): the bounds of the first.
    """

    m: LmerMod
    deviance: float
    theta: Floats
    optimum: Floats
    stderr: Floats
    lower: Floats
    upper: Floats

    @classmethod
    def of(cls, m: LmerMod) -> Conditional:
        ml, pls = refitML(m), m.pls
        _, pwrss, beta = _solved(pls, ml.theta)
        sigma = math.sqrt(pwrss / m.n)
        x = sdcor.from_theta(m.design.random, ml.theta, sigma)
        stderr = sigma * np.sqrt(np.diagonal(ml.unscaled_vcov))
        deviance = pls.lme4_deviance(ml.theta, REML=False)
        return cls(m, deviance, ml.theta, np.concatenate([x, beta]), stderr, *sdcor.bounds(m.design.random))

    @property
    def n_variance(self) -> int:
        return len(self.lower)

    def hold_variance(self, w: int, value: float, start: Floats) -> Minimum:
        """Parameter w of the sdcor scale held at `value`, the others from `start` (m + 1,)."""
        structure, pls = self.m.design.random, self.m.pls
        x, others = start.copy(), np.arange(len(start)) != w
        x[w] = value
        if pls.sequential is not None:
            work = _work_space(pls.sequential, w, x)
            best = _minimize(work, x[others], self.lower[others], self.upper[others], self.m.control)
        else:

            def deviance(free: Floats) -> float:
                x[others] = free
                parts, s2 = pls.criterion(sdcor.to_theta(structure, x)), x[-1] * x[-1]
                return parts.ldL2 - pls.log_weights + parts.pwrss / s2 + pls.n * math.log(2.0 * math.pi * s2)

            best = _by_callback(deviance, x[others], self.lower[others], self.upper[others], self.m.control)
        x[others] = best[1]
        return Minimum(best[0], np.concatenate([x, _solved(pls, sdcor.to_theta(structure, x))[2]]))

    def hold_fixed(self, j: int, value: float) -> Minimum:
        """Fixed effect j held at `value`, theta from the fit's.

        Elsewhere than in `sequential` no new factorization is needed: with beta_j held at b, pwrss grows by
        (b - beta_j)^2 / [(X'V^{-1}X)^{-1}]_jj.
        """
        structure, pls = self.m.design.random, self.m.pls
        upper = np.full(len(self.theta), np.inf)
        if pls.sequential is not None:
            held = pls.sequential.holding(j, value)
            work = _work_space(held, FREE, self.optimum[: self.n_variance])
            best = _minimize(work, self.theta, structure.lower, upper, None)
            parts = held.parts(best[1])
            pwrss, beta = parts.pwrss, np.insert(parts.beta, j, value)
        else:

            def deviance(theta: Floats) -> float:
                ldL2, pwrss, beta, unscaled = _with_covariance(pls, theta)
                pwrss += (value - beta[j]) ** 2 / unscaled[j, j]
                return ldL2 - pls.log_weights + pls.n * (1.0 + math.log(2.0 * math.pi * pwrss / pls.n))

            best = _by_callback(deviance, self.theta, structure.lower, upper, None)
            _, pwrss, beta, unscaled = _with_covariance(pls, best[1])
            gap = value - beta[j]
            pwrss += gap**2 / unscaled[j, j]
            beta = beta + unscaled[:, j] * (gap / unscaled[j, j])
            beta[j] = value
        sigma = math.sqrt(pwrss / pls.n)
        return Minimum(best[0], np.concatenate([sdcor.from_theta(structure, best[1], sigma), beta]))


def _solved(pls: PLS, theta: Floats) -> tuple[float, float, Floats]:
    """log|L|^2, pwrss and beta (p,) at theta, to lme4's last bit where `sequential` can."""
    if pls.sequential is not None:
        parts = pls.sequential.parts(theta)
        return parts.ldL2, parts.pwrss, parts.beta
    solution = pls.solve(theta)
    return solution.criterion.ldL2, solution.criterion.pwrss, solution.beta


def _with_covariance(pls: PLS, theta: Floats) -> tuple[float, float, Floats, Floats]:
    """log|L|^2, pwrss, beta (p,) and (X'V^{-1}X)^{-1} (p, p) at theta."""
    solution = pls.solve(theta)
    inverse = np.linalg.inv(solution.RX)
    return solution.criterion.ldL2, solution.criterion.pwrss, solution.beta, inverse @ inverse.T


def _by_callback(deviance: Callable[[Floats], float], start: Floats, lower: Floats, upper: Floats,
                 control: LmerControl | None) -> tuple[float, Floats]:
    """The least deviance and where it is, by the optimizer calling Python; infinite where the factorization fails."""

    def safe(x: Floats) -> float:
        try:
            return deviance(x)
        except (np.linalg.LinAlgError, ZeroDivisionError):
            return math.inf

    best = bobyqa(safe, start, lower, upper, control)
    return best.value, best.theta


def _work_space(model: Sequential, held: int, x: Floats) -> Floats:
    """What `_value` reads and writes, flat: the head, whole numbers, the data, x (m + 1,), and room for results."""
    block, (n, p) = model.structure.blocks[0], model.X.shape
    counts = sdcor.sizes(model.structure)
    whole = np.concatenate([block.codes, model.first, block.rows, block.cols, counts])
    data = (block.Z, model.X, model.y, model.root, model.offset, model.VtV, model.Vtr, [model.log_weights], x)
    room = len(block.rows) + block.k**2 + p * p + p + 4
    numbers = np.concatenate([*(np.ravel(part) for part in data), np.zeros(room)])
    work = np.empty(HEAD + len(whole) + len(numbers))
    head = work[:HEAD].view(np.int64)
    head[:] = n, block.k, p, block.n_levels, len(block.rows), len(counts), held, len(work)
    work[HEAD : HEAD + len(whole)].view(np.int64)[:] = whole
    work[HEAD + len(whole) :] = numbers
    return work


@compiled
def _value(free, work):
    """The deviance at the free variables, infinite where the factorization fails."""
    n, k, p, levels, m, terms, held, _ = work[:HEAD].view(np.int64)
    whole = work[HEAD : HEAD + n + 2 * terms + 1 + 2 * m].view(np.int64)
    codes, first = whole[:n], whole[n : n + terms + 1]
    a = n + terms + 1
    rows, cols, counts = whole[a : a + m], whole[a + m : a + 2 * m], whole[a + 2 * m :]
    a = HEAD + len(whole)
    Z = work[a : a + n * k].reshape((n, k))
    a += n * k
    X = work[a : a + n * p].reshape((n, p))
    a += n * p
    y, root, offset = work[a : a + n], work[a + n : a + 2 * n], work[a + 2 * n : a + 3 * n]
    a += 3 * n
    VtV = work[a : a + p * p].reshape((p, p))
    a += p * p
    Vtr, log_weights = work[a : a + p], work[a + p]
    a += p + 1
    x, theta = work[a : a + m + 1], work[a + m + 1 : a + 2 * m + 1]
    a += 2 * m + 1
    T = work[a : a + k * k].reshape((k, k))
    a += k * k
    R = work[a : a + p * p].reshape((p, p))
    a += p * p
    beta, out = work[a : a + p], work[a + p : a + p + 4]
    if held == FREE:
        theta[:] = free
    else:
        x[:held] = free[:held]
        x[held + 1 :] = free[held:]
        sdcor.theta_of(x, counts, theta)
    for j in range(m):
        T[rows[j], cols[j]] = theta[j]
    if not _parts(T, codes, levels, first, Z, X, y, root, offset, VtV, Vtr, R, beta, out):
        return np.inf
    pwrss = out[2] + out[3]
    if held == FREE:
        return out[0] - log_weights + n * (1.0 + math.log(2.0 * math.pi * pwrss) - math.log(n))
    s2 = x[m] * x[m]
    return out[0] - log_weights + pwrss / s2 + n * math.log(2.0 * math.pi * s2)


def _objective(m, x, gradient, data):  # type: ignore[no-untyped-def]
    """`_value` as NLopt calls it."""
    size = carray(data, (HEAD,), np.int64)[HEAD - 1]
    return _value(carray(x, (m,), np.float64), carray(data, (size,), np.float64))


@cache
def _nlopt() -> tuple[Any, Any] | None:
    """NLopt's C functions and `_objective` compiled for them, or None."""
    from numba import cfunc, types

    library = _library()
    if library is None or not hasattr(library, "nlopt_set_upper_bounds"):
        return None
    library.nlopt_set_upper_bounds.argtypes = library.nlopt_set_lower_bounds.argtypes
    numbers = types.CPointer(types.float64)
    return library, cfunc(types.float64(types.uint32, numbers, numbers, types.voidptr), cache=True)(_objective)


def _minimize(work: Floats, start: Floats, lower: Floats, upper: Floats,
              control: LmerControl | None) -> tuple[float, Floats]:
    """`_by_callback` for `_value` at `work`, without Python between optimizer and criterion where that is possible."""
    tools = _nlopt()
    if tools is None:
        return _by_callback(lambda free: _value(free, work), start, lower, upper, control)
    import ctypes

    import nlopt

    library, objective = tools
    theta, value = start.copy(), ctypes.c_double()
    lower, upper = np.ascontiguousarray(lower), np.ascontiguousarray(upper)
    problem = library.nlopt_create(nlopt.LN_BOBYQA, len(theta))
    try:
        library.nlopt_set_min_objective(problem, objective.address, work.ctypes.data)
        library.nlopt_set_lower_bounds(problem, lower.ctypes.data)
        library.nlopt_set_upper_bounds(problem, upper.ctypes.data)
        for name, setting in stopping(control).items():
            set_it = getattr(library, f"nlopt_set_{'xtol_abs1' if name == 'xtol_abs' else name}")
            set_it(problem, int(setting) if name == "maxeval" else setting)
        library.nlopt_optimize(problem, theta.ctypes.data, ctypes.addressof(value))
    finally:
        library.nlopt_destroy(problem)
    return value.value, theta
