"""What the cases with certified values ask of a fitted model: enough of it, long vectors cut."""
from dataclasses import replace
from typing import Any

import numpy as np

import translations as r
from translations.parity import tolerances as tol

MOST = 30
TOLERANCE = {
    "criterion": tol.GLMM_CRITERION, "theta": tol.GLMM_THETA, "fixef": tol.GLMM_FIXEF, "se": tol.GLMM_SE,
    "VarCorr": tol.GLMM_THETA, "condval": tol.GLMM_MODES, "condsd": tol.GLMM_MODES, "fitted": tol.GLMM_MODES,
    "residuals": tol.GLMM_MODES, "df": tol.EXACT, "nobs": tol.EXACT, "ngrps": tol.EXACT,
}


def stopping(theta: float = 5, fixef: float = 6, se: float = 4, modes: float = 5) -> dict[str, tol.Tolerance]:
    """TOLERANCE for a model that lme4 itself settles to so many digits only: 0.2 less than the fewest that its answers
    to six other orders of the rows share with its first, since ours is a draw of its own. A variance is a square.
    """
    own = {"theta": theta, "VarCorr": theta - 0.3, "fixef": fixef, "se": se, "condval": modes, "condsd": modes,
           "fitted": modes, "residuals": modes}
    why = "lme4 1.1-31 shares little more than {:g} digits with itself once its rows stand in another order"
    return TOLERANCE | {
        item: replace(TOLERANCE[item], name="GLMM_STOPPING", default=digits, tight=digits, why=why.format(digits))
        for item, digits in own.items() if digits < TOLERANCE[item].default}


def describe(m: Any) -> dict[str, Any]:
    """Criterion, parameters, standard errors, modes and their spread, fitted values and deviance residuals."""
    modes = r.ranef(m).as_data_frame()
    return {
        "criterion": -2 * float(r.logLik(m)), "theta": r.getME(m, "theta"), "fixef": r.fixef(m),
        "se": r.fixef(m) * 0 + np.sqrt(np.diag(np.asarray(r.vcov(m)))),
        "VarCorr": r.VarCorr(m).as_data_frame()[["vcov", "sdcor"]], "condval": modes["condval"].tolist()[:MOST],
        "condsd": modes["condsd"].tolist()[:MOST], "fitted": r.fitted(m).tolist()[:MOST],
        "residuals": r.residuals(m).tolist()[:MOST], "df": r.logLik(m).df, "nobs": r.nobs(m), "ngrps": r.ngrps(m),
    }
