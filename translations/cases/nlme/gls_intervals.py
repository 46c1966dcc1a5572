"""Intervals of correlations, variances and sigma: `intervals`.

nlme differentiates the log-likelihood twice, at steps of 6e-6 of each parameter. What is left after 13 digits of
rounding is three to five digits of an interval's ends, and none for a parameter near 0: of `varPower(form = ~ age)` on
these data, 0.037, R says -0.514 to 0.589, where the curvature gives -0.610 to 0.684.
"""

import translations as r
from translations.cases.nlme._shared import CURVATURE
from translations.parity import case


@case(section="gls", order=5, tolerance=CURVATURE)
def gls_intervals():
    Ovary, Orthodont = r.load("Ovary"), r.load("Orthodont")

    def fit(**arguments):
        return r.gls("distance ~ age * Sex", Orthodont, **arguments)

    return {
        "ar1": dict(
            r.intervals(
                r.gls(
                    "follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)",
                    Ovary,
                    correlation=r.corAR1(form="~ 1 | Mare"),
                )
            )
        ),
        "compound": dict(r.intervals(fit(correlation=r.corCompSymm(form="~ 1 | Subject")), level=0.9)),
        "general": dict(r.intervals(fit(correlation=r.corSymm(form="~ 1 | Subject")))),
        "strata": dict(r.intervals(fit(weights=r.varIdent(form="~ 1 | Sex")), which="var-cov")),
    }
