"""Textbook data: bacteria, seizures, fruits."""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._shared import named, of_each


@case(section="glmer", order=9, tolerance={
    "full": tol.GLMM_CRITERION, **of_each("germs", "by_rule", "fits", "fruits")})
def bacteria_and_seizures():
    bacteria, epil, Arabidopsis = r.load("bacteria"), r.load("epil"), r.load("Arabidopsis")  # noqa: N806
    Arabidopsis["nutrient"], Arabidopsis["rack"] = r.factor(Arabidopsis["nutrient"]), r.factor(Arabidopsis["rack"])
    germs = r.glmer("y ~ trt + I(week > 2) + (1 | ID)", data=bacteria, family=r.binomial)
    print(germs)
    by_rule = r.glmer("y ~ trt + I(week > 2) + (1 | ID)", data=bacteria, family=r.binomial, nAGQ=15)
    print(by_rule)
    fits = r.glmer("y ~ lbase * trt + lage + V4 + (1 | subject)", data=epil, family=r.poisson)
    print(fits)
    print(r.VarCorr(fits))
    fruits = r.glmer("total.fruits ~ nutrient * amd + rack + status + (1 | popu) + (1 | gen)", data=Arabidopsis,
                     family=r.poisson, nAGQ=0)
    print(fruits)
    full = r.update(fruits, nAGQ=1, control=r.glmerControl(optimizer="nloptwrap"))
    return {"full": float(r.logLik(full)), **named(germs=germs, by_rule=by_rule, fits=fits, fruits=fruits)}
