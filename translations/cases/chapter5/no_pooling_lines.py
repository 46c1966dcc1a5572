"""The 18 intercepts and slopes of no pooling, as a tibble, and the values that they fit.

Differences are put in the levels' order by name, not by position, and the baseline's difference is zero. pandas'
own way needs no regression with 36 columns: `groupby` and a straight line for each subject.
"""

import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=9, tolerance=tol.LINALG)
def no_pooling_lines():
    sleep2 = r.sleep2()
    np_model = r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2)
    b, subjects = r.coef(np_model), sleep2["Subject"].cat.categories
    lines = pd.DataFrame(
        {
            "Subject": pd.Categorical(subjects),
            "intercept": [b["(Intercept)"] + b.get(f"Subject{s}", 0) for s in subjects],
            "slope": [b["days_deprived"] + b.get(f"days_deprived:Subject{s}", 0) for s in subjects],
        }
    )
    print(r.tibble(lines))
    return {"lines": lines, "fitted": r.fitted(np_model).to_numpy()}


@no_pooling_lines.by("pandas")
def with_pandas():
    import numpy as np

    by_subject = r.sleep2().groupby("Subject", observed=True)
    lines = [np.polyfit(own["days_deprived"], own["Reaction"], 1) for _, own in by_subject]
    return {"lines": pd.DataFrame(lines, columns=["slope", "intercept"])}
