"""Predicted effects: what the model says at some values of a predictor, the others held.

`effect` averages other factors in the proportions of the data, `ggpredict` holds them at their first level, `emmeans`
weighs their levels alike: three different questions, with three answers where the design is not balanced.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

GLMER = Tolerance("GLMER", 5, 5, 9, 4, "lme4's optimizer stops 1e-5 to 1e-7 before the optimum of a generalized model")
EFFECTS = ("days", "split", "recipe", "both", "curve", "given", "gg_days", "gg_two", "gg_curve")


@case(order=20, tolerance=dict.fromkeys(EFFECTS, tol.THETA) | {"period": GLMER})
def predicted_effects(control=None):
    sleepstudy, cake = r.sleepstudy(), r.cake()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    split = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control)
    main = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", cake, control=control)
    curve = r.lm("Reaction ~ Days + I(Days^2) + Subject", sleepstudy)
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    return {
        "days": r.effect("Days", slopes), "split": r.allEffects(split)["recipe:temp"],
        "recipe": r.effect("recipe", main), "both": r.Effect(["recipe", "temperature"], main),
        "curve": r.effect("Days", curve),
        "given": r.Effect("Days", slopes, xlevels={"Days": [1, 5.5]}, confidence_level=0.9),
        "period": r.effect("period", herds), "gg_days": r.ggpredict(slopes, "Days"),
        "gg_two": r.ggpredict(split, ["temp", "recipe"]), "gg_curve": r.ggpredict(curve, "Days"),
    }
