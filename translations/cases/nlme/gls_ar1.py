"""Counts of follicles of mares, autocorrelated: `gls` with `corAR1`.

R's search stops when a step would change the log-likelihood by 1e-10 of itself, which leaves Phi seven digits here and
other parameters five to six; `r.gls` goes to the maximum. The text is compared at five digits.
"""

import numpy as np

import translations as r
from translations.cases.nlme._shared import describe, held
from translations.parity import case


@case(section="gls", order=1, tolerance=held("table", "anova", "vcov", "confint", "marginal", "predict", "residuals"))
def gls_ar1():
    Ovary = r.load("Ovary")
    with r.options(digits=5):
        m = r.gls("follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)", Ovary, correlation=r.corAR1(form="~ 1 | Mare"))
        print(m)
        print(r.summary(m))
        print(r.anova(m))
        print(r.intervals(m, which="coef"))
    return describe(m) | {
        "table": r.summary(m).tTable,
        "anova": r.anova(m),
        "vcov": r.vcov(m),
        "confint": r.confint(m),
        "marginal": r.anova(m, type="marginal"),
        "formula": r.formula(m),
        "predict": r.predict(m, {"Time": [0.0, 0.25, 0.6]}).to_numpy(),
        "df.residual": r.df_residual(m),
        "other": float(r.logLik(m, REML=False)),
        "residuals": np.quantile(r.residuals(m), [0, 0.25, 0.5, 0.75, 1]),
    }
