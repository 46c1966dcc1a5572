"""KRmodcomp: Kenward and Roger's test of two models, and of a matrix.

The small model may be a fitted model, a formula, or a matrix L of hypotheses. pbkrtest turns models into L by
their columns' spans, and rounds it to seven decimals.
"""
import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, KENWARD_ROGER_P, p_of, without_p
from translations.parity import case

TOLERANCES = {"test": KENWARD_ROGER, "aux": KENWARD_ROGER, "ten": KENWARD_ROGER,
              "p": KENWARD_ROGER_P, "ten_p": KENWARD_ROGER_P}


@case(section="lme4", order=435, tolerance=TOLERANCES)
def krmodcomp(control=None):
    cake = r.cake()
    row = cake.index + 1
    rare = (cake["recipe"] == "C") & (cake["temp"] == 225) & (row > 30)
    gaps = cake[(row % 7 != 0) & ~rare]
    large = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", gaps, control=control)
    small = r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", gaps, control=control)
    print(r.KRmodcomp(large, small))
    sleep2 = r.sleep2()
    slope = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2, control=control)
    ten = r.KRmodcomp(slope, [0, 1], betaH=[0, 10])
    print(r.KRmodcomp(slope, [0, 1]))
    print(ten)
    models = r.KRmodcomp(large, small)
    return {"test": without_p(models.test), "p": p_of(models.test), "aux": models.aux,
            "ten": without_p(ten.test), "ten_p": p_of(ten.test)}
