"""A model in few lines, standard errors of random effects, and estimates by simulation: arm, on R's random stream.

Coefficients are R's draws where there are two of them; of three, signs of eigenvectors hang on the last bit of the
covariance matrix, in R too.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Vector

TOLERANCE = {
    "fixed": tol.THETA, "random": tol.THETA, "linear": tol.LINALG, "plates": tol.THETA, "broods": tol.GLMM_MODES,
    "criteria": tol.CRITERION, "estimates": tol.FIXEF, "errors": tol.THETA, "line": tol.LINALG, "sigma": tol.LINALG,
    "counts": tol.IRLS, "slopes": tol.THETA, "spread": tol.THETA, "effects": tol.MODES, "intercepts": tol.THETA,
    "generalized": tol.GLMM_FIXEF,
}  # fmt: skip


@case(order=42, tolerance=TOLERANCE)
def arm_estimates(control=None):
    sleep = r.load("sleepstudy")
    ticks = r.load("grouseticks").head(120)
    line = r.lm("Reaction ~ Days", sleep)
    counts = r.glm("TICKS ~ YEAR", "poisson", ticks)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    intercepts = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, REML=False, control=control)
    penicillin = r.load("Penicillin")
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", penicillin, control=control)
    broods = r.glmer("TICKS ~ YEAR + (1 | BROOD)", ticks, "poisson")
    print(r.display(line, digits=3, detail=True))
    print(r.display(counts))
    print(r.display(slopes))
    print(r.display(intercepts, detail=True))
    print(r.display(crossed))
    print(r.display(broods, detail=True))
    shown = r.display(slopes)
    print(r.sim(line, 4, seed=1))
    flat = r.sim(intercepts, 4, seed=1)
    return {
        "fixed": r.se_fixef(slopes).to_numpy(), "random": r.se_ranef(slopes)["Subject"].head(3),
        "linear": r.se_coef(line), "plates": r.se_coef(crossed)["plate"]["(Intercept)"].head(3),
        "broods": r.se_coef(broods)["BROOD"]["(Intercept)"].head(3),
        "criteria": Vector({name: shown.values[name] for name in ("AIC", "deviance", "DIC")}),
        "estimates": shown.coef, "errors": shown.se,
        "line": r.sim(line, 4, seed=1).coef, "sigma": r.sim(line, 4, seed=1).sigma,
        "counts": r.sim(counts, 4, seed=1).coef, "slopes": r.sim(slopes, 4, seed=1).fixef,
        "spread": r.sim(slopes, 4, seed=1).sigma, "effects": flat.ranef["Subject"][:, :3, 0],
        "intercepts": flat.fixef, "generalized": r.sim(broods, 4, seed=1).fixef,
    }  # fmt: skip
