"""Intervals and tests asked of contrasts, margins, all groups as one family; a response that scale() made.

`infer=`, `level=`, `null=`, `side=` and `delta=` are arguments of `summary` that `contrast`, `pairs` and `emmeans` pass
on, with a formula such as `pairwise ~ a` to the means and to the contrasts. `by=None` is R's `by = NULL`: groups no
longer part the table, and all its rows are one family, so that adjusted p-values are larger; left out, `by` is what the
means have. A response that `scale()` made goes back to its own units by `type="response"`.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "apart", "limits", "trends", "centred"), **tolerances("lmer", "scaled")}


@case(section="emmeans", order=16, tolerance=TOLERANCES)
def what_is_shown(control=None):
    cakes = gaps()
    m = r.lm("angle ~ recipe * temp", cakes)
    e = r.emmeans(m, "~ recipe | temp", at={"temp": [180, 220]})
    print(r.contrast(e, "pairwise", infer=(True, True), level=0.9))
    print(r.pairs(e, infer=(True, False)))
    print(r.contrast(e, "eff", null=1, side=">"))
    print(r.pairs(e, side="<", delta=2))
    print(r.contrast(e, "pairwise", simple="each", combine=True, infer=True, level=0.9))
    print(r.pairs(e, by=None))
    print(r.summary(r.pairs(e), by=None, adjust="holm"))
    print(r.test(r.pairs(e), by=None, joint=True))
    print(r.confint(r.pairs(e), by=None, adjust="bonferroni"))
    print(r.emmeans(m, "pairwise ~ recipe", infer=True, level=0.9))
    both = r.emmeans(m, "pairwise ~ recipe", at={"temp": [180, 220]})
    print(r.summary(both))
    print(r.summary(both, infer=True, level=0.9))
    print(r.confint(both, adjust="none"))
    print(r.test(both, adjust="holm"))
    print(r.contrast(both, "eff"))
    print(r.pairs(both, reverse=True))
    print(r.emmeans(m, "~ recipe", infer=True, null=30))
    print(r.emtrends(m, "pairwise ~ recipe", var="temp", infer=True))
    nested = r.lm("angle ~ recipe + replicate %in% recipe", cakes, subset="replicate %in% c('1', '2', '3')")
    print(r.emmeans(nested, "pairwise ~ recipe", infer=True, level=0.9))
    scaled = r.lmer("scale(angle) ~ recipe + temp + (1 | recipe:replicate)", cakes, control=control)
    print(r.emmeans(scaled, "~ recipe"))
    print(r.emmeans(scaled, "~ recipe", type="response"))
    centred = r.lm("scale(log(angle), scale = FALSE) ~ recipe", cakes)
    print(r.emmeans(centred, "~ recipe", type="response"))
    unsure = r.lm("log(angle + temp) ~ recipe", cakes)
    print(r.emmeans(unsure, "~ recipe", type="response"))
    return parts(
        apart=r.pairs(e, by=None), limits=r.contrast(e, "pairwise", infer=(True, True), level=0.9),
        trends=r.emtrends(m, "pairwise ~ recipe", var="temp", infer=True)["contrasts"],
        scaled=r.emmeans(scaled, "~ recipe", type="response"), centred=r.emmeans(centred, "~ recipe", type="response"),
    )
