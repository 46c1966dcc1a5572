"""Treatments in blocks, by Friedman and by Quade; Fligner and Killeen's test; Kolmogorov and Smirnov's.

A sample's own mean and standard deviation make the p-value of `ks.test(x, "pnorm", ...)` far too large: it is for
distributions that are known beforehand.
"""
import warnings

import numpy as np

import translations as r
from translations.cases.stats._htest import parts
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=18, tolerance=tol.PVALUE)
def blocks_and_distributions():
    sleepstudy = r.sleepstudy()
    friedman = r.friedman_test("Reaction ~ Days | Subject", data=sleepstudy)
    quade = r.quade_test("Reaction ~ Days | Subject", data=sleepstudy)
    fligner = r.fligner_test("Reaction ~ Days", data=sleepstudy)
    print(friedman)
    print(quade)
    print(fligner)
    scores = np.array([[5, 4, 7, 10, 12], [1, 3, 1, 0, 2], [16, 12, 22, 22, 35], [5, 4, 3, 5, 4], [10, 9, 7, 13, 10],
                       [19, 18, 28, 37, 58], [10, 7, 6, 8, 7]], dtype=float)  # fmt: skip
    print(r.friedman_test(scores))
    print(r.quade_test(scores))
    gaps = scores.copy()
    gaps[2, 1] = np.nan
    few = sleepstudy[sleepstudy["Days"].isin([0, 4, 9])]
    time, day, subject = few["Reaction"], few["Days"], few["Subject"]
    print(r.friedman_test(time, day, subject))
    x = [2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0]
    g = ["a"] * 5 + ["b"] * 4 + ["c"] * 5
    print(r.fligner_test(x, g))
    samples = [x[:5], x[5:9], x[9:]]
    print(r.fligner_test(samples))
    tied = np.array([1, 2, 2, 3, 3, 3, 4, 7, 8], dtype=float)
    other = np.array([2, 3, 4, 4, 5, 5, 6, 6, 6, 9, 10, 11], dtype=float)
    print(r.ks_test(tied, other))
    print(r.ks_test(other, tied, alternative="less"))
    print(r.ks_test(tied, other, alternative="greater"))
    print(r.ks_test(x, "pnorm", mean=3, sd=0.5))
    print(r.ks_test(x, "pexp", rate=0.3, alternative="greater"))
    days = sleepstudy[sleepstudy["Days"].isin([1, 6])]
    print(r.ks_test("Reaction ~ Days", data=days, alternative="greater"))
    early = sleepstudy["Reaction"][sleepstudy["Days"] < 5].to_numpy()
    late = sleepstudy["Reaction"][sleepstudy["Days"] >= 4].to_numpy()[:40]

    print(r.ks_test(early, late, exact=False))

    def values(*asked, **settings):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parts(r.ks_test(*asked, **settings))

    return {
        "friedman": parts(friedman), "quade": parts(quade), "fligner": parts(fligner),
        "scores": parts(r.friedman_test(scores)), "scores_quade": parts(r.quade_test(scores)),
        "gaps": parts(r.friedman_test(gaps)), "few": parts(r.friedman_test(time, day, subject)),
        "small": parts(r.fligner_test(x, g)), "tied": values(tied, other),
        "less": values(other, tied, alternative="less"), "greater": values(tied, other, alternative="greater"),
        "apart": values(x, tied + 0.05 * np.arange(1, 10)), "normal": values(x, "pnorm", mean=3, sd=0.5),
        "higher": values(x, "pexp", rate=0.3, alternative="greater"),
        "lower": values(x, "punif", min=1, max=5, alternative="less"),
        "limit": values(np.array(x) - 2.5, "pt", df=4, exact=False),
        "near": values(x, "pnorm", mean=2.9, sd=0.6, exact=False),
        "two_limit": values(early, late, exact=False),
        "side_limit": values(late, early, alternative="less", exact=False),
    }
