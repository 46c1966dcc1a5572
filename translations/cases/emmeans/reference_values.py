"""At which values of the other variables: covariates, two values, truth values, numbers made factors, offsets, weights.

A mean is at the covariates' means unless `at` or `cov_reduce` say otherwise; a covariate of two values keeps both,
like a factor. The levels that are averaged over count the same; `weights="proportional"` and the like count them as
they occur. emmeans 1.8 counted rows there and forgot prior weights (but for formulas with a function), later ones
add the weights up.
"""
import numpy as np

import translations as r
from translations.cases.emmeans._shared import gaps, parts, tolerances
from translations.parity import case

TOLERANCES = tolerances("lm", "reduced", "two", "truth", "numbers", "off", "cells", "outer")


def prepared():
    d = gaps()
    replicate = d["replicate"].astype(int)
    batch = (replicate % 4).astype(float)
    return d.assign(hot=d["temp"] > 200, half=np.where(replicate <= 7, 1.0, 5.0), batch=batch, w=1.0 + batch)


@case(section="emmeans", order=10, tolerance=TOLERANCES)
def reference_values():
    d = prepared()
    m = r.lm("angle ~ recipe + temp + I(temp^2)", d)
    print(r.ref_grid(m))
    print(r.emmeans(m, "~ recipe"))
    print(r.emmeans(m, "~ recipe", at={"temp": [180]}))
    print(r.emmeans(m, "~ temp", at={"temp": [180, 200, 220], "recipe": ["C"]}))
    print(r.emmeans(m, "~ temp", cov_reduce=lambda x: [x.min(), x.max()]))
    print(r.emmeans(m, "~ recipe", cov_reduce="temp ~ recipe"))
    print(r.emmeans(m, "~ temp | recipe", cov_keep="temp", at={"recipe": ["B", "A"]}))
    two = r.lm("angle ~ recipe + half", d)
    print(r.ref_grid(two))
    print(r.pairs(r.emmeans(two, "~ half")))
    truth = r.lm("angle ~ hot * recipe", d)
    print(r.emmeans(truth, "~ hot | recipe"))
    print(r.pairs(r.emmeans(truth, "~ hot | recipe")))
    numbers = r.lm("angle ~ factor(batch) + temp", d)
    print(r.emmeans(numbers, "~ batch"))
    print(r.pairs(r.emmeans(numbers, "~ batch", at={"batch": [3, 0]})))
    off = r.lm("angle ~ recipe + offset(temp / 10)", d)
    print(r.emmeans(off, "~ recipe"))
    print(r.emmeans(off, "~ recipe", offset=20))
    weighted = r.lm("angle ~ recipe * temperature", d, weights="w")
    for weights in ("equal", "proportional", "outer", "cells", "flat"):
        print(r.emmeans(weighted, "~ recipe", weights=weights))
    print(r.emmeans(weighted, "~ recipe", weights=[1, 2, 3, 3, 2, 1]))
    print(r.emmeans(r.lm("angle ~ recipe + log(temp)", d, weights="w"), "~ 1", weights="proportional"))
    return parts(
        reduced=r.emmeans(m, "~ recipe", cov_reduce="temp ~ recipe"), two=r.emmeans(two, "~ half"),
        truth=r.emmeans(truth, "~ hot | recipe"), numbers=r.emmeans(numbers, "~ batch"), off=r.emmeans(off, "~ recipe"),
        cells=r.emmeans(weighted, "~ recipe", weights="cells"), outer=r.emmeans(weighted, "~ recipe", weights="outer"),
    )  # fmt: skip
