"""Crossed factors: degrees of freedom of the mean of the penicillin data.

The mean of 24 plates by six samples. Its variance is a sum of mean squares, mostly that of the six samples: 5.5
degrees of freedom.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=414, tolerance=TOLERANCE)
def df_penicillin(control=None):
    Penicillin = r.Penicillin()
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
