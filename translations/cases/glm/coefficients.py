"""What coefficients stand for: aliases, effects, those of all levels, their correlations.

`alias` writes a coefficient that cannot be told from others as their combination, in fractions. `effects` is the
response along the orthogonal columns of the fit, of a `glm` that of the last step. `dummy_coef` undoes the contrasts.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Vector


def flat(cells):
    """{term: values} as R's unlist names them: numbered where there are several."""
    return Vector({name if np.size(values) == 1 else f"{name}{i}": value for name, values in cells.items()
                   for i, value in enumerate(np.ravel(values), 1)})


@case(section="glm", order=12, tolerance=tol.IRLS)
def coefficients():
    cbpp, warpbreaks, ticks = r.load("cbpp"), r.load("warpbreaks"), r.load("grouseticks")
    sleepstudy = r.sleepstudy()
    cbpp["early"] = cbpp["period"].isin(["1", "2"]).astype(float)
    formula = "cbind(incidence, size - incidence) ~ period + early + I(2 * size / 3) + size"
    m = r.glm(formula, family=r.binomial, data=cbpp)
    print(r.alias(m))
    print(r.alias(m, partial=True))
    print(r.dummy_coef(m))
    print(r.dummy_coef(m, use_na=True))
    print(r.effects(m))
    crossed = r.lm("breaks ~ wool * tension", warpbreaks.head(50), contrasts={"tension": "contr.sum"})
    print(r.alias(crossed))
    print(r.alias(crossed, partial=True))
    print(r.dummy_coef(crossed))
    print(r.effects(crossed).head(7))
    weighted = r.lm("Reaction ~ Days + I(2 * Days) + offset(10 * Days)", sleepstudy.head(12), weights=[0, 2, *[1] * 10])
    print(r.alias(weighted))
    print(r.effects(weighted))
    print(r.effects(weighted, set_sign=True)[:2])
    print(r.console(r.dummy_coef(weighted)))
    counts = r.glm("TICKS ~ 0 + YEAR * cHEIGHT", family=r.poisson, data=ticks)
    print(r.dummy_coef(counts))
    correlations = r.cov2cor(r.vcov(r.glm("TICKS ~ YEAR + cHEIGHT", family=r.poisson, data=ticks)))
    print(correlations)
    return {
        "complete": r.alias(m).Complete, "partial": r.alias(m, partial=True).Partial,
        "effects": r.effects(m).to_numpy(), "of_lm": r.effects(crossed).to_numpy(),
        "of_weighted": r.effects(weighted).to_numpy(), "of_counts": r.effects(counts).to_numpy()[:40],
        "cells": flat(r.dummy_coef(crossed)), "counts": flat(r.dummy_coef(counts)),
        "correlations": correlations,
    }
