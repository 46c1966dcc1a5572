"""Every family of contrasts that emmeans knows, and some by hand.

A contrast is a combination of means. Its names are made of the means' own; where these are numbers, the variable's
name stands before them. Weights that do not sum to zero are no contrast but a mean of means, and are adjusted as
such.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

METHODS = ["pairwise", "revpairwise", "trt.vs.ctrl", "trt.vs.ctrlk", "eff", "del.eff", "poly", "identity"]
NAMES = [method.replace(".", "_") for method in METHODS]


@case(section="emmeans", order=3, tolerance=tolerances("lm", *NAMES))
def families_of_contrasts():
    m = r.lm("angle ~ recipe + temperature", gaps())
    e = r.emmeans(m, "~ temperature")
    for method in METHODS:
        print(r.contrast(e, method, adjust="none"))
    print(r.contrast(e, "consec", adjust="none"))
    print(r.contrast(e, "mean_chg", adjust="none"))
    print(r.contrast(e, "trt.vs.ctrl", ref=[2, 3], reverse=True))
    print(r.contrast(e, "pairwise", exclude=[1, 2]))
    recipes = r.emmeans(m, "~ recipe")
    by_hand = {"A - rest": [1, -0.5, -0.5], "mean of B and C": [0, 0.5, 0.5]}
    print(r.contrast(recipes, by_hand, adjust="holm"))
    print(r.contrast(recipes, "eff", scale=2, offset=1))
    corners = r.emmeans(m, "~ recipe * temperature", at={"temperature": ["175", "225"]})
    crossed = r.lm("angle ~ recipe * temperature", gaps())
    crossed_corners = r.emmeans(crossed, "~ recipe * temperature", at={"temperature": ["175", "225"]})
    print(r.contrast(crossed_corners, interaction="pairwise"))
    print(r.contrast(r.emmeans(crossed, "~ recipe * temperature"), interaction=["eff", "poly"]))
    for name, one in r.contrast(corners, "consec", simple="each", adjust="none").items():
        print(f"$`{name}`\n{one}\n")
    found = {name: r.contrast(e, method, adjust="none") for name, method in zip(NAMES, METHODS, strict=True)}
    return parts(**found)
