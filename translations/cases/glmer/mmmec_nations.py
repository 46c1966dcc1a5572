"""Deaths beside those expected, in regions of nations."""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case


@case(section="glmer", order=280, tolerance=TOLERANCE)
def mmmec_nations(optimizer=None):
    Mmmec = r.load("Mmmec")
    m = r.glmer("deaths ~ uvb + offset(log(expected)) + (1 | nation / region)", Mmmec,
                family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
