"""Fits by `gls` and `lme` as tidy frames.

Of a mixed model by `lme`, broom.mixed adds rows for the variance of the errors where that changes ("var_model"), names
standard deviations with one underscore where those of `lmer` have two, and has no standard deviations where groups are
nested in groups, of which it warns. Beside a fit whose weights are estimated R heads a log-likelihood `<logLik>`; here
it is a number.
"""

import warnings

import translations as r
from translations.cases.nlme._shared import CURVATURE, FOLLOWS, LIKELIHOOD, STOP
from translations.parity import case
from translations.parity import tolerances as tol

FOLLOWING = ("serial", "glance", "augment", "slopes", "fixed", "vcov", "fit", "rows", "unequal", "vals", "coefs",
             "nested")
TOLERANCE = {**dict.fromkeys(FOLLOWING, STOP), "ends": CURVATURE, "ml": LIKELIHOOD, "ml$sigma": FOLLOWS,
             "gaps": tol.LINALG}


@case(order=46, tolerance=TOLERANCE)
def tidy_nlme():
    Orthodont = r.load("Orthodont")
    with r.options(width=100):
        serial = r.gls("distance ~ age * Sex", Orthodont, correlation=r.corAR1(form="~ 1 | Subject"))
        print(r.tidy(serial))
        print(r.glance(serial))
        print(r.augment(serial))
        slopes = r.lme("distance ~ age * Sex", Orthodont, random="~ age | Subject")
        print(r.tidy(slopes))
        print(r.glance(slopes))
        print(r.augment(slopes))
        unequal = r.lme("distance ~ age + Sex", Orthodont, random="~ 1 | Subject", weights=r.varIdent(form="~ 1 | Sex"),
                        method="ML")
        print(r.tidy(unequal))
        print(r.tidy(slopes, effects="ran_pars", scales="vcov"))
        nested = r.lme("yield ~ nitro", r.load("Oats"), random="~ 1 | Block / Variety")
        print(r.tidy(nested, effects="ran_vals"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        without = r.tidy(nested)
    distance = Orthodont["distance"].where(Orthodont.index != 2)
    gaps = r.gls("distance ~ age", Orthodont.assign(distance=distance), na_action="na.omit")
    ends = r.tidy(slopes, effects="ran_pars", conf_int=True)
    return {
        "serial": r.tidy(serial, conf_int=True, conf_level=0.9), "glance": r.glance(serial),
        "augment": r.augment(serial).head(20), "slopes": r.tidy(slopes),
        "fixed": r.tidy(slopes, effects="fixed", conf_int=True), "ends": ends[["term", "conf.low", "conf.high"]],
        "vcov": r.tidy(slopes, effects="ran_pars", scales="vcov"), "fit": r.glance(slopes),
        "rows": r.augment(slopes).head(20), "unequal": r.tidy(unequal), "ml": r.glance(unequal).iloc[0].to_dict(),
        "vals": r.tidy(nested, effects="ran_vals"), "coefs": r.tidy(nested, effects="ran_coefs").head(30),
        "nested": without, "gaps": r.augment(gaps).head(5),
    }
