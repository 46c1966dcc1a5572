"""Counts of salamanders, the mined streams' variance apart from the others'.

A stream is mined or it is not, so that `(mined | site)` has three parameters of two variances: any intercept and slope
whose sum varies as much give one likelihood, and programs stop somewhere along a ridge. lme4 1.1-31 stops at a
correlation of -0.954 and, with the rows reversed, at -0.957, lme4 2.1 at -0.958 and -0.964; `glmer` says that the data
cannot tell the parameters apart. The two terms here are the same model with two parameters.
"""
import translations as r
from translations.cases.glmer._described import describe, stopping
from translations.parity import case


@case(section="glmer", order=246, tolerance=stopping(theta=3.6, fixef=4.2, se=3.6, modes=3.8))
def salamanders_mined(optimizer=None):
    Salamanders = r.load("Salamanders")
    m = r.glmer("count ~ mined + spp + (0 + dummy(mined, 'yes') | site) + (0 + dummy(mined, 'no') | site)", Salamanders,
                family="poisson", control=optimizer)
    with r.options(digits=6):
        print(r.VarCorr(m))
    return describe(m)
