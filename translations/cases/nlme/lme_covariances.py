"""Structures of random effects' covariances: `pdDiag`, `pdIdent`, `pdSymm`, `pdCompSymm`, other effects at each level.

`random={"Subject": r.pdDiag("~ age")}` stands for R's `random = list(Subject = pdDiag(~ age))`; the outermost factor
comes first, as in R. Text in place of a structure has any covariances.
"""
import numpy as np

import translations as r
from translations.cases.nlme._shared import CURVATURE, by_part, describe_lme, held_lme
from translations.parity import case

TOLERANCE = held_lme("predict") | {"intervals": CURVATURE}


@case(section="lme", order=14, tolerance=TOLERANCE)
def lme_covariances():
    Orthodont, Oats = r.load("Orthodont"), r.load("Oats")
    fits = {
        "diagonal": r.lme("distance ~ age", Orthodont, random={"Subject": r.pdDiag("~ age")}),
        "general": r.lme("distance ~ age", Orthodont, random={"Subject": r.pdSymm("~ age")}, method="ML"),
        "text": r.lme("distance ~ age", Orthodont, random={"Subject": "~ age"}),
        "identity": r.lme("yield ~ nitro", Oats, random={"Block": r.pdIdent("~ Variety - 1")}),
        "alike": r.lme("yield ~ nitro", Oats, random={"Block": r.pdCompSymm("~ Variety - 1")}),
        "nested": r.lme("yield ~ nitro", Oats, random={"Block": "~ 1", "Variety": r.pdDiag("~ nitro")}),
    }
    with r.options(digits=3):
        for m in fits.values():
            print(m)
        print(r.summary(fits["diagonal"]))
        for m in fits.values():
            print(r.VarCorr(m))
    shown = ("diagonal", "identity", "alike", "nested")
    return by_part({name: describe_lme(m) for name, m in fits.items()}) | {
        "intervals": {name: r.intervals(fits[name])["reStruct"] for name in shown},
        "predict": np.asarray(r.predict(fits["nested"], Oats.iloc[[0, 29, 71]])),
    }
