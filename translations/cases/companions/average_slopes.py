"""Average slopes of mixed models, marginaleffects' `avg_slopes`: the mean over the rows of the derivative of X beta.

The derivative is a difference of two design matrices, so its mean is a row of numbers L, and the slope L beta with the
variance L V L'. marginaleffects differentiates that difference once more, by the coefficients, and by its default
steps a standard error of these has two digits: 0.716 for 0.70627. It is asked for wider steps here, by `numderiv`.
`emtrends` gives the slope at the predictors' means, which is the same where nothing is curved. Python's marginaleffects
takes these fits too, by the class on the page about Python's own tools.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

STEPS = Tolerance("STEPS", 6, 6, 6, 4, "marginaleffects' differences of differences, by steps of 1e-4")


def average_slope(m, formula, data, x, h=1e-3):
    up, down = (r.model_matrix(formula, data.assign(**{x: data[x] + step})).to_numpy() for step in (h, -h))
    L = ((up - down) / (2 * h)).mean(axis=0)
    slope, error = L @ r.fixef(m).to_numpy(), np.sqrt(L @ r.vcov(m).to_numpy() @ L)
    z = r.qnorm(0.975)
    return [slope, error, slope / error, slope - z * error, slope + z * error]


def table(*rows):
    return pd.DataFrame(rows, columns=["estimate", "std.error", "statistic", "conf.low", "conf.high"])


@case(order=37, tolerance={"days": STEPS, "all": STEPS, "recipes": STEPS}, releases=("4.6",),
      because="Debian has marginaleffects for R 4.6 alone")
def average_slopes(control=None):
    cake, sleep = r.load("cake"), r.load("sleepstudy")
    cake["warm"] = (cake["temp"] - 200) / 25
    curved = r.lmer("angle ~ warm * recipe + I(warm^2) + (1 | recipe:replicate)", cake, control=control)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    formula = "~ warm * recipe + I(warm^2)"
    return {
        "days": table(average_slope(slopes, "~ Days", sleep, "Days")),
        "all": table(average_slope(curved, formula, cake, "warm")),
        "recipes": table(*(average_slope(curved, formula, own, "warm") for _, own in cake.groupby("recipe"))),
    }
