"""Generalized mixed models as tidy frames: odds ratios with `exponentiate=True`.

Of a model by `glmer` in R 4.6 broom.mixed leaves lme4's vectors (.mu, .weights, ...) missing where a leverage is above
1, as many are by lme4's `hatvalues`; here they are what lme4 has.
"""
import warnings

import translations as r
from translations.cases.companions._shared import GLMER_FIT, HESSIAN, HESSIAN_P, apart, by_column
from translations.parity import case
from translations.parity.tolerances import EXACT, GLMM_MODES

INNER = ("hat", "cooksd", "mu", "sqrtXwt", "sqrtrwt", "weights", "wtres", "eta")
LABELS = dict.fromkeys(("effect", "group", "term"), EXACT)
TOLERANCES = {
    **by_column("tidy odds", **LABELS, estimate=GLMER_FIT, std_error=HESSIAN, statistic=HESSIAN, p_value=HESSIAN_P,
                conf_low=HESSIAN, conf_high=HESSIAN),
    **dict.fromkeys(("glance", "fitted", "resid", *INNER), GLMER_FIT), "hat": GLMM_MODES, "cooksd": GLMM_MODES,
}  # fmt: skip


@case(order=12, tolerance=TOLERANCES)
def tidy_generalized():
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    print(r.tidy(herds))
    print(r.glance(herds))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the hat matrix
        rows = r.augment(herds)
    return {
        **apart(tidy=r.tidy(herds), odds=r.tidy(herds, exponentiate=True, conf_int=True, effects="fixed")),
        "glance": r.glance(herds), "fitted": rows[".fitted"].to_numpy(), "resid": rows[".resid"].to_numpy(),
        **{name: rows[f".{name}"].to_numpy()[:20] for name in INNER},
    }
