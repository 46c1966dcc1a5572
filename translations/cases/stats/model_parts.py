"""What a linear model is asked for: formula, model matrix, degrees of freedom, likelihood, AIC, BIC.

R's AIC and BIC count the residual variance as a parameter, statsmodels' do not: its AIC is 2 smaller, its BIC log(n).
Its log-likelihood is R's. `logLik` of R counts in its `df` that variance too.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=3, tolerance=tol.LINALG)
def model_parts():
    sleep2 = r.sleep2()
    m = r.lm("Reaction ~ days_deprived * Subject", sleep2)
    X = r.model_matrix(m)
    return {
        "formula": r.formula(m),
        "columns": list(X.columns),
        "X": X.iloc[[0, 8, 15], :4].to_numpy(),
        "df.residual": r.df_residual(m),
        "nobs": r.nobs(m),
        "logLik": float(r.logLik(m)),
        "AIC": r.AIC(m),
        "BIC": r.BIC(m),
        "deviance": r.deviance(m),
    }


@model_parts.by("statsmodels", cannot="count the residual variance as a parameter: its AIC and BIC are other numbers")
def with_statsmodels():
    import statsmodels.formula.api as smf

    m = smf.ols("Reaction ~ days_deprived * Subject", r.sleep2()).fit()
    return {"df.residual": int(m.df_resid), "nobs": int(m.nobs), "logLik": m.llf, "deviance": m.ssr}
