"""Effects, predictions and ranks by simulation: merTools, on R's random stream.

The draws are R's to the last digits that the fit has. `REsim` is compared where its model has one random intercept: of
correlated slopes arm, which merTools asks, multiplies by the transpose of lme4's relative factor (`r.REsim` has more).
"""
import warnings

import translations as r
from translations.cases.emmeans._shared import LMER
from translations.parity import case


@case(order=35, tolerance=LMER)
def simulated_effects(control=None):
    sleep, penicillin = r.load("sleepstudy"), r.load("Penicillin")
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep, control=control)
    intercepts = r.lmer("Reaction ~ Days + (1 | Subject)", sleep, control=control)
    crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", penicillin, control=control)
    print(r.console(r.FEsim(slopes, n_sims=100, seed=3)))
    print(r.console(r.REsim(intercepts, n_sims=100, seed=4).head(6)))
    ranks = r.expectedRank(slopes)
    print(r.console(ranks.head(6)))
    rows = sleep.iloc[[0, 7, 70, 164]]
    print(r.console(r.predictInterval(slopes, newdata=rows, n_sims=200, seed=5)))
    print(r.console(r.REimpact(slopes, rows.head(2), groupFctr="Subject", n_sims=100, seed=6)))
    print(r.console(r.REimpact(slopes, rows.head(2), groupFctr="Subject", term="Days", breaks=4, n_sims=100, seed=6)))
    unseen = rows.assign(Subject=["308", "999", "333", "372"])

    def predicted(m, newdata=rows, n_sims=200, **settings):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the level 999
            return r.predictInterval(m, newdata, n_sims=n_sims, seed=5, **settings)

    return {
        "fixed": r.FEsim(slopes, n_sims=100, seed=3).drop(columns="term"),
        "ratio": r.FEsim(crossed, n_sims=100, seed=3, oddsRatio=True)["mean"].to_numpy(),
        "random": r.REsim(intercepts, n_sims=100, seed=4)[["mean", "median", "sd"]],
        "ranks": ranks[["estimate", "std.error", "ER", "pctER"]],
        "plates": r.expectedRank(crossed, groupFctr="plate")["ER"].to_numpy(), "full": predicted(slopes),
        "own": predicted(slopes, None, 50).head(5), "crossed": predicted(crossed, penicillin.iloc[[4, 79, 142]]),
        "means": predicted(slopes, include_resid_var=False, stat="mean", level=0.95),
        "fixedpart": predicted(slopes, which="fixed"), "randompart": predicted(slopes, which="random"),
        "parts": predicted(slopes, which="all"), "unseen": predicted(slopes, unseen),
        "impact": r.REimpact(slopes, rows.head(2), groupFctr="Subject", n_sims=100, seed=6),
    }  # fmt: skip
