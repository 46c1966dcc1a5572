"""Profiles of the deviance, and intervals read off them.

A coefficient is held at steps of its standard error, the others are fitted anew, and the signed root of the deviance's
rise is written down: z, or tau where the dispersion is estimated. The interval ends where a spline through these points
has the normal distribution's quantile. Of one coefficient R gives a vector, not a matrix.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.printing import Matrix
from translations.settings import since


def parts(x):
    return {name: {"root": one.iloc[:, 0].to_numpy(), "par_vals": Matrix(one.iloc[:, 1:].to_numpy())}
            for name, one in x.items()}


@case(section="glm", order=11, tolerance=tol.IRLS)
def profiles():
    cbpp, ticks, sleepstudy = r.load("cbpp"), r.load("grouseticks"), r.sleepstudy()
    m = r.glm("cbind(incidence, size - incidence) ~ period", family=r.binomial, data=cbpp)
    counts = r.glm("TICKS ~ YEAR + cHEIGHT + I(2 * cHEIGHT) + offset(log(HEIGHT))", family=r.quasipoisson, data=ticks)
    overdispersed = r.glm("TICKS ~ YEAR", family=r.negative_binomial(1.3), data=ticks)
    one = r.glm("Reaction ~ 1", family=r.Gamma(link="log"), data=sleepstudy)
    print(r.profile(m, which=2))
    print(r.confint(m, 2))
    print(r.confint(m, ["period2", "period4"], level=0.9))
    short = r.profile(counts, which=["YEAR96", "cHEIGHT"], alpha=0.05, maxsteps=5, del_=0.7)
    return {
        "m": parts(r.profile(m)), "short": parts(short), "one": parts(r.profile(one)),
        "confint": r.confint(r.profile(m)), "overdispersed": r.confint(overdispersed, level=0.9),
        "gone": r.confint(r.profile(counts)).loc["I(2 * cHEIGHT)"], "single": r.confint(one),
        "rao": r.confint(m, test="Rao") if since("1.1-37") else r.confint(r.profile(m)),
    }
