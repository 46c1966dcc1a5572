"""Values as R's c() makes them: of which type, and which are missing."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from translations.printing.values import as_values

DATES = pd.Series(pd.to_datetime(["2020-01-01", None, "2021-12-31"]))


@pytest.mark.parametrize("value, kind", [
    ([1, None], "integer"), ((1, 2), "integer"), (np.array([1, True], object), "integer"), (3, "integer"),
    (pd.Index([1, 2]), "integer"), ([1, 2.5], "double"), ([1.5, None], "double"),
    (np.array([1, 2.5], object), "double"),
    (np.array(1.5), "double"), (np.float32(1.5), "double"), ([True, None], "logical"), ([None], "logical"),
    (pd.NA, "logical"), ([pd.NA, None], "logical"), (pd.Series([True, False], dtype=object), "logical"),
    ("a", "character"), (["a", None], "character"), (["a", 1], "character"), ([1, "a", pd.NA], "character"),
    (pd.Series(["a", None]), "character"), (pd.Series([None, None]), "character"), (np.array(["a"]), "character"),
    (pd.Categorical(["a"]), "factor"), (DATES, "Date"), (pd.Series(pd.to_datetime(["2020-01-01 00:00:01"])), "POSIXct"),
    (pd.Series(pd.to_datetime(["2020-01-01"])).dt.tz_localize("UTC"), "POSIXct")])
def test_a_value_has_the_type_that_c_gives_it(value, kind):
    """R: typeof(c(1L, NA)) is integer, typeof(c(1L, 2.5)) double, typeof(c("a", 1)) character, ...: help("c")."""
    values = as_values(value)
    assert values.kind == kind and len(values) == len(values.missing) == np.size(value)
    assert values.missing.tolist() == np.atleast_1d(pd.isna([*value] if isinstance(value, tuple) else value)).tolist()
