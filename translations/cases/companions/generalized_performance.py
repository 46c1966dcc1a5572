"""How well generalized models fit, mixed or not, in a row each.

The scores of yes/no answers are performance's, which takes an answer for one success in as many trials as there are
successes in all: they are far below the mean log-likelihood. Before performance 0.18 a ranking counts a larger Log_loss
as better.
"""
import translations as r
from translations.cases.companions._shared import GLMER_FIT
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCE = (dict.fromkeys(("low", "counts", "gamma", "both"), tol.IRLS)
             | dict.fromkeys(("answers", "broods"), GLMER_FIT))


@case(order=45, tolerance=TOLERANCE, releases=("4.2", "4.6"), because="Debian has no performance for R 4.5")
def generalized_performance():
    bacteria, ticks = r.load("bacteria").head(100), r.load("grouseticks").head(120)
    bacteria = bacteria.assign(yes=(bacteria["y"] == "y").astype(float))
    ticks = ticks.assign(HEIGHT=(ticks["HEIGHT"] - 460) / 10)
    low = r.glm("low ~ lwt", r.binomial(), r.load("birthwt"))
    lower = r.glm("low ~ lwt + age", r.binomial(), r.load("birthwt"))
    counts = r.glm("TICKS ~ HEIGHT", r.poisson(), ticks)
    gamma = r.glm("Reaction ~ Days", r.Gamma("log"), r.load("sleepstudy"))
    answers = r.glmer("yes ~ week + (1 | ID)", bacteria, r.binomial())
    broods = r.glmer("TICKS ~ HEIGHT + (1 | BROOD)", ticks, r.poisson())
    print(r.model_performance(low))
    print(r.model_performance(counts))
    print(r.model_performance(gamma))
    print(r.model_performance(answers))
    print(r.model_performance(broods, metrics="common"))
    print(r.model_performance(low, metrics=["AIC", "PCP", "log_loss"]))
    print(r.compare_performance(low, lower))
    print(r.compare_performance(low, lower, rank=True))
    return {
        "low": r.model_performance(low), "counts": r.model_performance(counts), "gamma": r.model_performance(gamma),
        "answers": r.model_performance(answers), "broods": r.model_performance(broods),
        "both": r.compare_performance(low, lower),
    }
