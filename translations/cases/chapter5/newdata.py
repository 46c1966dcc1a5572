"""Every subject on every day: the grid to predict on.

tidyr's `crossing` is `pd.MultiIndex.from_product(...).to_frame(index=False)`; it also drops repeats and sorts. The
product makes Subject a plain column of text, so the Categorical with its levels has to be made again. `0:7` is of
integers in R, `days_deprived` in sleep2 is not.
"""

import translations as r
from translations.cases.chapter5._shared import grid_of
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.4", order=17, tolerance=tol.EXACT)
def newdata():
    grid = grid_of(range(8))
    print(r.tibble(grid))
    return {"newdata": grid}
