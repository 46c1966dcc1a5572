"""Reaction times: a mixed model by `lme`, whose degrees of freedom are those within subjects.

The likelihood is `lmer`'s. R's lme stops at a standard deviation of 24.7402 for the intercepts, lmer at 24.7407; the
maximum is at 24.7405, where `r.lme` goes.
"""
import translations as r
from translations.cases.nlme._shared import describe_lme, held_lme
from translations.parity import case


@case(section="lme", order=10, tolerance=held_lme("predict", "population"))
def lme_slopes():
    sleepstudy = r.load("sleepstudy")
    with r.options(digits=3):
        m = r.lme("Reaction ~ Days", sleepstudy, random="~ Days | Subject")
        print(m)
        print(r.summary(m))
        print(r.VarCorr(m))
    new = {"Days": [0.0, 10.0], "Subject": ["308", "309"]}
    return describe_lme(m) | {"predict": r.predict(m, new), "population": r.predict(m, new, level=0).to_numpy()}
