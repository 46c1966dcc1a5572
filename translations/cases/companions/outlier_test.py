"""The largest studentized residuals of linear, generalized and mixed models, with Bonferroni's correction.

Of a mixed model car takes the residuals less the random effects' modes, each over the whole fit's sigma: no row is left
out, so an outlier counts in the sigma that it is measured by. statsmodels has the test for ordinary least squares.
"""
import statsmodels.formula.api as smf

import translations as r
from translations.cases.emmeans._shared import LM, LMER
from translations.cases.emmeans.generalized_models import GLM
from translations.parity import case


def bare(test):
    return {"rstudent": test.rstudent, "p": test.p, "bonf.p": test.bonf_p, "signif": test.signif}


@case(order=30, tolerance={"line": LM, "slopes": LMER, "few": LMER, "counts": GLM})
def outlier_test(control=None):
    sleep, breaks = r.load("sleepstudy"), r.load("warpbreaks")
    line = r.lm("Reaction ~ Days", sleep)
    print(r.outlierTest(line))
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    print(r.outlierTest(slopes))
    print(r.outlierTest(slopes, cutoff=1, n_max=3))
    rows = [f"{subject} day {day:.0f}" for subject, day in zip(sleep.Subject, sleep.Days, strict=True)]
    print(r.outlierTest(slopes, order=False, labels=rows))
    counts = r.glm("breaks ~ wool * tension", family=r.poisson(), data=breaks)
    print(r.outlierTest(counts))
    return {"line": bare(r.outlierTest(line)), "slopes": bare(r.outlierTest(slopes)),
            "few": bare(r.outlierTest(slopes, cutoff=1, n_max=3)), "counts": bare(r.outlierTest(counts))}


@outlier_test.by("statsmodels", cannot="the test of a mixed or generalized model: outlier_test is for OLS alone")
def with_statsmodels():
    sleep = r.load("sleepstudy")
    found = smf.ols("Reaction ~ Days", sleep.set_axis(range(1, len(sleep) + 1))).fit().outlier_test()
    largest = found.loc[[found["student_resid"].abs().idxmax()]]
    return {"line": {"rstudent": largest["student_resid"], "p": largest["unadj_p"]}}
