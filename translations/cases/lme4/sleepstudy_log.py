"""A transformed response: log reaction time.

The response is an expression; its name in R's formula is kept.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=113, tolerance=MODEL)
def sleepstudy_log(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("log(Reaction) ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.summary(m))
    return describe(m)
