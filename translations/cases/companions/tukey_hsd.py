"""Tukey's honest significant differences of analyses of variance.

scipy's `tukey_hsd` is of one factor; its p-values agree to five digits, as its studentized range is another integral.
"""
import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

RANGE = Tolerance(
    "RANGE", 9, 9, 9, 4, "one less an area, summed in another order: R's own p-values are known to 14 digits after the "
    "point, of which small ones have fewer", relative_to="item", p_after_point=13,
)


@case(order=21, tolerance=RANGE)
def tukey_hsd():
    machines, sleepstudy, cake = r.load("Machines"), r.sleepstudy(), r.cake()
    both = r.aov("score ~ Machine + Worker", data=machines)
    print(r.TukeyHSD(both, "Machine"))
    sleepstudy["day"] = r.factor(sleepstudy["Days"])
    gone = sleepstudy["Subject"].isin(["308", "309"]) & (sleepstudy["Days"] == 4)
    few = sleepstudy[sleepstudy["Days"].isin([0, 4, 9]) & ~gone]
    small = r.aov("Reaction ~ day", data=few)
    print(r.TukeyHSD(small, ordered=True, conf_level=0.9))
    cells = r.TukeyHSD(r.aov("angle ~ recipe * temperature", cake.drop(index=[0, 6, 19, 32])))
    return {
        "machine": r.TukeyHSD(both)["Machine"], "small": r.TukeyHSD(small)["day"], "recipe": cells["recipe"],
        "temperature": cells["temperature"], "cells": cells["recipe:temperature"].head(40),
    }
