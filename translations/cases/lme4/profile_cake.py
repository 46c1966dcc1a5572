"""Profile intervals of 18 fixed effects: cake.

Every fixed effect is held in turn by moving its column into the offset; the theta of the fit is the start each time.
Printed with four digits of the smallest entry, which are seven or eight of the others: a profile that is printed with
ten is not the same on every machine.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=205, tolerance=tol.PROFILE)
def profile_cake(control=None):
    cake = r.cake()
    m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake, control=control)
    ci = r.confint(m, oldNames=False, quiet=True)
    print(r.console(ci, digits=4))
    return {"ci": ci}
