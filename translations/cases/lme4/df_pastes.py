"""Nested factors: degrees of freedom of the mean of the pastes.

Ten batches, three casks each. Nine degrees of freedom, exactly: in this balanced design the mean's variance is
estimated by one mean square.
"""
import translations as r
from translations.cases.lme4._df import degrees_of_freedom, stopping
from translations.parity import case


@case(section="lme4", order=415, tolerance=stopping(6, 5))
def df_pastes(control=None):
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | batch/cask)", Pastes, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    return degrees_of_freedom(m)
