"""A correlation of each pair of ages and a standard deviation of each: `gls` with `corSymm` and `varIdent`.

`getVarCov` is not translated: the correlations of the fit, its weights and sigma make it, as here. R's own is that of
the first subject in the order of the factor's levels.
"""


import translations as r
from translations.cases.nlme._shared import describe, held
from translations.parity import case


@case(section="gls", order=2, tolerance=held("correlation", "anova", "weights", "getVarCov"))
def gls_general():
    Orthodont = r.load("Orthodont")
    with r.options(digits=3):
        m = r.gls(
            "distance ~ age * Sex",
            Orthodont,
            correlation=r.corSymm(form="~ 1 | Subject"),
            weights=r.varIdent(form="~ 1 | age"),
        )
        print(m)
        print(r.summary(m))
        print(r.anova(m))
    spread = r.sigma(m) / m.weights[:4]
    correlations = m.problem.correlation.whole(m.correlation_parameters)
    return describe(m) | {
        "correlation": r.summary(m).correlation,
        "anova": r.anova(m),
        "weights": m.weights[:8],
        "getVarCov": spread[:, None] * correlations * spread,
    }
