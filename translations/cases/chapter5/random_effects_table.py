"""The random effects' table of the summary.

`VarCorr(m).as_data_frame()` is the table as numbers: `vcov` holds variances and covariances, `sdcor` standard
deviations and correlations. A standard deviation printed beside a variance is its root, not its standard error;
lme4 gives no standard errors of variances.
"""

import pandas as pd

import translations as r
from translations.cases.chapter5._shared import mixedlm, mixedlm_varcorr, printed_part
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.5.2", order=27, tolerance={"VarCorr": tol.OPTIMISER, "nobs": tol.EXACT, "ngrps": tol.EXACT})
def random_effects_table(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    print(printed_part(r.summary(pp_mod), "Random effects:"))
    return {
        "VarCorr": r.VarCorr(pp_mod).as_data_frame(),
        "nobs": r.nobs(pp_mod),
        "ngrps": pd.Series(r.ngrps(pp_mod)),
    }


@random_effects_table.by("statsmodels")
def with_statsmodels():
    fit = mixedlm()
    return {"VarCorr": mixedlm_varcorr(fit), "nobs": int(fit.nobs)}
