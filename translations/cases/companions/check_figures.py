"""What the figure of `check_model` shows: residuals, their spread, their quantiles, and Cook's distance by leverage.

Debian has no package see, which draws R's figure: its data are compared. R's scripts differ in what they call a
residual from panel to panel, and so do these.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

PANELS = {"Residuals against fitted values": ("fitted", "residuals"),
          "Square root of absolute standardized residuals": (None, "spread"),
          "Residuals against normal quantiles": (None, "ranked"),
          "Cook's distance against leverage": ("leverage", "cook")}


@case(order=8, tolerance={"mixed": tol.MODES, "linear": tol.PVALUE}, releases=("4.2", "4.6"),
      because="Debian has no performance for R 4.5")
def check_figures(control=None):
    def shown(m):
        panels = r.check_model(m).panels
        return {name: np.asarray(panels.loc[panels["panel"] == panel, axis])
                for panel, names in PANELS.items() for name, axis in zip(names, "xy", strict=True) if name}

    return {"mixed": shown(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=control)),
            "linear": shown(r.lm("bwt ~ age + lwt + ptl", r.load("birthwt")))}
