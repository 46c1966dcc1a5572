"""Binary outcomes of patients who differ greatly, by quadrature with 20 nodes.

The likelihood itself to some digits: a standard deviation of 4.1 where Laplace's approximation says 4.7.
"""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=232, tolerance=stopping(fixef=4.5))
def toenail_agq(optimizer=None):
    toenail = r.load("toenail")
    m = r.glmer("outcome ~ treatment * visit + (1 | patientID)", toenail, family="binomial", nAGQ=20, control=optimizer)
    return describe(m)
