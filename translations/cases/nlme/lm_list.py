"""A regression for each subject, with a residual standard deviation in common: `lmList`.

`confint` is lme4's, of each model by itself; `intervals` nlme's, by the common standard deviation and all its degrees
of freedom. A mixed model draws the lines to their mean; these it does not.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

ENDS = Tolerance("LM_LIST_ENDS", 12, 12, 12, 4, "as LINALG, of ends of intervals: one near 0, 0.009 of an interval up "
                 "to 4.5, has 11.6 digits of its own", relative_to="item")

ITEMS = ("coef", "table", "alone", "sigma", "logLik", "REML", "own", "AIC", "BIC", "level", "intervals", "fitted",
         "pearson", "pooled", "random", "ahead")


@case(section="lme", order=17, tolerance={**dict.fromkeys(ITEMS, tol.LINALG), "confint": ENDS})
def lm_list():
    sleepstudy, Orthodont = r.sleepstudy(), r.load("Orthodont")
    subjects = r.lmList("Reaction ~ Days | Subject", sleepstudy)
    print(subjects)
    print(r.summary(subjects))
    print(r.fixef(subjects))
    print(r.logLik(subjects))
    children = r.lmList("distance ~ I(age - 11) | Subject", Orthodont)
    alone = r.lmList("Reaction ~ Days | Subject", sleepstudy, pool=False, subset="Days > 1")
    print(alone)
    print(r.intervals(children))
    return {
        "coef": r.coef(children), "table": dict(r.coef(r.summary(children))), "alone": dict(r.coef(r.summary(alone))),
        "sigma": r.sigma(children), "logLik": float(r.logLik(children)), "REML": float(r.logLik(children, REML=True)),
        "own": float(r.logLik(alone)), "AIC": r.AIC(children), "BIC": r.BIC(children),
        "confint": dict(r.confint(subjects)), "level": dict(r.confint(subjects, level=0.8)),
        "intervals": dict(r.intervals(subjects, level=0.9)), "fitted": r.fitted(subjects).tolist()[:12],
        "pearson": r.residuals(subjects, "pearson").tolist()[:12],
        "pooled": r.residuals(subjects, "pooled.pearson").tolist()[:12], "random": r.ranef(subjects),
        "ahead": r.predict(subjects, {"Days": [10, 11], "Subject": ["308", "309"]}).tolist(),
    }
