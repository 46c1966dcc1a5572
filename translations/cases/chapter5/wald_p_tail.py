"""The same p-values taken from the tail, 2 * pnorm(-|z|), which loses no digits.

`norm.sf` (survival function) is `pnorm(lower.tail = FALSE)`. For z = 32 the p-value is 1.5e-230, not 0;
`norm.logsf` goes further still. As a p-value this far out multiplies z's relative error by z squared, a thousand
times at z = 32, compare its logarithm.
"""

import numpy as np
import pandas as pd

import translations as r
from translations.cases.chapter5._shared import mixedlm, r_name
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

FAR_TAIL = Tolerance(
    "FAR_TAIL", 6, 7, 9, 1, "a p-value errs by z squared (1051 at z = 32) times as much as z: 3 digits"
)


@case(section="5.5.1", order=24, tolerance={"p": FAR_TAIL, "log.p": tol.OPTIMISER})
def wald_p_tail(control=None):
    from scipy.stats import norm

    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    z = r.fixef(pp_mod) / np.sqrt(np.diag(r.vcov(pp_mod)))
    p = pd.Series(2 * norm.sf(abs(z)), index=z.index)
    print(r.console(p, digits=4))
    return {"p": p, "log.p": pd.Series(np.log(2) + norm.logsf(abs(z)), index=z.index)}


@wald_p_tail.by("statsmodels")
def with_statsmodels():
    return {"p": mixedlm().pvalues.iloc[:2].rename(index=r_name)}
