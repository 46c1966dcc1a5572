"""Effects as R prints them: tables of fitted values, a dimension a predictor, and their summaries.

`print(r.effect(...))` is R's table; `.as_data_frame()` has the numbers, a row a combination of predictors.
"""

import numpy as np

import translations as r
from translations.cases.emmeans._shared import LM
from translations.parity import case


@case(order=48, tolerance=LM)
def shown_effects(control=None):
    warpbreaks = r.load("warpbreaks")
    warpbreaks["half"] = r.factor(np.where(warpbreaks.index % 2, "y", "x"))
    crossed = r.lm("breaks ~ wool * tension", warpbreaks)
    print(r.effect("wool:tension", crossed))
    print(r.summary(r.effect("wool:tension", crossed, confidence_level=0.9)))
    print(r.allEffects(crossed))
    mixed = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake(), control=control)
    print(r.allEffects(mixed))
    with r.options(width=30):
        print(r.effect("recipe:temp", mixed))
    print(r.effect("wool:tension:half", r.lm("breaks ~ wool * tension * half", warpbreaks)))
    rates = r.glm("breaks ~ wool + tension", r.poisson(), warpbreaks)
    print(r.allEffects(rates))
    print(r.summary(r.allEffects(rates)))
    print(r.Effect(["wool", "tension"], rates))
    return {"fit": r.effect("wool:tension", crossed)["fit"].to_numpy()}
