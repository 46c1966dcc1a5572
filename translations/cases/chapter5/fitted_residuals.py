"""Fitted values and residuals, with each subject's random effects in them.

`slice(c(1, 10))` asks for rows 1 and 10 of each subject; there are 8, so only the first comes.
`groupby(...).nth([0, 9])` forgives alike, `iloc[[0, 9]]` would raise. statsmodels' `fittedvalues` of a mixed model
also hold the random effects, though its `predict()` does not.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=35, tolerance=tol.FITTED)
def fitted_residuals(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    both = sleep2.assign(fit=r.fitted(pp_mod).to_numpy(), resid=r.residuals(pp_mod).to_numpy())
    rows = both.groupby("Subject", observed=True).nth([0, 9])
    print(r.tibble(rows, groups="Subject"))
    return {"fit": both["fit"], "resid": both["resid"]}


@fitted_residuals.by("statsmodels")
def with_statsmodels():
    fit = mixedlm()
    return {"fit": fit.fittedvalues, "resid": fit.resid}
