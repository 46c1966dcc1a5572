"""The chapter's data-generating process (section 5.3.3), simulated and fitted.

The equations of level 1 and level 2 are a recipe: draw the subjects' deviations from the grand intercept and slope
from a bivariate normal distribution with covariance matrix Sigma (tau00 and tau11 are its standard deviations, rho the
correlation), and an error for every observation. Fitting the model to what the recipe gave shows how near it comes to
the parameters that went in; `recovery_study` does so many times, in less time than R takes for one in a hundred.

One stream passes from one data set to the next, as R's hidden one does: `seed` may be a stream.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(
    section="lme4",
    order=503,
    tolerance=dict.fromkeys(("fixef", "VarCorr", "slopes"), tol.OPTIMISER)
    | {"Reaction": tol.LINALG, "after": tol.EXACT},
)
def data_generating_process():
    rng = r.set_seed(99)
    simulated = r.simulate_multilevel(268, 11.4, 31, 6.7, 0.2, 25.5, subjects=18, days=8, missing=0.1, seed=rng)
    print(r.console(simulated.head(10)))
    refitted = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", simulated)
    rng = r.set_seed(5)
    truth = {"gamma0": 268, "gamma1": 11.4, "tau00": 31, "tau11": 6.7, "rho": 0.2, "sigma": 25.5}
    study = r.recovery_study(20, rng, **truth, subjects=12, days=6)
    return {
        "Reaction": simulated["Reaction"].reset_index(drop=True),  # a Series: there NaN means missing
        "fixef": r.fixef(refitted),
        "VarCorr": r.VarCorr(refitted).as_data_frame()[["sdcor"]],
        "slopes": study.estimates["gamma1"].to_numpy(),
        "after": rng.runif(1)[0],
    }
