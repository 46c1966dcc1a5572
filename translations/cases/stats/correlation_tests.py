"""Tests of correlation: Pearson's, Kendall's and Spearman's, exact and approximate.

scipy's `spearmanr` takes the t approximation always, R an exact p-value up to 9 pairs and an Edgeworth series up to
1290 where nothing is tied.
"""
import warnings

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._htest import on_day, parts


@case(order=16, tolerance=tol.PVALUE)
def correlation_tests():
    x = [44.4, 45.9, 41.9, 53.3, 44.7, 44.1, 50.7, 45.2, 60.1]
    y = [2.6, 3.1, 2.5, 5.0, 3.6, 4.0, 5.2, 2.8, 3.8]
    sleepstudy, first, last = r.sleepstudy(), on_day(0), on_day(9)
    print(r.cor_test(x, y))
    print(r.cor_test(x, y, method="kendall", alternative="greater"))
    print(r.cor_test(x, y, method="spearman"))
    print(r.cor_test("~ Reaction + Days", data=sleepstudy))
    print(r.cor_test(first, last, method="spearman", alternative="less"))
    u = [1, 2, 2, 3, 5, 4, 6, 6, 7, 9]
    v = [2, 1, 3, 3, 4, 6, 5, 7, 8, 8]
    print(r.cor_test(u, v, method="kendall"))
    print(r.cor_test(u, v, method="spearman"))

    def ask(*samples, **asked):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return parts(r.cor_test(*samples, **asked))

    kendall, spearman, days = {"method": "kendall"}, {"method": "spearman"}, {"data": sleepstudy}
    return {
        "pearson": ask(x, y), "less": ask(x, y, alternative="less", conf_level=0.9),
        "greater": ask(x, y, alternative="greater"), "three": ask(x[:3], y[:3]),
        "kendall": ask(x, y, **kendall), "kendall_less": ask(x, y, **kendall, alternative="less"),
        "kendall_greater": ask(x, y, **kendall, alternative="greater"), "kendall_many": ask(first, last, **kendall),
        "kendall_approximate": ask(x, y, **kendall, exact=False, continuity=True),
        "kendall_ties": ask(u, v, **kendall, alternative="greater"),
        "kendall_days": ask("~ Reaction + Days", **days, **kendall),
        "spearman": ask(x, y, **spearman), "spearman_less": ask(x, y, **spearman, alternative="less"),
        "spearman_greater": ask(x, y, **spearman, alternative="greater"), "spearman_many": ask(first, last, **spearman),
        "spearman_many_less": ask(first, last, **spearman, alternative="less"),
        "spearman_ties": ask(u, v, **spearman, continuity=True),
        "spearman_days": ask("~ Reaction + Days", **days, **spearman, alternative="greater"),
        "negative": ask(x, [-one for one in y], **spearman),
    }
