"""Backward elimination of random and of fixed terms.

The p-values of what was selected on the same data claim too much; the tables show how a model was found.
"""
import numpy as np

import translations as r
from translations.cases.lme4._df import SATTERTHWAITE, SATTERTHWAITE_P, p_of, without_p
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

RATIO = Tolerance(
    "RATIO", 7, 7, 10, 4, "likelihoods hold 12 to 13 digits and are near 890; a term that is worth nothing has a ratio "
    "of rounding", relative_to="item",
)
TOLERANCES = {"random": RATIO, "fixed": SATTERTHWAITE, "p": SATTERTHWAITE_P, "cake": SATTERTHWAITE,
              "formula": tol.EXACT, "held": tol.EXACT, "class": tol.EXACT, "coef": tol.LINALG}


@case(section="lme4", order=437, tolerance=TOLERANCES)
def step_terms(control=None):
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake(), control=control)
    found = r.step(m)
    print(found)
    sleepstudy = r.sleepstudy()
    i = np.arange(1, len(sleepstudy) + 1)
    sleepstudy["week"], sleepstudy["noise"] = r.factor(i % 6), np.cos(i * 1.7)
    wide = r.lmer("Reaction ~ Days + noise + (Days | Subject) + (1 | week)", sleepstudy, control=control)
    steps = r.step(wide)
    print(steps)
    with r.options(lmerTest=True):
        print(r.get_model(steps))
    held = r.step(wide, keep="noise", reduce_random=False, ddf="Kenward-Roger")
    print(held)
    none = r.step(r.lmer("noise ~ Days + Reaction + (1 | week)", sleepstudy, control=control))
    print(none)
    return {
        "random": without_p(steps.random), "fixed": without_p(steps.fixed).drop(columns="DenDF"),
        "p": p_of(steps.fixed), "formula": r.formula(r.get_model(steps)),
        "cake": without_p(found.fixed).drop(columns="DenDF"), "held": r.formula(held.model),
        "class": type(none.model).__name__.lower(), "coef": r.coef(none.model),
    }
