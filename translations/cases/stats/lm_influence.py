"""A linear model without one observation each.

Leverages, residuals in units of their own standard errors, and how far coefficients move when an observation is left
out: of a linear model all follow from one fit. Of a mixed model they do not, and `influence` refits it.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def of(m):
    return {
        "hat": r.hatvalues(m), "influence": r.influence(m), "dfbeta": r.dfbeta(m), "dfbetas": r.dfbetas(m),
        "rstandard": r.rstandard(m), "rstudent": r.rstudent(m), "cook": r.cooks_distance(m), "aic": r.extractAIC(m),
    }


@case(section="stats", order=40, tolerance=tol.FITTED)
def lm_influence():
    sleepstudy = r.sleepstudy().head(60)
    sleepstudy["w"] = [1, 2, 0.5, 3] * 15
    sleepstudy.loc[[6, 29], "Reaction"] = None
    plain = r.lm("Reaction ~ Days", sleepstudy)
    weighted = r.lm("Reaction ~ Days + I(Days^2)", sleepstudy, weights="w")
    excluded = r.lm("Reaction ~ Days", sleepstudy, na_action="na.exclude")
    alone = r.lm('Reaction ~ Days + (Subject == "308" & Days == 0)', sleepstudy, subset="Days < 2")
    print(r.console(r.dfbetas(plain).head(3)))
    print(r.console(r.extractAIC(plain)))
    bic = r.extractAIC(weighted, k=5.0)
    models = {"plain": plain, "weighted": weighted, "excluded": excluded, "alone": alone}
    answer = {name: of(m) for name, m in models.items()}
    return {**answer, "cp": r.extractAIC(plain, scale=2000.0), "bic": bic}
