"""Simulated responses, refits, deletions, comparisons, bootstraps.

R draws the random effects of all simulations first, then all responses. A refit starts from the estimates, but begins
each evaluation from linear predictors without the fixed effects, so that it takes more steps than the fit did.
"""
import warnings

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import named, of_each


@case(section="glmer", order=6, tolerance={
    **of_each("again"), "drawn": tol.GLMM_FIXEF, "boot": tol.GLMM_FIXEF, "ends": tol.GLMM_THETA,
    "theta": tol.GLMM_THETA,
    "counts": tol.EXACT, "shares": tol.LINALG, "held": tol.EXACT, "refit": tol.GLMM_FIXEF})
def fitted_again():
    cbpp, ticks = r.load("cbpp"), r.load("grouseticks").head(150)
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", data=cbpp, family=r.binomial)
    print(r.drop1(m, test="Chisq"))
    smaller = r.update(m, ". ~ . - period")
    print(r.anova(smaller, m))
    print(smaller)
    drawn = r.simulate(m, 2, seed=1)
    again = r.refit(m, drawn["sim_2"])
    print(again)
    b = r.bootMer(m, r.fixef, nsim=12, seed=5)
    print(b)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = r.confint(m, method="boot", nsim=25, seed=3, quiet=True, boot_type="basic")
    counts = r.glmer("TICKS ~ (1 | BROOD)", data=ticks, family=r.poisson)
    shares = r.glmer("incidence / size ~ period + (1 | herd)", weights="size", data=cbpp, family=r.binomial, nAGQ=5)
    return {
        **named(again=again), "boot": b.t,
        "drawn": {name: list(drawn[of]["incidence"]) for name, of in {"one": "sim_1", "two": "sim_2"}.items()},
        "ends": ends, "counts": r.simulate(counts, 2, seed=8), "shares": r.simulate(shares, 1, seed=9),
        "held": r.simulate(counts, 1, seed=2, use_u=True),
        "refit": r.fixef(r.refit(shares, r.simulate(shares, 1, seed=9)["sim_1"])),
        "theta": list(r.refit(counts, r.simulate(counts, 1, seed=8)["sim_1"]).theta),
    }
