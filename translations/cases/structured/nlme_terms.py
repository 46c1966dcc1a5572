"""The same models by nlme, a second R: pdDiag, pdIdent, pdCompSymm, corCompSymm and varIdent.

What nlme calls `pdDiag` is `diag()`, `pdIdent` is `diag(hom = TRUE)`, `pdCompSymm` is `cs(hom = TRUE)`: another program
by other authors, with another parametrization and optimizer, and the same estimates. `corCompSymm` is an intercept of
each subject. `varIdent`, a residual variance of each stratum, is a further variance of each row of the strata that have
a larger one: `diag(0 + male | row)`, whose checks of as many levels as rows have to be put aside.
"""
import numpy as np
import pandas as pd

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
    Orthodont = r.load("Orthodont")
    m = r.lmer("distance ~ age * Sex + cs(1 | Subject)", Orthodont, control="newton")
    variance = m.par[0] ** 2
    values["corCompSymm"] = {"logLik": float(r.logLik(m)), "fixef": r.fixef(m), "rho": variance / (variance + 1.0),
                             "total": r.sigma(m) * np.sqrt(variance + 1.0)}
    Orthodont = Orthodont.assign(male=1.0 * (Orthodont["Sex"] == "Male"), row=pd.Categorical(range(len(Orthodont))))
    free = r.lmerControl("newton", check_nobs_vs_nlev="ignore", check_nobs_vs_nRE="ignore")
    m = r.lmer("distance ~ age * Sex + (1 | Subject) + diag(0 + male | row)", Orthodont, control=free)
    sd = {term.group: scale * r.sigma(m) for term, scale in zip(m.design.random.terms, m.par, strict=True)}
    values["varIdent"] = {"logLik": float(r.logLik(m)), "fixef": r.fixef(m), "sd": sd["Subject"],
                          "Male": float(np.hypot(sd["row"], r.sigma(m))), "Female": r.sigma(m)}
    return values
