"""What several cases ask of a fitted model."""
from typing import Any

import translations as r


def of(m: Any) -> dict[str, Any]:
    """Everything that is read off one fit."""
    s = r.summary(m)
    return {
        "coefficients": s.coefficients, "vcov": r.vcov(m), "deviance": r.deviance(m), "null": m.fit.null_deviance,
        "logLik": float(r.logLik(m)), "aic": r.AIC(m), "bic": r.BIC(m), "dispersion": s.dispersion, "sigma": r.sigma(m),
        "df": [m.fit.df_null, r.df_residual(m), r.nobs(m), m.fit.steps], "fitted": r.fitted(m),
        "residuals": {kind: r.residuals(m, kind) for kind in ("deviance", "pearson", "working", "response")},
        "link": r.predict(m), "extractAIC": r.extractAIC(m),
    }
