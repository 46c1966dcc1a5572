"""The correlation of intercepts and slopes, read off the correlation matrix.

R counts from 1: `[1, 2]` is `.iloc[0, 1]`.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=32, tolerance=tol.OPTIMISER)
def correlation_attribute(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    rho = r.VarCorr(pp_mod)["Subject"].correlation.iloc[0, 1]
    print(r.console(rho))
    return {"rho": rho}
