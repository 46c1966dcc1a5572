"""What each observation does to the estimates.

Single observations, and the replicates of a split-plot design. Where factors are crossed lme4's BOBYQA stops early:
of the Penicillin data's deletions no more than four digits of a variance's change are lme4's own, and so the same as
ours.
"""
import translations as r
from translations.lme4.cases._comparisons import DELETION
from translations.parity import case


@case(section="lme4", order=351, tolerance=DELETION)
def influence_cases():
    Dyestuff = r.Dyestuff()
    one = r.influence(r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff))
    print(r.dfbeta(one).head(6))
    cake = r.cake()
    i = r.influence(r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake), "replicate")
    cook = r.cooks_distance(one)
    return {"cases": r.dfbeta(one), "cook": cook, "dfbeta": r.dfbeta(i), "components": r.dfbeta(i, "var.cov")}
