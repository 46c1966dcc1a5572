"""`glmerControl`: how a generalized linear mixed model is fitted and checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from translations.settings import since
from translations.stats.arguments import as_number

from ..control import OPTIMIZERS, Action, LmerControl, as_control, call_text, lmerControl

METHODS = ("moment", "old/buggy")


@dataclass(frozen=True)
class GlmerControl(LmerControl):
    """As `LmerControl`, with an optimizer for each of two stages; see `glmerControl`."""

    optimizers: tuple[str, str] = ("bobyqa", "Nelder_Mead")
    tolPwrss: float = 1e-7  # noqa: N815
    nAGQ0initStep: bool = True  # noqa: N815
    disp_method: str = "moment"
    disp_dof_correction: bool = True
    check_response_not_const: Action = "stop"

    def takes_derivatives(self, n: int, npar: int, structured: bool = False) -> bool:
        """Whether a fit is checked by its derivatives, from which its standard errors are: always unless `calc_derivs`
        says no, but since lme4 2.0 not from 10,000 observations or 20 parameters on.
        """
        if self.calc_derivs is not None:
            return self.calc_derivs
        return not since("2.1") or (n < self.check_conv_nobsmax and npar < self.check_conv_nparmax)

    def call_text(self) -> str | None:
        """As `LmerControl.call_text`."""
        if "newton" in self.optimizers:
            return None
        usual = {name: value for name, value in vars(as_glmer_control(None)).items() if name != "optimizers"}
        given = self.optimizers[0] if len({*self.optimizers}) == 1 else list(self.optimizers)
        return call_text("glmerControl", {**vars(self), "optimizer": given},
                         {**usual, "optimizer": list(GlmerControl.optimizers)})


def glmerControl(  # noqa: N802
    optimizer: str | Sequence[str] = ("bobyqa", "Nelder_Mead"),
    *,
    tolPwrss: float = 1e-7,  # noqa: N803
    nAGQ0initStep: bool = True,  # noqa: N803
    disp_method: str = "moment",
    disp_dof_correction: bool = True,
    check_response_not_const: Action = "stop",
    boundary_tol: float = 1e-5,
    calc_derivs: bool | None = None,
    optCtrl: Mapping[str, Any] | None = None,  # noqa: N803
    check_conv_nparmax: float = 20,
    **settings: Any,
) -> GlmerControl:
    """Control of `glmer`. R: lme4::glmerControl, whose argument names are used with '.' written '_'.

    optimizer: of the first stage, which moves the covariance parameters alone, and of the second, which moves the fixed
    effects too; one name stands for both. "newton" goes on to the optimum of the criterion with the modes found to the
    last digit: lme4's log-likelihoods, of modes and dispersions that are not, may be the higher ones, its estimates are
    not the better ones. tolPwrss: relative change of the penalized deviance at which the conditional modes are found.
    nAGQ0initStep: whether there is a first stage. disp_method, disp_dof_correction: how lme4 2.1 has the dispersion of
    Gamma, inverse Gaussian and gaussian models in the iteration ("moment"), or not ("old/buggy"), and whether it is
    over n less the rank of the model. check_response_not_const: what is done about a constant response. boundary_tol,
    calc_derivs, optCtrl: as in `lmerControl`. check_conv_nparmax: parameters from which lme4 2.1 takes no derivatives.
    settings: the others of `lmerControl`.

    Returns the control, for `glmer`.

    Raises ValueError for an unknown name or an unknown value.

    >>> control = r.glmerControl(optimizer="bobyqa")
    >>> formula = "cbind(incidence, size - incidence) ~ period + (1 | herd)"
    >>> print(r.fixef(r.glmer(formula, r.load("cbpp"), r.binomial, control=control)))
    (Intercept)     period2     period3     period4
     -1.3983316  -0.9919238  -1.1282144  -1.5797501
    """
    given = optimizer if isinstance(optimizer, list | tuple) else (optimizer, optimizer)
    pair = tuple(str(one) for one in given)
    if len(pair) != 2 or not {*pair} <= {*OPTIMIZERS}:
        raise ValueError(f"optimizer must be one or two of {', '.join(map(repr, OPTIMIZERS))}, not {optimizer!r}")
    if disp_method not in METHODS:
        raise ValueError(f"disp_method must be one of {', '.join(map(repr, METHODS))}, not {disp_method!r}")
    if not as_number(tolPwrss, "tolPwrss") > 0.0:
        raise ValueError(f"tolPwrss must be above 0, not {tolPwrss!r}")
    common = lmerControl(pair[1], boundary_tol=boundary_tol, calc_derivs=calc_derivs, optCtrl=optCtrl,
                         check_conv_nparmax=check_conv_nparmax, **{"restart_edge": False, **settings})
    return GlmerControl(**vars(common), optimizers=pair, tolPwrss=float(tolPwrss), nAGQ0initStep=bool(nAGQ0initStep),
                        disp_method=disp_method, disp_dof_correction=bool(disp_dof_correction),
                        check_response_not_const=check_response_not_const)


@cache
def _by_name(optimizer: str) -> GlmerControl:
    return glmerControl(optimizer)


def as_glmer_control(control: Any) -> GlmerControl:
    """A control from what `glmer(control=)` takes: None, an optimizer's name, two names, or a `glmerControl`.

    Raises ValueError for anything else, such as an `lmerControl`.
    """
    if control is None:
        return GlmerControl(restart_edge=False, check_conv_nparmax=20)
    if isinstance(control, GlmerControl):
        return control
    if isinstance(control, LmerControl):
        raise ValueError("please use glmerControl() instead of lmerControl()")
    if isinstance(control, str):
        return _by_name(control)
    if isinstance(control, (tuple, list)):
        return glmerControl(control)
    as_control(control)
    raise ValueError(f"control must be glmerControl(...) or optimizers' names, not {control!r}")
