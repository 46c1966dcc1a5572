"""Log counts of ticks: chicks within broods within locations.

Unbalanced and nested: 118 broods on 63 locations.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=130, tolerance=MODEL)
def grouseticks_log(control=None):
    grouseticks = r.load("grouseticks")
    m = r.lmer("log1p(TICKS) ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | LOCATION)", grouseticks, control=control)
    print(r.summary(m))
    return describe(m)
