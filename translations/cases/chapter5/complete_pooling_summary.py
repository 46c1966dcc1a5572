"""Complete pooling: one line for everybody, and its summary.

statsmodels' `ols` takes R's formula as it stands and gives the same numbers; `fit.summary()` lays them out in its
own way. R prints the residuals' quartiles, statsmodels does not, and statsmodels prints AIC, Durbin-Watson and the
like, which R does not. The intercept is `(Intercept)` in R, `Intercept` in patsy. R's "Residual standard error" is
the square root of `fit.scale`.
"""

import translations as r
from translations.cases.chapter5._shared import ols_labels, quartiles
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.1", order=3, tolerance=tol.PVALUE)
def complete_pooling_summary():
    sleep2 = r.sleep2()
    cp_model = r.lm("Reaction ~ days_deprived", sleep2)
    s = r.summary(cp_model)
    print(s)
    return {
        "coefficients": s.coefficients,
        "residuals": quartiles(s.residuals),
        "sigma": s.sigma,
        "df": s.df[1],
        "r.squared": s.r_squared,
        "adj.r.squared": s.adj_r_squared,
        "fstatistic": s.fstatistic,
        "p.value": s.p_value,
    }


@complete_pooling_summary.by("statsmodels")
def with_statsmodels():
    import statsmodels.formula.api as smf

    return ols_labels(smf.ols("Reaction ~ days_deprived", r.sleep2()).fit())
