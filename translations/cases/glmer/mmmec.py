"""Deaths beside those expected, as an offset, in regions."""
import numpy as np

import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=270, tolerance=TOLERANCE)
def mmmec(optimizer=None):
    Mmmec = r.load("Mmmec")
    Mmmec = Mmmec.assign(exposure=np.log(Mmmec["expected"]))
    m = r.glmer("deaths ~ uvb + (1 | region)", Mmmec, family="poisson", offset="exposure", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
