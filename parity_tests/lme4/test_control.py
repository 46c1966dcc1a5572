"""Settings of the optimizers: when they stop, which are known."""

from __future__ import annotations

from typing import Any

import pytest

import translations as r
from translations.lme4.control import LmerControl, as_control, stopping


def test_when_the_optimizer_stops() -> None:
    assert stopping(None) == {"xtol_abs": 1e-8, "ftol_abs": 1e-8, "xtol_rel": 1e-4, "maxeval": 1e5}
    given = {"xtol_abs": 1.0, "ftol_abs": 2.0, "maxeval": 3.0, "xtol_rel": 4.0, "ftol_rel": 5.0}
    assert stopping(r.lmerControl(optCtrl=given)) == given
    assert stopping(r.lmerControl(optCtrl={"maxfun": 20, **given})) == given  # another optimizer's, as R ignores it
    assert stopping(r.lmerControl("bobyqa", optCtrl={"maxfun": 20})) == stopping(None)
    with pytest.raises(ValueError, match="maxiter"):
        stopping(r.lmerControl(optCtrl={"maxiter": 5}))


@pytest.mark.parametrize(("name", "value"), [
    ("check_conv_grad", ("warning", -1e-9)), ("check_conv_grad", ("warn", 1e-3)), ("check_conv_hess", "no"),
    ("check_conv_singular", ("ignore",)), ("check_conv_singular", ("ignore", 1e-4, 1)), ("check_scaleX", "drop"),
    ("check_rankX", "ignore"), ("check_nlev_gtr_1", ("stop", 1.0))])
def test_settings_that_are_none(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=name):
        r.lmerControl(**{name: value})


def test_settings_that_are_known() -> None:
    control = r.lmerControl(check_conv_grad=("ignore", 0.0), check_rankX="stop.deficient", check_scaleX="stop")
    assert as_control(control) is control
    assert as_control(None) == LmerControl() == as_control("nloptwrap")
    assert as_control("newton").optimizer == "newton"
    with pytest.raises(ValueError, match="control must be"):
        as_control(1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="'bobby'.*'nloptwrap', 'bobyqa', 'Nelder_Mead', 'nlminbwrap', 'newton'"):
        r.lmerControl("bobby")
    with pytest.raises(ValueError, match="unknown optimizer"):
        r.lmerControl(["bobyqa", "Nelder_Mead"])  # type: ignore[arg-type]  # glmer's: lmer refuses it in R too
    for wrong in ({"maxeval": "ten"}, [10]):
        with pytest.raises(ValueError, match="optCtrl"):
            r.lmerControl(optCtrl=wrong)
