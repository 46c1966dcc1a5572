"""Leverages with nested factors.

Two observations a cask: the casks' standard deviation makes each of them half of its own fitted value.
"""
import translations as r
from translations.cases.lme4._comparisons import LEVERAGE
from translations.parity import case


@case(section="lme4", order=343, tolerance=LEVERAGE)
def leverage_pastes(control=None):
    Pastes = r.Pastes()
    m = r.lmer("strength ~ 1 + (1 | sample) + (1 | batch)", Pastes, control=control)
    print(r.hatvalues(m).head(6))
    return {
        "hat": r.hatvalues(m).to_numpy(), "cook": r.cooks_distance(m).to_numpy(), "rstudent": r.rstudent(m).to_numpy(),
        "trace": float(r.hatvalues(m).sum()),
    }
