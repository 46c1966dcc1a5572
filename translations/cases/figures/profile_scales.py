"""A profile on the scales of variances and of logarithms: lme4's varianceProf and logProf.

An interval's ends are the squares, or logarithms, of those of the standard deviation, but for the spline between
points, which is laid anew. The density is another one. Both functions of lme4 fail where an effect has a correlation,
which they take for a standard deviation; here it is left alone.
"""

import translations as r
from translations.cases.figures._shared import thinned
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol

INTERVALS = dict.fromkeys(("variances", "logarithms", "residual", "density"), tol.PROFILE)


@case(section="lme4", order=16, tolerance={**INTERVALS, "points": tol.CURVE, "logged": tol.CURVE})
def profile_scales(control=None):
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff(), control=control)
    pr = r.profile(m)
    variances, logarithms = r.varianceProf(pr), r.logProf(pr, base=2)
    return {
        "points": variances.as_data_frame(),
        "variances": variances.confint(),
        "logarithms": logarithms.confint(),
        "residual": r.varianceProf(pr, ranef=False).confint(),
        "logged": logarithms.as_data_frame(),
        "density": thinned(built(r.densityplot(variances))["line"], 20),
    }
