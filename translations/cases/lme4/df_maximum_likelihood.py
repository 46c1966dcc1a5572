"""A model fitted by maximum likelihood: Satterthwaite at 18, not 17.

Maximum likelihood divides by the number of subjects where REML takes off one, and Satterthwaite's method, which
knows of no other variance than the estimated one, says 18. Kenward and Roger's is defined for REML: lmerTest
refuses, pbkrtest refits.
"""
import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, TOLERANCE, p_of, without_p
from translations.parity import case

TOLERANCES = TOLERANCE | {"test": KENWARD_ROGER}


@case(section="lme4", order=422, tolerance=TOLERANCES)
def df_maximum_likelihood(control=None):
    sleep2 = r.sleep2()
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, REML=False, control=control)
    small = r.lmer("Reaction ~ 1 + (days_deprived | Subject)", sleep2, REML=False, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    t_sat = r.summary(m, ddf="Satterthwaite").coefficients
    return {"t_sat": without_p(t_sat), "p_sat": p_of(t_sat), "F_sat": without_p(r.anova(m, ddf="Satterthwaite")),
            "test": without_p(r.KRmodcomp(m, small).test)}
