"""The random effects of the 18 subjects (conditional modes, BLUPs).

Each is a subject's distance from the population's line, drawn towards zero by as much as the subject's data leave
in doubt. `ranef(m)` maps grouping factors to frames. statsmodels' `random_effects` is a dict, a Series for each
subject.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_ranef
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=34, tolerance=tol.FITTED)
def ranef(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    modes = r.ranef(pp_mod)["Subject"]
    print(r.console(modes))
    return {"ranef": modes}


@ranef.by("statsmodels")
def with_statsmodels():
    return {"ranef": mixedlm_ranef(mixedlm())}
