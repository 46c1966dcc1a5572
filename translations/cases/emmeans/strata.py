"""Means of an analysis of variance in strata, `aov` with Error(), balanced and not.

A repeated-measures or split-plot analysis estimates each effect in one stratum. emmeans takes each coefficient from the
innermost stratum that has it, and adds the strata's degrees of freedom up as Satterthwaite does; it says below every
table that a design that is not balanced biases its means, and refits with contrasts that sum to zero where others were
used. `lmer` with `(1 | g)` for `Error(g)` has no such limits.
"""

import translations as r
from translations.cases.emmeans._shared import parts, tolerances
from translations.parity import case

NAMES = ("split", "pairs", "poly", "tests", "short", "coded", "eff", "slopes", "trends")


@case(section="emmeans", order=18, tolerance=tolerances("lm", *NAMES))
def strata():
    Oats = r.load("Oats")
    Oats["nitro"] = r.factor(Oats["nitro"], ordered=False)
    split = r.aov("yield ~ Variety * nitro + Error(Block / Variety)", Oats)
    print(r.emmeans(split, "~ nitro"))
    print(r.emmeans(split, "~ nitro | Variety"))
    print(r.pairs(r.emmeans(split, "~ Variety | nitro")))
    print(r.contrast(r.emmeans(split, "~ nitro"), "poly"))
    print(r.joint_tests(split))
    short = r.aov("yield ~ Variety * nitro + Error(Block / Variety)", Oats.drop(index=[2, 9, 19]))
    print(r.emmeans(short, "~ nitro"))
    npk = r.load("npk")
    coded = r.aov("log(yield) ~ N * P + Error(block)", npk, contrasts={"N": "contr.sum", "P": "contr.helmert"})
    print(r.emmeans(coded, "~ N", type="response"))
    print(r.contrast(r.emmeans(coded, "~ N * P"), "eff"))
    slopes = r.aov("Reaction ~ Days + Error(Subject / Days)", r.sleepstudy())
    print(r.emmeans(slopes, "~ Days"))
    print(r.emtrends(slopes, "~ 1", var="Days"))
    return parts(
        split=r.emmeans(split, "~ nitro | Variety"), pairs=r.pairs(r.emmeans(split, "~ Variety | nitro")),
        poly=r.contrast(r.emmeans(split, "~ nitro"), "poly"), tests=r.joint_tests(split),
        short=r.emmeans(short, "~ nitro"), coded=r.emmeans(coded, "~ N", type="response"),
        eff=r.contrast(r.emmeans(coded, "~ N * P"), "eff"), slopes=r.emmeans(slopes, "~ Days"),
        trends=r.emtrends(slopes, "~ 1", var="Days"),
    )
