"""One model by several optimizers.

`allFit` shows whether a convergence warning is to be believed: when all optimizers agree it is not. Of R's seven five
are here under the same name, with the same criteria evaluated; L-BFGS-B and Newton's method on the exact gradient are
new.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

DIGITS = {"llik": tol.CRITERION, "theta": tol.THETA, "fixef": tol.FIXEF, "feval": tol.EXACT}


@case(section="lme4", order=360, tolerance=DIGITS)
def all_fit():
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy)
    shared = ["bobyqa", "Nelder_Mead", "nlminbwrap", "nloptwrap.NLOPT_LN_NELDERMEAD", "nloptwrap.NLOPT_LN_BOBYQA"]
    s = r.summary(r.allFit(m))
    print(s.llik[shared])
    values = {"llik": s.llik, "theta": s.theta, "fixef": s.fixef, "feval": s.feval}
    return {name: value.loc[shared] for name, value in values.items()}
