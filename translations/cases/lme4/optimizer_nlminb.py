"""Models by base R's `nlminb`, which many analyses ask for as `lmerControl(optimizer = "nlminbwrap")`.

It is here call for call: PORT's secant method, with gradients by differences, so that it stops where R's stops. Within
bounds, which lme4 always sets, PORT as R has it takes the Hessian times the step for 0 where it decides on the next
radius (findings/nlminb_within_bounds_loses_a_product.sh). That is followed; it costs some evaluations.
"""
import warnings

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def values(m):
    return {"theta": r.getME(m, "theta"), "REML": r.REMLcrit(m), "fixef": r.fixef(m), "sigma": r.sigma(m)}


@case(section="lme4", order=366, tolerance=tol.LINALG)
def optimizer_nlminb():
    sleepstudy = r.sleepstudy()
    by = r.lmerControl(optimizer="nlminbwrap")
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=by)
    print(r.summary(slopes, correlation=False))
    few = r.lmerControl(optimizer="nlminbwrap", optCtrl={"maxfun": 12})
    loose = r.lmerControl(optimizer="nlminbwrap", optCtrl={"rel.tol": 1e-3})
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        stopped = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=few)
        loosely = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=loose)
        boundary = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff2(), control=by)
    print(r.console([str(said[0].message)]))
    return {
        "slopes": values(slopes),
        "uncorrelated": values(r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=by)),
        "boundary": values(boundary),
        "nested": values(r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes(), control=by)),
        "stopped": values(stopped),
        "loose": values(loosely),
    }
