"""McCullagh and Nelder's salamanders: which pairs mate, females and males crossed.

60 females of two populations met six males each; no effect can be integrated out by itself, which is why this
experiment (1989, section 14.5) became the example of every approximation. Laplace's stands here.
"""
import translations as r
from translations.cases.glmer._described import TOLERANCE, describe
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="glmer", order=246, tolerance=TOLERANCE | {"matings": tol.EXACT})
def matings(optimizer=None):
    salamander = r.load("salamander")
    m = r.glmer("Mate ~ Cross + (1 | Female) + (1 | Male)", salamander, family="binomial", control=optimizer)
    with r.options(digits=6):
        print(r.summary(m))
    counts = salamander.groupby(["Experiment", "Cross"], observed=True)["Mate"].sum()
    return {"matings": counts.tolist()} | describe(m)
