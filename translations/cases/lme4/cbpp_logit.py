"""Empirical logits of disease with the herds' sizes as weights.

lme4's cbpp are counts for a logistic model; their empirical logits fit a linear one.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=129, tolerance=MODEL)
def cbpp_logit(control=None):
    cbpp = r.load("cbpp")
    m = r.lmer("log((incidence + 0.5)/(size - incidence + 0.5)) ~ period + (1 | herd)", cbpp,
               weights="size", control=control)
    print(r.summary(m))
    return describe(m)
