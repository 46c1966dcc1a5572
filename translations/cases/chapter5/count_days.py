"""How many rows has each pair of days_deprived and Days? A check that the recoding did what it should.

dplyr's `count` is `groupby(...).size()`. With a Categorical among the keys say `observed=True`, or pandas counts
the levels that do not occur too; `count` leaves them out unless it is told `.drop = FALSE`.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3", order=2, tolerance=tol.EXACT)
def count_days():
    counts = r.sleep2().groupby(["days_deprived", "Days"], observed=True).size().reset_index(name="n")
    print(r.console(counts))
    return {"counts": counts}
