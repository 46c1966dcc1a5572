"""Epsilon squared, the share of the variation less what chance adds; Glass' delta, by the second sample's deviation.

From effectsize 0.8.7 on `glass_delta` is without its bias in small samples unless it is asked otherwise.
"""
import numpy as np

import translations as r
from translations.cases.companions.effect_sizes import SIMPLEX
from translations.cases.lme4._df import SATTERTHWAITE
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {**dict.fromkeys(("partial", "whole", "strata", "single", "delta", "few"), tol.PVALUE),
              "mixed": SATTERTHWAITE,
              **dict.fromkeys(("partial_ends", "delta_ends", "few_ends"), SIMPLEX)}


def value(x):
    return x[next(name for name in x.columns if name.startswith(("Epsilon2", "Glass")))].tolist()


def ends(x):
    return np.concatenate([x["CI_low"], x["CI_high"]])


@case(order=26, tolerance=TOLERANCES, releases=("4.2", "4.6"), because="Debian has no effectsize for R 4.5")
def other_effect_sizes(control=None):
    cake, sleepstudy = r.cake(), r.sleepstudy()
    cake["y"] = np.log(cake["angle"])
    one = r.aov("y ~ recipe * temperature", cake)
    sleepstudy["day"] = r.factor(sleepstudy["Days"])
    strata = r.aov("Reaction ~ day + Error(Subject)", sleepstudy)
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    table = r.anova(m, ddf="Satterthwaite")
    first, last = (sleepstudy["Reaction"][sleepstudy["Days"] == day].to_numpy() for day in (0, 9))
    print(r.epsilon_squared(one))
    print(r.epsilon_squared(one, partial=False, ci=0.9, alternative="two.sided"))
    print(r.epsilon_squared(strata))
    print(r.epsilon_squared(table))
    print(r.epsilon_squared(r.aov("y ~ recipe", cake)))
    print(r.glass_delta(last, first))
    print(r.glass_delta(first, last[:7], mu=-20, ci=0.9))
    print(r.glass_delta("Reaction ~ day", data=sleepstudy, subset="Days %in% c(0, 9)", alternative="less"))
    few = r.glass_delta(first, last[:7], mu=-20, ci=0.9)
    return {"partial": value(r.epsilon_squared(one)), "whole": value(r.epsilon_squared(one, partial=False)),
            "strata": value(r.epsilon_squared(strata)), "mixed": value(r.epsilon_squared(table)),
            "single": value(r.epsilon_squared(r.aov("y ~ recipe", cake))), "delta": value(r.glass_delta(last, first)),
            "few": value(few), "partial_ends": ends(r.epsilon_squared(one, alternative="two.sided")),
            "delta_ends": ends(r.glass_delta(last, first)), "few_ends": ends(few)}
