"""Tail areas and quantiles against R's stored answers."""
from __future__ import annotations

from typing import Any

import numpy as np

from translations.stats import distributions

from .designs import stored

R_SIDE = stored("vectors.json")
# Tail areas by scipy's incomplete beta and gamma functions; R's own (TOMS 708) are exact to 1e-13 in far tails.
AREA = 1e-12


def number(value: Any) -> float:
    return {"Inf": np.inf, "-Inf": -np.inf, "NA": np.nan}[value] if isinstance(value, str) else float(value)


def test_areas_and_quantiles() -> None:
    for one in R_SIDE["areas"]:
        value = getattr(distributions, one["name"])(*map(number, one["arguments"]), lower_tail=one["lower"])
        np.testing.assert_allclose(value, number(one["value"]), rtol=AREA, atol=1e-300, err_msg=str(one))
        if one["lower"]:
            assert value == getattr(distributions, one["name"])(*map(number, one["arguments"]))


def test_areas_of_arrays() -> None:
    both = distributions.pt(np.array([1.0, 2.0]), 5)
    assert both.tolist() == [distributions.pt(1, 5), distributions.pt(2, 5)]
