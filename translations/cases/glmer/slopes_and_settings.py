"""Correlated and independent effects, a slope, crossed factors, other optimizers, starts and offsets."""
import translations as r
from translations.parity import case

from ._shared import named, of_each

MODELS = ("slopes", "apart", "crossed", "shifted", "straight")


@case(section="glmer", order=5, tolerance=of_each(*MODELS))
def slopes_and_settings():
    sleepstudy, ticks = r.sleepstudy(), r.load("grouseticks")
    sleepstudy["slow"] = (sleepstudy["Reaction"] > 300).astype(float)
    sleepstudy["d"] = sleepstudy["Days"] / 10 - 0.45
    slopes = r.glmer("slow ~ d + (d | Subject)", data=sleepstudy, family=r.binomial)
    print(slopes)
    apart = r.glmer("slow ~ d + (d || Subject)", data=sleepstudy, family=r.binomial,
                    control=r.glmerControl(optimizer="bobyqa"))
    print(apart)
    crossed = r.glmer("TICKS ~ (1 | YEAR) + (1 | LOCATION)", data=ticks, family=r.poisson)
    print(crossed)
    shifted = r.glmer("TICKS ~ YEAR + (1 | LOCATION)", data=ticks, family=r.poisson, offset="log(HEIGHT / 450)",
                      start={"theta": 0.5, "fixef": [1, 1, -1]},
                      control=r.glmerControl(optimizer=["Nelder_Mead", "bobyqa"]))
    print(shifted)
    straight = r.glmer("slow ~ d + (1 | Subject)", data=sleepstudy, family=r.binomial(link="cloglog"),
                       control=r.glmerControl(nAGQ0initStep=False))
    return named(slopes=slopes, apart=apart, crossed=crossed, shifted=shifted, straight=straight)
