"""Hypotheses of coefficients tested together: `glht` with `mcp`, text and matrices, its tests, intervals and letters.

A single-step p-value is a multivariate probability, which R integrates at random: twelve answers of one session share
2.7 digits, and R prints fewer of them where its own error is larger. `r.glht` integrates on a fixed lattice. Of mixed
models multcomp's tests are by z, as if the variances were known; `r.emmeans` has degrees of freedom for them.
"""

import translations as r
from translations.cases.emmeans._shared import LM, LMER, MVT
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Vector

TOLERANCE = {
    **dict.fromkeys(("less", "matrix", "sides", "all", "ave", "one"), LM),
    **dict.fromkeys(("rate", "change"), tol.IRLS),
    **dict.fromkeys(("tukey", "vcov", "own"), LMER),
    **dict.fromkeys(("tukey_p", "less_p", "all_p", "ends", "below"), MVT),
}


@case(section="emmeans", order=19, tolerance=TOLERANCE)
def linear_hypotheses():
    warpbreaks, cake = r.load("warpbreaks"), r.cake()
    m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake)
    tukey = r.glht(m, linfct=r.mcp(recipe="Tukey"))
    print(tukey)
    print(r.summary(tukey, test=r.adjusted("holm")))
    print(r.summary(tukey, test=r.univariate()))
    print(r.summary(tukey, test=r.Chisqtest()))
    print(r.confint(tukey, calpha="univariate"))
    print(r.cld(tukey))
    a = r.aov("breaks ~ wool + tension", warpbreaks)
    less = r.glht(a, linfct=r.mcp(tension="Dunnett"), alternative="less")
    print(less)
    print(r.summary(less, test=r.adjusted("none")))
    print(r.summary(less, test=r.Ftest()))
    text = r.glht(a, linfct=["tensionM - tensionH = 0", "tensionH + 2 * woolB = 5"])
    print(r.summary(text, test=r.adjusted("bonferroni")))
    both = r.glht(a, linfct=r.mcp(tension="Sequen", wool="Tukey"))
    print(r.summary(both, test=r.adjusted("fdr")))
    print(r.cld(r.glht(a, r.mcp(tension="Tukey"))))
    print(r.cld(r.summary(r.glht(a, r.mcp(tension="Tukey"))), decreasing=True))
    K = {"M - L": [0, 0, 1, 0], "H - M": [0, 0, -1, 1]}
    claims = r.load("Insurance")
    claims["Age"] = r.factor(claims["Age"], ordered=False)
    rate = r.glm("Claims ~ Age + offset(log(Holders))", family=r.poisson(), data=claims)

    def tested(g):
        s = r.summary(g)
        numbers = {"estimate": s.estimate, "se": s.error, "t": s.statistic}
        return {name: Vector(values, index=g.names) for name, values in numbers.items()}

    def ends(g, **settings):
        return r.confint(g, **settings).table.set_axis(g.names)[["lwr", "upr"]]

    return {
        "tukey": tested(tukey), "tukey_p": r.summary(tukey).p, "less": tested(less), "less_p": r.summary(less).p,
        "matrix": tested(r.glht(a, linfct=K)),
        "sides": tested(r.glht(a, linfct=r.mcp(tension=["M - L >= 0", "H - L >= 1"]))),
        "one": tested(one := r.glht(a, r.mcp(tension={"q": [1, -2, 1]}))) | {"p": r.summary(one).p},
        "all": tested(r.glht(a)), "all_p": r.summary(r.glht(a)).p, "rate": tested(r.glht(rate, r.mcp(Age="GrandMean"))),
        "change": tested(r.glht(rate, r.mcp(Age="Changepoint"))), "ave": tested(r.glht(a, r.mcp(tension="AVE"))),
        "vcov": r.vcov(tukey), "ends": ends(tukey), "own": ends(tukey, calpha="univariate"),
        "below": ends(less)["upr"].to_numpy(),
    }
