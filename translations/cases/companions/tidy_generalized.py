"""Generalized mixed models as tidy frames: odds ratios with `exponentiate=True`."""
import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

GLMER = Tolerance("GLMER", 5, 5, 9, 4, "lme4's optimizer stops 1e-5 to 1e-7 before the optimum of a generalized model",
                  relative_to="item")


@case(order=12, tolerance=GLMER)
def tidy_generalized():
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    print(r.tidy(herds))
    print(r.glance(herds))
    rows = r.augment(herds)
    return {
        "tidy": r.tidy(herds), "odds": r.tidy(herds, exponentiate=True, conf_int=True, effects="fixed"),
        "glance": r.glance(herds), "fitted": rows[".fitted"].to_numpy(), "resid": rows[".resid"].to_numpy(),
    }
