"""Is Subject a factor, and which levels has it, in which order?

A factor is a pandas Categorical. Its first level is the baseline of a regression, so the order matters: both R's
`factor` and `pd.Categorical` sort the values unless told otherwise, numbers by size and text as text; but R sorts
text as the locale does ("a", "B"), pandas by code point ("B", "a").
"""

import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=6, tolerance=tol.EXACT)
def subject_is_factor():
    sleep2 = r.sleep2()
    is_factor = isinstance(sleep2["Subject"].dtype, pd.CategoricalDtype)
    print(r.console(is_factor))
    return {"is_factor": is_factor, "levels": list(sleep2["Subject"].cat.categories)}
