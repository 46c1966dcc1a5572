"""Models averaged by their weights, instead of one that is chosen: `model_avg`, `sw`, `get_models`, `dredge(subset=)`.

The full average has 0 for a coefficient that a model has not; the conditional one leaves that model out, and so speaks
of the models in which the term was worth having.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {**dict.fromkeys(("full", "subset", "ends", "table", "sw", "linear", "two"), tol.PVALUE),
              **dict.fromkeys(("races", "conditional"), tol.IRLS),
              **dict.fromkeys(("cakes", "own", "predict"), tol.FITTED),
              **dict.fromkeys(("best", "ordered", "apart"), tol.EXACT)}


def numbers(x):
    return [str(one) for one in x.index]


def bare(x):
    return np.asarray(x)[:, :4]


@case(order=51, tolerance=TOLERANCES, releases=("4.6",), because="Debian has MuMIn for R 4.6 alone")
def averaged_models(control=None):
    birthwt, cake = r.load("birthwt"), r.cake()
    whole = r.lm("bwt ~ lwt + age + smoke + ht", birthwt)
    ranked = r.dredge(whole)
    print(ranked[ranked["delta"] < 6])
    average = r.model_avg(ranked, subset="delta < 6")
    print(average)
    print(r.summary(average))
    print(r.sw(average))
    print(r.sw(ranked))
    print(r.confint(average))
    low = r.glm("low ~ lwt + factor(race) + smoke", r.binomial, birthwt)
    lows = r.dredge(low)
    races = r.model_avg(lows)
    print(r.summary(races))
    split = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, REML=False, control=control)
    cakes = r.dredge(split)
    print(r.summary(r.model_avg(cakes)))
    best = r.get_models(cakes, [1, 2])
    print(r.model_avg(best))
    print(r.dredge(whole, subset="!(lwt && age)"))
    terms = ["age", "ht", "lwt", "smoke"]
    apart = pd.DataFrame(True, index=terms, columns=terms)
    apart.loc["smoke", "age"] = False
    return {
        "full": r.coef(average, full=True), "subset": r.coef(average), "ends": r.confint(average, full=True, level=0.9),
        "table": average.msTable.to_numpy(), "sw": r.sw(ranked), "races": bare(r.summary(races).coefmat_full),
        "conditional": bare(r.summary(races).coefmat_subset),
        "cakes": bare(r.summary(r.model_avg(cakes)).coefmat_subset), "best": list(best),
        "own": r.coef(r.model_avg(best), full=True), "predict": r.predict(r.model_avg(best)).tolist()[:6],
        "linear": r.predict(r.model_avg(r.get_models(ranked, "delta < 6")), birthwt.head(4)).tolist(),
        "ordered": numbers(r.dredge(whole, subset="dc(lwt, age)")), "apart": numbers(r.dredge(whole, subset=apart)),
        "two": r.coef(r.model_avg(whole, r.lm("bwt ~ smoke + lwt", birthwt), rank="BIC")),
    }
