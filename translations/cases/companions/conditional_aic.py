"""The conditional AIC: is a model better at predicting in the groups at hand?

R's closed form for `lmer` has half of what its second term should be: 31.30 degrees of freedom for sleepstudy's slopes
are 31.25 by the derivative that they stand for, which `exact=True` gives. Of yes/no answers cAIC4 1.0 fits the same
answers again each time and finds 0; 1.1 is compared here.
"""
import warnings

import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Vector
from translations.settings import since

TOLERANCE = {
    "slopes": tol.THETA, "intercepts": tol.THETA, "crossed": tol.THETA, "weighted": tol.THETA, "without": tol.THETA,
    "reduced": tol.THETA, "refitted": tol.EXACT, "none": tol.LINALG, "drawn": tol.THETA, "linear": tol.LINALG,
    "poisson": tol.LINALG, "binomial": tol.LINALG, "counts": tol.GLMM_MODES, "answers": tol.GLMM_MODES,
}  # fmt: skip


@case(order=41, tolerance=TOLERANCE)
def conditional_aic(control=None):
    sleep = r.load("sleepstudy")
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    intercepts = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, control=control)
    print(r.cAIC(slopes))
    print(r.console(r.anocAIC(intercepts, slopes, intercepts)))
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.load("Penicillin"), REML=False, control=control)
    weighted = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, weights=sleep["Days"] + 1, control=control)
    rails = r.load("Rail").assign(shift=r.factor(np.tile([1, 2], 9)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the singular fits
        spare = r.lmer("travel ~ 1 + (1 | Rail) + (1 | shift)", rails, control=control)
        flat = r.lmer("Yield ~ 1 + (1 | Batch)", r.load("Dyestuff2"), control=control)
        reduced, none = r.cAIC(spare), r.cAIC(flat)
    print(reduced)
    ticks = r.load("grouseticks").head(40)
    counts = r.glmer("TICKS ~ HEIGHT + (1 | LOCATION)", ticks.assign(HEIGHT=(ticks["HEIGHT"] - 460) / 10), r.poisson())
    bacteria = r.load("bacteria").head(70)
    answers = r.glmer("yes ~ week + (1 | ID)", bacteria.assign(yes=(bacteria["y"] == "y").astype(float)), r.binomial())
    drawn = r.cAIC(crossed, method="conditionalBootstrap", B=20, seed=3)
    birthwt = r.load("birthwt")

    def parts(x):
        return Vector([x.loglikelihood, x.df, x.caic], index=["loglikelihood", "df", "caic"])

    return {
        "slopes": parts(r.cAIC(slopes)), "intercepts": parts(r.cAIC(intercepts)), "crossed": parts(r.cAIC(crossed)),
        "weighted": parts(r.cAIC(weighted)), "without": parts(r.cAIC(slopes, sigma_penalty=0)),
        "reduced": parts(reduced), "refitted": reduced.new, "none": parts(none), "counts": parts(r.cAIC(counts)),
        "answers": parts(r.cAIC(answers)) if since("2.1") else None, "drawn": parts(drawn),
        "linear": parts(r.cAIC(r.lm("Reaction ~ Days", sleep))),
        "poisson": parts(r.cAIC(r.glm("TICKS ~ HEIGHT", r.poisson(), ticks))),
        "binomial": parts(r.cAIC(r.glm("low ~ lwt", r.binomial(), birthwt))),
    }  # fmt: skip
