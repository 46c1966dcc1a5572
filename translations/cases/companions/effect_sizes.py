"""Effect sizes: eta squared, omega squared, Cohen's f and d, with their intervals.

The ends of the intervals are noncentralities at which the statistic seen is a given quantile of F or t. Here they are
roots of the distribution function, to 13 digits; effectsize looks for them by a simplex, and two releases' ends
share 4.9 digits at worst.
"""
import numpy as np

import translations as r
from translations.cases.lme4._df import SATTERTHWAITE
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

SIMPLEX = Tolerance(
    "SIMPLEX", 4.5, 4.5, 12, 4,
    "effectsize moves both ends at once by optim(), until a sum of two distances stands still: R 4.2's and R 4.6's "
    "share 4.9 digits of the end near 0, 0.00064",
)
BASE = ("eta", "whole", "omega", "omega_whole", "f", "linear", "strata", "d", "raw", "paired", "strata_omega", "type3")
ENDS = ("eta_ends", "omega_ends", "f_ends", "strata_ends", "mixed_ends", "d_ends", "raw_ends", "paired_ends",
        "one_ends", "less")
TOLERANCES = (dict.fromkeys(BASE, tol.PVALUE) | dict.fromkeys(("mixed", "mixed_omega"), SATTERTHWAITE)
              | dict.fromkeys(ENDS, SIMPLEX))


@case(order=22, tolerance=TOLERANCES, releases=("4.2", "4.6"), because="Debian has no effectsize for R 4.5")
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

    type3 = r.Anova(linear, type=3)
    for found in (
        r.eta_squared(one), r.omega_squared(one), r.cohens_f(one, squared=True),
        r.eta_squared(one, ci=0.9, alternative="two.sided"), r.eta_squared(r.aov("y ~ recipe", cake)),
        r.eta_squared(strata), r.omega_squared(strata), r.eta_squared(table), r.cohens_f(table), r.eta_squared(type3),
        r.cohens_d(first, last), r.cohens_d(first, mu=250), r.cohens_d(first, last, paired=True),
    ):
        print(found)

    def value(found):
        return found[next(name for name in found.columns if name.startswith(("Eta2", "Omega2", "Cohens_f")))].to_numpy()

    def ends(found):
        return np.concatenate([found["CI_low"], found["CI_high"]])

    return {
        "eta": value(r.eta_squared(one)), "whole": value(r.eta_squared(one, partial=False)),
        "omega": value(r.omega_squared(one)), "omega_whole": value(r.omega_squared(one, partial=False)),
        "f": value(r.cohens_f(one)), "linear": value(r.eta_squared(linear)), "strata": value(r.eta_squared(strata)),
        "mixed": value(r.eta_squared(table)), "mixed_omega": value(r.omega_squared(table)),
        "strata_omega": value(r.omega_squared(strata)), "type3": value(r.eta_squared(type3)),
        "eta_ends": ends(r.eta_squared(one, alternative="two.sided")),
        "omega_ends": ends(r.omega_squared(one, ci=0.8)), "f_ends": ends(r.cohens_f(one, alternative="two.sided")),
        "strata_ends": ends(r.eta_squared(strata)), "mixed_ends": ends(r.eta_squared(table)),
        "d_ends": ends(r.cohens_d(first, last)), "raw_ends": ends(r.cohens_d(first, last, pooled_sd=False, ci=0.9)),
        "paired_ends": ends(r.cohens_d(first, last, paired=True)), "one_ends": ends(r.cohens_d(first, mu=250)),
        "less": ends(r.cohens_d(first, last, alternative="less")),
        "d": r.cohens_d(first, last)["Cohens_d"].item(),
        "raw": r.cohens_d(first, last, pooled_sd=False)["Cohens_d"].item(),
        "paired": r.cohens_d(first, last, paired=True)["Cohens_d"].item(),
    }
