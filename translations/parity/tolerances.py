"""Tolerances, named by the cause of the difference they allow. None is wider than a measurement asks; each says which.

A tolerance is a number of matching digits (see `compare.digits`) that every value of a case must reach, one number for
each reference: `default` is R with lme4's default optimizer against our `nloptwrap`, or base R where no `lmer` is;
`tight` is R with lme4's criterion at its optimum (`r/tight.R`) against our `newton`; `certified` is a closed form or
50-digit arithmetic; `library` is another Python package's answer to the same question.
"""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from .flatten import item_of


@dataclass(frozen=True)
class Tolerance:
    """Digits demanded against each reference, and why no more (`why` holds the measurement).

    `relative_to` is "value" for the log relative error of each value by itself; "item" where values are differences of
    much larger ones (residuals, conditional modes), whose error scales with the largest value of their item. p-values
    among these are compared each by itself, less what a tail's slope costs (`compare.lost_in_tail`), and with
    `p_after_point` not beyond so many digits after the point; standard errors are compared each by itself.
    """

    name: str
    default: float
    tight: float
    certified: float
    library: float
    why: str
    relative_to: str = "value"
    p_after_point: float | None = None

    def digits(self, reference: str) -> float:
        """The digits demanded against `reference`: "default", "tight", "certified" or "library"."""
        return float(getattr(self, reference))


EXACT = Tolerance("EXACT", 15, 15, 15, 15, "counts, data, text and booleans: nothing is rounded on the way")
LINALG = Tolerance(
    "LINALG", 12, 12, 12, 12,
    "one well-conditioned least-squares solve: about 10 operations deep, each 1.1e-16, times the condition number",
)
PVALUE = Tolerance(
    "PVALUE", 10, 10, 10, 10,
    "tail areas multiply a statistic's relative error by its log-slope, about 100 at t = 30",
)
AT_THETA = Tolerance(
    "AT_THETA", 9, 9, 12, 9,
    "generated models at one theta: a penalized least-squares solve loses the condition number's digits, which small "
    "random designs have up to 1e6 of", relative_to="item",
)
OPTIMISER = Tolerance(
    "OPTIMISER", 9, 11, 12, 4,
    "default: same NLopt BOBYQA, start and stops. tight: R's Newton takes differences of a criterion near 1400 that "
    "holds 13 digits after the point; its variances share 11.1 to 12.3 digits with the closed form (chapter)",
)
COVARIANCE = Tolerance(
    "COVARIANCE", 9, 11, 12, 4,
    "as OPTIMISER, for a matrix whose small elements are differences of large ones (chapter, tight: 12.6; the -0.95 "
    "beside a 68 has 10.8 of its own)", relative_to="item",
)
CRITERION = Tolerance(
    "CRITERION", 12, 13, 13, 7, "the criterion is flat at its optimum, so it does not feel the parameters' noise",
)
FITTED = Tolerance(
    "FITTED", 9, 10, 12, 4, "as OPTIMISER, for values that are differences of larger ones", relative_to="item",
)
THETA = Tolerance(
    "THETA", 7, 8, 12, 4,
    "any model's theta, variances and standard errors: two BOBYQA runs that differ by rounding alone stop up to 1e-8 "
    "apart",
)
FIXEF = Tolerance(
    "FIXEF", 10, 10, 12, 6, "fixed effects feel theta's noise at second order only, and not at all in balanced designs",
    relative_to="item",
)
MODES = Tolerance("MODES", 8, 8, 12, 4, "as THETA, for values that are differences of larger ones", relative_to="item")
PROFILE = Tolerance(
    "PROFILE", 7, 7, 9, 3,
    "profile intervals are read off a spline through points that an optimizer placed with noise of its own",
)
CURVE = Tolerance(
    "CURVE", 7, 6, 9, 3,
    "as PROFILE, for curves that cross zero. tight: where a parameter is held, the others stop with BOBYQA's noise; "
    "from starts that differ by rounding, zetas of the chapter's model along it share 6.4 to 6.6 digits",
    relative_to="item",
)
STRUCTURED = Tolerance(
    "STRUCTURED", 12, 4, 12, 4,
    "default: models of one grouping factor, or one nested in another, are summed in lme4's own order; of others see "
    "noise.json of this suite. tight: BOBYQA's "
    "tightest stop on criteria that are flat along one way, as of ten variances and a correlation, is 1e-5 from the "
    "optimum that newton finds",
)
STRUCTURED_VARIANCE = Tolerance(
    "STRUCTURED_VARIANCE", 11.7, 3.7, 12, 4, "as STRUCTURED: a variance is a square, with 0.3 digits less",
)
STRUCTURED_CRITERION = Tolerance("STRUCTURED_CRITERION", 13, 9, 13, 7, "as STRUCTURED, of a value that is flat there")
STRUCTURED_FIXEF = Tolerance("STRUCTURED_FIXEF", 12, 5, 12, 4, "as STRUCTURED: fixed effects hold twice its digits",
                             relative_to="item")
STRUCTURED_MODES = Tolerance("STRUCTURED_MODES", 12, 4, 12, 4, "as STRUCTURED: modes follow the variances",
                             relative_to="item")
NLME = Tolerance(
    "NLME", 7, 7, 12, 4, "nlme's optimizers stop 1e-7 from the optimum, at the tightest settings they take",
    relative_to="item",
)
GLMM_CRITERION = Tolerance(
    "GLMM_CRITERION", 8, 8, 12, 4, "the criterion is flat at its optimum, near which a simplex stops",
)
GLMM_THETA = Tolerance(
    "GLMM_THETA", 5, 5, 10, 4,
    "lme4's simplex stops 1e-5 from the optimum, by a way that starts where BOBYQA's rounding ended; with its rows in "
    "another order lme4 itself shares 4 to 9 digits with itself", relative_to="item",
)
GLMM_FIXEF = Tolerance("GLMM_FIXEF", 6, 6, 10, 4, "as GLMM_THETA: the simplex moves both", relative_to="item")
GLMM_MODES = Tolerance("GLMM_MODES", 5, 5, 10, 4, "as GLMM_THETA: modes follow the variances", relative_to="item")
GLMM_SE = Tolerance(
    "GLMM_SE", 4, 4, 8, 4,
    "second differences at steps of 1e-4 of a criterion that holds 13 digits: 1e-13 of 1e3 over 1e-8 is 1e-2 of a "
    "Hessian of 1e2", relative_to="item",
)
GLMM_VARIANCE = Tolerance("GLMM_VARIANCE", 3.5, 3.5, 8, 4, "as GLMM_SE: a variance is a square", relative_to="item")
IRLS = Tolerance(
    "IRLS", 12, 12, 12, 7,
    "as LINALG, for the last of some weighted solves that converge quadratically; residuals are differences",
    relative_to="item",
)
PRINTED = Tolerance("PRINTED", 7, 7, 7, 4, "values that R rounded before they were stored")


@cache
def digits_only(number: float) -> Tolerance:
    """A tolerance that is just a number of digits, for cases that need no named cause."""
    return Tolerance(f"{number:g} digits", number, number, number, number, "asked for by the case")


Tolerances = Tolerance | float | Mapping[str, Tolerance | float]


def tolerance_for(label: str, given: Tolerances) -> Tolerance:
    """The tolerance of one label: the whole case's, or that of its longest match (the label itself, or its item).

    Raises KeyError naming the item when a mapping says nothing about it.
    """
    if isinstance(given, Tolerance):
        return given
    if isinstance(given, Mapping):
        for key in (label, item_of(label)):
            if key in given:
                return tolerance_for(label, given[key])
        raise KeyError(f"no tolerance for {item_of(label)!r}; the case names {sorted(given)}")
    return digits_only(given)
