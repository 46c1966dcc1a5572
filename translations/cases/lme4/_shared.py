"""What every model case of this suite compares, and with what tolerances."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd

import translations as r
from translations.data import fixtures_path
from translations.lme4.model import LmerMod
from translations.parity import tolerances as tol

MODEL = {
    **dict.fromkeys(("theta", "se", "VarCorr", "sigma", "condsd"), tol.THETA),
    **dict.fromkeys(("condval", "fitted", "residuals"), tol.MODES),
    **dict.fromkeys(("df", "nobs", "ngrps"), tol.EXACT),
    "criterion": tol.CRITERION,
    "fixef": tol.FIXEF,
}


def noisy(case: str) -> dict[str, tol.Tolerance]:
    """MODEL, where lme4 shares fewer digits with itself: what it keeps when rows and levels are permuted.

    BOBYQA stops where the rounding of the criterion tells it to. With several grouping factors that rounding is
    CHOLMOD's, whose order of operations cannot be kept here; `fixtures/lme4/_noise.R` measured how far it moves
    lme4's own answer.
    """
    path = fixtures_path() / "lme4" / "noise.json"
    measured = json.loads(path.read_text(encoding="utf-8"))["digits"][case]
    measured |= {"fitted": measured["condval"], "residuals": measured["condval"]}
    return {
        item: own if item not in measured else replace(own, default=min(own.default, measured[item]))
        for item, own in MODEL.items()
    }


def describe(m: LmerMod, most: int = 40) -> dict[str, Any]:
    """What `describe` in fixtures/lme4/_setup.R takes from R's model, long vectors cut to `most`."""
    modes = r.ranef(m).as_data_frame()
    V = r.vcov(m)
    return {
        "criterion": r.REMLcrit(m) if r.isREML(m) else r.deviance(m),
        "theta": r.getME(m, "theta"),
        "fixef": r.fixef(m),
        "se": pd.Series(V.to_numpy().diagonal() ** 0.5, index=V.index),
        "VarCorr": r.VarCorr(m).as_data_frame()[["vcov", "sdcor"]],
        "sigma": r.sigma(m),
        "condval": modes["condval"].to_numpy()[:most],
        "condsd": modes["condsd"].to_numpy()[:most],
        "fitted": r.fitted(m).iloc[:most].reset_index(drop=True),
        "residuals": r.residuals(m).iloc[:most].reset_index(drop=True),
        "df": r.logLik(m).df,
        "nobs": r.nobs(m),
        "ngrps": pd.Series(r.ngrps(m)),
    }
