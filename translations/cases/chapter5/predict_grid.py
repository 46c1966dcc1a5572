"""Predictions on the grid: for these subjects, and for a subject not seen.

`predict` uses the random effects unless told `re.form = NA` (here `re_form="~0"`), which leaves the population's
line. statsmodels' `predict` gives the population's line only; for a subject's own, `random_effects` have to be
added by hand.
"""

import translations as r
from translations.cases.chapter5._shared import grid_of, mixedlm, mixedlm_ranef
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.4", order=18, tolerance=tol.FITTED)
def predict_grid(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    grid = grid_of(range(8))
    newdata2 = grid.assign(Reaction=r.predict(pp_mod, grid).to_numpy())
    print(r.tibble(newdata2))
    population = r.predict(pp_mod, grid.head(8), re_form="~0")
    return {"Reaction": newdata2["Reaction"], "population": population.to_numpy()}


@predict_grid.by("statsmodels", cannot="predictions with a subject's own random effects: they are added by hand")
def with_statsmodels():
    fit, grid = mixedlm(), grid_of(range(8))
    line, own = fit.predict(grid), mixedlm_ranef(fit).loc[grid["Subject"]]
    random = own["(Intercept)"].to_numpy() + own["days_deprived"].to_numpy() * grid["days_deprived"]
    return {"Reaction": line + random, "population": line.head(8).to_numpy()}
