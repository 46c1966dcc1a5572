"""Binary outcomes of patients who differ greatly.

A standard deviation of 4.7 on the logit scale: Laplace's approximation is poor here, 25 nodes of quadrature give 4.1.
"""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=230, tolerance=stopping(se=3.2))
def toenail(optimizer=None):
    toenail = r.load("toenail")
    m = r.glmer("outcome ~ treatment * visit + (1 | patientID)", toenail, family="binomial", control=optimizer)
    return describe(m)
