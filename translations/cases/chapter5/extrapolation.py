"""Three days more: what the model says of days 8 to 10 of deprivation.

New data may leave the range of the old, and `predict` says nothing; that a straight line goes on is the model's
assumption, not a finding.
"""

import translations as r
from translations.cases.chapter5._shared import grid_of, mixedlm, mixedlm_ranef
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=36, tolerance=tol.FITTED)
def extrapolation(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    later = grid_of(range(8, 11))
    later = later.assign(Reaction=r.predict(pp_mod, later).to_numpy())
    print(r.tibble(later))
    return {"Reaction": later["Reaction"]}


@extrapolation.by("statsmodels", cannot="predictions with a subject's own random effects: they are added by hand")
def with_statsmodels():
    fit, later = mixedlm(), grid_of(range(8, 11))
    own = mixedlm_ranef(fit).loc[later["Subject"]]
    random = own["(Intercept)"].to_numpy() + own["days_deprived"].to_numpy() * later["days_deprived"]
    return {"Reaction": fit.predict(later) + random}
