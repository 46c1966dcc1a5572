"""How `gls` and `lme` look for the maximum: as R does, by `nlminb` or `optim` from R's start, or to the maximum itself.

R's searches stop where a step would change the log-likelihood by 1e-10 of itself, some 1e-6 from the maximum. To stop
there too, they are given what R gives them: the log-likelihood without its constants, in R's parameters.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np

from translations.optim.nlminb import nlminb
from translations.optim.variable_metric import variable_metric
from translations.stats.arguments import as_number, require_choice

from .criterion import Profiled
from .optimum import maximum

Function = Callable[[np.ndarray], float]
P = TypeVar("P", bound=Profiled)
OPTIMIZERS = ("nlminb", "optim", "newton")
STEP = 1e-3  # of optim's differences


@dataclass(frozen=True)
class Control:
    """See `glsControl` and `lmeControl`."""

    opt: str = "nlminb"
    maxIter: float = 50
    msMaxIter: float = 50
    msMaxEval: float = 200
    tolerance: float = 1e-6
    msTol: float = 1e-7
    niterEM: float = 25
    returnObject: bool = False

    def failed(self, code: int, message: str, function: str) -> None:
        """R's error where a search did not end well, or its warning with `returnObject`; what to do about it."""
        if not code:
            return
        text = message
        if function == "lme":
            text = f"{self.opt} problem, convergence error code = {code}\n  message = {message}"
        if self.returnObject:
            warnings.warn(text, stacklevel=5)
            return
        raise ValueError(f"{text}\n(control=r.{function}Control(\"newton\") goes to the maximum itself)")


def glsControl(  # noqa: N802
    opt: str = "nlminb", *, maxIter: float = 50, msMaxIter: float = 200, tolerance: float = 1e-6,  # noqa: N803
    msTol: float = 1e-7, returnObject: bool = False,  # noqa: N803
) -> Control:
    """Control of `gls`. R: nlme::glsControl.

    opt: "nlminb", or R's other, "optim" (BFGS with differences), each with R's start and stop, so that the estimates
    are R's own; or "newton", the maximum to nine digits, which R has not. msMaxIter: steps of the search; maxIter,
    tolerance: how often weights by `fitted(.)` are made anew, and the relative change that ends it. msTol: of optim.
    returnObject: whether a search that did not end well is a warning, not an error.

    Returns the control, for `gls`.

    Raises ValueError for another `opt`, and for settings that are no numbers.

    >>> growth = r.load("Orthodont")
    >>> exact = r.gls("distance ~ age", growth, r.corCompSymm(form="~ 1 | Subject"), control=r.glsControl("newton"))
    >>> print(r.logLik(exact))
    'log Lik.' -223.5013 (df=4)
    """
    return _control(Control(opt, maxIter, msMaxIter, 200, tolerance, msTol, 0, returnObject))


def lmeControl(  # noqa: N802
    opt: str = "nlminb", *, maxIter: float = 50, msMaxIter: float = 50, msMaxEval: float = 200,  # noqa: N803
    tolerance: float = 1e-6, msTol: float = 1e-7, niterEM: float = 25, returnObject: bool = False,  # noqa: N803
) -> Control:
    """Control of `lme`. R: nlme::lmeControl.

    opt, maxIter, msMaxIter, tolerance, msTol, returnObject: as of `glsControl`. msMaxEval: evaluations of nlminb.
    niterEM: steps of the EM algorithm from which the search begins.

    Returns the control, for `lme`.

    Raises ValueError for another `opt`, and for settings that are no numbers.

    >>> growth = r.load("Orthodont")
    >>> m = r.lme("distance ~ age", growth, "~ 1 | Subject", control=r.lmeControl(opt="optim"))
    >>> print(r.logLik(m))
    'log Lik.' -223.5013 (df=4)
    """
    return _control(Control(opt, maxIter, msMaxIter, msMaxEval, tolerance, msTol, niterEM, returnObject))


def _control(control: Control) -> Control:
    require_choice(control.opt, OPTIMIZERS, "opt")
    for field in fields(control):
        if isinstance(field.default, float | int) and not isinstance(field.default, bool):
            as_number(getattr(control, field.name), field.name)
    return control


def as_control(control: Control | Mapping[str, Any] | None, usual: Callable[..., Control]) -> Control:
    """What `control=` takes: the result of `usual`, a mapping of its settings, or None. Raises ValueError else."""
    if control is None:
        return usual()
    if isinstance(control, Control):
        return control
    if not isinstance(control, Mapping):
        raise ValueError(f"control must be {usual.__name__}(...) or a mapping of its settings, not {control!r}")
    unknown = set(control) - {field.name for field in fields(Control)}
    if unknown:
        raise ValueError(f"{usual.__name__} has no settings {sorted(unknown)}")
    return usual(**control)


def settled(problem: P, start: np.ndarray, ended: Callable[[P, np.ndarray, Control], np.ndarray], control: Control
            ) -> tuple[np.ndarray, P, int]:
    """The parameters (k,) where searches that end as `ended` says come to rest, the problem with the fitted values that
    weights were made of, and how often these were made anew: until what settles changes by at most the tolerance.
    """
    free = ended(problem, start, control)
    for step in range(int(control.maxIter) if problem.of_fit else 0):
        old = problem.settling(free)
        problem = problem.after(free)
        free = ended(problem, free, control)
        new = problem.settling(free)
        if np.abs((old - new) / np.where(new == 0.0, 1.0, new)).max() <= control.tolerance:
            return free, problem, step + 1
    if problem.of_fit:
        where = " (lmeControl(maxIter)) reached" if problem.function == "lme" else " reached"
        control.failed(1, f"maximum number of iterations{where} without convergence", problem.function)
    return free, problem, 0


def ended(problem: Profiled, start: np.ndarray, control: Control) -> np.ndarray:
    """Where one search from `start` (k,) ends."""
    if control.opt == "newton":
        return maximum(problem.likelihood, start)
    found, code, message = lowest(lambda free: -problem.profile(free), start, control)
    control.failed(0 if problem.of_fit else code, message, problem.function)
    return found


def lowest(f: Function, start: np.ndarray, control: Control) -> tuple[np.ndarray, int, str]:
    """Where R's search from `start` (k,) for a minimum of f ends, with its code, 0 for success, and message."""
    if not len(start):
        return start, 0, ""
    if control.opt == "nlminb":
        limits = {"iter_max": control.msMaxIter, "eval_max": control.msMaxEval}
        found = nlminb(lambda x: f(np.array(x)), start.tolist(), control=limits)
        return np.array(found.x), found.code, found.message

    def gradient(x: np.ndarray) -> np.ndarray:
        return np.array([(f(x + e) - f(x - e)) / (2.0 * STEP) for e in STEP * np.eye(len(x))])

    end, count = variable_metric(f, gradient, start, close=control.msTol, most=int(control.msMaxIter))
    return end, int(count >= control.msMaxIter), ""
