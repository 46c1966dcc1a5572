"""The data recoded: drop the two training days, count days of deprivation from the baseline day.

`filter` and `mutate` of dplyr are `query` and `assign` of pandas. Three things differ. `filter` numbers the rows
that are left anew, pandas keeps the old labels until `reset_index(drop=True)`. R's `head` shows six rows, pandas'
five. And `Subject` must be a Categorical: a CSV file holds the subjects' numbers as numbers, and a model would then
fit one slope "per subject number".
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3", order=1, tolerance=tol.EXACT)
def head_sleep2():
    sleepstudy = r.sleepstudy()
    sleep2 = sleepstudy.query("Days >= 2").reset_index(drop=True)
    sleep2 = sleep2.assign(days_deprived=sleep2["Days"] - 2)
    print(r.console(sleep2.head(6)))
    return {"head": sleep2.head(6)}
