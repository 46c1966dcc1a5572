"""Effect sizes: eta squared, omega squared, Cohen's f and d."""
import numpy as np

import translations as r
from translations.cases.lme4._df import SATTERTHWAITE
from translations.parity import case
from translations.parity import tolerances as tol

BASE = ("eta", "whole", "omega", "omega_whole", "f", "linear", "strata", "d", "raw", "paired")


@case(order=22, tolerance=dict.fromkeys(BASE, tol.PVALUE) | {"mixed": SATTERTHWAITE, "mixed_omega": SATTERTHWAITE},
      releases=("4.2", "4.6"), because="Debian has no effectsize for R 4.5")
def effect_sizes(control=None):
    cake, sleepstudy = r.cake(), r.sleepstudy()
    cake["y"] = np.log(cake["angle"])
    one = r.aov("y ~ recipe * temperature", cake)
    linear = r.lm("Reaction ~ Days + Subject", sleepstudy)
    sleepstudy["day"] = r.factor(sleepstudy["Days"])
    strata = r.aov("Reaction ~ day + Error(Subject)", sleepstudy)
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    table = r.anova(m, ddf="Satterthwaite")
    first, last = (sleepstudy["Reaction"][sleepstudy["Days"] == day].to_numpy() for day in (0, 9))

    def value(frame):
        return frame.iloc[:, -1].to_numpy()

    return {
        "eta": value(r.eta_squared(one)), "whole": value(r.eta_squared(one, partial=False)),
        "omega": value(r.omega_squared(one)), "omega_whole": value(r.omega_squared(one, partial=False)),
        "f": value(r.cohens_f(one)), "linear": value(r.eta_squared(linear)), "strata": value(r.eta_squared(strata)),
        "mixed": value(r.eta_squared(table)), "mixed_omega": value(r.omega_squared(table)),
        "d": r.cohens_d(first, last), "raw": r.cohens_d(first, last, pooled_sd=False),
        "paired": r.cohens_d(first, last, paired=True),
    }
