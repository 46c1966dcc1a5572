"""Normal quantiles: lme4's qqmath of ranef, and of a model.

Conditional modes in order, each with its interval, against the normal quantiles of (i - 1/2)/n; standardized residuals
against those of R's `ppoints`, with the line through both quartiles. Modes are shrunken, and so lie closer together
than draws from the population would.
"""

import pandas as pd

import translations as r
from translations.figures.built import built
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=14, tolerance={"modes": tol.FITTED, "residuals": tol.FITTED, "line": tol.FITTED})
def normal_quantiles(control=None):
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=control)
    modes = built(r.qqmath(r.ranef(pp_mod))["Subject"])
    residuals = built(r.qqmath(pp_mod))
    line = {name: values[0] for name, values in residuals["abline"]["all"].items()}
    return {
        "modes": {part: modes[part] for part in ("panels", "point", "segment")},
        "residuals": residuals["point"]["all"],
        "line": pd.Series(line),
    }
