"""Draws from fitted models on R's stream; tests that `anova` makes by itself, which R does since 4.4."""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def draws(m):
    return {name: column.tolist() for name, column in r.simulate(m, 2, seed=7).items()}


@case(section="glm", order=7, tolerance=tol.IRLS)
def simulated():
    cbpp, ticks, sleepstudy = r.load("cbpp"), r.load("grouseticks").head(40), r.sleepstudy().head(40)
    sleepstudy["slow"] = (sleepstudy["Reaction"] > 280).astype(float)
    logistic = r.glm("slow ~ Days", family=r.binomial, data=sleepstudy)
    shares = r.glm("incidence / size ~ period", family=r.binomial, data=cbpp, weights="size")
    counts = r.glm("TICKS ~ HEIGHT", family=r.poisson, data=ticks)
    gamma = r.glm("Reaction ~ Days", family=r.Gamma(link="log"), data=sleepstudy)
    plain = r.glm("Reaction ~ Days", family=r.gaussian, data=sleepstudy)
    weighted = r.glm("Reaction ~ Days", family=r.Gamma(link="log"), data=sleepstudy, weights=[1, 2, 3, 4] * 10)
    print(r.anova(logistic))
    print(r.anova(gamma))
    print(r.anova(r.update(counts, ". ~ 1"), counts))
    return {"logistic": draws(logistic), "shares": draws(shares), "counts": draws(counts), "gamma": draws(gamma),
            "plain": draws(plain), "weighted": draws(weighted)}
