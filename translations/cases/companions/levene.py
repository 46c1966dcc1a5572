"""Levene's test of equal variances, about medians, means, trimmed means; of one factor, of two crossed, of a model.

scipy's `levene(*groups)` gives the same F and p without the table.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def numbers(x):
    return [*x["Df"], x["F value"].iloc[0], x["Pr(>F)"].iloc[0]]


@case(section="companions", order=50, tolerance=tol.LINALG)
def levene():
    warpbreaks, sleepstudy = r.load("warpbreaks"), r.sleepstudy()
    print(r.leveneTest("breaks ~ tension", data=warpbreaks))
    print(r.leveneTest("breaks ~ wool * tension", data=warpbreaks, center="mean"))
    print(r.leveneTest(warpbreaks["breaks"], warpbreaks["tension"]))
    print(r.leveneTest(r.lm("breaks ~ wool * tension", warpbreaks)))
    print(r.leveneTest("breaks ~ tension", data=warpbreaks, center="mean", trim=0.1))
    print(r.leveneTest("Reaction ~ factor(Days)", data=sleepstudy))
    warpbreaks["breaks"] = warpbreaks["breaks"].astype(float)
    warpbreaks.loc[warpbreaks.index[2], "breaks"] = np.nan
    missing = r.leveneTest("breaks ~ tension", data=warpbreaks)
    print(missing)
    return {"medians": numbers(r.leveneTest("breaks ~ tension", data=warpbreaks)),
            "subjects": numbers(r.leveneTest("Reaction ~ Subject", data=sleepstudy)), "missing": numbers(missing)}
