"""Contrasts by hand: machine B against C, and the mean of three machines.

`contest` tests any rows L of coefficients: one by one by t with intervals, or all at once by F. Rows of L are
named by the index of a frame.
"""
import pandas as pd

import translations as r
from translations.cases.lme4._df import SATTERTHWAITE, TOLERANCE, p_of, without_p
from translations.parity import case

TOLERANCES = TOLERANCE | {"F_dependent": SATTERTHWAITE}


@case(section="lme4", order=430, tolerance=TOLERANCES)
def contrasts_by_hand(control=None):
    Machines = r.load("Machines")
    some = Machines.drop(index=[1, 2, 5, 15, 19, 20, 30, 38, 44, 53])
    m = r.lmer("score ~ Machine + (1 | Worker) + (1 | Worker:Machine)", some, control=control)
    L = pd.DataFrame([[0, 1, -1], [1, 1 / 3, 1 / 3], [1, 0, 0]], index=["B - C", "mean", "A = 50"])
    print(r.console(r.contest(m, L, joint=False, ddf="Kenward-Roger", level=0.9)))
    each = r.contest(m, L, joint=False, rhs=50)
    dependent = [*L.iloc[:2].to_numpy(), L.iloc[0] + L.iloc[1]]
    return {"t_sat": without_p(each), "p_sat": p_of(each), "F_sat": without_p(r.contest(m, L.iloc[:2], rhs=[0, 60])),
            "F_dependent": without_p(r.contest(m, dependent)),
            "t_kr": without_p(r.contest(m, L, joint=False, ddf="Kenward-Roger")),
            "F_kr": without_p(r.contest(m, L.iloc[:2], rhs=[0, 60], ddf="Kenward-Roger"))}
