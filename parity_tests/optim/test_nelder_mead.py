"""Nelder and Mead's simplex against lme4's own, evaluation by evaluation and to the last bit, on functions that are
hard for it (`fixtures/lme4/_nelder_mead.R`); fits by it against live R."""
from __future__ import annotations

import json
import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.data import fixtures_path
from translations.optim.nelder_mead import nelder_mead

from .hard_functions import recorded

RUNS = json.loads((fixtures_path() / "lme4" / "nelder_mead.json").read_text())["runs"]


@pytest.mark.parametrize("run", RUNS, ids=[f"{i} {run['name']}" for i, run in enumerate(RUNS)])
def test_every_evaluation_is_lme4s(run: dict[str, Any]) -> None:
    objective, values = recorded(run["name"])
    control = {name: given[0] if name == "maxfun" else np.array(given) for name, given in run["control"].items()}
    found = nelder_mead(objective, np.array(run["start"]), np.array(run["lower"]), np.array(run["upper"]), **control)
    assert values == run["values"]
    assert (found.x.tolist(), found.value) == (run["x"], run["value"])
    assert (found.evaluations, found.code, found.message) == (run["evaluations"], run["code"], run["message"])


def test_settings_that_cannot_be() -> None:
    one, bound = np.ones(1), np.zeros(1)
    with pytest.raises(ValueError, match="violates the bounds"):
        nelder_mead(float, -one, bound)
    with pytest.raises(ValueError, match="no room between its bounds"):
        nelder_mead(float, bound, bound, bound)
    for xst in (0.0, np.ones(2), -1.0):
        with pytest.raises(ValueError, match="xst must be one positive number, or 1 of them"):
            nelder_mead(float, one, bound, xst=xst)


SIX = "Reaction ~ Days + (Days | Subject)"
BATCH = "Yield ~ 1 + (1 | Batch)"
LIVE = [
    ("Dyestuff", BATCH, 0.0, 3.0, 1),  # on the boundary, from where the criterion falls: started again there
    ("Dyestuff", BATCH, 0.0, 3.0, 40),
    ("Dyestuff2", BATCH, 0.5, 0.3, 0),
    ("sleepstudy", SIX, [1.0, 0.0, 0.0], 0.4, 0),
    ("cake", "angle ~ recipe + (1 | replicate) + (0 + temp | replicate)", None, 0.02, 500),
    ("Pastes", "strength ~ 1 + (1 | batch) + (1 | sample)", [0.0, 2.0], 0.1, 3),
]


@pytest.mark.parametrize(("data", "formula", "start", "step", "maxfun"), LIVE)
def test_fits_and_warnings_are_those_of_r(
    live_r: Any, data: str, formula: str, start: Any, step: float, maxfun: int
) -> None:
    values = None if start is None else np.atleast_1d(start)
    m = len(r.getME(r.lmer(formula, r.load(data), control=r.lmerControl(calc_derivs=False)), "theta"))
    xst = np.full(m, step)
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        control = r.lmerControl("Nelder_Mead", optCtrl={"xst": xst, "maxfun": maxfun}, calc_derivs=False)
        fit = r.lmer(formula, r.load(data), start=values, control=control)
    given = "NULL" if values is None else f"c({', '.join(map(repr, values.tolist()))})"
    live_r.eval("suppressPackageStartupMessages(library(lme4)); said <- character()")
    live_r.eval("keep <- function(w) { said <<- c(said, conditionMessage(w)); invokeRestart('muffleWarning') }")
    asked = f"list(xst = rep({step}, {m}), maxfun = {maxfun})"
    live_r.eval(f"control <- lmerControl('Nelder_Mead', optCtrl = {asked}, calc.derivs = FALSE)")
    call = f"lmer({formula}, {data}, start = {given}, control = control)"
    live_r.eval(f"m <- suppressMessages(withCallingHandlers({call}, warning = keep))")
    assert fit.theta == pytest.approx(live_r.numbers("getME(m, 'theta')"), rel=1e-9, abs=1e-12)
    assert fit.optimum.evaluations == live_r.numbers("m@optinfo$feval")[0]
    ours = [str(w.message) for w in said if not issubclass(w.category, r.SingularFitWarning)]
    assert "\n".join(ours) == live_r.eval("cat(said, sep = '\n')")
