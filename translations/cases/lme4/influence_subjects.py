"""What each subject does to the estimates.

Every subject is left out in turn and the model fitted again from the full fit's theta, as lme4 does it: with BOBYQA
whatever the model's own optimizer was. (R names Cook's distances only when single cases are left out.)
"""
import translations as r
from translations.cases.lme4._comparisons import DELETION
from translations.parity import case


@case(section="lme4", order=350, tolerance=DELETION)
def influence_subjects():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy)
    i = r.influence(m, "Subject")
    print(r.dfbeta(i))
    return {"dfbeta": r.dfbeta(i), "components": r.dfbeta(i, "var.cov"), "dfbetas": r.dfbetas(i),
            "cook": r.cooks_distance(i).to_numpy()}
