"""Residuals against fitted values: lme4's plot of a model.

`plot(m)` takes Pearson residuals, which are those of the response times the roots of the weights: in the chapter's
model, which has none, the residuals themselves.
"""

import translations as r
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=15, tolerance=tol.FITTED)
def residual_plot(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    return {"point": built(r.plot(pp_mod))["point"]["all"]}
