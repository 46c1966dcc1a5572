"""Intervals of fixed effects, standard deviations and correlations of models by `lme`.

As of `gls`, R's second differences leave three to five digits to the ends of those of variances. Of a correlation near
0 they leave one: for `Reaction ~ Days` by subject R says -0.576 to 0.657, where the curvature gives -0.518 to 0.608.
"""
import translations as r
from translations.cases.nlme._shared import CURVATURE
from translations.parity import case


@case(section="lme", order=13, tolerance=CURVATURE)
def lme_intervals():
    Orthodont, Oats = r.load("Orthodont"), r.load("Oats")

    def parts(m):
        x = r.intervals(m)
        return {"fixed": x["fixed"], "random": x["reStruct"], "sigma": x["sigma"]}

    return {
        "strata": parts(r.lme("distance ~ age * Sex", Orthodont, random="~ 1 | Subject",
                              weights=r.varIdent(form="~ 1 | Sex"))),
        "nested": parts(r.lme("yield ~ nitro + Variety", Oats, random="~ 1 | Block/Variety")),
    }
