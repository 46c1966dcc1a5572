"""Linear hypotheses of coefficients, of each kind of model that car takes.

A hypothesis is text: names of coefficients, numbers before them, and "=". Of mixed models car takes the variances as
known, chi-squared; `test="F"` of a fit by `lmer` is Kenward and Roger's test, and of the value 0, whatever was asked.
"""
import translations as r
from translations.cases.emmeans._shared import DF, HESSIAN_P, LM, LMER, WALD
from translations.cases.nlme._shared import FOLLOWS
from translations.parity import case

TOLERANCES = {
    "two": LM, "generalized": LM, "mixed": LMER, "f": DF, "lme": FOLLOWS, "glmer": WALD, "glmer[3]": HESSIAN_P,
}  # fmt: skip


def numbers(x):
    return x.iloc[1].tolist()


@case(section="companions", order=49, tolerance=TOLERANCES)
def linear_hypotheses(control=None):
    birthwt, sleepstudy = r.load("birthwt"), r.sleepstudy()
    m = r.lm("bwt ~ age + lwt + smoke", birthwt)
    print(r.linearHypothesis(m, "age = 0"))
    print(r.linearHypothesis(m, ["lwt = 5", "age = smoke"]))
    print(r.linearHypothesis(m, "2*age + lwt = 1", test="Chisq"))
    print(r.linearHypothesis(m, [[0, 1, 0, 0], [0, 0, 1, -1]], rhs=[-3, 0]))
    print(r.linearHypothesis(m, "smoke", white_adjust=True))
    breaks = r.lm("breaks ~ wool * tension", r.load("warpbreaks"))
    print(r.linearHypothesis(breaks, ["tensionM = tensionH", "woolB:tensionM"]))
    print(r.linearHypothesis(breaks, "0.5 tensionM + tensionH = 3 woolB"))
    g = r.glm("low ~ age + lwt", family=r.binomial, data=birthwt)
    print(r.linearHypothesis(g, "age = lwt"))
    print(r.linearHypothesis(g, "age = lwt", test="F"))
    mixed = r.lmer("Reaction ~ Days + I(Days^2) + (1 | Subject)", data=sleepstudy, control=control)
    print(r.linearHypothesis(mixed, ["Days = 0", "I(Days^2) = 0"]))
    print(r.linearHypothesis(mixed, "Days", test="F"))
    e = r.lme("distance ~ age * Sex", random="~ 1 | Subject", data=r.load("Orthodont"))
    print(r.linearHypothesis(e, "SexFemale = 0"))
    print(r.linearHypothesis(e, "age:SexFemale = -0.5"))
    print(r.linearHypothesis(r.gls("distance ~ age * Sex", data=r.load("Orthodont")), "age = 0.5"))
    b = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", data=r.load("cbpp"), family=r.binomial)
    return {
        "two": numbers(r.linearHypothesis(m, ["lwt = 5", "age = smoke"])),
        "generalized": numbers(r.linearHypothesis(g, "age = lwt")),
        "mixed": numbers(r.linearHypothesis(mixed, "Days - 3 I(Days^2) = 8")),
        "f": numbers(r.linearHypothesis(mixed, "Days", test="F")),
        "lme": numbers(r.linearHypothesis(e, "SexFemale = 0")),
        "glmer": numbers(r.linearHypothesis(b, ["period2 = period3", "period4 = -1"])),
    }
