"""The same means with degrees of freedom by Kenward and Roger, by Satterthwaite, and without any.

Kenward and Roger's method also widens the standard errors, for the variances were estimated; Satterthwaite's leaves
them. "asymptotic" counts as if all variances were known: intervals are from the normal distribution.
"""
import numpy as np

import translations as r
from translations.cases.emmeans._shared import P_SATTERTHWAITE, SATTERTHWAITE, gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {
    **tolerances("lmer", "kr", "kr_pairs", "sat", "sat_pairs", "asym", "asym_pairs"),
    "sat_df": SATTERTHWAITE, "sat_pairs_df": SATTERTHWAITE, "sat_pairs_p": P_SATTERTHWAITE,
}  # fmt: skip


@case(section="emmeans", order=2, tolerance=TOLERANCES)
def degrees_of_freedom(control=None):
    m = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", gaps(), control=control)
    for method in ("kenward-roger", "satterthwaite", "asymptotic"):
        print(r.emmeans(m, "pairwise ~ recipe", lmer_df=method))
        print(r.emmeans(m, "~ temp", lmer_df=method, cov_reduce=lambda x: [np.min(x), np.max(x)]))
    kr, sat, asym = (r.emmeans(m, "~ recipe", lmer_df=one) for one in ("kenward-roger", "satterthwaite", "asymptotic"))
    return parts(kr=kr, kr_pairs=r.pairs(kr), sat=sat, sat_pairs=r.pairs(sat), asym=asym, asym_pairs=r.pairs(asym))
