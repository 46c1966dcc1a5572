"""The tolerances: none is loosened in silence, each says why, and which one a label has."""
from __future__ import annotations

import pytest

from translations.parity import tolerances as tol
from translations.parity.compare import DOUBLE

# Digits against R's default fit, its tight fit, certified values and other packages: the guide's table promises them.
PROMISED = {
    "EXACT": (15, 15, 15, 15), "LINALG": (12, 12, 12, 12), "PVALUE": (10, 10, 10, 10), "AT_THETA": (9, 9, 12, 9),
    "OPTIMISER": (9, 11, 12, 4), "CRITERION": (12, 13, 13, 7), "FITTED": (9, 10, 12, 4), "THETA": (7, 8, 12, 4),
    "COVARIANCE": (9, 11, 12, 4), "FIXEF": (10, 10, 12, 6), "MODES": (8, 8, 12, 4), "PROFILE": (7, 7, 9, 3),
    "CURVE": (7, 6, 9, 3), "IRLS": (12, 12, 12, 7), "GLMM_CRITERION": (8, 8, 12, 4), "GLMM_THETA": (5, 5, 10, 4),
    "GLMM_FIXEF": (6, 6, 10, 4), "GLMM_MODES": (5, 5, 10, 4), "GLMM_SE": (4, 4, 8, 4),
    "GLMM_VARIANCE": (3.5, 3.5, 8, 4), "PRINTED": (7, 7, 7, 4), "STRUCTURED": (12, 4, 12, 4),
    "STRUCTURED_VARIANCE": (11.7, 3.7, 12, 4),
    "STRUCTURED_CRITERION": (13, 9, 13, 7), "STRUCTURED_FIXEF": (12, 5, 12, 4), "STRUCTURED_MODES": (12, 4, 12, 4),
    "NLME": (7, 7, 12, 4)}
WHY = {
    "EXACT": "counts", "LINALG": "one well-conditioned least-squares solve",
    "PVALUE": "tail areas multiply a statistic's relative error by its log-slope",
    "AT_THETA": "generated models at one theta", "OPTIMISER": "default",
    "CRITERION": "the criterion is flat at its optimum", "FITTED": "as OPTIMISER",
    "COVARIANCE": "as OPTIMISER",
    "THETA": "any model's theta", "FIXEF": "fixed effects feel theta's noise at second order only", "MODES": "as THETA",
    "PROFILE": "profile intervals are read off a spline through points that an optimizer placed with noise of its own",
    "CURVE": "as PROFILE", "IRLS": "as LINALG",
    "GLMM_CRITERION": "the criterion is flat at its optimum",
    "GLMM_THETA": "lme4's simplex stops 1e-5 from the optimum", "GLMM_FIXEF": "as GLMM_THETA",
    "GLMM_MODES": "as GLMM_THETA", "GLMM_SE": "second differences at steps of 1e-4 of a criterion that holds 13 digits",
    "STRUCTURED": "default", "STRUCTURED_VARIANCE": "as STRUCTURED",
    "STRUCTURED_CRITERION": "as STRUCTURED", "STRUCTURED_FIXEF": "as STRUCTURED",
    "STRUCTURED_MODES": "as STRUCTURED", "NLME": "nlme's optimizers stop 1e-7 from the optimum",
    "GLMM_VARIANCE": "as GLMM_SE", "PRINTED": "values that R rounded before they were stored"}
BY_ITEM = {"AT_THETA", "COVARIANCE", "FITTED", "FIXEF", "MODES", "CURVE", "IRLS", "GLMM_THETA", "GLMM_FIXEF",
           "GLMM_MODES", "GLMM_SE", "GLMM_VARIANCE", "STRUCTURED_FIXEF", "STRUCTURED_MODES", "NLME"}


def test_no_tolerance_is_loosened_in_silence() -> None:
    named = {one.name: one for one in vars(tol).values() if isinstance(one, tol.Tolerance)}
    kinds = ("default", "tight", "certified", "library")
    assert {name: tuple(one.digits(kind) for kind in kinds) for name, one in named.items()} == PROMISED
    assert {name for name, one in named.items() if one.relative_to == "item"} == BY_ITEM
    assert {one.relative_to for one in named.values()} == {"item", "value"}
    assert {name: one.why.split(":")[0].split(",")[0] for name, one in named.items()} == WHY


def test_a_number_of_digits_is_a_tolerance_for_every_reference() -> None:
    assert tol.digits_only(9.5) == tol.Tolerance("9.5 digits", 9.5, 9.5, 9.5, 9.5, "asked for by the case")
    assert isinstance(tol.EXACT.digits("tight"), float)


def test_the_tolerance_of_a_label_is_that_of_its_longest_match() -> None:
    given = {"x": 7, "x[b]": tol.EXACT, "l": {"l$a": 3, "l": 4}}
    labels = {"x": 7, "x[a]": 7, "x[b]": 15, "l$a": 3, "l$b": 4}
    assert {label: tol.tolerance_for(label, given).default for label in labels} == labels
    with pytest.raises(KeyError) as unnamed:
        tol.tolerance_for("y[1]", given)
    assert unnamed.value.args == ("no tolerance for 'y'; the case names ['l', 'x', 'x[b]']",)


@pytest.mark.parametrize("tolerance", [one for one in vars(tol).values() if isinstance(one, tol.Tolerance)],
                         ids=lambda one: one.name)
def test_every_tolerance_says_why(tolerance: tol.Tolerance) -> None:
    assert len(tolerance.why) > 20
    assert vars(tol)[tolerance.name] is tolerance
    assert all(0 < tolerance.digits(kind) <= DOUBLE for kind in ("default", "tight", "certified", "library"))
