"""Chi-squared tests whose p-values are simulated, and ranks of values that differ by rounding alone.

Random tables with given margins are drawn as R draws them, one uniform number a cell, so that the p-value is R's and
the stream stands where R's does. `digits_rank=7` makes a tie of 0.1 + 0.2 and 0.3, which are two numbers to a computer.
"""
import warnings

import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

ROOT = Tolerance("ROOT", 3, 3, 9, 3, "R solves for the ends of an approximate interval to tol.root, 1e-4")
TOLERANCES = {
    **dict.fromkeys(("p", "after", "gap"), tol.EXACT),
    **dict.fromkeys(("apart", "tied", "coarse", "signed", "signed_tied"), tol.PVALUE),
    **dict.fromkeys(("limits", "signed_limits"), ROOT),
}


@case(order=23, tolerance=TOLERANCES)
def simulated_counts():
    stream = r.set_seed(1)
    counts = np.array([[12, 5, 3], [7, 9, 4]])
    print(r.chisq_test(counts, simulate_p_value=True, seed=stream))
    votes = [8, 3, 1]
    print(r.chisq_test(votes, p=[0.5, 0.3, 0.2], simulate_p_value=True, B=500, seed=stream))
    large = [[762, 327, 468], [484, 239, 477]]

    def p(x, **settings):
        return r.chisq_test(x, simulate_p_value=True, seed=stream, **settings).p_value

    shares = {"square": p([[12, 5], [7, 9]]), "large": p(large, B=200), "tall": p(counts.T, B=999),
              "even": p([20, 35, 28])}
    after = stream.runif(1)[0]
    x, y = [0.1 + 0.2, 0.5, 0.7, 1.1, 2.4], [0.3, 0.8, 0.9, 1.3, 3.1, 0.2]
    pairs = [1.1 - 1, -0.1, 0.25, 0.4, -0.3]

    def quiet(function, *asked, **settings):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*asked, **settings)

    def ask(*asked, **settings):
        h = quiet(r.wilcox_test, *asked, **settings)
        return {"statistic": h.statistic, "p.value": h.p_value}

    def limits(*asked):
        return quiet(r.wilcox_test, *asked, digits_rank=7, conf_int=True, exact=False).conf_int

    return {
        "p": pd.Series(shares), "after": after,
        "gap": quiet(r.chisq_test, [[3, 0, 5], [1, 0, 9]], simulate_p_value=True, seed=stream).parameter,
        "apart": ask(x, y), "tied": ask(x, y, digits_rank=7), "coarse": ask(x, y, digits_rank=1, exact=False),
        "signed": ask(pairs), "signed_tied": ask(pairs, digits_rank=7), "limits": limits(x, y),
        "signed_limits": limits(pairs),
    }
