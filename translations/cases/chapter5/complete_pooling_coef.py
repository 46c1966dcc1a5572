"""The two coefficients of complete pooling, and the line that they draw over the days.

`coef(model)` is `model.params` in statsmodels. New data for `predict` need only the predictors, in a frame with the
same column names.
"""

import pandas as pd

import translations as r
from translations.cases.chapter5._shared import r_name
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="5.3.1", order=4, tolerance=tol.LINALG)
def complete_pooling_coef():
    sleep2 = r.sleep2()
    cp_model = r.lm("Reaction ~ days_deprived", sleep2)
    print(r.console(r.coef(cp_model)))
    days = pd.DataFrame({"days_deprived": range(8)})
    return {"coef": r.coef(cp_model), "line": r.predict(cp_model, days).to_numpy()}


@complete_pooling_coef.by("statsmodels")
def with_statsmodels():
    import statsmodels.formula.api as smf

    fit = smf.ols("Reaction ~ days_deprived", r.sleep2()).fit()
    days = pd.DataFrame({"days_deprived": range(8)})
    return {"coef": fit.params.rename(index=r_name), "line": fit.predict(days).to_numpy()}
