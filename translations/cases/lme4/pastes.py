"""Two nested factors written as if crossed: casks within batches of paste.

`sample` names each cask of each batch, so `(1 | sample) + (1 | batch)` is nested because the data are.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=105, tolerance=MODEL)
def pastes(control=None):
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | sample) + (1 | batch)", Pastes, control=control)
    print(r.summary(m))
    return describe(m)
