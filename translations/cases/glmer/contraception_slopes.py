"""Districts that differ in town and country."""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=250, tolerance=stopping(theta=4.4, fixef=4.5, modes=4.7))
def contraception_slopes(optimizer=None):
    Contraception = r.load("Contraception")
    m = r.glmer("use ~ urban + age + (urban | district)", Contraception, family="binomial", control=optimizer)
    return describe(m)
