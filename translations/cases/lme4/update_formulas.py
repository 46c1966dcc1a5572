"""Updating a model's formula, response, and data.

In `update` a dot stands for the model's own side of the formula; random-effects terms can be added and taken away as
others.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=330, tolerance={"fixef": tol.FIXEF, "criterion": tol.CRITERION})
def update_formulas(control=None):
    sleepstudy = r.sleepstudy()
    m = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    fewer = r.update(m, ". ~ . - (Days | Subject) + (1 | Subject)")
    logged = r.update(m, "log(.) ~ . + I(Days^2)", REML=False)
    later = sleepstudy[sleepstudy["Days"] >= 2]
    late = r.update(m, data=later)
    print(fewer)
    print(logged)
    print(late)
    return {"fixef": {"fewer": r.fixef(fewer), "logged": r.fixef(logged), "late": r.fixef(late)},
            "criterion": {"fewer": r.REMLcrit(fewer), "logged": r.deviance(logged), "late": r.REMLcrit(late)}}
