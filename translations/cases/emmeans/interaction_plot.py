"""What an interaction plot shows: means along one factor or covariate, lines and panels of others.

Lines that are not parallel are the interaction. `plotit=False` gives the plotted numbers, which are compared here;
without it the result is a plotnine figure.
"""
import translations as r
from translations.cases.emmeans._shared import LM, LMER, gaps
from translations.parity import case


@case(section="emmeans", order=12, tolerance={"lines": LMER, "panels": LMER, "covariate": LM})
def interaction_plot(control=None):
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps(), control=control)
    slopes = r.lm("log(angle) ~ recipe * temp", gaps())
    at = {"temp": [220, 180]}
    return {
        "lines": r.emmip(m, "recipe ~ temperature", CIs=True, plotit=False),
        "panels": r.emmip(m, "~ temperature | recipe", plotit=False),
        "covariate": r.emmip(slopes, "recipe ~ temp", at=at, type="response", plotit=False),
    }
