"""What each observation does to the estimates.

Single observations, and the replicates of a split-plot design. Where factors are crossed lme4's BOBYQA stops early:
of the Penicillin data's deletions no more than four digits of a variance's change are lme4's own, and so the same as
ours.
"""
from dataclasses import replace

import translations as r
from translations.cases.lme4._comparisons import DELETION
from translations.parity import case

# The components without replicate 6, 8 or 10: 6.5 digits are all that R 4.2 shares with itself in five orders of rows.
COMPONENTS = replace(DELETION, name="DELETION_STOPPING", default=6.4,
                     why="lme4 shares with itself 6.5 digits once the rows stand in another order")


@case(section="lme4", order=351, tolerance={
    "cases": DELETION, "cook": DELETION, "dfbeta": DELETION, "components": COMPONENTS})
def influence_cases():
    Dyestuff = r.Dyestuff()
    one = r.influence(r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff))
    print(r.dfbeta(one).head(6))
    cake = r.cake()
    i = r.influence(r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake), "replicate")
    cook = r.cooks_distance(one)
    return {"cases": r.dfbeta(one), "cook": cook, "dfbeta": r.dfbeta(i), "components": r.dfbeta(i, "var.cov")}
