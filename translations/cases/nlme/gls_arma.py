"""Errors that are an autoregression and a moving average: `corARMA`.

R's intervals put the lower ends of all parameters back on their own scale together, and then the upper ones. Of
`corARMA(p = 2)` the first coefficient is 0.599, and its "lower" and "upper" ends are 0.593 and 0.567: a warning says
so here.
"""
import warnings

import translations as r
from translations.cases.nlme._shared import CURVATURE, FOLLOWS, LIKELIHOOD, STOP, by_part, describe, describe_lme, held
from translations.parity import case

MIXED = ("fixef", "sigma", "structure", "logLik", "anova")


def ends(m):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.intervals(m, which="var-cov")["corStruct"]


@case(section="gls", order=7, tolerance={**held(), "mixed": STOP, "mixed$logLik": LIKELIHOOD, "ends": CURVATURE,
                                         "covariances": FOLLOWS})
def gls_arma():
    Ovary, close = r.load("Ovary"), r.glsControl(tolerance=1e-10)
    follicles = "follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)"

    def of(value=None, **orders):
        return r.gls(follicles, Ovary, correlation=r.corARMA(value, form="~ 1 | Mare", **orders), control=close)

    both = of(p=1, q=1)
    second = of(p=2)
    print(both)
    print(r.summary(second))
    print(r.anova(of(p=1), second, both, model_names=["of(p = 1)", "second", "both"]))
    some = Ovary[Ovary["Mare"].cat.codes < 5]
    gaps = some.assign(day=some.groupby("Mare", observed=True)["Time"].transform(
        lambda x: (1 + (x.reset_index().index + 1) % 3).to_series().cumsum().to_numpy()))
    mares = r.lme(follicles, Ovary, random="~ 1 | Mare", correlation=r.corARMA(q=2))
    with r.options(digits=5):
        print(mares)
    fits = {"both": both, "second": second, "moving": of([0.2, 0.1], q=2), "held": of([0.3, 0.2], p=1, q=1, fixed=True),
            "gaps": r.gls(follicles, gaps, correlation=r.corARMA(form="~ day | Mare", p=1, q=1), control=close)}
    return {**by_part({name: describe(m, 8) for name, m in fits.items()}),
            "mixed": {name: value for name, value in describe_lme(mares).items() if name in MIXED},
            "ends": {"both": ends(both), "second": ends(second)},
            "covariances": r.getVarCov(both, 2).iloc[:4, :4]}
