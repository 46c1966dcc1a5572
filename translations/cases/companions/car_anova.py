"""Type II and III tests of every term: Wald's chi-squared, Kenward and Roger's F, and a linear model's F.

Type II tests a term after all that do not contain it, type III after all others. With treatment contrasts a main
effect of type III is its effect at the other factor's first level, which is seldom what is asked; with contrasts
that sum to zero, as here, it is the average. car's default for `lmer` counts the variances as known: its chi-squared
is too small in p where there are few groups, and Kenward and Roger's F is not.
"""
import translations as r
from translations.cases.emmeans._shared import DF, LM, LMER, gaps
from translations.parity import case

TOLERANCES = {"chisq": LMER, "chisq3": LMER, "F": DF, "F3": DF, "lm": LM, "lm3": LM, "aliased": LM, "vif": LM}


@case(section="companions", order=10, tolerance=TOLERANCES)
def car_anova(control=None):
    with r.options(contrasts=("contr.sum", "contr.poly")):
        cakes = gaps()
        holes = cakes[~((cakes.recipe == "B") & cakes.temperature.isin(["185", "195"]))]
        m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cakes, control=control)
        print(r.Anova(m))
        print(r.Anova(m, type=3))
        print(r.Anova(m, test_statistic="F"))
        print(r.Anova(m, type="III", test_statistic="F"))
        linear = r.lm("angle ~ recipe * temp + replicate", cakes, weights="temp")
        print(r.Anova(linear))
        print(r.Anova(linear, type=3))
        aliased = r.lm("angle ~ recipe * temperature", holes)
        print(r.Anova(aliased))
        print(r.Anova(r.lm("angle ~ 0 + recipe + temp", cakes)))
        inflation = r.vif(r.lm("angle ~ recipe + temp + replicate", cakes))
        print(inflation)
        print(r.vif(r.lm("angle ~ temp + I(temp^2) + as.numeric(replicate)", cakes)))
        print(r.vif(r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cakes, control=control)))
        return {
            "chisq": r.Anova(m), "chisq3": r.Anova(m, type=3), "F": r.Anova(m, test_statistic="F"),
            "F3": r.Anova(m, type=3, test_statistic="F"), "lm": r.Anova(linear), "lm3": r.Anova(linear, type=3),
            "aliased": r.Anova(aliased), "vif": inflation,
        }  # fmt: skip
