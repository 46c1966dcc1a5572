"""No pooling: a line for each subject, all in one regression with 36 coefficients.

`(Intercept)` and `days_deprived` belong to the first subject, 308; every other coefficient is a subject's
difference from 308. patsy calls them `Subject[T.309]`, R `Subject309`. One residual variance is shared by all
subjects, so every standard error of a kind is the same.
"""

import translations as r
from translations.cases.chapter5._shared import ols_labels, quartiles
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=7, tolerance=tol.PVALUE)
def no_pooling_summary():
    sleep2 = r.sleep2()
    np_model = r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2)
    s = r.summary(np_model)
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


@no_pooling_summary.by("statsmodels")
def with_statsmodels():
    import statsmodels.formula.api as smf

    return ols_labels(smf.ols("Reaction ~ days_deprived + Subject + days_deprived:Subject", r.sleep2()).fit())
