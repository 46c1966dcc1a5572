"""Simulated residuals: where each response lies among those that the model simulates.

They are uniform where the model is right, whatever its family; of counts ties are broken at random. Simulations and
ties are drawn on R's stream, so that they are R's own. Random effects are drawn anew.
"""
import translations as r
from translations.parity import case
from translations.parity.tolerances import Tolerance

SHARES = Tolerance("SHARES", 6, 9, 9, 4, "shares of simulations, equal while no simulation changes its side; the "
                   "statistics feel the fit's noise, which glmer's has 1e-7 of")


@case(order=5, tolerance=SHARES, releases=("4.5",), because="Debian has DHARMa for R 4.5 alone")
def simulated_residuals(control=None):
    def of(m, **settings):
        s = r.simulateResiduals(m, **settings)
        d, u, o = r.testDispersion(s), r.testUniformity(s), r.testOutliers(s)
        return {
            "residuals": s.scaledResiduals, "dispersion": [d.statistic.iloc[0], d.p_value],
            "over": r.testDispersion(s, alternative="greater").p_value, "uniform": [u.statistic.iloc[0], u.p_value],
            "outliers": [o.statistic.iloc[0], o.p_value, *o.conf_int],
        }

    mixed = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=control)
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family=r.binomial())
    ticks = r.glm("breaks ~ wool", r.poisson(), r.load("warpbreaks"))
    linear = r.lm("Reaction ~ Days", r.sleepstudy())
    return {"mixed": of(mixed), "herds": of(herds, n=100, seed=7), "ticks": of(ticks),
            "linear": of(linear, n=120, seed=3)}
