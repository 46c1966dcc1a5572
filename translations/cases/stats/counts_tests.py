"""Pearson's chi-squared tests of counts: a table's independence, and given probabilities.

R corrects a table of 2 by 2 for continuity unless told otherwise, as scipy's `chi2_contingency` does, and warns where
an expected count is below 5, which scipy does not.
"""
import warnings

import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=17, tolerance=tol.PVALUE)
def counts_tests():
    counts = pd.DataFrame([[762, 327, 468], [484, 239, 477]], index=["F", "M"],
                          columns=["Democrat", "Independent", "Republican"])
    print(r.chisq_test(counts))
    small = [[12, 5], [7, 9]]
    print(r.chisq_test(small))
    print(r.chisq_test(small, correct=False))
    votes = pd.Series({"a": 89, "b": 37, "c": 30, "d": 28, "e": 2})
    print(r.chisq_test(votes))
    print(r.chisq_test(votes, p=[40, 20, 20, 15, 5], rescale_p=True))
    group = r.factor(list("ababaabbabaa"))
    answer = r.factor(list("ynyynynnymmy"))
    print(r.chisq_test(group, answer))

    def ask(*asked, plain=False, **settings):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            h = r.chisq_test(*asked, **settings)
        tables = {"expected": h.expected, "residuals": h.residuals, "stdres": h.stdres}
        return {"statistic": h.statistic, "parameter": h.parameter, "p.value": h.p_value,
                **{name: table.to_numpy() if plain else table for name, table in tables.items()}}

    return {
        "counts": ask(counts), "small": ask(small), "raw": ask(small, correct=False), "votes": ask(votes),
        "given": ask(votes, p=[0.4, 0.2, 0.2, 0.15, 0.05]), "crossed": ask(group, answer, plain=True),
    }
