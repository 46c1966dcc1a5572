"""Leverages, Cook's distances and studentized residuals.

The hat matrix turns the response into fitted values that include the conditional modes; its trace is a model's
effective number of parameters, between the fixed effects alone and one a level.
"""
import translations as r
from translations.cases.lme4._comparisons import LEVERAGE
from translations.parity import case


@case(section="lme4", order=340, tolerance=LEVERAGE)
def leverage_sleepstudy(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.hatvalues(m).head(6))
    return {
        "hat": r.hatvalues(m).to_numpy(), "cook": r.cooks_distance(m).to_numpy(), "rstudent": r.rstudent(m).to_numpy(),
        "trace": float(r.hatvalues(m).sum()),
    }
