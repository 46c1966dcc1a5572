"""The minimizers without derivatives that `lmerControl(optimizer=)` names beside NLopt's. R: lme4's optwrap."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from translations.arrays import Floats
from translations.optim.bobyqa import bobyqa
from translations.optim.nelder_mead import nelder_mead
from translations.optim.nlminb import SETTINGS, nlminb
from translations.stats.arguments import as_number

from ..control import ConvergenceWarning, LmerControl

BOBYQA_SETTINGS = frozenset({"npt", "rhobeg", "rhoend", "maxfun"})
NELDER_MEAD_SETTINGS = frozenset({"xst", "xt", "maxfun"})
UNUSED = "unused control arguments ignored"


@dataclass(frozen=True)
class Optimum:
    """Where an optimizer stopped: theta (m,), the criterion there, how many criteria it took, a code that is 0
    for success, and what it warned of itself.

    minima: how many local minima "newton" met, of which it keeps the lowest; its message says so where there are
    several. The others do not look for any. par (npar,): theta's parameters where terms have covariance structures.
    """

    theta: Floats
    value: float
    evaluations: int
    code: int
    message: str
    optimizer: str
    warnings: tuple[str, ...] = ()
    minima: int = 1
    par: Floats | None = None


class Minimizer(Protocol):
    def __call__(
        self, criterion: Callable[[Floats], float], start: Floats, lower: Floats, *, control: LmerControl,
        upper: Floats | None = None,
    ) -> Optimum: ...


def by_bobyqa(
    criterion: Callable[[Floats], float], start: Floats, lower: Floats, *, control: LmerControl,
    upper: Floats | None = None,
) -> Optimum:
    """minqa's BOBYQA, with its warnings. As in lme4 a start of zeros, from which it has no first radius, is moved."""
    asked, said = _settings(control, BOBYQA_SETTINGS)
    n = len(start)
    settings = {name: as_number(value, name) for name, value in asked.items()}
    settings |= {name: int(settings[name]) for name in ("npt", "maxfun") if name in settings}
    if max(n + 2, min(settings.get("npt", 0), (n + 1) * (n + 2) // 2)) > 2 * n + 1 and "npt" in settings:
        said.append("Setting npt > 2 * length(par) + 1 is not recommended.")
    if settings.get("maxfun", 10_000) < 10 * n * n:
        said.append("maxfun < 10 * length(par)^2 is not recommended.")
    _say(said)
    found = bobyqa(criterion, start if start.any() else np.full(n, 0.001), lower, upper, **settings)  # type: ignore[arg-type]
    return Optimum(found.x, found.value, found.evaluations, found.code, found.message, "bobyqa", tuple(said))


def by_nelder_mead(
    criterion: Callable[[Floats], float], start: Floats, lower: Floats, *, control: LmerControl,
    upper: Floats | None = None,
) -> Optimum:
    """lme4's Nelder-Mead, with its warnings."""
    asked, said = _settings(control, NELDER_MEAD_SETTINGS)
    asked |= {"maxfun": int(as_number(asked["maxfun"], "maxfun"))} if "maxfun" in asked else {}
    found = nelder_mead(criterion, start, lower, upper, **asked)
    if found.code:
        said.append(found.message)
    _say(said)
    return Optimum(found.x, found.value, found.evaluations, found.code, found.message, "Nelder_Mead", tuple(said))


def by_nlminb(
    criterion: Callable[[Floats], float], start: Floats, lower: Floats, *, control: LmerControl,
    upper: Floats | None = None,
) -> Optimum:
    """base R's nlminb, with its warnings; evaluations: those for differences too. R: nlminbwrap."""
    asked = {name.replace(".", "_"): as_number(value, name) for name, value in control.optCtrl.items()}
    if "maxfun" in asked:
        asked["eval_max"] = asked.pop("maxfun")
    others = [f"\u2018{name}\u2019" for name in control.optCtrl if name.replace(".", "_") not in {*SETTINGS, "maxfun"}]
    text = "unrecognized control elements named {} ignored" if len(others) > 1 else \
        "unrecognized control element named {} ignored"
    said = [text.format(", ".join(others))] if others else []
    _say(said)
    found = nlminb(lambda x: criterion(np.array(x)), start.tolist(), lower.tolist(),
                   None if upper is None else upper.tolist(),
                   control={name: value for name, value in asked.items() if name in SETTINGS})
    evaluations = found.calls + found.gradient_calls
    return Optimum(np.array(found.x), found.value, evaluations, found.code, found.message, "nlminbwrap", tuple(said))


BY_NAME: Mapping[str, Minimizer] = {"bobyqa": by_bobyqa, "Nelder_Mead": by_nelder_mead, "nlminbwrap": by_nlminb}


def _settings(control: LmerControl, known: frozenset[str]) -> tuple[dict[str, Any], list[str]]:
    """The settings of `optCtrl` that the minimizer has, and its warning where there are others."""
    asked = {name: value for name, value in control.optCtrl.items() if name in known}
    others = sorted(set(control.optCtrl) - known - {"iprint", "verbose"})
    return asked, [f"{UNUSED}: {', '.join(others)}"] if others else []


def _say(texts: list[str]) -> None:
    for text in texts:
        warnings.warn(text, ConvergenceWarning, stacklevel=6)


def report(found: Optimum) -> None:
    """lme4's warning of a run that did not succeed."""
    if found.code:
        text = f"convergence code {found.code} from {found.optimizer}: {found.message}"
        warnings.warn(text, ConvergenceWarning, stacklevel=6)
