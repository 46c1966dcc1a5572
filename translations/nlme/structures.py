"""R's constructors of correlation structures and variance functions: `corAR1(form="~ t | g")`, `varIdent(...)`."""

from __future__ import annotations

from typing import Any

import numpy as np

from translations.stats.arguments import as_count, as_number, as_numbers, require_choice

from .arma import ARMA
from .correlation import AR1, CAR1, CompSymm, Correlation, Symm
from .rows import Form, form_of
from .spatial import METRICS, Spatial
from .variance import LETTERS, Combined, ConstPower, Single, Variance

CORRELATIONS = ("corAR1", "corARMA", "corCAR1", "corCompSymm", "corSymm", "corExp", "corGaus", "corLin", "corRatio",
                "corSpher")
VARIANCES = ("varIdent", "varPower", "varExp", "varConstPower", "varFixed", "varComb")


def _within(value: Any, name: str, least: float, most: float) -> tuple[float, ...]:
    number = as_number(value, f"value of {name}")
    if not least < number < most:
        raise ValueError(f"value of {name} must lie between {least:g} and {most:g}, not {value}")
    return (number,)


def _several(value: Any, name: str) -> tuple[float, ...] | None:
    if value is None:
        return None
    numbers = np.atleast_1d(as_numbers(value, f"value of {name}"))
    if numbers.ndim > 1:
        raise ValueError(f"value of {name} must be a list of numbers, not an array of {numbers.ndim} dimensions")
    return tuple(map(float, numbers))


def corAR1(value: float = 0.0, form: str = "~ 1", fixed: bool = False) -> AR1:  # noqa: N802
    """Correlation phi^d of two rows of a group that are d steps apart. R: nlme::corAR1.

    value: phi where the search begins, between -1 and 1. form: "~ t | g", whole numbers t and the groups; "~ 1 | g"
    takes the rows as they stand. fixed: whether phi is kept at value.

    Returns a structure for `gls` and `lme`.

    Raises ValueError for a value that is no correlation, or a form that is no one-sided formula.

    >>> r.corAR1(0.5, "~ 1 | Mare").start
    (0.5,)
    """
    return AR1(form_of(form, "corAR1"), _within(value, "corAR1", -1.0, 1.0), bool(fixed))


def corCAR1(value: float = 0.2, form: str = "~ 1", fixed: bool = False) -> CAR1:  # noqa: N802
    """Correlation phi^d of two rows of a group that are a time d apart, any number. R: nlme::corCAR1.

    value: phi where the search begins, between 0 and 1. form: "~ t | g", times t and the groups. fixed: whether phi is
    kept at value.

    Returns a structure for `gls` and `lme`.

    Raises ValueError for a value that is not between 0 and 1, or a form that is no one-sided formula.

    >>> m = r.gls("distance ~ age", r.load("Orthodont"), r.corCAR1(form="~ age | Subject"))
    >>> m.correlation_parameters.round(4).tolist()
    [0.8357]
    """
    return CAR1(form_of(form, "corCAR1"), _within(value, "corCAR1", 0.0, 1.0), bool(fixed))


def corARMA(value: Any = None, form: str = "~ 1", p: int = 0, q: int = 0, fixed: bool = False) -> AR1 | ARMA:  # noqa: N802
    """Errors that are an autoregression of order p and a moving average of order q. R: nlme::corARMA.

    value: the p coefficients Phi and the q coefficients Theta where the search begins, each between -1 and 1; None for
    0. form: "~ t | g", whole numbers t and the groups; "~ 1 | g" takes the rows as they stand. fixed: whether they are
    kept at value.

    Returns a structure for `gls` and `lme`; of p = 1 and q = 0 that of `corAR1`.

    Raises ValueError for orders that are no whole numbers or both 0, values that are too many, too few, too large or of
    no stationary process, or a form that is no one-sided formula.

    >>> r.corARMA(form="~ 1 | Mare", p=1, q=1).names
    ['Phi1', 'Theta1']
    """
    orders = as_count(p, "p", 0), as_count(q, "q", 0)
    start = _several(value, "corARMA")
    if not sum(orders):
        raise ValueError("corARMA needs an order: p of the autoregression, q of the moving average")
    if start is not None and len(start) != sum(orders):
        raise ValueError(f"value of corARMA has {len(start)} coefficients, where p={p} and q={q} have {sum(orders)}")
    if start is not None and not all(abs(one) < 1.0 for one in start):
        raise ValueError("the values of corARMA must lie between -1 and 1")
    if orders == (1, 0):
        return corAR1(0.0 if start is None else start[0], form, fixed)
    return ARMA(form_of(form, "corARMA"), start, bool(fixed), *orders)


def corCompSymm(value: float = 0.0, form: str = "~ 1", fixed: bool = False) -> CompSymm:  # noqa: N802
    """One correlation rho of any two rows of a group. R: nlme::corCompSymm.

    value: rho where the search begins. form: "~ 1 | g". fixed: whether rho is kept at value.

    Returns a structure for `gls` and `lme`.

    Raises ValueError for a value that is no correlation, or a form that is no one-sided formula.

    >>> r.corCompSymm(form="~ 1 | Subject").form.groups
    ('Subject',)
    """
    return CompSymm(form_of(form, "corCompSymm"), _within(value, "corCompSymm", -1.0, 1.0), bool(fixed))


def corSymm(value: Any = None, form: str = "~ 1", fixed: bool = False) -> Symm:  # noqa: N802
    """A correlation for each pair of occasions. R: nlme::corSymm.

    value: correlations where the search begins, (1, 2), (1, 3), ..., (2, 3), ...; None for 0. form: "~ t | g", t the
    occasions' numbers 1, 2, ...; "~ 1 | g" takes the rows as they stand. fixed: whether they are kept at value.

    Returns a structure for `gls` and `lme`.

    Raises ValueError for values that are no correlations, or a form that is no one-sided formula.

    >>> r.corSymm(form="~ 1 | Subject").title
    'General'
    """
    start = _several(value, "corSymm")
    if start is not None and not all(abs(one) < 1.0 for one in start):
        raise ValueError("the values of corSymm must lie between -1 and 1")
    return Symm(form_of(form, "corSymm"), start, bool(fixed))


def _spatial(kind: str, value: Any, form: str, nugget: bool, metric: str, fixed: bool) -> Spatial:
    require_choice(metric, METRICS, "metric")
    start = _several(value, kind)
    if start is not None and (
        len(start) > 1 + nugget or start[0] <= 0.0 or not all(0.0 < one < 1.0 for one in start[1:])
    ):
        second = ", and with nugget=True a nugget between 0 and 1" if nugget else ""
        raise ValueError(f"value of {kind} must be a range above 0{second}")
    return Spatial(form_of(form, kind), start, bool(fixed), kind, bool(nugget), metric)


def corExp(value: Any = None, form: str = "~ 1", nugget: bool = False, metric: str = "euclidean",  # noqa: N802
           fixed: bool = False) -> Spatial:
    """Correlation exp(-d / range) of two rows of a group at a distance d. R: nlme::corExp.

    value: the range, in the covariates' units, and the nugget, where the search begins. form: "~ x + y | g", what
    places the rows. nugget: whether rows at a distance of nearly 0 have a correlation below 1. metric: "euclidean",
    "maximum" or "manhattan". fixed: whether they are kept at value.

    Returns a structure for `gls` and `lme`.

    Raises ValueError for a value that is no range, an unknown metric, or a form that is no one-sided formula.

    >>> r.corExp(form="~ age | Subject", nugget=True).names
    ['range', 'nugget']
    """
    return _spatial("corExp", value, form, nugget, metric, fixed)


def corGaus(value: Any = None, form: str = "~ 1", nugget: bool = False, metric: str = "euclidean",  # noqa: N802
           fixed: bool = False) -> Spatial:
    """Correlation exp(-(d / range)²) of two rows at a distance d. R: nlme::corGaus. Arguments as `corExp`'s.

    value, form, nugget, metric, fixed: as `corExp` takes them.

    Returns a structure for `gls` and `lme`.

    Raises ValueError as `corExp` does.

    >>> r.corGaus(form="~ age | Subject").title
    'Gaussian spatial correlation'
    """
    return _spatial("corGaus", value, form, nugget, metric, fixed)


def corLin(value: Any = None, form: str = "~ 1", nugget: bool = False, metric: str = "euclidean",  # noqa: N802
           fixed: bool = False) -> Spatial:
    """Correlation 1 - d / range of two rows at a distance d below the range. R: nlme::corLin. Arguments as `corExp`'s.

    value, form, nugget, metric, fixed: as `corExp` takes them.

    Returns a structure for `gls` and `lme`.

    Raises ValueError as `corExp` does.

    >>> r.corLin(form="~ age | Subject").title
    'Linear spatial correlation'
    """
    return _spatial("corLin", value, form, nugget, metric, fixed)


def corRatio(value: Any = None, form: str = "~ 1", nugget: bool = False, metric: str = "euclidean",  # noqa: N802
           fixed: bool = False) -> Spatial:
    """Correlation 1 / (1 + (d / range)²) of two rows at a distance d. R: nlme::corRatio. Arguments as `corExp`'s.

    value, form, nugget, metric, fixed: as `corExp` takes them.

    Returns a structure for `gls` and `lme`.

    Raises ValueError as `corExp` does.

    >>> r.corRatio(form="~ age | Subject").title
    'Rational quadratic spatial correlation'
    """
    return _spatial("corRatio", value, form, nugget, metric, fixed)


def corSpher(value: Any = None, form: str = "~ 1", nugget: bool = False, metric: str = "euclidean",  # noqa: N802
           fixed: bool = False) -> Spatial:
    """Correlation 1 - 1.5 s + 0.5 s³ at s = d / range below 1, else 0. R: nlme::corSpher. Arguments as `corExp`'s.

    value, form, nugget, metric, fixed: as `corExp` takes them.

    Returns a structure for `gls` and `lme`.

    Raises ValueError as `corExp` does.

    >>> r.corSpher(form="~ age | Subject").title
    'Spherical spatial correlation'
    """
    return _spatial("corSpher", value, form, nugget, metric, fixed)


def _start(value: Any, name: str) -> float | None:
    return None if value is None else as_number(value, f"value of {name}")


def varIdent(value: float | None = None, form: str = "~ 1") -> Variance:  # noqa: N802
    """A standard deviation for each stratum, over that of the first. R: nlme::varIdent.

    value: the ratio where the search begins, None for 1. form: "~ 1 | g", the strata; "~ 1 | g * h" those of both.

    Returns a variance function for `gls` and `lme`.

    Raises ValueError for a ratio that is not above 0, or a form that is no one-sided formula.

    >>> r.varIdent(form="~ 1 | Sex").form.groups
    ('Sex',)
    """
    start = _start(value, "varIdent")
    if start is not None and start <= 0.0:
        raise ValueError(f"value of varIdent must be above 0, not {value}")
    return Single("varIdent", form_of(form, "varIdent"), start)


def _with_covariate(form: str, kind: str) -> Form:
    read = form_of(form, kind)
    if not read.covariates:
        raise ValueError(f"{kind} needs a covariate: form='~ x', or '~ fitted(.)'")
    return read


def varPower(value: float | None = None, form: str = "~ fitted(.)") -> Variance:  # noqa: N802
    """A standard deviation that is a power of a covariate, |v|^delta. R: nlme::varPower.

    value: delta where the search begins, None for 0. form: "~ x", "~ fitted(.)", or "~ x | g" for a power a stratum.

    Returns a variance function for `gls` and `lme`.

    Raises ValueError for a form without a covariate.

    >>> r.varPower(form="~ age").names
    ['power']
    """
    return Single("varPower", _with_covariate(form, "varPower"), _start(value, "varPower"))


def varExp(value: float | None = None, form: str = "~ fitted(.)") -> Variance:  # noqa: N802
    """A standard deviation that grows as exp(delta v) of a covariate. R: nlme::varExp.

    value: delta where the search begins, None for 0. form: "~ x", "~ fitted(.)", or "~ x | g" for one a stratum.

    Returns a variance function for `gls` and `lme`.

    Raises ValueError for a form without a covariate.

    >>> r.varExp(form="~ age").names
    ['expon']
    """
    return Single("varExp", _with_covariate(form, "varExp"), _start(value, "varExp"))


def varFixed(value: str) -> Variance:  # noqa: N802
    """A variance in proportion to a covariate; nothing is estimated. R: nlme::varFixed.

    value: the covariate, a formula "~ x".

    Returns a variance function for `gls` and `lme`.

    Raises ValueError for a formula without a covariate.

    >>> r.varFixed("~ age").names
    []
    """
    return Single("varFixed", _with_covariate(value, "varFixed"))


def varConstPower(const: float | None = None, power: float | None = None, form: str = "~ fitted(.)"  # noqa: N802
                  ) -> Variance:
    """A standard deviation that is a constant plus a power of a covariate, const + |v|^power. R: nlme::varConstPower.

    const, power: where the search begins, const above 0; None for 0.1 and 0. form: "~ x", "~ fitted(.)", or "~ x | g"
    for both a stratum.

    Returns a variance function for `gls` and `lme`.

    Raises ValueError for a form without a covariate, or a constant that is not above 0.

    >>> r.varConstPower(form="~ age").names
    ['const', 'power']
    """
    begin = _start(const, "varConstPower"), _start(power, "varConstPower")
    if begin[0] is not None and begin[0] <= 0.0:
        raise ValueError(f"const of varConstPower must be above 0, not {const}")
    return ConstPower("varConstPower", _with_covariate(form, "varConstPower"), begin=begin)


def varComb(*functions: Variance) -> Variance:  # noqa: N802
    """A standard deviation that is the product of several variance functions. R: nlme::varComb.

    functions: as `varIdent`, `varPower`, ... make them, of which not two can be varied for the same.

    Returns a variance function for `gls` and `lme`, whose parameters' names are behind the letters A, B, ...

    Raises ValueError for anything else among them, or none.

    >>> r.varComb(r.varConstPower(form="~ age"), r.varPower(form="~ height")).names
    ['A.const', 'A.power', 'B.power']
    """
    if not functions or len(functions) > len(LETTERS):
        raise ValueError(f"varComb() takes 1 to {len(LETTERS)} variance functions, not {len(functions)}")
    for one in functions:
        if not isinstance(one, Single):
            raise ValueError(f"varComb() takes variance functions such as varIdent(form='~ 1 | g'), not {one!r:.60}; "
                             f"there are {', '.join(VARIANCES[:-1])}")
    return Combined(dict(zip(LETTERS, functions, strict=False)))  # type: ignore[arg-type]


def require_correlation(x: Any) -> None:
    """Raise ValueError for what is no correlation structure, naming those that there are."""
    if x is not None and not isinstance(x, Correlation):
        raise ValueError(
            f"correlation must be a structure such as corAR1(form='~ t | g'), not {x!r:.60}; there are "
            f"{', '.join(CORRELATIONS)}"
        )


def as_variance(x: Any) -> Variance | None:
    """A variance function; a formula alone is `varFixed`'s. Raises ValueError for anything else."""
    if isinstance(x, str):
        return varFixed(x)
    if x is not None and not isinstance(x, Variance):
        raise ValueError(
            "weights must be a variance function such as varIdent(form='~ 1 | g') or a formula '~ x', not "
            f"{type(x).__name__}; there are {', '.join(VARIANCES)}"
        )
    return x
