"""Profile intervals of a 3 by 3 covariance matrix: Machines.

Six workers cannot tell about three correlations. While one of them is held, the others wander to places where the three
together are those of no matrix; lme4 then takes a pivoted factor, and so does `sdcor.theta_of`. One correlation's
profile turns back on its way to -1, where zeta is about -1. lme4 warns, and answers [-1, 0.447] nevertheless; here that
end is where the deviance itself reaches the quantile, -0.848. The row is left out of the comparison.
"""
import warnings

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=213, tolerance=tol.PROFILE)
def profile_machines():
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (Machine | Worker)", Machines)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ci = r.confint(m, oldNames=False, quiet=True)
    ci = ci.drop(index="cor_MachineC.(Intercept)|Worker")
    print(ci)
    return {"ci": ci}
