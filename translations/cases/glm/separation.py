"""Warnings, word for word: separated data, counts that are no whole numbers, a fit that is stopped.

Where successes and failures are apart the likelihood has no maximum: the estimates are where R's steps end.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="glm", order=6, tolerance=tol.IRLS)
def separation():
    d = pd.DataFrame({"x": range(1, 9), "y": [0] * 4 + [1] * 4, "n": [1.5 * x for x in range(1, 9)]})
    apart = r.glm("y ~ x", family=r.binomial, data=d)
    print(apart)
    r.glm("y ~ I(x > 4.5) + x", family=r.binomial, data=d)
    part = r.glm("c(0.3, 0.5, 0.1, 0.9, 0.3, 0.2, 0.5, 0.7) ~ x", family=r.binomial, data=d)
    counts = r.glm("cbind(n, 1) ~ x", family=r.binomial, data=d)
    short = r.glm("y ~ x", family=r.binomial, data=d, control={"maxit": 2})
    fast = r.glm("c(1, 2, 2, 3, 0, 0, 0, 0) ~ I(x > 4)", family=r.poisson, data=d)
    return {"part": r.coef(part), "counts": r.coef(counts), "short": r.coef(short), "fitted": r.fitted(apart),
            "fast": r.deviance(fast)}
