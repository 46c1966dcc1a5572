"""Binary outcomes of patients who differ greatly.

A standard deviation of 4.7 on the logit scale: Laplace's approximation is poor here, 25 nodes of quadrature give 4.1.
lme4 2.1-0 settles the fixed effects to 5.4 digits: asked with the rows in five other orders it stops at treatment
-0.013510 three times, -0.013512 and -0.013504.
"""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=230, tolerance=stopping(fixef=5.2, se=3.2))
def toenail(optimizer=None):
    toenail = r.load("toenail")
    m = r.glmer("outcome ~ treatment * visit + (1 | patientID)", toenail, family="binomial", control=optimizer)
    return describe(m)
