"""The four plots of a linear model, and of a generalized one: R's plot.lm.

Residuals against fitted values and their spread, with the smooth curves; normal quantiles with the line through the
quartiles; residuals against leverage with contours of Cook's distance, or against the levels of the factors where a
balanced design gives every row the same leverage; and the labels of the three points furthest out. From R 4.3 on the
quantiles of a generalized model are half-normal ones, of deviance residuals, and R 4.6 draws no curve through
leverages. R's side is read off the list of what its device was told to draw. `lowess` is computed here: statsmodels'
weighs the points nearest to the curve a little otherwise, and shares eight digits.
"""

import numpy as np

import translations as r
from translations.figures.built import layers
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="stats", order=16, tolerance=tol.IRLS)
def linear_plots():
    plants = r.load("PlantGrowth")
    plants["twice"] = np.arange(1, len(plants) + 1) % 4
    models = {
        "balanced": r.lm("breaks ~ wool + tension", r.load("warpbreaks")),
        "missing": r.lm("Ozone ~ Wind + Temp", r.load("airquality")),
        "weighted": r.lm("weight ~ group + twice", plants, weights="twice"),
        "binomial": r.glm("cbind(Menarche, Total - Menarche) ~ Age", r.binomial, r.load("menarche")),
    }
    return {name: plots(r.plot(model)) for name, model in models.items()}


def plots(composition):
    upper, lower = composition.items
    names = ("fitted", "quantiles", "spread", "leverage")
    return {name: drawn(plot, name) for name, plot in zip(names, [*upper.items, *lower.items], strict=True)}


def drawn(plot, name):
    points, *others = layers(plot)
    text = next(one for one in others if "label" in one)
    lines = {kind: [{axis: one[axis].to_numpy() for axis in ("x", "y")} for one in others
                    if "y" in one and "label" not in one and one["linetype"].iloc[0] == kind]
             for kind in ("solid", "dashed")}
    found = {"point": {"x": points["x"], "y": points["y"]}, "label": text["label"].str.strip().tolist(),
             "label_x": text["x"], "curve": lines["solid"],
             "contours": [{axis: line[axis][::10] for axis in ("x", "y")} for line in lines["dashed"]]}
    if name == "quantiles":
        # Which of two equal residuals comes first, the last bit decides.
        found["point"] = {axis: np.sort(points[axis]) for axis in ("x", "y")}
        line = next(one for one in others if "slope" in one).iloc[0]
        found["line"] = line[["intercept", "slope"]].astype(float)
    return found
