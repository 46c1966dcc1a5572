"""Mixed models by `lme` with other settings of its search: `lmeControl(opt = "optim")` is what most analyses say
against "nlminb problem, convergence error code = 1".

R looks for the maximum by `nlminb`, which needs no derivatives, or by BFGS on differences, from 25 steps of EM; both
are here, step for step. What they stop short of the maximum is theirs too: `lmeControl("newton")` goes there.
"""
import numpy as np

import translations as r
from translations.cases.nlme._shared import FOLLOWS, LIKELIHOOD, by_part
from translations.parity import case

FORMULAS = "distance ~ age * Sex", "~ age | Subject"


@case(section="lme", order=15, tolerance={"logLik": LIKELIHOOD, "fixef": FOLLOWS, "sigma": FOLLOWS, "sd": FOLLOWS})
def lme_control():
    Orthodont = r.load("Orthodont")

    def fit(**settings):
        m = r.lme(FORMULAS[0], Orthodont, random=FORMULAS[1], control=r.lmeControl(**settings))
        sd = np.sqrt(np.diagonal(m.covariances[0]))
        return {"logLik": float(r.logLik(m)), "fixef": r.fixef(m), "sigma": r.sigma(m), "sd": sd}

    print(r.lme(FORMULAS[0], Orthodont, random=FORMULAS[1], control=r.lmeControl(opt="optim")))
    try:
        fit(msMaxIter=1)
    except ValueError as error:
        print(str(error).rpartition("\n")[0], "")  # the last line says what to do, which R does not
    return by_part({"optim": fit(opt="optim"), "no_em": fit(niterEM=0), "few_em": fit(niterEM=3),
                    "loose": fit(opt="optim", msTol=1e-3)})
