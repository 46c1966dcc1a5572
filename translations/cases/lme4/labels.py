"""Names that are no R names, long formulas, terms that nothing can be left out of.

R writes such a name in backticks where it is part of an expression, and bare where it stands for itself: a grouping
factor, a response in a heading. `2L` in a formula is `2` in the names of terms and columns. `confint` takes rows in the
order of their numbers, but names in the order that the model has.
"""
import numpy as np
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def odd_names():
    sleepstudy = r.sleepstudy()
    days = sleepstudy["Days"]
    return pd.DataFrame({
        "re act": sleepstudy["Reaction"], "a b": days, "my subj": sleepstudy["Subject"], "k": days.astype(int),
        "group": pd.Categorical(["u", "v", "w"] * 60), "late": pd.Categorical(np.where(days > 4, "yes", "no")),
    })


@case(section="lme4", order=570, tolerance=tol.THETA)
def labels():
    d = odd_names()
    odd = r.lmer("`re act` ~ `a b` + (`a b` | `my subj`)", d)
    print(r.ngrps(odd))
    print(r.VarCorr(odd))
    print(odd)
    print(r.summary(odd))
    print(r.summary(odd, correlation=False))
    print(r.coef(r.summary(odd)))
    print(r.anova(odd))
    print(r.drop1(odd))
    whole = r.lmer("`re act` ~ I(k * 2L) + (1 | `my subj`)", d)
    print(r.anova(whole))
    print(r.drop1(whole))
    linear = r.lm("`re act` ~ `a b` * late", d)
    print(r.anova(linear))
    print(r.summary(linear, correlation=True))
    long = r.lm("`re act` ~ `a b` * group * late + I(k^2L) + I(k^3L) + sqrt(k) + exp(-k) + cos(0x10 * k)", d)
    print(r.drop1(long))
    print(r.anova(linear, long))
    mean_only = r.lmer("`re act` ~ 1 + (1 | `my subj`)", d)
    print(r.drop1(mean_only))
    print(r.drop1(r.lm("`re act` ~ 1", d)))
    crowded = r.lmer("`re act` ~ `a b` * group * late + I(k^2L) + sqrt(k) + exp(-k) + (1 | `my subj`)", d)
    print(r.drop1(crowded))
    return {
        "groups": r.ngrps(odd),
        "theta": r.getME(odd, "theta"),
        "ranef": r.ranef(odd).as_data_frame()[["grpvar", "term"]].head(3),
        "columns": list(r.coef(long).index),
        "wald": r.confint(whole, parm=[4, 1], method="Wald"),
        "named": list(r.confint(whole, parm=["I(k * 2)", ".sigma"], method="Wald").index),
        "linear": r.confint(linear, parm=[3, 1]),
        "flist": list(r.getME(odd, "flist")),
    }
