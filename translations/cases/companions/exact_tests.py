"""Is a variance zero? The likelihood ratio's exact distribution by simulation: RLRsim, on R's random stream.

Half of a chi-squared p-value is near only where there are many groups; the exact distribution has more mass at 0.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Vector


@case(order=43, tolerance=tol.THETA)
def exact_tests(control=None):
    sleep, penicillin, pastes = r.load("sleepstudy"), r.load("Penicillin"), r.load("Pastes")
    weak = r.lmer("strength ~ 1 + (1 | batch)", pastes, control=control)
    print(r.exactRLRT(weak, seed=1, nsim=2000))
    weakest = r.lmer("strength ~ 1 + (1 | batch)", pastes, REML=False, control=control)
    print(r.exactLRT(weakest, r.lm("strength ~ 1", pastes), seed=2, nsim=2000))
    both = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", penicillin, control=control)
    plates = r.lmer("diameter ~ 1 + (1 | plate)", penicillin, control=control)
    samples = r.lmer("diameter ~ 1 + (1 | sample)", penicillin, control=control)
    slope = r.lmer("Reaction ~ Days + (0 + Days | Subject)", sleep, REML=False, control=control)

    def parts(x):
        numbers = [x.statistic.iloc[0], x.p_value, x.sample.sum(), np.mean(x.sample == 0.0)]
        return Vector(numbers, index=[x.statistic.index[0], "p", "sum", "zero"])

    coarse = r.exactRLRT(weak, seed=5, nsim=300, gridlength=30, log_grid_hi=5, log_grid_lo=-6)
    return {
        "restricted": parts(r.exactRLRT(weak, seed=1, nsim=2000)),
        "likelihood": parts(r.exactLRT(weakest, r.lm("strength ~ 1", pastes), seed=2, nsim=2000)),
        "first": r.exactRLRT(weak, seed=1, nsim=2000).sample[:8],
        "plates": parts(r.exactRLRT(plates, both, samples, seed=3, nsim=500)),
        "days": parts(r.exactLRT(slope, r.lm("Reaction ~ 1", sleep), seed=4, nsim=500)), "coarse": parts(coarse),
    }  # fmt: skip
