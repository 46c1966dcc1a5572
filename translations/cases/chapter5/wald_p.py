"""Two-sided p-values by the chapter's formula, 2 * (1 - pnorm(|z|)).

`pnorm` is `scipy.stats.norm.cdf`. The formula loses digits: `pnorm(6.2)` is 1 up to nine decimals, and the
difference from 1 keeps only what lies beyond them, about seven digits; for z = 32 it keeps nothing, and the p-value
comes out as 0. See `wald_p_tail` for the way without loss. Because of it R's answer and scipy's may differ in the
eighth digit though both are right up to rounding.
"""

import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

CANCELLED = Tolerance(
    "CANCELLED", 6, 6, 6, 4, "1 - pnorm(z) is a multiple of 1.1e-16, so p = 5.75e-10 is known to 6.4 digits"
)


@case(section="5.5.1", order=23, tolerance=CANCELLED)
def wald_p(control=None):
    from scipy.stats import norm

    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    z = r.fixef(pp_mod) / np.sqrt(np.diag(r.vcov(pp_mod)))
    p = pd.Series(2 * (1 - norm.cdf(abs(z))), index=z.index)
    print(r.console(p))
    return {"p": p}
