"""SATmodcomp: F tests of two models on Satterthwaite's degrees of freedom; the summary of KRmodcomp."""
import translations as r
from translations.cases.lme4._df import KENWARD_ROGER, SATTERTHWAITE, SATTERTHWAITE_P, without_p
from translations.parity import case

TOLERANCES = {"two": SATTERTHWAITE, "one": SATTERTHWAITE, "two_p": SATTERTHWAITE_P, "one_p": SATTERTHWAITE_P,
              "kr": KENWARD_ROGER}


def values(comparison):
    return comparison.test.iloc[0][["statistic", "ndf", "ddf"]]


@case(section="lme4", order=438, tolerance=TOLERANCES)
def satmodcomp(control=None):
    cake = r.cake()
    large = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", cake, control=control)
    small = r.lmer("angle ~ temp + (1 | recipe:replicate)", cake, control=control)
    two = r.SATmodcomp(large, small)
    print(two)
    slope = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    one = r.SATmodcomp(slope, ". ~ . - days_deprived")
    print(one)
    shown = r.summary(r.KRmodcomp(large, small))
    print(*str(shown).split("\n")[1:], sep="\n")  # R's first line says how long it took
    return {"two": values(two), "two_p": two.test["p.value"].iloc[0], "one": values(one),
            "one_p": one.test["p.value"].iloc[0], "kr": without_p(shown.test)}
