"""Prior weights: Kenward-Roger without them in V, as pbkrtest, and with them.

pbkrtest takes vcov(beta) of the weighted model, and V of a model without weights. Its answers belong to neither: with
all weights 4, which changes nothing, the degrees of freedom of 180 rows are 2,585. `ignore_weights=False`, or a fit by
`control="newton"`, has the weights in; R says the same once the data are weighted, response, intercept and slope
multiplied by the square roots of the weights, and fitted without weights.
"""
import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, TOLERANCE, p_of, without_p
from translations.parity import case

TOLERANCES = TOLERANCE | dict.fromkeys(("pbkrtest", "ddf_pbkrtest", "ddf"), KENWARD_ROGER)


@case(section="lme4", order=421, tolerance=TOLERANCES)
def df_weights(control=None):
    sleep2 = r.sleep2()
    sleep2["w"] = 1 + ((sleep2.index + 1) % 5) / 4
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, weights="w", control=control)
    t_sat = r.summary(m, ddf="Satterthwaite").coefficients
    return {"t_sat": without_p(t_sat), "p_sat": p_of(t_sat), "vcovAdj": r.vcovAdj(m, ignore_weights=False),
            "ddf": r.get_Lb_ddf(m, [0, 1], ignore_weights=False), "pbkrtest": r.vcovAdj(m, ignore_weights=True),
            "ddf_pbkrtest": r.get_Lb_ddf(m, [0, 1], ignore_weights=True)}
