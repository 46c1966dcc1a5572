"""From REML to maximum likelihood: the way of minqa's BOBYQA, point by point.

Profiles and likelihood-ratio tests start from `refitML`, which lme4 does with minqa, not with the NLopt of its fits.
Powell's algorithm interpolates the deviance at five points and ends when differences in its last digits no longer
matter, so that rounding decides where: moved by 1e-15 at the start, R's own theta ends 6e-9 elsewhere, and one of the
chapter's profile ends changes in its fifth digit. Both the deviance and the algorithm therefore keep their models'
order of operations.
"""
import numpy as np

import translations as r
from translations.optim.bobyqa import bobyqa
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=200, tolerance=tol.OPTIMISER)
def profile_refit():
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2)
    way = []

    def deviance(theta):
        way.append(theta)
        return m.pls.lme4_deviance(theta, REML=False)

    best = bobyqa(deviance, m.theta, lower=np.array([0.0, -np.inf, 0.0]))
    return {"way": np.array(way), "evaluations": best.evaluations, "theta": best.x, "deviance": best.value,
            "refitML": r.getME(r.refitML(m), "theta")}
