"""Mixed models whose errors are autocorrelated, and of a standard deviation that differs between the sexes: `lme`."""
import translations as r
from translations.cases.nlme._shared import by_part, describe_lme, held_lme
from translations.parity import case


@case(section="lme", order=11, tolerance=held_lme())
def lme_errors():
    Ovary, Orthodont = r.load("Ovary"), r.load("Orthodont")
    ar1 = r.lme("follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)", Ovary, random="~ 1 | Mare",
                correlation=r.corAR1())
    strata = r.lme("distance ~ age * Sex", Orthodont, random="~ 1 | Subject", weights=r.varIdent(form="~ 1 | Sex"))
    with r.options(digits=4):
        print(ar1)
        print(r.summary(ar1))
        print(r.anova(ar1))
        print(r.summary(strata))
        print(r.anova(strata))
        plain = r.lme("distance ~ age * Sex", Orthodont, random="~ 1 | Subject")
        straight = r.gls("distance ~ age * Sex", Orthodont)
        print(r.anova(straight, plain, strata))
    return by_part({"ar1": describe_lme(ar1), "strata": describe_lme(strata)})
