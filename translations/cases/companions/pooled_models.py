"""Models of imputed data sets, pooled by Rubin's rules: estimates, variance components, and tests of nested models.

mitml's `with(imputed, lmer(...))` is a list comprehension here. Its p-values are 2 (1 - P): below 1e-16 they are 0. The
three tests answer different questions of the same fits, D2 by what the data sets' tests alone say, and with few of them
it is the least sure.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.cases.companions._imputed import imputed
from translations.cases.emmeans._shared import DF, LM, LMER
from translations.parity import case

TESTS = ["d1", "d2", "likelihood", "d3", "adjusted", "lines3", "positive"]
TOLERANCES = {"pooled": DF, "extra": LMER, "vcov": LMER, "ci": LMER, "ci90": LM, "small": LM, "tests": DF}


@case(order=32, tolerance=TOLERANCES)
def pooled_models(control=None):
    sets = imputed()
    fits = [r.lmer("Reaction ~ Days + I(Days^2) + (Days | Subject)", d, control=control) for d in sets]
    nulls = [r.lmer("Reaction ~ 1 + (Days | Subject)", d, control=control) for d in sets]
    plain = [r.lm("Reaction ~ Days + I(Days^2)", d) for d in sets]
    means = [r.lm("Reaction ~ Days", d) for d in sets]
    apart = [r.lmer("Reaction ~ Days + I(Days^2) + (1 | Subject)", d, control=control) for d in sets]
    together = [r.lmer("Reaction ~ Days + (1 | Subject)", d, control=control) for d in sets]
    pooled = r.testEstimates(fits, extra_pars=True)
    print(pooled)
    small = r.testEstimates(plain, df_com=177)
    print(small)
    d1 = r.testModels(fits, nulls)
    print(d1)
    d2 = r.testModels(fits, nulls, method="D2")
    print(d2)
    likelihood = r.testModels(fits, nulls, method="D2", use="likelihood")
    print(likelihood)
    d3 = r.testModels(apart, together, method="D3")
    print(d3)
    adjusted = r.testModels(plain, means, df_com=177)
    print(adjusted)
    lines3 = r.testModels(plain, means, method="D3")
    print(lines3)
    positive = r.testModels(plain, means, method="D2", ariv="positive")
    tests = [one.test for one in (d1, d2, likelihood, d3, adjusted, lines3, positive)]
    return {
        "pooled": pooled.estimates, "extra": pooled.extra_pars["Estimate"], "vcov": r.vcov(pooled),
        "ci": r.confint(pooled), "ci90": r.confint(small, level=0.9), "small": small.estimates,
        "tests": pd.DataFrame(tests, index=TESTS),
    }  # fmt: skip


@pooled_models.by("statsmodels", cannot="mixed models' variance components, D2 and D3: MI pools GLM and the like alone")
def with_statsmodels():
    import statsmodels.formula.api as smf
    from statsmodels.imputation.mice import MICEResults  # noqa: F401  (its rules, for fits that it imputed for itself)

    fits = [smf.ols("Reaction ~ Days + I(Days**2)", d).fit() for d in imputed()]
    Q, m = np.array([one.params for one in fits]), len(fits)
    within = np.mean([one.cov_params() for one in fits], axis=0)
    se = np.sqrt(np.diag(within + (1 + 1 / m) * np.cov(Q.T)))
    names = ["(Intercept)", "Days", "I(Days^2)"]
    return {"small": pd.DataFrame({"Estimate": Q.mean(axis=0), "Std.Error": se}, index=names)}
