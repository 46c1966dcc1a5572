"""What every case of this suite compares, and why its R is of one release."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pandas as pd

import translations as r
from translations.data import fixtures_path
from translations.lme4.model import LmerMod
from translations.parity import tolerances as tol

R46: dict[str, Any] = {"releases": ("4.6",), "because": "covariance structures came with lme4 2.0"}
MODEL = {
    **dict.fromkeys(("par", "theta", "se", "sigma", "condsd"), tol.STRUCTURED),
    "VarCorr": tol.STRUCTURED_VARIANCE,
    **dict.fromkeys(("condval", "fitted"), tol.STRUCTURED_MODES),
    **dict.fromkeys(("df", "lower", "singular"), tol.EXACT),
    "criterion": tol.STRUCTURED_CRITERION,
    "fixef": tol.STRUCTURED_FIXEF,
}


def noisy(case: str) -> dict[str, tol.Tolerance]:
    """MODEL, where lme4 shares fewer digits with itself: what it keeps when rows and levels are permuted, as
    `fixtures/structured/_noise.R` measured it."""
    path = fixtures_path() / "structured" / "noise.json"
    measured = json.loads(path.read_text(encoding="utf-8"))["digits"][case]
    measured |= {"fitted": measured["condval"]}
    return {
        item: own if item not in measured else replace(own, default=min(own.default, measured[item]))
        for item, own in MODEL.items()
    }


def describe(m: LmerMod, most: int = 30) -> dict[str, Any]:
    """What `describe` in fixtures/structured/_setup.R takes from R's model, long vectors cut to `most`."""
    modes, V = r.ranef(m).as_data_frame(), r.vcov(m)
    return {
        "criterion": r.REMLcrit(m) if r.isREML(m) else r.deviance(m),
        "par": r.getME(m, "par"),
        "lower": r.getME(m, "lower"),
        "theta": r.getME(m, "theta").iloc[:most],
        "fixef": r.fixef(m),
        "se": pd.Series(V.to_numpy().diagonal() ** 0.5, index=V.index),
        "VarCorr": r.VarCorr(m).as_data_frame()[["vcov", "sdcor"]].iloc[:most],
        "sigma": r.sigma(m),
        "condval": modes["condval"].to_numpy()[:most],
        "condsd": modes["condsd"].to_numpy()[:most],
        "fitted": r.fitted(m).iloc[:most].reset_index(drop=True),
        "df": r.logLik(m).df,
        "singular": r.isSingular(m),
    }
