"""Bootstrap samples that fail: missing, told of, counted."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.bootstrap.pbmodcomp import PBComparison
from translations.lme4.bootstrap.replicates import BootMer
from translations.lme4.model import LmerMod

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_a_statistic_that_fails_is_missing(slopes: LmerMod) -> None:
    kinds = iter([None, ValueError, KeyError, ZeroDivisionError, np.linalg.LinAlgError, None])

    def statistic(m: LmerMod) -> Any:
        if (kind := next(kinds)) is not None:
            raise kind("no")
        return pd.Series({"a": m.sigma, "b": 1.0})

    with pytest.warns(UserWarning, match=r"failed \(4/5\)"):
        boots = r.bootMer(slopes, statistic, 5, seed=1)
    assert boots.failed == 4 and list(boots.t.columns) == ["a", "b"]
    assert boots.t.isna().all(axis=1).tolist() == [True] * 4 + [False]
    with pytest.raises(TypeError):
        r.bootMer(slopes, lambda m: len(m), 2)


def test_intervals_leave_out_what_is_missing_and_tell_of_messages(slopes: LmerMod, capsys: Any) -> None:
    t = pd.DataFrame({"a": [1.0, 2.0, np.nan, 4.0, 7.0, 3.0, 2.5, 0.5, 6.0, 5.0]})
    boots = BootMer(pd.Series({"a": 3.0}), t, np.zeros(626), {"message": {}, "warning": {}}, 1, "call")
    known = t["a"].dropna()
    normal = r.confint(boots, level=0.6, type="norm").to_numpy()[0]
    half = 0.8416212335729143 * known.std()
    np.testing.assert_allclose(normal, 6.0 - known.mean() + np.array([-half, half]), rtol=1e-12)
    assert "original" in str(boots) and "call" in str(boots)
    r.confint(slopes, method="boot", nsim=60, seed=3, quiet=True)
    assert "message(s): boundary" in capsys.readouterr().err


def test_used_and_requested_samples_are_told_apart() -> None:
    columns = ["stat", "df", "p.value"]
    test = pd.DataFrame([[3.0, 1, 0.08], [3.0, np.nan, 0.2]], index=["LRT", "PBtest"], columns=columns)
    comparison = PBComparison("y ~ x + (1 | g)", "y ~ (1 | g)", test, pd.Series({"tobs": 3.0, "df": 1.0}), np.array(
        [0.5, -1e-12, 4.0, 1.5]), {"nsim": 4, "npos": 3}, 1, 1.234)
    assert comparison.heading == [
        "Bootstrap test; time: 1.23 sec; samples: 4; extremes: 1;",
        "Requested samples: 4 Used samples: 3 Extremes: 1", "large : y ~ x + (1 | g)", "y ~ (1 | g)"]
    table = comparison.summary().test  # moments of the three that are positive: mean 2, variance 3.25
    assert table.loc["Bartlett", "stat"] == pytest.approx(1.5) and table.loc["F", "ddf"] == pytest.approx(4.0)
