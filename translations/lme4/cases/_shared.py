"""What every model case of this suite compares, and with what tolerances."""
from __future__ import annotations

from typing import Any

import pandas as pd

import translations as r
from translations.lme4.model import LmerMod
from translations.parity import tolerances as tol

MODEL = {
    **dict.fromkeys(("theta", "se", "VarCorr", "sigma", "condsd"), tol.THETA),
    **dict.fromkeys(("condval", "fitted", "residuals"), tol.MODES),
    **dict.fromkeys(("df", "nobs", "ngrps"), tol.EXACT),
    "criterion": tol.CRITERION,
    "fixef": tol.FIXEF,
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
        "fitted": r.fitted(m).to_numpy()[:most],
        "residuals": r.residuals(m).to_numpy()[:most],
        "df": r.logLik(m).df,
        "nobs": r.nobs(m),
        "ngrps": pd.Series(r.ngrps(m)),
    }
