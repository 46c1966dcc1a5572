"""Wilcoxon's tests without ties: counted or by normal approximation, with intervals.

R counts below 50 observations a sample, scipy up to 8 (`mannwhitneyu`) or 50 (`wilcoxon`); scipy's `wilcoxon` reports
the smaller of the two rank sums, R that of the positive differences. scipy has no interval of the location.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._htest import on_day, parts

# Approximate intervals are where Brent's steps stop, 1e-4 before the root: the steps are R's, but a step function's
# value decides them.
TOLERANCE = tol.PVALUE


@case(order=12, tolerance=TOLERANCE)
def wilcoxon():
    x = [1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30]
    y = [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06 + 0.001, 3.14, 1.29 + 0.002, 0.3, 4.1]
    sleepstudy, first, last = r.sleepstudy(), on_day(0), on_day(9)
    print(r.wilcox_test(x, y))
    print(r.wilcox_test(first, last, paired=True, alternative="less", conf_int=True))
    print(r.wilcox_test(x, mu=1.2, conf_int=True, conf_level=0.9))
    print(r.wilcox_test(x, y, exact=False, conf_int=True))
    formula = r.wilcox_test("Reaction ~ Days", data=sleepstudy, subset="Days %in% c(2, 8)")
    print(formula)

    def ask(*samples, **asked):
        return parts(r.wilcox_test(*samples, **asked))

    return {
        "two": ask(x, y), "less": ask(x, y, alternative="less", mu=0.5),
        "greater": ask(x, y, alternative="greater", conf_int=True, conf_level=0.8),
        "interval": ask(x, y, conf_int=True), "interval_less": ask(y, x, alternative="less", conf_int=True),
        "approximate": ask(x, y, exact=False), "raw": ask(x, y, exact=False, correct=False, alternative="greater"),
        "approximate_interval": ask(x, y, exact=False, conf_int=True),
        "approximate_less": ask(x, y, exact=False, conf_int=True, alternative="less", tol_root=1e-7),
        "one": ask(x), "one_mu": ask(x, mu=1.2, conf_int=True),
        "one_less": ask(x, mu=2, alternative="less", conf_int=True),
        "one_greater": ask(x, mu=1, alternative="greater", conf_int=True, conf_level=0.99),
        "one_approximate": ask(x, mu=1.2, exact=False, conf_int=True),
        "one_raw": ask(x, mu=2, exact=False, correct=False, alternative="less"),
        "paired": ask(first, last, paired=True),
        "paired_greater": ask(first, last, paired=True, alternative="greater", conf_int=True),
        "formula": parts(formula),
    }
