"""Means on the scale of the link and on the response's: probabilities, odds ratios, rates and their ratios.

Averages and differences are taken on the scale of the link, where the model is linear, and then transformed back: a
difference of logits is an odds ratio, of logarithms a ratio of rates. Degrees of freedom are infinite where the
dispersion is known (and, as emmeans has it, for quasi families too); z takes the place of t. The standard errors of
the mixed model are those of `vcov`, which lme4 2.1 computes better than the releases before it.
"""
from dataclasses import replace

import translations as r
from translations.cases.emmeans._shared import GLMER_FIT, HESSIAN, HESSIAN_P, LM, gaps, parts, tolerances
from translations.parity import case

GLM = replace(LM, name="GLM", default=8, tight=8, why="iterations stop where the deviance changes by less than 1e-8")
TOLERANCES = {
    **tolerances("lm", "periods", "odds", "rates", "gamma", "probit", "mixed", "mixed_odds"),
    **dict.fromkeys(("periods", "odds", "rates", "gamma", "probit"), GLM),
    **dict.fromkeys(("mixed", "mixed_odds"), HESSIAN), **dict.fromkeys(("mixed_fit", "mixed_odds_fit"), GLMER_FIT),
    "mixed_odds_p": HESSIAN_P,
}  # fmt: skip


@case(section="emmeans", order=11, tolerance=TOLERANCES)
def generalized_models():
    cbpp, ticks = r.load("cbpp"), r.load("grouseticks")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, family=r.binomial())
    print(r.emmeans(m, "~ period"))
    print(r.emmeans(m, "pairwise ~ period", type="response"))
    print(r.joint_tests(m))
    b = r.glm("cbind(incidence, size - incidence) ~ period", family=r.binomial(), data=cbpp)
    print(r.emmeans(b, "~ period", type="response"))
    print(r.pairs(r.emmeans(b, "~ period"), type="response", reverse=True))
    print(r.emmeans(b, "~ 1", weights="proportional", type="response"))
    p = r.glm("TICKS ~ YEAR * HEIGHT", family=r.poisson(), data=ticks)
    print(r.emmeans(p, "~ YEAR"))
    print(r.emmeans(p, "pairwise ~ YEAR", type="response"))
    print(r.emtrends(p, "~ YEAR", var="HEIGHT"))
    q = r.glm("TICKS ~ YEAR", family=r.quasipoisson(), data=ticks)
    print(r.pairs(r.emmeans(q, "~ YEAR"), type="response"))
    g = r.glm("angle ~ recipe + temp", family=r.Gamma(), data=gaps())
    print(r.emmeans(g, "~ recipe", type="response"))
    print(r.pairs(r.emmeans(g, "~ recipe")))
    probit = r.glm("incidence / size ~ period", family=r.binomial("probit"), data=cbpp, weights="size")
    print(r.emmeans(probit, "~ period", type="response"))
    mixed, mixed_odds = r.emmeans(m, "~ period", type="response"), r.pairs(r.emmeans(m, "~ period"), type="response")
    return parts(
        periods=r.emmeans(b, "~ period", type="response"), odds=r.pairs(r.emmeans(b, "~ period"), type="response"),
        rates=r.emmeans(p, "~ YEAR", type="response"), gamma=r.emmeans(g, "~ recipe", type="response"),
        probit=r.emmeans(probit, "~ period", type="response"), mixed=mixed, mixed_odds=mixed_odds,
    ) | {"mixed_fit": r.summary(mixed)["prob"].to_numpy(),
         "mixed_odds_fit": r.summary(mixed_odds)["odds.ratio"].to_numpy()}
