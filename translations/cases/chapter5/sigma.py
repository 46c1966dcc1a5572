"""The residual standard deviation.

`sigma(m)` is `np.sqrt(fit.scale)` in statsmodels: `scale` is the variance.
"""

import translations as r
from translations.cases.chapter5._shared import mixedlm
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=28, tolerance=tol.OPTIMISER)
def sigma(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(r.console(r.sigma(pp_mod)))
    return {"sigma": r.sigma(pp_mod), "variance": r.sigma(pp_mod) ** 2}


@sigma.by("statsmodels")
def with_statsmodels():
    fit = mixedlm()
    return {"sigma": fit.scale**0.5, "variance": fit.scale}
