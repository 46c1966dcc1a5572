"""Models by AIC, AICc, BIC and their quasi-likelihood kin, as bbmle lists them.

`aictab` is AICcmodavg's table and `dredge` MuMIn's; all three have the same AICc and the same weights.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = {"aicc": tol.FITTED, "few": tol.FITTED, "qaicc": tol.CRITERION, "bic": tol.CRITERION,
             "changed": tol.CRITERION, "listed": tol.FITTED}


@case(order=47, releases=("4.2", "4.6"), because="Debian 13 has no bbmle", tolerance=TOLERANCE)
def criteria_tables(control=None):
    sleep = r.load("sleepstudy")
    none = r.lmer("Reaction ~ 1 + (1 | Subject)", sleep, REML=False, control=control)
    days = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, REML=False, control=control)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, REML=False, control=control)
    curved = r.lmer("Reaction ~ Days + I(Days^2) + (1 | Subject)", sleep, REML=False, control=control)
    line = r.lm("Reaction ~ Days", sleep)
    ticks = r.load("grouseticks")
    counts = r.glm("TICKS ~ HEIGHT", r.poisson(), ticks)
    years = r.glm("TICKS ~ HEIGHT + YEAR", r.poisson(), ticks)
    print(r.AICctab(none, days, slopes, weights=True))
    print(r.AICctab(days, curved, line, weights=True, base=True, delta=True, logLik=True, nobs=180))
    print(r.AICtab(none, days, slopes, line, sort=False))
    print(r.BICtab(none, days, slopes, mnames=["none", "one", "two"], base=True))
    print(r.AICtab(counts, years, base=True, logLik=True, delta=False))
    print(r.ICtab(counts, years, type="qAIC", dispersion=9.5, weights=True))
    return {
        "aicc": r.AICctab(none, days, curved, weights=True, base=True, logLik=True),
        "few": r.AICctab(days, curved, nobs=20),
        "qaicc": r.ICtab(counts, years, type="qAICc", dispersion=9.5), "bic": r.BICtab(counts, years),
        "changed": r.ICtab(counts, years, dispersion=2), "listed": r.ICtab([none, days], mnames=["a", "b"]),
    }
