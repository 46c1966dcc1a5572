"""Three correlated random effects: machines and workers.

Six workers on three machines, each with an effect of its own for every machine. By Satterthwaite the F test of
machines is 41.0 on 2 and 5 degrees of freedom. Kenward and Roger scale it to 32.8 on 2 and 4, which is
Hotelling's exact test.
"""
import translations as r
from translations.cases.lme4._df import TOLERANCE, degrees_of_freedom
from translations.parity import case


@case(section="lme4", order=416, tolerance=TOLERANCE)
def df_machines(control=None):
    Machines = r.load("Machines")
    m = r.lmer("score ~ Machine + (Machine | Worker)", Machines, control=control)
    print(r.summary(m, ddf="Satterthwaite"))
    print(r.anova(m, ddf="Kenward-Roger"))
    return degrees_of_freedom(m)
