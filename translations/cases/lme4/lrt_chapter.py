"""The chapter's slope by a likelihood ratio.

The partial-pooling model with and without the fixed slope; the random slopes stay.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=301, tolerance=RATIO)
def lrt_chapter(control=None):
    sleep2 = r.sleep2()
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    without = r.update(pp_mod, ". ~ . - days_deprived")
    lrt = r.anova(pp_mod, without)
    print(lrt)
    return {"lrt": lrt}
