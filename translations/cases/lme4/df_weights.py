"""Prior weights: Kenward-Roger with them, and pbkrtest's numbers without.

pbkrtest 0.5.2 takes vcov(beta) of the weighted model, and V of a model without weights. Its answers belong to
neither. What it should say is had from R by weighting the data: multiply response, intercept and slope by the
square roots of the weights, and fit without weights. That is what `summary` and `vcovAdj` give here;
`ignore_weights=True` gives pbkrtest's own numbers.
"""
import warnings

import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, TOLERANCE, p_of, without_p
from translations.parity import case

TOLERANCES = TOLERANCE | dict.fromkeys(("pbkrtest", "ddf_pbkrtest"), KENWARD_ROGER)


@case(section="lme4", order=421, tolerance=TOLERANCES)
def df_weights(control=None):
    sleep2 = r.sleep2()
    sleep2["w"] = 1 + ((sleep2.index + 1) % 5) / 4
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, weights="w", control=control)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Kenward-Roger with the prior weights")
        t_kr, V = r.summary(m, ddf="Kenward-Roger").coefficients, r.vcovAdj(m)
    t_sat = r.summary(m, ddf="Satterthwaite").coefficients
    return {"t_sat": without_p(t_sat), "p_sat": p_of(t_sat), "t_kr": without_p(t_kr), "p_kr": p_of(t_kr), "vcovAdj": V,
            "pbkrtest": r.vcovAdj(m, ignore_weights=True),
            "ddf_pbkrtest": r.get_Lb_ddf(m, [0, 1], ignore_weights=True)}
