"""Persons crossed with items: 7,584 yes or no answers. The response is a factor, whose first level is failure.

By Laplace's approximation lme4 shares three to four digits of the estimates with itself when the rows come in another
order, and nine of the log-likelihood; with nAGQ = 0 it shares more.
"""
import translations as r
from translations.parity import case

from ._shared import TOLERANCE


@case(section="glmer", order=7, tolerance={
    "full": TOLERANCE["criterion"],
    **{item: TOLERANCE[item] for item in ("theta", "fixef", "criterion", "coefficients", "ranef")}})
def verbagg_crossed():
    VerbAgg = r.load("VerbAgg")  # noqa: N806
    m = r.glmer("r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item)", data=VerbAgg,
                family=r.binomial, nAGQ=0)
    full = r.update(m, nAGQ=1, control=r.glmerControl(optimizer="nloptwrap", calc_derivs=False))
    print(m)
    return {"full": float(r.logLik(full)), "theta": list(m.theta),
            "fixef": r.fixef(m), "criterion": [float(r.logLik(m)), r.AIC(m), r.BIC(m)],
            "coefficients": r.summary(m).coefficients,
            "ranef": {group: frame.head(20) for group, frame in r.ranef(m).items()}}
