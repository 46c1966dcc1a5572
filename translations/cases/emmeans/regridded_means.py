"""Differences of back-transformed means, joint tests, and letters for groups of means.

Contrasts of a log-transformed response are ratios. `regrid` makes the back-transformed means parameters of their own,
so that contrasts of them are differences, with standard errors by the delta method. `test(joint=True)` tests all
contrasts at once. `cld` gives means that were not shown to differ a common symbol, which is no evidence that they are
equal; its symbols are compared with multcomp's, as Debian has not the package that emmeans' own needs.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, holes, parts, tolerances
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {**tolerances("lmer", "means", "changes", "recipes", "joint", "all"),
              **tolerances("lm", "differences", "ratios"), "order": tol.EXACT, "marks": tol.EXACT}


@case(section="emmeans", order=13, tolerance=TOLERANCES)
def regridded_means(control=None):
    m = r.lmer("log(angle) ~ recipe * temperature + (1 | recipe:replicate)", gaps(), control=control)
    e = r.regrid(r.emmeans(m, "~ temperature | recipe"))
    print(e)
    print(r.contrast(e, "consec", adjust="none"))
    print(r.test(r.pairs(e), joint=True))
    print(r.test(r.pairs(e), joint=True, by=[]))
    print(r.test(e, null=30))
    print(r.test(e, joint=True, null=30))
    print(r.test(e, joint=True, rows=[1, 2, 3]))
    recipes = r.emmeans(r.regrid(r.ref_grid(m)), "~ recipe")
    print(recipes)
    h = r.lm("log(angle) ~ recipe * temperature", holes())
    print(r.pairs(r.regrid(r.emmeans(h, "~ recipe | temperature")), adjust="none"))
    b = r.glm("cbind(incidence, size - incidence) ~ period", family=r.binomial(), data=r.load("cbpp"))
    odds = r.emmeans(b, "~ period")
    print(r.pairs(r.regrid(odds)))
    print(r.regrid(r.pairs(odds)))
    print(r.pairs(r.regrid(odds, "log"), type="response"))
    print(r.regrid(odds, transform="none"))
    print(r.test(r.pairs(odds), joint=True))
    groups = r.cld(r.emmeans(r.lm("angle ~ recipe + temperature", gaps()), "~ temperature"))
    return {
        **parts(means=e, changes=r.contrast(e, "consec", adjust="none"), recipes=recipes,
                differences=r.pairs(r.regrid(odds)), ratios=r.pairs(r.regrid(odds, "log"), type="response"),
                joint=r.test(r.pairs(e), joint=True), all=r.test(r.pairs(e), joint=True, by=[])),
        "order": list(groups["temperature"].astype(str)), "marks": [one[1:] for one in groups[".group"]],
    }  # fmt: skip
