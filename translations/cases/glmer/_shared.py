"""What several cases ask of a fitted model."""
from typing import Any

import translations as r
from translations.parity import tolerances as tol

TOLERANCE = {
    "theta": tol.GLMM_THETA, "coefficients": tol.GLMM_SE, "vcov": tol.GLMM_VARIANCE, "criterion": tol.GLMM_CRITERION,
    "sigma": tol.GLMM_THETA, "varcorr": tol.GLMM_THETA, "ranef": tol.GLMM_MODES, "fitted": tol.GLMM_MODES,
    "link": tol.GLMM_MODES, "residuals": tol.GLMM_MODES, "fixef": tol.GLMM_FIXEF, "counts": tol.EXACT,
    "deviance": tol.GLMM_FIXEF,
}


def of(m: Any) -> dict[str, Any]:
    """Everything that is read off one fit."""
    return {
        "theta": list(m.theta), "fixef": r.fixef(m), "coefficients": r.summary(m).coefficients, "vcov": r.vcov(m),
        "criterion": [float(r.logLik(m)), r.AIC(m), r.BIC(m)], "deviance": r.deviance(m),
        "counts": [r.nobs(m), r.df_residual(m)], "sigma": r.sigma(m),
        "varcorr": list(r.VarCorr(m).as_data_frame()["sdcor"]),
        "ranef": {group: frame for group, frame in r.ranef(m).items()}, "fitted": r.fitted(m), "link": r.predict(m),
        "residuals": {kind: r.residuals(m, kind) for kind in ("deviance", "pearson", "working", "response")},
    }


def named(**models: Any) -> dict[str, Any]:
    """What is read off several fits, each item with its model's name in front."""
    return {f"{name}_{item}": value for name, m in models.items() for item, value in of(m).items()}


def of_each(*names: str) -> dict[str, tol.Tolerance]:
    """The tolerances of `named`."""
    return {f"{name}_{item}": one for name in names for item, one in TOLERANCE.items()}
