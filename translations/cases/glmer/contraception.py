"""Use of contraception, districts differing."""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=240, tolerance=stopping(theta=4.9, fixef=5.0, modes=4.8))
def contraception(optimizer=None):
    Contraception = r.load("Contraception")
    m = r.glmer("use ~ urban + age + livch + (1 | district)", Contraception, family="binomial", control=optimizer)
    return describe(m)
