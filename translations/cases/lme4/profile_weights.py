"""Profile intervals with prior weights and an offset.

lme4 1.1-31 loses the weights while it profiles a fixed effect (its issue 192): zeta jumps by 14 from the first step on.
So R's side writes the profile of the slope out: its column times the value held becomes an offset, and the model is
fitted anew by maximum likelihood; zeta, the root of the rise in deviance, is brought to 1.96 by `uniroot`. Here confint
takes the same way through spline and all, and agrees as far as a spline through 19 points does.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

SPLINE = Tolerance("SPLINE", 5, 5, 5, 3, "roots of zeta against a spline through points half a unit of zeta apart")


@case(section="lme4", order=223, tolerance={"theta": tol.PROFILE, "slope": SPLINE})
def profile_weights():
    sleep2 = r.sleep2()
    sleep2["w"] = [1.0, 1.5, 2.0, 1.0] * 36
    sleep2["shift"] = [0.0, 3.0, 1.0] * 48
    m = r.lmer("Reaction ~ days_deprived + (1 | Subject)", sleep2, weights="w", offset="shift")
    return {"theta": r.confint(m, parm="theta_", quiet=True), "slope": r.confint(m, parm="days_deprived", quiet=True)}
