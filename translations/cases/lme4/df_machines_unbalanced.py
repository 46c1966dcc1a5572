"""Workers, and machines within workers, with ten observations lost.

The classical variance-component model of the machines, unbalanced.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=417, tolerance=TOLERANCE)
def df_machines_unbalanced(control=None):
    Machines = r.load("Machines")
    some = Machines.drop(index=[1, 2, 5, 15, 19, 20, 30, 38, 44, 53])
    m = r.lmer("score ~ Machine + (1 | Worker) + (1 | Worker:Machine)", some, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
