"""A third of the observations gone: here the methods differ.

Every observation whose number leaves 3, 7 or 9 on division by ten is taken out, and the later days of subject
309. Now Kenward and Roger's standard error of the slope is 1.991 where the plain one is 1.977, and their
degrees of freedom are 15.8 where Satterthwaite's are 17.4.
"""
import pandas as pd

import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=406, tolerance=TOLERANCE)
def df_unbalanced(control=None):
    sleep2 = r.sleep2()
    number = sleep2.index.to_numpy() + 1
    lost = (sleep2["Subject"] == "309") & (sleep2["Days"] > 4)
    uneven = sleep2[~pd.Series(number % 10).isin([3, 7, 9]) & ~lost]
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", uneven, control=control)
    print(r.summary(m, ddf="Kenward-Roger"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
