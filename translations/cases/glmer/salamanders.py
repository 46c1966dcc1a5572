"""Counts of salamanders of seven species in streams, mined or not."""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=245, tolerance=stopping(theta=4.6, fixef=4.3, modes=2.9))
def salamanders(optimizer=None):
    Salamanders = r.load("Salamanders")
    m = r.glmer("count ~ mined + spp + (1 | site)", Salamanders, family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
