"""Is the mean of the 18 slopes zero? A one-sample t-test.

`scipy.stats.ttest_1samp` is R's t.test for one sample; its result has `statistic`, `df`, `pvalue` and the method
`confidence_interval()`. R prints "data: ." because the chapter pipes the slopes into t.test, which then knows them
as a dot.
"""

import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def slopes():
    """The slope of each subject's own line."""
    return [
        np.polyfit(own["days_deprived"], own["Reaction"], 1)[0]
        for _, own in r.sleep2().groupby("Subject", observed=True)
    ]


@case(section="5.3.2", order=10, tolerance=tol.PVALUE)
def t_test_slopes():
    test = r.t_test(slopes(), data_name=".")
    print(test)
    return {
        "statistic": test.statistic["t"],
        "parameter": test.parameter["df"],
        "p.value": test.p_value,
        "conf.int": test.conf_int,
        "estimate": test.estimate["mean of x"],
        "null.value": test.null_value["mean"],
        "stderr": test.stderr,
    }


@t_test_slopes.by("scipy")
def with_scipy():
    from scipy.stats import sem, ttest_1samp

    test = ttest_1samp(slopes(), 0)
    return {
        "statistic": test.statistic,
        "parameter": test.df,
        "p.value": test.pvalue,
        "conf.int": tuple(test.confidence_interval()),
        "estimate": np.mean(slopes()),
        "stderr": sem(slopes()),
    }
