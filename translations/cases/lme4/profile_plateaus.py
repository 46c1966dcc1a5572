"""The interval of a correlation whose profile meets a plateau.

Three small studies of subjects by items. Where the slopes' standard deviation is zero every correlation fits equally
well, so that no correlation's deviance rises above a plateau. lme4's profile creeps along it by steps of 1e-6 until
its 100 points are used up. In crossed_2 and crossed_4 the plateau lies below the quantile and the interval is [-1, 1],
which lme4 puts in the place of the ends that it did not reach. In crossed_6 the correlation is estimated at 1, lme4's
first step leads beyond, and its interval is [-1, 1] again; but zeta reaches -1.96 at 0.134 and is -2.18 on the plateau.

R's side takes lmer's own deviance, holds the correlation, and minimizes over the rest from sixteen starts. Here
`confint` follows lme4 until its profile is stuck; then the end is where the deviance reaches the quantile, and a
warning says so.
"""
import warnings

import pandas as pd

import translations as r
from translations.data import fixtures_path
from translations.parity import case
from translations.parity.tolerances import Tolerance

HELD = Tolerance("HELD", 7, 7, 7, 3, "roots and minima that nlminb finds without derivatives, its deviance 1e-10 off")
CORRELATION = "cor_cond.(Intercept)|subj"


@case(section="lme4", order=224, tolerance=HELD)
def profile_plateaus():
    answer = {}
    for name in ("crossed_2", "crossed_4", "crossed_6"):
        data = pd.read_csv(fixtures_path() / "lme4" / f"{name}.csv")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            m = r.lmer("Y ~ cond + (cond | subj) + (1 | item)", data)
            with r.options(lme4="1.1-31"):  # the release whose profiles get stuck
                lower, upper = r.confint(m, parm=CORRELATION, oldNames=False, quiet=True).to_numpy()[0]
        zeta = {f"{rho:g}": abs(r.exact_zeta(m, CORRELATION, rho)) for rho in (-1.0, -0.5, 0.0, 0.5, 1.0)}
        answer[name] = {"ends": pd.Series({"lower": lower, "upper": upper}), "zeta": pd.Series(zeta)}
    return answer
