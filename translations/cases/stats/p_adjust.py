"""p-values adjusted for their number, by every method, with gaps and with more tests than are shown.

statsmodels' `multipletests` agrees where no p-value is missing; it returns NaN for all of them where one is, and takes
no `n`.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

METHODS = ("holm", "hochberg", "hommel", "bonferroni", "BH", "BY", "fdr", "none")


@case(order=10, tolerance=tol.LINALG)
def p_adjust():
    p = pd.Series([0.01, 0.04, np.nan, 0.003, 0.2, 0.0499, 0.03, 0.9, 0.03], index=list("abcdefghi"))
    print(r.p_adjust(p))
    print(r.p_adjust(p, "BY"))
    return {
        "all": pd.DataFrame({m: r.p_adjust(p, m) for m in METHODS}),
        "more": pd.DataFrame({m: r.p_adjust(p.drop("c"), m, n=12) for m in METHODS}),
        "two": pd.DataFrame({m: r.p_adjust([0.02, 0.04], m) for m in METHODS}),
        "one": r.p_adjust(0.04, "bonferroni"),
    }
