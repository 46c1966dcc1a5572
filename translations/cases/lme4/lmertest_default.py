"""After `options(lmerTest=True)`: print, summary, anova and drop1 of a fit, and the hypotheses behind the tables.

`library(lmerTest)` changes what `lmer` returns; the option changes what a fit answers while it holds, whenever it was
fitted. `ddf="lme4"` asks for lme4's table all the same.
"""
import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, SATTERTHWAITE, SATTERTHWAITE_P, p_of, without_p
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {"coefficients": SATTERTHWAITE, "drop1": SATTERTHWAITE, "p": SATTERTHWAITE_P, "kr": KENWARD_ROGER,
              "type3": tol.PVALUE, "type1": tol.PVALUE, "type2": tol.PVALUE,
              "marginal": tol.PVALUE, "fractions": tol.PVALUE}


@case(section="lme4", order=436, tolerance=TOLERANCES)
def lmertest_default(control=None):
    cake = r.cake()
    with r.options(lmerTest=True):
        m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control)
        print(m)
        sleepstudy = r.sleepstudy()
        print(r.summary(r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=control)))
        print(r.anova(m))
        print(r.drop1(m))
        plain = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake, control=control)
        print(r.drop1(plain))
        print(r.drop1(plain, "recipe", ddf="Kenward-Roger"))
        print(r.anova(plain, ddf="lme4"))
        alone = r.drop1(plain)
        return {
            "coefficients": without_p(r.summary(m).coefficients), "drop1": without_p(alone), "p": p_of(alone),
            "kr": without_p(r.drop1(plain, ddf="Kenward-Roger")), "type3": r.show_tests(r.anova(m)),
            "type1": r.show_tests(r.anova(plain, type=1)), "type2": r.show_tests(r.anova(m, type=2)),
            "marginal": r.show_tests(r.drop1(m)),
            "fractions": r.show_tests(r.anova(m))["temp"].loc["temp"].iloc[4:] * 3,
        }
