"""Means and contrasts of a list of formulas: `emmeans(m, ["pairwise ~ a"])`.

R names the parts after what they are of, and the column of contrasts by a number.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="emmeans", order=24, tolerance={**tolerances("lmer", "recipes", "apart"), "names": tol.EXACT})
def lists_of_formulas(control=None):
    m = r.lm("breaks ~ wool * tension", r.load("warpbreaks"))
    print(r.emmeans(m, ["pairwise ~ tension"]))
    print(r.emmeans(m, ["pairwise ~ tension | wool", "~ wool * tension"], adjust="bonferroni"))
    print(r.emmeans(m, ["eff ~ wool", "consec ~ tension"], level=0.9))
    print(r.emmeans(m, ["trt.vs.ctrl ~ tension"], ref=2))
    mixed = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", gaps(), control=control)
    both = r.emmeans(mixed, ["pairwise ~ recipe"], adjust="none")
    print(r.console(list(both)))
    print(both)
    recipes, apart = both.values()
    return {**parts(recipes=recipes, apart=apart), "names": list(r.emmeans(m, ["poly ~ tension", "~ wool"]))}
