"""Sequential sums of squares of the fixed part.

One model's `anova`: each term after those before it. lme4 gives no p-values, because no denominator degrees of
freedom belong to these ratios; lmerTest's tables do (`r.anova(m, ddf="Satterthwaite")`).
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=310, tolerance=RATIO)
def anova_sequential(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    table = r.anova(m)
    print(table)
    return {"table": table}
