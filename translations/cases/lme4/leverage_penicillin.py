"""Leverages with crossed factors.

Balanced: every observation has the same leverage.
"""
import translations as r
from translations.cases.lme4._comparisons import LEVERAGE
from translations.parity import case


@case(section="lme4", order=341, tolerance=LEVERAGE)
def leverage_penicillin(control=None):
    Penicillin = r.Penicillin()
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control=control)
    print(r.hatvalues(m).head(6))
    return {
        "hat": r.hatvalues(m).to_numpy(), "cook": r.cooks_distance(m).to_numpy(), "rstudent": r.rstudent(m).to_numpy(),
        "trace": float(r.hatvalues(m).sum()),
    }
