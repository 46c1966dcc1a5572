"""Prior weights: marginal means and tests of terms by Kenward and Roger's method, as pbkrtest has it.

pbkrtest leaves the weights out of the model's covariance matrix, so that standard errors and degrees of freedom here
are R's and of no model: 363 degrees of freedom between parts of the days, of 180 rows. Satterthwaite's have the weights
in, and so has Kenward and Roger's method after a fit by `control="newton"`.
"""
import translations as r
from translations.cases.emmeans._shared import P_SATTERTHWAITE, SATTERTHWAITE, parts, tolerances
from translations.parity import case

TOLERANCES = {
    **tolerances("lmer", "means", "pairs", "satterthwaite"),
    "satterthwaite_df": SATTERTHWAITE, "satterthwaite_p": P_SATTERTHWAITE,
}  # fmt: skip


@case(section="emmeans", order=21, tolerance=TOLERANCES)
def prior_weights():
    sleepstudy = r.sleepstudy()
    sleepstudy["w"] = 1 + (sleepstudy.index + 1) % 3
    sleepstudy["part"] = r.factor(sleepstudy["Days"] // 4)
    m = r.lmer("Reaction ~ part + (1 | Subject)", data=sleepstudy, weights="w")
    means = r.emmeans(m, "part")
    print(means)
    print(r.pairs(means))
    print(r.anova(m, ddf="Kenward-Roger"))
    print(r.Anova(m, test_statistic="F"))
    print(r.summary(m, ddf="Kenward-Roger").coefficients)
    print(r.emmeans(m, "part", lmer_df="satterthwaite"))
    return parts(means=means, pairs=r.pairs(means, adjust="none"),
                 satterthwaite=r.emmeans(m, "part", lmer_df="satterthwaite"))
