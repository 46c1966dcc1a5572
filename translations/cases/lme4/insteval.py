"""73,421 ratings: students, instructors and departments, crossed.

The largest data set of lme4; here lme4's own rounding noise is larger than its stopping tolerance.
"""
import translations as r
from translations.cases.lme4._shared import describe, noisy
from translations.parity import case


@case(section="lme4", order=132, tolerance=noisy("insteval"))
def insteval(control=None):
    InstEval = r.InstEval()
    m = r.lmer("y ~ service + (1 | s) + (1 | d) + (1 | dept:service)", InstEval, control=control)
    print(r.summary(m))
    return describe(m)
