"""Successes beside failures: everything that is asked of a logistic regression.

The response is `cbind(successes, failures)`; fitted values are probabilities. From R 4.3 on the summary no longer shows
deviance residuals.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import of


@case(section="glm", order=1, tolerance=tol.IRLS)
def binomial_counts():
    cbpp = r.load("cbpp")
    m = r.glm("cbind(incidence, size - incidence) ~ period + herd", family=r.binomial, data=cbpp)
    print(m)
    print(r.summary(m, correlation=True))
    print(r.anova(m, test="Chisq"))
    print(r.drop1(m, test="Chisq"))
    new = {"period": ["1", "4"], "herd": ["2", "15"]}
    response = r.predict(m, new, type="response", se_fit=True)
    print(response)
    plain = r.glm("cbind(incidence, size - incidence) ~ period", family=r.binomial, data=cbpp)
    print(r.confint(plain))
    on_link = r.predict(m, new, se_fit=True)
    return {
        **of(m),
        "response": {"fit": response.fit, "se.fit": response.se_fit, "residual.scale": response.residual_scale},
        "on_link": {"fit": on_link.fit, "se.fit": on_link.se_fit, "residual.scale": on_link.residual_scale},
        "Wald": r.confint(plain, method="Wald"), "profile": r.confint(plain, level=0.9),
        "two": r.anova(plain, m, test="Chisq"), "Rao": r.anova(plain, m, test="Rao"), "score": r.drop1(m, test="Rao"),
        "sequential": r.anova(m, test="Rao"), "one": r.confint(plain, "period3"),
    }
