"""Counts of seizures, patients and visits differing."""
import pandas as pd

import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=210, tolerance=TOLERANCE)
def epil_overdispersed(optimizer=None):
    epil = r.load("epil")
    epil = epil.assign(obs=pd.Categorical(range(1, len(epil) + 1)))
    m = r.glmer("y ~ lbase * trt + lage + V4 + (1 | subject) + (1 | obs)", epil, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
