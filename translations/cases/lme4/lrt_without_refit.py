"""Likelihood ratios of REML fits that share their fixed part.

With refit=False the REML criteria are compared as they are. That is right only where the fixed effects are the same.
"""
import translations as r
from translations.cases.lme4._comparisons import RATIO
from translations.parity import case


@case(section="lme4", order=303, tolerance=RATIO)
def lrt_without_refit(control=None):
    Penicillin = r.Penicillin()
    both = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin, control=control)
    plates = r.lmer("diameter ~ 1 + (1 | plate)", Penicillin, control=control)
    samples = r.lmer("diameter ~ 1 + (1 | sample)", Penicillin, control=control)
    lrt = r.anova(both, plates, refit=False)
    again = r.anova(both, samples, refit=False)
    print(lrt)
    print(again)
    return {"lrt": lrt, "again": again}
