"""Leverages with prior weights.

A heavier observation pulls its own fitted value more.
"""
import translations as r
from translations.cases.lme4._comparisons import LEVERAGE
from translations.parity import case


@case(section="lme4", order=342, tolerance=LEVERAGE)
def leverage_weights(control=None):
    sleepstudy = r.sleepstudy().assign(w=lambda d: 1 + d["Days"] % 3)
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, weights="w", control=control)
    print(r.hatvalues(m).head(6))
    return {
        "hat": r.hatvalues(m).to_numpy(), "cook": r.cooks_distance(m).to_numpy(), "rstudent": r.rstudent(m).to_numpy(),
        "trace": float(r.hatvalues(m).sum()),
    }
