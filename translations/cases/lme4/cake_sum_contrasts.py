"""Sum-to-zero contrasts by the argument `contrasts`.

Columns are named by number, `recipe1`, `recipe2`.
"""
import translations as r
from translations.cases.lme4._shared import MODEL, describe
from translations.parity import case


@case(section="lme4", order=118, tolerance=MODEL)
def cake_sum_contrasts(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control,
               contrasts={"recipe": "contr.sum"})
    print(r.summary(m))
    return describe(m)
