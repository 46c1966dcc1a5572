"""The same nesting by the formula: `(1 | batch/cask)`.

`a/b` stands for `b:a` and `a`; R names the inner factor `cask:batch`, so its levels read `a:A`.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=106, tolerance=MODEL)
def pastes_nested(control=None):
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | batch/cask)", Pastes, control=control)
    print(r.summary(m))
    return describe(m)
