"""Counts with three nested grouping factors, one of them with a level for each observation.

With its default optimizers lme4 stops elsewhere when the rows come in another order: the standard deviations then share
three to four digits, with Nelder and Mead's simplex after BOBYQA. By NLopt's BOBYQA alone they share nine.
"""
import translations as r
from translations.parity import case

from ._shared import TOLERANCE, of


@case(section="glmer", order=3, tolerance=TOLERANCE)
def grouseticks_counts():
    ticks = r.load("grouseticks")
    ticks["cHEIGHT"] = (ticks["HEIGHT"] - 462) / 50
    m = r.glmer("TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", data=ticks, family=r.poisson,
                control=r.glmerControl(optimizer="nloptwrap"))
    print(m)
    return of(m)
