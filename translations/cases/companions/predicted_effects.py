"""Predicted effects: what the model says at some values of a predictor, the others held.

`effect` averages other factors in the proportions of the data, `ggpredict` holds them at their first level, `emmeans`
weighs their levels alike: three different questions, with three answers where the design is not balanced.

Where lme4's optimizer stops decides how many digits two runs share: of the cakes' standard errors R 4.5 shares 7.1 with
itself when rows are permuted, and 8 and more at the optimum. A generalized mixed model's come of a Hessian by
differences, 6 digits. ggeffects 2.3 takes them, as lme4 2.1 gives them, for ones on the link's scale: its limits of a
`glmer` model are far too near, which is followed under that release, with a warning.
"""
import translations as r
from translations.cases.companions._shared import GLMER_FIT, HESSIAN, LM, apart, by_column
from translations.parity import case
from translations.parity import tolerances as tol

EFFECTS = ("days", "split", "recipe", "both", "curve", "given", "gg_days", "gg_two", "gg_curve")
TOLERANCES = {
    **dict.fromkeys(EFFECTS, tol.THETA),
    **by_column("gg_trials", x=tol.EXACT, predicted=LM, std_error=LM, conf_low=LM, conf_high=LM, group=tol.EXACT),
    **by_column("gg_period", x=tol.EXACT, predicted=GLMER_FIT, std_error=HESSIAN, conf_low=HESSIAN, conf_high=HESSIAN,
                group=tol.EXACT),
    **by_column("period", period=tol.EXACT, fit=GLMER_FIT, se=HESSIAN, lower=HESSIAN, upper=HESSIAN),
}  # fmt: skip


@case(order=20, tolerance=TOLERANCES)
def predicted_effects(control=None):
    sleepstudy, cake = r.sleepstudy(), r.cake()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    split = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control)
    main = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", cake, control=control)
    curve = r.lm("Reaction ~ Days + I(Days^2) + Subject", sleepstudy)
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    trials = r.glm("cbind(incidence, size - incidence) ~ period", r.binomial(), r.load("cbpp"))
    return {
        "days": r.effect("Days", slopes), "split": r.allEffects(split)["recipe:temp"],
        "recipe": r.effect("recipe", main), "both": r.Effect(["recipe", "temperature"], main),
        "curve": r.effect("Days", curve),
        "given": r.Effect("Days", slopes, xlevels={"Days": [1, 5.5]}, confidence_level=0.9),
        "gg_days": r.ggpredict(slopes, "Days"),
        "gg_two": r.ggpredict(split, ["temp", "recipe"]), "gg_curve": r.ggpredict(curve, "Days"),
        **apart(period=r.effect("period", herds), gg_period=r.ggpredict(herds, "period"),
                gg_trials=r.ggpredict(trials, "period")),
    }
