"""What each term adds to the linear predictor, partial residuals, and both columns of simulated counts."""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="glm", order=9, tolerance=tol.IRLS)
def by_term():
    cbpp, ticks = r.load("cbpp"), r.load("grouseticks")
    m = r.glm("cbind(incidence, size - incidence) ~ period", family=r.binomial, data=cbpp)
    counts = r.glm("TICKS ~ YEAR + HEIGHT", family=r.quasipoisson, data=ticks)
    new = {"YEAR": ["95", "97"], "HEIGHT": [430.0, 520.0]}
    terms = r.predict(counts, new, type="terms", se_fit=True)
    print(terms)
    print(r.predict(counts, new, type="terms", terms="HEIGHT"))
    print(r.residuals(m, "partial").head(3))
    straight = r.lm("Reaction ~ Days", r.sleepstudy())
    drawn = r.simulate(m, 2, seed=1)
    return {
        "fit": terms.fit, "constant": terms.fit.constant, "errors": terms.se_fit, "scale": terms.residual_scale,
        "partial": r.residuals(counts, "partial").head(30), "of_m": r.residuals(m, "partial"),
        "of_lm": r.residuals(straight, "partial").head(30),
        "one": drawn["sim_1"].to_numpy(), "two": drawn["sim_2"].to_numpy(),
    }
