"""summary() of a data frame: six numbers for a numeric column, counts for a factor.

`describe()` has the same six (its percentiles interpolate as R's type 7 does) with a count and a standard deviation
beside them, and leaves Categoricals out, whose counts are `value_counts(sort=False)`: without `sort=False` the
levels come by frequency, in R by level.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=5, tolerance=tol.LINALG)
def summary_sleep2():
    sleep2 = r.sleep2()
    print(r.summary(sleep2))
    names = {"min": "Min.", "25%": "1st Qu.", "50%": "Median", "mean": "Mean", "75%": "3rd Qu.", "max": "Max."}
    numbers = sleep2.describe().loc[list(names)].rename(index=names)
    return {"numbers": numbers, "Subject": sleep2["Subject"].value_counts(sort=False)}
