"""The intercepts and slopes that the reader is asked for, of subjects 308 and 335.

308 is the baseline, so its line is `(Intercept)` and `days_deprived`; for 335 its differences are added. The
chapter gives 262.874 as the intercept of 335: it adds numbers that it had rounded already, 288.217 - 25.343.
Rounded once, at the end, it is 262.875.
"""

import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.2", order=8, tolerance=tol.LINALG)
def asked_lines():
    sleep2 = r.sleep2()
    b = r.coef(r.lm("Reaction ~ days_deprived + Subject + days_deprived:Subject", sleep2))
    asked = pd.Series(
        {
            "intercept_308": b["(Intercept)"],
            "slope_308": b["days_deprived"],
            "intercept_335": b["(Intercept)"] + b["Subject335"],
            "slope_335": b["days_deprived"] + b["days_deprived:Subject335"],
        }
    )
    print(r.console(asked.round(3)))
    return {"asked": asked}


@asked_lines.by("numpy")
def with_numpy():
    """A line for one subject needs no big regression: its own eight points give the same line."""
    import numpy as np

    sleep2 = r.sleep2()
    asked = {}
    for subject in ("308", "335"):
        own = sleep2[sleep2["Subject"] == subject]
        asked[f"slope_{subject}"], asked[f"intercept_{subject}"] = np.polyfit(own["days_deprived"], own["Reaction"], 1)
    return {"asked": pd.Series(asked)}
