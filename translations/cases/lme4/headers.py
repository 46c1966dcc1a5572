"""What stands above the tables: of maximum likelihood, of weights, offsets and subsets, of models without terms.

R's headings have blanks of their own: after "maximum likelihood", before the columns of a table without rows. A table
that is printed here, with `print` or by the console, has them too.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=575, tolerance=tol.THETA)
def headers():
    d = r.sleepstudy()
    d["w"] = [1, 2] * 90
    d["third"] = pd.Categorical(["u", "v", "w"] * 60)
    m = r.lmer("Reaction ~ Days + (Days | Subject)", d, REML=False)
    print(r.console(m))
    print(r.console(r.summary(m)))
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Satterthwaite"))
    print(r.console(r.anova(m, type=2)))
    print(r.ranova(m))
    w = r.lmer("Reaction ~ Days + offset(Days) + (1 | Subject)", d, weights="w", subset="Days > 1")
    print(w)
    print(r.summary(w))
    a = r.lmer("Reaction ~ 1 + (1 | Subject)", d, REML=False)
    print(r.anova(m, a))
    print(r.anova(a))
    print(r.drop1(m, test="Chisq"))
    n = r.lmer("Reaction ~ 0 + (1 | Subject)", d)
    print(n)
    print(r.summary(n))
    r1 = r.lmer("Reaction ~ Days + (Days | Subject)", d)
    r0 = r.lmer("Reaction ~ 1 + (Days | Subject)", d)
    print(r.KRmodcomp(r1, r0))
    print(r.summary(r1, ddf="Kenward-Roger"))
    print(r.anova(r1, ddf="Kenward-Roger"))
    print(r.console(r.ls_means(r.lmer("Reaction ~ third + (1 | Subject)", d))))
    print(r.summary(r.lm("Reaction ~ 0", d)))
    print(r.anova(r.lm("Reaction ~ Days", d), r.lm("Reaction ~ 1", d), test="Chisq"))
    print(r.summary(r.lm("Reaction ~ Days", d, weights="w", subset="Days > 1")))
    print(r.drop1(r.lm("Reaction ~ Days + third", d), scale=2000.0))
    return {"df": r.summary(m, ddf="Satterthwaite").coefficients["df"], "nobs": r.nobs(w), "terms": len(r.anova(a))}
