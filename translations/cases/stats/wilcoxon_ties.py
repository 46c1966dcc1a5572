"""Wilcoxon's tests with ties and zeroes: R before 4.6 cannot count their p-values and says so, from then on it can.

So one script has two p-values: `options(lme4="2.1")` follows R 4.6.
"""
import warnings

import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._htest import parts


@case(order=13, tolerance=tol.PVALUE)
def wilcoxon_ties():
    a = [3, 5, 1, 4, 4, 2, 6, 5, 3]
    b = [2, 2, 4, 1, 3, 1, 5, 2]
    d = [1, -2, 3, 0, 4, 4, 5, -1, 0, 2]
    print(r.wilcox_test(a, b))
    print(r.wilcox_test(a, b, conf_int=True))
    print(r.wilcox_test(d))
    print(r.wilcox_test(d, conf_int=True))
    many = np.tile(a, 7)
    print(r.wilcox_test(many, b))

    def ask(*samples, **asked):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parts(r.wilcox_test(*samples, **asked))

    return {
        "two": ask(a, b), "less": ask(a, b, alternative="less"),
        "greater": ask(a, b, alternative="greater", conf_int=True, conf_level=0.9),
        "mu": ask(a, b, mu=1, conf_int=True),
        "exact": ask(a, b, exact=False, conf_int=True), "one": ask(d, conf_int=True),
        "one_less": ask(d, alternative="less", mu=2, conf_int=True),
        "one_greater": ask(d, alternative="greater", conf_int=True, conf_level=0.9),
        "zeroes": ask([0, 1.5, -2.5, 3.5], conf_int=True), "few": ask([1, 2, 2], conf_int=True),
        "approximate": ask(d, exact=False, conf_int=True), "many": ask(many, b, conf_int=True),
    }
