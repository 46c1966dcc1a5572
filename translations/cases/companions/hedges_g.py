"""Hedges' g: Cohen's d without its bias in small samples, which at 5 degrees of freedom takes a sixth of it."""
import numpy as np

import translations as r
from translations.cases.companions.effect_sizes import SIMPLEX
from translations.parity import case
from translations.parity import tolerances as tol

NAMES = ("few", "raw", "paired", "one", "less")
TOLERANCES = dict.fromkeys(NAMES, tol.PVALUE) | {f"{name}_ends": SIMPLEX for name in NAMES}


@case(order=25, tolerance=TOLERANCES, releases=("4.2", "4.6"), because="Debian has no effectsize for R 4.5")
def hedges_g():
    d = r.sleepstudy()
    first, last = (d["Reaction"][d["Days"] == day].to_numpy() for day in (0, 9))
    found = dict(zip(NAMES, (
        r.hedges_g(first[:3], last[:4]), r.hedges_g(first, last[:7], pooled_sd=False, ci=0.9),
        r.hedges_g(first, last, paired=True), r.hedges_g(first, mu=250, alternative="greater"),
        r.hedges_g(first, last, mu=-20, alternative="less"),
    ), strict=True))
    for one in (*found.values(), r.hedges_g(first, last, ci=None)):
        print(one)
    return ({name: one["Hedges_g"].item() for name, one in found.items()}
            | {f"{name}_ends": np.concatenate([one["CI_low"], one["CI_high"]]) for name, one in found.items()})
