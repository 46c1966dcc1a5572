"""Bootstrap likelihood ratio tests of the slope and of its variation between subjects.

The chi-squared distribution of a likelihood ratio is a large-sample result, and it does not hold at all for a variance
whose null value is 0, the boundary. `PBmodcomp` simulates from the small model instead, and asks how often a ratio as
large comes about. `summary` adds reference distributions with the replicates' moments, which need fewer of them.

pbkrtest 0.5.2 takes a `seed` and does nothing with it, so the R side calls `set.seed`.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def answer(x):
    return {
        "test": x.test,
        "ref": x.ref,
        "samples": pd.Series(x.samples),
        "extremes": x.n_extreme,
        "summary": x.summary().test,
    }


FROM_ONE = 8  # digits of the p-values near 1e-8, which R subtracts from 1


@case(
    section="lme4",
    order=502,
    # Likelihood ratios are differences of criteria near 1400.
    tolerance={"fixed": tol.FITTED, "random": tol.FITTED, "random$summary[Bartlett, p.value]": FROM_ONE},
)
def bootstrap_test():
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2)
    no_slope = r.lmer("Reaction ~ 1 + (days_deprived | Subject)", sleep2)
    same_slope = r.lmer("Reaction ~ days_deprived + (1 | Subject)", sleep2)
    fixed = r.PBmodcomp(pp_mod, no_slope, nsim=40, seed=7)
    random = r.PBmodcomp(pp_mod, same_slope, nsim=40, seed=8)
    return {"fixed": answer(fixed), "random": answer(random)}
