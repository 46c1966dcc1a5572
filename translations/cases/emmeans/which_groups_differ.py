"""Which recipes differ, at which temperatures? Means, their differences by Tukey's method, and F tests.

The cakes of one recipe and replicate share their oven's day, so recipes are compared among the 45 batters and
temperatures within them: two standard errors and two counts of degrees of freedom in one table, which Kenward and
Roger's method finds also where, as here, rows are missing. A mean over the temperatures counts each of them the
same, however many rows it has.

The note on interactions is R's: where the difference between recipes depends on the temperature, their means over
all temperatures answer a question that nobody may have asked.
"""
import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = tolerances("lmer", "recipes", "cells", "apart", "within", "tests", "by_recipe")


@case(section="emmeans", order=1, tolerance=TOLERANCES)
def which_groups_differ(control=None):
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps(), control=control)
    print(r.emmeans(m, "~ recipe"))
    print(r.emmeans(m, "~ temperature | recipe"))
    print(r.emmeans(m, "pairwise ~ recipe"))
    print(r.pairs(r.emmeans(m, "~ temperature | recipe"), reverse=True))
    print(r.joint_tests(m))
    print(r.joint_tests(m, by="recipe"))
    return parts(
        recipes=r.emmeans(m, "~ recipe"), cells=r.emmeans(m, "~ temperature | recipe"),
        apart=r.pairs(r.emmeans(m, "~ recipe")), within=r.pairs(r.emmeans(m, "~ temperature | recipe")),
        tests=r.joint_tests(m), by_recipe=r.joint_tests(m, by="recipe"),
    )  # fmt: skip


@which_groups_differ.by("statsmodels", cannot="Kenward and Roger's standard errors and degrees of freedom; adjustments")
def with_statsmodels():
    import pandas as pd
    import statsmodels.formula.api as smf

    data = gaps().assign(batch=lambda d: d["recipe"].astype(str) + d["replicate"].astype(str))
    data["temperature"] = data["temperature"].astype(str)
    fit = smf.mixedlm("angle ~ recipe * temperature", data, groups="batch").fit(reml=True)
    cells = pd.MultiIndex.from_product([["A", "B", "C"], sorted(data["temperature"].unique())])
    grid = cells.to_frame(index=False, name=["recipe", "temperature"])
    means = grid.assign(emmean=fit.predict(grid)).groupby("recipe").emmean.mean()
    return {"recipes": means.reset_index()}
