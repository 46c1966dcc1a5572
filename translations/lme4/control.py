"""`lmerControl`, and the two warnings that a fit can give."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, Literal

import numpy as np

from translations.optim.nlminb import SETTINGS as NLMINB_SETTINGS
from translations.settings import since
from translations.stats.arguments import as_number

Action = Literal["ignore", "message", "warning", "stop"]

OPTIMIZERS = ("nloptwrap", "bobyqa", "Nelder_Mead", "nlminbwrap", "newton")
OF_OTHERS = frozenset({"maxfun", "iprint", "verbose", "rhobeg", "rhoend", "npt", "xst", "xt", "print_level"}
                      | {*NLMINB_SETTINGS} | {name.replace("_", ".") for name in NLMINB_SETTINGS})
ACTIONS = ("ignore", "message", "warning", "stop")
RANK_ACTIONS = ("message+drop.cols", "warn+drop.cols", "silent.drop.cols", "stop.deficient")


class SingularFitWarning(UserWarning):
    """The estimated covariance matrix of some random effects is singular; the text is R's message."""

    r_message = True  # R says it with message(), which the console shows between what is printed


class ConvergenceWarning(UserWarning):
    """The optimizer stopped where the criterion's derivatives do not look like a minimum's; the text is R's warning."""


class RankDeficiencyWarning(UserWarning):
    """Columns of the fixed-effects model matrix were dropped; the text is R's message."""

    r_message = True


class MissingCellsWarning(UserWarning):
    """An interaction has cells without observations, on which a type III table depends; the text is lmerTest's."""

    r_message = True


class ScaleWarning(UserWarning):
    """Predictors lie on very different scales; the text is R's warning."""


class FollowedWarning(UserWarning):
    """The release of lme4 that is followed goes wrong here, of which R says nothing; the text says where the right
    number is."""

    ours = True  # comparisons with R's warnings leave it out


class ParityNote(UserWarning):
    """What is said here and not by R, of an answer that is R's: no part of what is compared with R's warnings."""

    ours = True


def act(action: Action, message: str, category: type[Warning] = UserWarning) -> None:
    """Stop, warn or pass, as an lmerControl setting says; R's messages become warnings of their own class."""
    if action == "stop":
        raise ValueError(message)
    if action in ("warning", "message"):
        warnings.warn(message, category, stacklevel=4)


@dataclass(frozen=True)
class LmerControl:
    """How a model is checked and fitted; see `lmerControl`."""

    optimizer: str = "nloptwrap"
    restart_edge: bool = True
    boundary_tol: float = 1e-5
    calc_derivs: bool | None = None
    optCtrl: Mapping[str, Any] = field(default_factory=dict)  # noqa: N815
    check_nobs_vs_nlev: Action = "stop"
    check_nlev_gtr_1: Action = "stop"
    check_nobs_vs_nRE: Action = "stop"  # noqa: N815
    check_rankX: str = "message+drop.cols"  # noqa: N815
    check_scaleX: Action = "warning"  # noqa: N815
    check_conv_grad: tuple[Action, float] = ("warning", 2e-3)
    check_conv_hess: tuple[Action, float] = ("warning", 1e-6)
    check_conv_singular: tuple[Action, float] = ("message", 1e-4)
    check_conv_nobsmax: float = 10_000
    check_conv_nparmax: float = 10
    autoscale: bool = False

    @cached_property
    def without_edge(self) -> LmerControl:
        """The same without looks at the boundary."""
        return replace(self, restart_edge=False, boundary_tol=0.0)

    def takes_derivatives(self, n: int, npar: int, structured: bool = False) -> bool:
        """Whether a fit of `npar` parameters to n observations is checked by its derivatives: always unless
        `calc_derivs` says no, but since lme4 2.0, and so for covariance structures, not beyond `check_conv_nobsmax` and
        `check_conv_nparmax`."""
        if not since("2.1") and not structured:
            return self.calc_derivs is not False
        if self.calc_derivs is None:
            return n < self.check_conv_nobsmax and npar < self.check_conv_nparmax
        return self.calc_derivs and n <= self.check_conv_nobsmax and npar <= self.check_conv_nparmax

    def call_text(self) -> str | None:
        """R's call of this control, of what it does not have by default; None of nothing, or of "newton", which R does
        not have.
        """
        return None if self.optimizer == "newton" else call_text("lmerControl", vars(self), vars(LmerControl()))


def call_text(function: str, settings: Mapping[str, Any], usual: Mapping[str, Any]) -> str | None:
    """A call of R's `function` with those of the fields `settings` that are not as `usual`; None where all are."""
    given = {name: _without_usual_tolerance(value, usual[name]) for name, value in settings.items()
             if name in usual and value != usual[name]}
    dotted = ("check_", "calc_", "boundary_", "disp_")
    shown = [f"{name.replace('_', '.') if name.startswith(dotted) else name} = {_r(value)}"
             for name, value in given.items()]
    return f"{function}({', '.join(shown)})" if shown else None


def _without_usual_tolerance(value: Any, usual: Any) -> Any:
    return value[0] if isinstance(value, tuple) and isinstance(usual, tuple) and value[1:] == usual[1:] else value


def _r(value: Any) -> str:
    """A setting as R's code has it; an action with its tolerance is lme4's .makeCC."""
    if isinstance(value, Mapping):
        return f"list({', '.join(f'{name} = {_r(one)}' for name, one in value.items())})"
    if isinstance(value, list | tuple):
        first, second = map(_r, value)
        return f"c({first}, {second})" if isinstance(value[1], str) else f".makeCC({first}, tol = {second})"
    if isinstance(value, str):
        return f'"{value}"'
    return str(bool(value)).upper() if isinstance(value, bool | np.bool_) else repr(float(value))


def lmerControl(  # noqa: N802
    optimizer: str = "nloptwrap",
    *,
    restart_edge: bool = True,
    boundary_tol: float = 1e-5,
    calc_derivs: bool | None = None,
    optCtrl: Mapping[str, Any] | None = None,  # noqa: N803
    check_nobs_vs_nlev: Action = "stop",
    check_nlev_gtr_1: Action = "stop",
    check_nobs_vs_nRE: Action = "stop",  # noqa: N803
    check_rankX: str = "message+drop.cols",  # noqa: N803
    check_scaleX: Action = "warning",  # noqa: N803
    check_conv_grad: Action | tuple[Action, float] = ("warning", 2e-3),
    check_conv_hess: Action | tuple[Action, float] = ("warning", 1e-6),
    check_conv_singular: Action | tuple[Action, float] = ("message", 1e-4),
    check_conv_nobsmax: float = 10_000,
    check_conv_nparmax: float = 10,
    autoscale: bool = False,
    **unknown: Any,
) -> LmerControl:
    """Control of `lmer`. R: lme4::lmerControl, whose argument names are used with '.' written '_'.

    optimizer: "nloptwrap" (BOBYQA of NLopt), "bobyqa" (minqa's), "Nelder_Mead" (lme4's) or "nlminbwrap" (base R's
    nlminb), each with lme4's start and tolerances, so that the estimates are lme4's own; or "newton" (the optimum, of
    several minima the lowest that it meets: `optimum.minima` of the fit says how many, and so does `optimum.message`).
    restart_edge, boundary_tol: how an estimate at the bound of theta is tried again. calc_derivs: whether the
    derivatives at the optimum are checked; by default they are, but since lme4 2.0 not from check_conv_nobsmax
    observations or check_conv_nparmax parameters on.
    optCtrl: settings by name, for "nloptwrap" `xtol_abs`, `ftol_abs` (both 1e-8), `maxeval` (100000); for "bobyqa"
    `maxfun` (10000), `npt`, `rhobeg`, `rhoend`; for "Nelder_Mead" `maxfun` (10000), `xst`, `xt`; for "nlminbwrap"
    `maxfun` (200), `iter.max` (150), `rel.tol`, `x.tol` and R's others. check_nobs_vs_nlev, check_nlev_gtr_1,
    check_nobs_vs_nRE, check_scaleX: "ignore", "message", "warning" or "stop" where a factor has too many levels, one
    level, too many effects, or predictors differ in scale. check_rankX: what is done about columns that depend on
    others. check_conv_grad, check_conv_hess, check_conv_singular: an action, or one with its tolerance, on the
    gradient, the second derivatives and singular fits. autoscale: lme4 2.1's, which fits standardized predictors and
    answers in these. unknown: refused.

    Returns the control, for `lmer`.

    Raises ValueError for an unknown name or an unknown value of a `check_` setting.

    >>> control = r.lmerControl(optimizer="bobyqa", optCtrl={"maxfun": 20000})
    >>> print(r.fixef(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), control=control)))
    (Intercept)        Days
      251.40510    10.46729
    """
    settings = {name: value for name, value in locals().items() if name not in ("optimizer", "unknown")}
    settings["optCtrl"] = {} if optCtrl is None else optCtrl
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        raise ValueError(f"unknown optimizer {optimizer!r}: use one of {', '.join(map(repr, OPTIMIZERS))}")
    if unknown:
        raise ValueError(
            f"unknown lmerControl settings {sorted(unknown)}; known are {sorted(LmerControl.__dataclass_fields__)}"
        )
    for name, value in settings.items():
        if name.startswith("check_conv_") and isinstance(value, str):  # an action alone keeps the tolerance, as in R
            settings[name] = value = (value, getattr(LmerControl, name)[1])
        _require_known(name, value)
    _require_numbers(settings["optCtrl"])
    as_number(boundary_tol, "boundary_tol")
    return LmerControl(optimizer=optimizer, **settings)


def _require_numbers(settings: Any) -> None:
    """Raise ValueError for an `optCtrl` that is no mapping of numbers by name."""
    if not isinstance(settings, Mapping):
        raise ValueError(f"optCtrl must be a mapping of settings, such as {{'maxfun': 20000}}, not {settings!r}")
    for name, value in settings.items():
        if np.asarray(value).dtype.kind not in "iuf":
            raise ValueError(f"the setting {name!r} of optCtrl must be a number, not {value!r}")


def _require_known(name: str, value: Any) -> None:
    """Raise ValueError for a `check_` setting that is none of those there are."""
    if not name.startswith("check_"):
        return
    if name in ("check_conv_nobsmax", "check_conv_nparmax"):
        as_number(value, name)
        return
    if name.startswith("check_conv_"):
        if not (isinstance(value, tuple) and len(value) == 2 and value[0] in ACTIONS and value[1] >= 0):
            raise ValueError(f"{name} must be an action and a tolerance, such as ('warning', 0.002), not {value!r}")
        return
    known = RANK_ACTIONS if name == "check_rankX" else ACTIONS
    if value not in known:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, known))}, not {value!r}")


def as_control(control: LmerControl | str | None) -> LmerControl:
    """A control from what `lmer(control=)` takes: None, an optimizer's name, or the result of `lmerControl`."""
    if control is None:
        return LmerControl()
    if isinstance(control, str):
        return lmerControl(control)
    if not isinstance(control, LmerControl):
        raise ValueError(f"control must be lmerControl(...) or an optimizer's name, not {control!r}")
    return control


def stopping(control: LmerControl | None) -> dict[str, float]:
    """When NLopt's BOBYQA stops: lme4's own settings and nloptr's, with the control's `optCtrl` over them. Raises
    ValueError for one that no optimizer has; those of other optimizers do nothing, as in R.
    """
    asked = control.optCtrl if control and control.optimizer == "nloptwrap" else {}
    settings = {"xtol_abs": 1e-8, "ftol_abs": 1e-8, "xtol_rel": 1e-4, "maxeval": 1e5, **asked}
    known = {"xtol_abs", "ftol_abs", "maxeval", "xtol_rel", "ftol_rel"}
    unknown = set(settings) - known - OF_OTHERS
    if unknown:
        raise ValueError(f"unknown optCtrl settings for nloptwrap: {sorted(unknown)}; there are {sorted(known)}")
    return {name: value for name, value in settings.items() if name in known}
