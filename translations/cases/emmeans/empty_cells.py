"""Two cells without data: what cannot be estimated, and what can.

With the interaction in the model the data say nothing about recipe B at 185 and 195 degrees, hence nothing about its
mean over all temperatures: "nonEst". Other programs fill in numbers that depend on how the factors happen to be
coded. Without the interaction every mean can be estimated, for then a recipe's difference from another is the same
at all temperatures.

`joint_tests` tests of each term what can be tested, and gives what no term accounts for as "(confounded)". Since
emmeans 1.10 an adjustment counts only the tests that can be made.
"""
import translations as r
from translations.cases.emmeans._shared import holes, parts, tolerances
from translations.parity import case

TOLERANCES = {**tolerances("lm", "means", "cells", "apart", "tests"), **tolerances("lmer", "mixed", "mixed_apart")}


@case(section="emmeans", order=6, tolerance=TOLERANCES)
def empty_cells(control=None):
    m = r.lm("angle ~ recipe * temperature", holes())
    print(r.emmeans(m, "~ recipe"))
    print(r.emmeans(m, "~ temperature | recipe"))
    print(r.pairs(r.emmeans(m, "~ temperature | recipe")))
    print(r.pairs(r.emmeans(m, "~ recipe | temperature")))
    print(r.emmeans(m, "~ recipe", weights="cells"))
    print(r.joint_tests(m))
    print(r.joint_tests(m, by="recipe"))
    mixed = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", holes(), control=control)
    print(r.emmeans(mixed, "~ recipe"))
    print(r.emmeans(mixed, "pairwise ~ temperature"))
    additive = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", holes(), control=control)
    print(r.emmeans(additive, "~ recipe"))
    return parts(
        means=r.emmeans(m, "~ recipe"), cells=r.emmeans(m, "~ temperature | recipe"),
        apart=r.pairs(r.emmeans(m, "~ recipe | temperature")), tests=r.joint_tests(m),
        mixed=r.emmeans(mixed, "~ temperature"), mixed_apart=r.pairs(r.emmeans(mixed, "~ temperature")),
    )  # fmt: skip
