"""Single-term deletions.

Only terms that are not marginal to another are dropped: here the interaction, and without it both main effects.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=320, tolerance=RATIO)
def drop1_cake(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    print(r.drop1(m))
    main = r.update(m, ". ~ . - recipe:temperature")
    table = r.drop1(main, test="Chisq")
    print(table)
    return {"interaction": r.drop1(m), "table": table, "criterion": r.extractAIC(main)}
