"""Residuals against fitted values: lme4's plot of a model.

`plot(m)` takes Pearson residuals, which are those of the response times the roots of the weights: in the chapter's
model, which has none, the residuals themselves.
"""

import translations as r
from translations.figures import lattice
from translations.figures.built import built
from translations.figures.chapter import PARTIAL
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=15, tolerance=tol.FITTED)
def residual_plot(control=None):
    pp_mod = r.lmer(PARTIAL, r.sleep2(), control=control)
    return {"point": built(lattice.plot(pp_mod))["point"]["all"]}
