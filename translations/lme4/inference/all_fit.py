"""`allFit`: the same model by every optimizer there is, to see whether they agree. R: allFit, summary.allFit."""
from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.parallel.progress import Progress, bar
from translations.printing import Matrix, Vector, html
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_labels

from .. import checks
from ..arguments import require_mixed
from ..control import LmerControl, stopping
from ..convergence import diagnose
from ..covariance.chain import on_parameters
from ..criterion import sdcor
from ..criterion.minimizers import Optimum
from ..criterion.optimize import nloptwrap
from ..criterion.pls import PLS
from ..fit import variance_ratio_start
from ..model import LmerMod
from ..optimum import optimize
from ..results.extract import fixef

Optimizer = Callable[[PLS, bool, Floats, LmerMod], Optimum]


@dataclass(frozen=True)
class AllFit(Mapping[str, LmerMod]):
    """Fits by optimizer; `failed` has the errors of the others, `times` the seconds each took. R: class allFit."""

    original: LmerMod
    fits: dict[str, LmerMod]
    failed: dict[str, Exception]
    times: dict[str, float]

    def __getitem__(self, name: str) -> LmerMod:
        return self.fits[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fits)

    def __len__(self) -> int:
        return len(self.fits)

    def __str__(self) -> str:
        nll = -np.array([float(generics.logLik(f)) for f in self.fits.values()])
        names = ", ".join([*self.fits, *self.failed])
        lines = ["original model:", f"{self.original.design.formula.text} ", f"data:  {self.original.data_name} ",
                 f"optimizers ({len(self.fits) + len(self.failed)}): {names}"]
        lines += [f"{len(self.failed)} optimizer(s) failed"] if self.failed else []
        spread = f"max= {np.ptp(nll):.3g} ; std dev= {nll.std(ddof=1):.3g} " if len(nll) > 1 else ""
        return "\n".join([*lines, "differences in negative log-likelihoods:", spread])

    def __repr__(self) -> str:
        return f"<AllFit by {', '.join(self.fits)}>"

    def _repr_html_(self) -> str:
        frame = pd.DataFrame({name: {"logLik": float(generics.logLik(fit)), **fixef(fit)}
                              for name, fit in self.fits.items()}).T
        return html.page(f"Fits by several optimizers of {self.original.design.formula.text}", [html.table(frame)],
                         [f"{name} failed: {error}" for name, error in self.failed.items()])


@dataclass(frozen=True)
class AllFitSummary:
    """One row an optimizer that did not fail. R: class summary.allFit.

    which_OK (all), msgs: lme4's messages, fixef (f, p), llik (f,), theta (f, m), times in seconds, feval: numbers of
    criteria, sdcor (f, m + 1): standard deviations and correlations in theta's order. (R has the standard deviations
    first there, but labels them by theta's order.)
    """

    which_OK: Vector  # noqa: N815
    msgs: dict[str, tuple[str, ...]]
    fixef: Matrix
    llik: Vector
    sdcor: pd.DataFrame
    theta: Matrix
    times: Vector
    feval: Vector

    def _repr_html_(self) -> str:
        parts = {"logLik": self.llik.to_frame("logLik"), "Fixed effects": self.fixef,
                 "Standard deviations and correlations": self.sdcor}
        return html.frames("Fits by several optimizers", parts)


def allFit(  # noqa: N802
    m: LmerMod, optimizers: list[str] | None = None, start_from_mle: bool | None = None, progress: Progress = None
) -> AllFit:
    """The model fitted again by several optimizers. R: lme4::allFit.

    m: a mixed model. optimizers: their names, all in `OPTIMIZERS` by default. R has others, of the packages dfoptim and
    optimx; R has not: newton, and L-BFGS-B on the exact gradient. start_from_mle: from the estimate, the default since
    lme4 2.0, or from the start that `lmer` takes, as before. progress: as in `bootMer`.

    Returns the fits by optimizer, with `summary` and `str()`.

    Raises ValueError for an unknown name.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> list(r.allFit(model, ["nloptwrap.NLOPT_LN_BOBYQA", "newton"]))
    ['nloptwrap.NLOPT_LN_BOBYQA', 'newton']
    """
    require_mixed(m, "allFit")
    names = list(OPTIMIZERS) if optimizers is None else as_labels(optimizers, "optimizers")
    unknown = [name for name in names if name not in OPTIMIZERS]
    if unknown:
        raise ValueError(f"unknown optimizers {', '.join(unknown)}; there are {', '.join(OPTIMIZERS)}")
    given = m.arguments.get("start")
    start = variance_ratio_start(m.design.random, m.y) if given is None else checks.check_start(given, m.design.random)
    parameters = m.design.random.parameters
    start = parameters.start if start is None else start
    if since("2.1") or parameters.structured if start_from_mle is None else start_from_mle:
        start = m.par
    asked = m.control.takes_derivatives(m.n, len(m.par), parameters.structured)
    fits: dict[str, LmerMod] = {}
    failed: dict[str, Exception] = {}
    times: dict[str, float] = {}
    with bar(progress, len(names), "optimizers") as advance:
        for name in names:
            began = time.perf_counter()
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    optimum = replace(OPTIMIZERS[name](m.pls, m.REML, start, m), optimizer=name)
                    if parameters.structured and optimum.par is None:
                        optimum = replace(optimum, theta=parameters.theta(optimum.theta), par=optimum.theta)
                    diagnosis = diagnose(m.pls, optimum, m.REML, m.control, asked)
                fits[name] = replace(m, optimum=optimum, diagnosis=diagnosis)
            except (RuntimeError, ValueError, ArithmeticError, np.linalg.LinAlgError) as error:
                failed[name] = error
            times[name] = time.perf_counter() - began
            advance(1)
    return AllFit(m, fits, failed, times)


@generics.summary.register(AllFit)
def _summary(fits: AllFit) -> AllFitSummary:
    structure, names = fits.original.design.random, list(fits)
    sds = [sdcor.from_theta(structure, f.par, f.sigma) for f in fits.values()]
    called = structure.parameters.names()
    all_names = [*fits, *fits.failed]
    return AllFitSummary(
        Vector([name in fits.fits for name in all_names], index=all_names),
        {name: f.diagnosis.messages for name, f in fits.items()},
        Matrix(np.array([fixef(f) for f in fits.values()]), index=names, columns=fits.original.design.names),
        Vector([float(generics.logLik(f)) for f in fits.values()], index=names),
        pd.DataFrame(sds, index=names, columns=[*called, "sigma"]),
        Matrix(np.array([f.par for f in fits.values()]), index=names, columns=called),
        Vector(pd.Series(fits.times)[names]),
        Vector([_counted(f.optimum) for f in fits.values()], index=names))


def _counted(optimum: Optimum) -> float:
    """How many criteria a fit took; NaN of R's nlminb, which lme4 does not ask."""
    return np.nan if optimum.optimizer == "nlminbwrap" else optimum.evaluations


def _lme4s(optimizer: str, pls: PLS, reml: bool, start: Floats, m: LmerMod) -> Optimum:
    """One of those that `lmerControl` names, at its own settings unless it is the model's."""
    control = m.control if m.control.optimizer == optimizer else replace(m.control, optimizer=optimizer, optCtrl={})
    parameters = pls.structure.parameters
    return nloptwrap(pls.lme4_criterion(reml), start, parameters.lower, control, parameters.upper)


def _nlopt(algorithm: str, pls: PLS, reml: bool, start: Floats, m: LmerMod) -> Optimum:
    """One of NLopt's minimizers without derivatives, stopped as lme4's nloptwrap stops it."""
    import nlopt

    problem = nlopt.opt(getattr(nlopt, algorithm), len(start))
    criterion = pls.lme4_criterion(reml)
    problem.set_min_objective(lambda theta, _: criterion(theta))
    problem.set_lower_bounds(pls.structure.parameters.lower)
    problem.set_upper_bounds(pls.structure.parameters.upper)
    for name, value in stopping(m.control).items():
        getattr(problem, f"set_{name}")(int(value) if name == "maxeval" else value)
    theta = problem.optimize(start)
    status = problem.last_optimize_result()
    code = status if status < 0 or status == nlopt.MAXEVAL_REACHED else 0
    value, count = problem.last_optimum_value(), problem.get_numevals()
    return Optimum(theta, value, count, code, f"NLopt's status {status}", algorithm)


def _l_bfgs_b(pls: PLS, reml: bool, start: Floats, m: LmerMod) -> Optimum:
    from scipy.optimize import Bounds, minimize

    settings: dict[str, Any] = {"ftol": 1e-15, "gtol": 1e-8, "maxiter": 10_000}
    parameters = pls.structure.parameters
    bounds = Bounds(parameters.lower, parameters.upper)
    criterion = on_parameters(pls, reml) if parameters.structured else lambda theta: pls.gradient(theta, reml)
    found = minimize(criterion, start, jac=True, method="L-BFGS-B", bounds=bounds,
                     options=settings)
    return Optimum(found.x, float(found.fun), int(found.nfev), int(found.status), str(found.message), "L-BFGS-B")


OPTIMIZERS: dict[str, Optimizer] = {
    "bobyqa": partial(_lme4s, "bobyqa"),
    "Nelder_Mead": partial(_lme4s, "Nelder_Mead"),
    "nlminbwrap": partial(_lme4s, "nlminbwrap"),
    "nloptwrap.NLOPT_LN_NELDERMEAD": partial(_nlopt, "LN_NELDERMEAD"),
    "nloptwrap.NLOPT_LN_BOBYQA": partial(_lme4s, "nloptwrap"),
    "nloptwrap.NLOPT_LN_SBPLX": partial(_nlopt, "LN_SBPLX"),
    "L-BFGS-B": _l_bfgs_b,
    "newton": lambda pls, reml, start, m: optimize(pls, reml, LmerControl("newton"), start),
}
