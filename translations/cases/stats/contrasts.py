"""The five codings of a factor with four levels.

A coding is a matrix with a row for each level and a column for each coefficient. R takes `contr.treatment` for factors
and `contr.poly` for ordered ones unless told otherwise, and so do `lm` and `lmer` here; formulaic's own default, and so
that of most Python packages, is treatment coding for both. Names of rows and columns are those that R gives, because
they become names of coefficients: `contr.sum` and `contr.helmert` have none, and so their coefficients are numbered.
"""

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=1, tolerance=tol.LINALG)
def contrasts():
    dose = r.factor(["low", "high", "none", "mid"], levels=["none", "low", "mid", "high"], ordered=True)
    return {
        "levels": r.levels(dose),
        "ordered": r.is_ordered(dose),
        "treatment": r.contr_treatment(4),
        "base": r.contr_treatment(4, base=3),
        "SAS": r.contr_SAS(4),
        "sum": r.contr_sum(4),
        "helmert": r.contr_helmert(4),
        "poly": r.contr_poly(4),
        "scores": r.contr_poly(4, scores=[0, 1, 2, 10]),
    }
