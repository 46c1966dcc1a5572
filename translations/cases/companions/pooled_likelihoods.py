"""Likelihood ratios at pooled estimates, of models with random slopes: mitml's D3.

With lme4 2.1 mitml 0.4-5 answers NA here: it hands lme4's `devfun2` a deviation, the correlation, the other deviation,
and lme4 takes both deviations first since 2.0. Computed from the density itself, as here, D3 needs no such order.
"""
import pandas as pd

import translations as r
from translations.cases.companions._imputed import imputed
from translations.cases.emmeans._shared import DF
from translations.parity import case


@case(order=33, tolerance=DF, releases=("4.2", "4.5"), because="under lme4 2.1 mitml's D3 of random slopes is NA")
def pooled_likelihoods(control=None):
    sets = imputed()
    curved = [r.lmer("Reaction ~ Days + I(Days^2) + (Days | Subject)", d, control=control) for d in sets]
    slopes = [r.lmer("Reaction ~ Days + (Days | Subject)", d, control=control) for d in sets]
    intercepts = [r.lmer("Reaction ~ Days + (1 | Subject)", d, control=control) for d in sets]
    curve = r.testModels(curved, slopes, method="D3")
    print(curve)
    scatter = r.testModels(slopes, intercepts, method="D3")
    print(scatter)
    return {"tests": pd.DataFrame([curve.test, scatter.test], index=["curve", "scatter"])}
