"""How much does it explain? R² and ICC of mixed and linear models.

Of linear mixed models performance 0.10.2 and 0.18.2 agree. Where a random effect's variance is zero, the conditional R²
and the ICC are missing, and the marginal R² counts the residual variance alone.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=1, tolerance=tol.THETA, releases=("4.2", "4.6"), because="Debian has no performance for R 4.5")
def explained_variance(control=None):
    sleepstudy = r.sleepstudy()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.r2_nakagawa(slopes))
    print(r.icc(slopes))
    split = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", r.cake(), control=control)
    print(r.r2(split))
    nested = r.lmer("strength ~ 1 + (1 | batch) + (1 | sample)", r.Pastes(), control=control)
    plain = r.lm("Reaction ~ Days", sleepstudy)
    print(r.r2(plain))
    apart = r.lmer("Reaction ~ Days + I(Days^2) + (1 | Subject) + (0 + Days | Subject)", sleepstudy, control=control)
    sleepstudy["week"] = r.factor(np.arange(1, len(sleepstudy) + 1) % 6)
    flat = r.lmer("Reaction ~ Days + (1 | Subject) + (1 | week)", sleepstudy, control=control)
    print(r.r2_nakagawa(flat))
    print(r.icc(flat))
    return {
        "slopes": r.r2_nakagawa(slopes), "icc": r.icc(slopes)[["ICC_adjusted", "ICC_unadjusted"]],
        "split": r.r2(split), "split_icc": r.icc(split)["ICC_adjusted"], "nested": r.icc(nested)["ICC_adjusted"],
        "groups": r.icc(nested, by_group=True).set_index("Group")["ICC"], "plain": list(r.r2(plain)),
        "apart": r.r2_nakagawa(apart),
    }
