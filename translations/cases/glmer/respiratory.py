"""Respiratory status at four visits."""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=260, tolerance=stopping(fixef=5.0))
def respiratory(optimizer=None):
    respiratory = r.load("respiratory")
    respiratory = respiratory[respiratory["month"] != "0"]
    m = r.glmer("status ~ treatment + gender + age + centre + (1 | subject)", respiratory,
                family="binomial", control=optimizer)
    return describe(m)
