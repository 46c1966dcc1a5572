"""Predictions and effects as figures: points or lines with their intervals, the same numbers as in R's figures.

`plot` draws what `ggpredict` and `effect` give, and of `allEffects` a figure a term. What the figures draw is compared,
not how they look.
"""
import translations as r
from translations.figures.built import layers
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=17, tolerance=tol.FITTED)
def effect_figures(control=None):
    def shown(figure):
        found = layers(figure)
        spread = next(one for one in found if {"ymin", "ymax"} <= set(one))
        at = next(one for one in found if "y" in one and len(one) == len(spread))
        return {"x": at["x"].astype(float).to_numpy(), "y": at["y"].to_numpy(), "low": spread["ymin"].to_numpy(),
                "high": spread["ymax"].to_numpy()}

    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=control)
    main = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", r.cake(), control=control)
    linear = r.lm("breaks ~ wool + tension", r.load("warpbreaks"))
    effect = shown(r.plot(r.effect("recipe", main)))
    return {"days": shown(r.plot(r.ggpredict(slopes, "Days"))),
            "tension": shown(r.plot(r.ggpredict(linear, "tension"))),
            "effect": {name: effect[name] for name in ("y", "low", "high")}}
