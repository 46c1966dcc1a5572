"""Numbers of fruits, genotypes in populations."""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=290, tolerance=stopping(theta=4.3, fixef=5.0, modes=4.2))
def arabidopsis(optimizer=None):
    Arabidopsis = r.load("Arabidopsis")
    m = r.glmer("total.fruits ~ nutrient + amd + rack + status + (1 | popu / gen)", Arabidopsis,
                family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    return describe(m)
