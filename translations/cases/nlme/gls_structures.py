"""Every correlation structure and variance function that is translated, fitted to one model.

With the ages 8, 10, 12 and 14 themselves as times `corAR1` has a likelihood that is even in Phi, and R's search stays
at its start, Phi = 0, without a word; `r.gls` warns. So the times here are steps of 1.
"""

import translations as r
from translations.cases.nlme._shared import by_part, describe, held
from translations.parity import case


@case(section="gls", order=3, tolerance=held())
def gls_structures():
    Orthodont = r.load("Orthodont")
    step = (Orthodont["age"] - 6.0) / 2.0
    Orthodont = Orthodont.assign(step=step, gap=step + (step > 2.0))

    def fit(**arguments):
        close = r.glsControl(tolerance=1e-10)
        return describe(r.gls("distance ~ age * Sex", Orthodont, **arguments, control=close), 8)

    of_subject = "~ age | Subject"
    return by_part(
        {
            "compound": fit(correlation=r.corCompSymm(form="~ 1 | Subject")),
            "steps": fit(correlation=r.corAR1(form="~ step | Subject")),
            "gaps": fit(correlation=r.corAR1(0.3, form="~ gap | Subject")),
            "continuous": fit(correlation=r.corCAR1(form=of_subject)),
            "exponential": fit(correlation=r.corExp(form=of_subject)),
            "nugget": fit(correlation=r.corExp([20.0, 0.3], form=of_subject, nugget=True)),
            "gaussian": fit(correlation=r.corGaus(form=of_subject)),
            "rational": fit(correlation=r.corRatio(4.0, form=of_subject)),
            "spherical": fit(correlation=r.corSpher(20.0, form=of_subject)),
            "linear": fit(correlation=r.corLin(20.0, form=of_subject)),
            "two_ways": fit(correlation=r.corExp(form="~ age + step | Subject", metric="manhattan")),
            "held": fit(correlation=r.corAR1(0.4, form="~ 1 | Subject", fixed=True)),
            "strata": fit(weights=r.varIdent(form="~ 1 | Sex")),
            "crossed": fit(weights=r.varIdent(form="~ 1 | Sex * age")),
            "power": fit(weights=r.varPower(form="~ age")),
            "powers": fit(weights=r.varPower(form="~ age | Sex")),
            "expon": fit(weights=r.varExp(form="~ age")),
            "fixed": fit(weights=r.varFixed("~ age")),
            "of_fit": fit(weights=r.varPower()),
            "plain": fit(),
            "ml": fit(method="ML"),
            "both": fit(
                correlation=r.corCompSymm(form="~ 1 | Subject"), weights=r.varIdent(form="~ 1 | Sex"), method="ML"
            ),
        }
    )
