"""Factors within others: found in the data or the formula, and averaged within their groups.

Recipes A and B are dark, C is white: a recipe has one flavour, so a mean over recipes is over those of that flavour.
Nothing needs to be said of it; emmeans sees that every recipe occurs with one flavour only, or that the formula has
`flavour/recipe`, and says what it found. Differences are taken within a flavour; a flavour with one recipe has none.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "recipes", "flavours", "apart", "tests"), **tolerances("lmer", "mixed", "mixed_apart")}


@case(section="emmeans", order=7, tolerance=TOLERANCES)
def nested_factors(control=None):
    d = gaps()
    d = d.assign(flavour=d["recipe"].astype(str).map({"A": "dark", "B": "dark", "C": "white"}))
    m = r.lm("angle ~ flavour + recipe + temperature", d)
    print(r.ref_grid(m))
    print(r.emmeans(m, "~ recipe"))
    print(r.emmeans(m, "~ flavour"))
    print(r.pairs(r.emmeans(m, "~ recipe")))
    print(r.pairs(r.emmeans(m, "~ flavour")))
    print(r.emmeans(m, "~ temperature"))
    print(r.contrast(r.emmeans(m, "~ recipe"), "eff"))
    print(r.joint_tests(m))
    within = r.lm("angle ~ flavour / recipe + temp", d)
    print(r.emmeans(within, "recipe", by="flavour"))
    print(r.pairs(r.emmeans(within, "~ recipe | flavour")))
    print(r.emtrends(within, "~ recipe", var="temp"))
    mixed = r.lmer("angle ~ flavour + flavour:recipe + temperature + (1 | recipe:replicate)", d, control=control)
    print(r.emmeans(mixed, "~ flavour"))
    print(r.pairs(r.emmeans(mixed, "~ recipe")))
    return parts(
        recipes=r.emmeans(m, "~ recipe"), flavours=r.emmeans(m, "~ flavour"), apart=r.pairs(r.emmeans(m, "~ recipe")),
        tests=r.joint_tests(m), mixed=r.emmeans(mixed, "~ flavour"), mixed_apart=r.pairs(r.emmeans(mixed, "~ recipe")),
    )  # fmt: skip
