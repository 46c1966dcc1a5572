"""Wald z: each estimate divided by its standard error.

The same ratio is the summary's "t value"; the names differ by the distribution it is compared with.
"""

import numpy as np

import translations as r
from translations.cases.chapter5._shared import mixedlm, r_name
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.1", order=22, tolerance=tol.OPTIMISER)
def wald_z(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    z = r.fixef(pp_mod) / np.sqrt(np.diag(r.vcov(pp_mod)))
    print(r.console(z))
    return {"z": z}


@wald_z.by("statsmodels")
def with_statsmodels():
    return {"z": mixedlm().tvalues.iloc[:2].rename(index=r_name)}
