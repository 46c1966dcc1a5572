"""Zhang's R² of linear mixed models, the `rsq` of the package of that name.

It is about the responses at hand: the fixed effects' share is that of y - X beta, where Nakagawa's R² is made of the
model's variances alone. Of sleepstudy they are 0.2865 and 0.2787, and of the whole model 0.8004 and 0.7992. No release
of Debian has rsq, so the R script writes the paper's formula with lme4's matrices.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=39, tolerance=tol.THETA)
def zhang_r_squared(control=None):
    sleep = r.load("sleepstudy")
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    apart = r.lmer("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", sleep, REML=False, control=control)
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.load("Penicillin"), control=control)
    return {"slopes": r.rsq(slopes), "adjusted": r.rsq(slopes, adj=True), "apart": r.rsq(apart),
            "crossed": r.rsq(crossed), "line": r.rsq(r.lm("Reaction ~ Days", sleep))}
