"""Autocorrelation beside a residual of its own, by nlme's gls: corExp with a nugget.

`corAR1` of nlme has no residual beside it, which lme4 always has; equally spaced times with `corExp` and a nugget are
the model of `ar1()`: the correlation is exp(-1 / range), and the nugget is the residual's part of the variance.
"""
import translations as r
from translations.cases.structured._shared import R46
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="structured", order=41, tolerance=tol.NLME, **R46)
def nlme_ar1():
    fits = {
        "sleepstudy": r.lmer("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", r.load("sleepstudy"),
                             control="newton"),
        "Orthodont": r.lmer("distance ~ age * Sex + ar1(0 + factor(age) | Subject)", r.load("Orthodont"),
                            control="newton"),
    }
    return {
        name: {"logLik": float(r.logLik(m)), "fixef": r.fixef(m), "rho": float(m.par[1]), "sd": m.par[0] * r.sigma(m),
               "sigma": r.sigma(m)}
        for name, m in fits.items()
    }
