"""The same models by nlme's lme, a second R: pdDiag, pdIdent and pdCompSymm.

What nlme calls `pdDiag` is `diag()`, `pdIdent` is `diag(hom = TRUE)`, `pdCompSymm` is `cs(hom = TRUE)`: another program
by other authors, with another parametrization and optimizer, and the same estimates.
"""
import numpy as np

import translations as r
from translations.cases.structured._shared import R46
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="structured", order=40, tolerance=tol.NLME, **R46)
def nlme_terms():
    fits = {
        "pdDiag": r.lmer("Reaction ~ Days + diag(Days | Subject)", r.load("sleepstudy"), control="newton"),
        "pdIdent": r.lmer("Reaction ~ Days + diag(Days | Subject, hom = TRUE)", r.load("sleepstudy"), control="newton"),
        "pdCompSymm": r.lmer("score ~ Machine + cs(0 + Machine | Worker, hom = TRUE)", r.load("Machines"),
                             control="newton"),
    }
    values = {}
    for name, m in fits.items():
        (S,) = r.VarCorr(m).values()
        sd = S.stddev.to_numpy()
        values[name] = {"logLik": float(r.logLik(m)), "fixef": r.fixef(m), "sd": sd, "sigma": r.sigma(m)}
        if name == "pdCompSymm":
            values[name]["rho"] = float(np.asarray(S.correlation)[0, 1])
    return values
