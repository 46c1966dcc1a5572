"""Do residuals hang together in time or space, and does a larger model fit better than chance? DHARMa's tests.

lmtest's exact p-value of Durbin's and Watson's statistic is by a quadrature of 15 nodes; here by Imhof's integral.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = {
    "few": tol.PVALUE, "many": tol.PVALUE, "space": tol.PVALUE, "distances": tol.PVALUE, "ratio": tol.THETA,
    "drawn": tol.MODES, "counts": tol.GLMM_MODES, "simulated": tol.GLMM_MODES,
}


@case(order=44, tolerance=TOLERANCE, releases=("4.5",), because="Debian has DHARMa for R 4.5 alone")
def residual_dependence(control=None):
    sleep = r.load("sleepstudy")
    one = sleep[sleep["Subject"] == "308"]
    line = r.lm("Reaction ~ Days", one)
    weights = r.lm("weight ~ Time", r.load("BodyWeight").head(120))
    ticks = r.load("grouseticks").head(60)
    ticks = ticks.assign(HEIGHT=(ticks["HEIGHT"] - 460) / 10)
    counts = r.glm("TICKS ~ HEIGHT", r.poisson(), ticks)
    residuals = r.simulateResiduals(counts)
    east, north = np.arange(1, 61) % 10, np.arange(1, 61) // 10
    print(r.testTemporalAutocorrelation(r.simulateResiduals(line), one["Days"]))
    print(r.testSpatialAutocorrelation(residuals, east, north))
    m0 = r.lm("Reaction ~ Days", sleep)
    m1 = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, REML=False, control=control)
    print(r.simulateLRT(m0, m1, n=20))
    few = r.glmer("TICKS ~ 1 + (1 | BROOD)", ticks, r.poisson())
    more = r.glmer("TICKS ~ HEIGHT + (1 | BROOD)", ticks, r.poisson())
    slope = r.simulateLRT(few, more, n=8)

    def parts(x):
        return [*x.statistic, x.p_value]

    sides = ("two.sided", "greater", "less")
    line, weights = r.simulateResiduals(line), r.simulateResiduals(weights)
    along = np.abs(np.subtract.outer(east + 2 * north, east + 2 * north)) + 1
    return {
        "few": {side: parts(r.testTemporalAutocorrelation(line, one["Days"], side)) for side in sides},
        "many": {side: parts(r.testTemporalAutocorrelation(weights, np.arange(120, 0, -1), side)) for side in sides},
        "space": {side: parts(r.testSpatialAutocorrelation(residuals, east, north, alternative=side))
                  for side in sides},
        "distances": parts(r.testSpatialAutocorrelation(residuals, distMat=along)),
        "ratio": parts(r.simulateLRT(m0, m1, n=20)), "drawn": r.simulateLRT(m0, m1, n=20).simulatedLR,
        "counts": parts(slope), "simulated": slope.simulatedLR,
    }  # fmt: skip
