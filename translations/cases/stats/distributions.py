"""Areas and quantiles of the normal, t, F and chi-squared distributions.

`lower_tail=False` is the area above. Take it instead of one minus the area below: the difference keeps only the digits
that are left beyond a 1, and none above z = 8.3, where `1 - pnorm(z)` is 0 on both sides. In scipy these are `cdf` and
`sf`, and `ppf` the quantiles; the F distribution's degrees of freedom are in the same order.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=2, tolerance=tol.PVALUE)
def distributions():
    z = [-9, -1.96, 0, 1.5, 9]
    return {
        "pnorm": r.pnorm(z),
        "above": r.pnorm(z, lower_tail=False),
        "shifted": r.pnorm(250, mean=268, sd=31),
        "qnorm": r.qnorm([0.001, 0.025, 0.5, 0.975]),
        "pt": r.pt([-6.2, 0.5, 2.1], df=17),
        "qt": r.qt([0.025, 0.975], df=17),
        "pf": r.pf(38.4, df1=1, df2=17, lower_tail=False),
        "pchisq": r.pchisq([0.1, 3.84, 23.5], df=1, lower_tail=False),
        "qchisq": r.qchisq([0.5, 0.95], df=2),
    }


@distributions.by("scipy")
def with_scipy():
    from scipy import stats

    z = [-9, -1.96, 0, 1.5, 9]
    return {
        "pnorm": stats.norm.cdf(z),
        "above": stats.norm.sf(z),
        "shifted": stats.norm.cdf(250, loc=268, scale=31),
        "qnorm": stats.norm.ppf([0.001, 0.025, 0.5, 0.975]),
        "pt": stats.t.cdf([-6.2, 0.5, 2.1], 17),
        "qt": stats.t.ppf([0.025, 0.975], 17),
        "pf": stats.f.sf(38.4, 1, 17),
        "pchisq": stats.chi2.sf([0.1, 3.84, 23.5], 1),
        "qchisq": stats.chi2.ppf([0.5, 0.95], 2),
    }
