"""Power to find the slope with six and with twelve subjects, and how well the parameters are recovered.

Power is the share of simulated data sets in which the effect that was put in is found, here by the chapter's rule that
the slope's t exceeds the normal quantile. Forty data sets a setting are few, and chosen for the R side's sake: the
standard error of a power near a half is 0.08, and with 10,000 data sets, some seconds' work here, 0.005.

`recovery_study` returns the estimates of every data set. Its table says what was put in, what came out on average and
how much it varied. A bias worth the name is several times `mcse`, the error of the average.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TRUTH = {"gamma0": 268, "gamma1": 5, "tau00": 31, "tau11": 6.7, "rho": 0.2, "sigma": 25.5}


@case(section="lme4", order=504, tolerance={"power": tol.EXACT, "recovery": tol.OPTIMISER, "after": tol.EXACT})
def power_of_the_slope():
    rng = r.set_seed(2026)
    power = r.power_study(40, rng, **TRUTH, subjects=[6, 12])
    rng = r.set_seed(2026)
    r.recovery_study(40, rng, **TRUTH, subjects=6)  # the first setting's draws, to stand where R stands after them
    large = r.recovery_study(40, rng, **TRUTH, subjects=12)
    return {
        "power": power["power"].to_numpy(),
        "recovery": large.recovery()[["truth", "mean", "sd"]],
        "after": rng.runif(1)[0],
    }
