"""Rows for contrasts of a term, and a linear model's restricted likelihood.

The likelihood of a linear model without random effects is compared with a mixed model's by REML only if it is
restricted too.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=22, tolerance=tol.PVALUE)
def aov_contrasts():
    d = r.load("warpbreaks")
    m = r.aov("breaks ~ wool * tension", d)
    print(r.summary(m, split={"tension": {"L": 1, "Q": 2}}))
    print(r.summary(m, split={"tension": {"lin": 1, "quad": 2}, "wool": {"W": 1}}))
    print(r.summary(m, split={"tension": [1, 2]}, expand_split=False))
    print(r.summary(m, split={"tension": {"all": [1, 2]}}))
    npk = r.load("npk")
    for name in ("block", "N", "P", "K"):
        npk[name] = r.factor(npk[name])
    print(r.summary(r.aov("log(yield) ~ N * K + Error(block)", npk), split={"N": {"a": 1}}))
    w = r.lm("breaks ~ wool + tension", d, weights=np.arange(1, 55))
    print(r.logLik(w, REML=True))
    return {
        "reml": float(r.logLik(w, REML=True)), "plain": float(r.logLik(r.lm("breaks ~ wool", d), REML=True)),
        "nobs": r.logLik(w, REML=True).nobs,
        "ss": r.summary(m, split={"tension": {"L": 1, "Q": 2}})[""]["Sum Sq"].tolist(),
    }
