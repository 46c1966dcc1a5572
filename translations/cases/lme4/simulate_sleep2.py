"""Responses simulated from the partial-pooling model after `set.seed`.

`simulate` draws new subjects: random effects from their estimated covariance matrix, then residuals. With `use_u` it
keeps these subjects, that is their conditional modes, and draws residuals only. R draws the random effects of all
simulations before the first residual, so that `simulate(m, 3)` is not three times `simulate(m, 1)`.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(
    section="lme4", order=500, tolerance=dict.fromkeys(("drawn", "new_days", "same_subjects"), tol.OPTIMISER)
)
def simulate_sleep2(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    drawn = r.simulate(pp_mod, 3, seed=99)
    print(r.console(drawn.head(6)))
    new_days = pd.DataFrame({"days_deprived": [0, 3, 9, 2], "Subject": ["330", "308", "330", "372"]})
    return {
        "drawn": drawn,
        "new_days": r.simulate(pp_mod, 2, seed=5, newdata=new_days),
        "same_subjects": r.simulate(pp_mod, 2, seed=2, use_u=True),
    }
