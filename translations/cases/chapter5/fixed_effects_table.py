"""The fixed effects' table of the summary.

`summary(m).coefficients` is the table as numbers. lme4 gives no p-values on purpose; statsmodels does, from the
normal distribution (the chapter's "t-as-z"), and calls the ratio z.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_table, printed_part
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.1", order=19, tolerance=tol.OPTIMISER)
def fixed_effects_table(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    s = r.summary(pp_mod)
    print(printed_part(s, "Fixed effects:"))
    return {"coefficients": s.coefficients}


@fixed_effects_table.by("statsmodels")
def with_statsmodels():
    fit = mixedlm()
    return {"coefficients": mixedlm_table(fit)}
