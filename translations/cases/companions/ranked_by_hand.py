"""Models ranked by AICc with their weights: `aictab`, held to the formulas and to 50-digit log-likelihoods.

No release has R's AICcmodavg, whose columns these are; the R script computes them by the formulas.
"""
import translations as r
from translations.cases.companions._shared import apart, by_column
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = by_column("table", Modnames=tol.EXACT, K=tol.EXACT, AICc=tol.CRITERION, LL=tol.CRITERION)
WEIGHED = dict.fromkeys(("table Delta_AICc", "table ModelLik", "table AICcWt", "table Cum.Wt"), tol.OPTIMISER)


@case(order=7, tolerance={**TOLERANCES, **WEIGHED})
def ranked_by_hand(control=None):
    sleepstudy = r.sleepstudy()
    formulas = {"subjects": "Reaction ~ 1 + (1 | Subject)", "days": "Reaction ~ Days + (1 | Subject)",
                "slopes": "Reaction ~ Days + (Days | Subject)"}
    models = {name: r.lmer(text, sleepstudy, REML=False, control=control) for name, text in formulas.items()}
    return apart(table=r.aictab(models))
