"""Dates, times and time differences in models: R's coefficients, fitted values and predictions, and the units told."""
from __future__ import annotations

import datetime as dt
import pickle
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.language.dates import moments

from ..designs import stored

ANSWERS = stored("dates_r.json")["answers"]

# Seconds since 1970 are 1.6e9 and differ here by less than 1e5: least squares keeps 16 - 2 * 4.2 digits of them.
SECONDS = 1e-7


def frame() -> pd.DataFrame:
    def seconds(*values: float) -> pd.TimedeltaIndex:
        return pd.to_timedelta(np.array(values), unit="s")

    data = pd.DataFrame({"y": [1.0, 3, 2, 5, 4, 6, 2, 7], "x": [2.0, 1, 4, 3, 6, 5, 8, 7]})
    data["a"] = pd.Timestamp("2020-01-30") + pd.to_timedelta([0, 1, 5, 9, 40, 41, 60, 400], unit="D")
    data.loc[6, "a"] = pd.NaT
    data["p"] = pd.Timestamp("2020-01-30 22:30:00") + seconds(0, 3600, 90000, 5, 7, 100000, 12, 5000)
    data["q"] = data["p"] - seconds(7200, 100, 5, 1e5, 3, 1, 60, 9)
    data["hours"] = pd.to_timedelta([1.5, 2, 7, 30, 4, 55, 6, 1.25], unit="h")
    return data.assign(dt=data["p"] - data["q"], da=data["a"] - pd.Timestamp("2020-01-01"))


@pytest.mark.parametrize("one", ANSWERS, ids=lambda one: one["formula"])
def test_models(one: dict[str, Any]) -> None:
    data = frame()
    new = data.iloc[[1, 4]]
    later = pd.Timedelta(seconds=0.25)
    new = new.assign(a=new["a"] + pd.Timedelta(days=3), p=new["p"] + later, hours=new["hours"] * 100)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if "names" not in one:
            with pytest.raises(ValueError, match="not defined for Date|2 or more levels"):
                r.lm(one["formula"], data)
            return
        m = r.lm(one["formula"], data)
        coefficients = r.coef(m)
        assert list(coefficients.index) == one["names"]
        close(coefficients, one["coef"])
        close(r.fitted(m), one["fitted"])
        if one["predicted"]:
            close(r.predict(m, new), one["predicted"])


def close(ours: pd.Series, theirs: list[Any]) -> None:
    right = np.array([np.nan if value == "NA" else value for value in theirs], dtype=float)
    np.testing.assert_allclose(ours.to_numpy(), right, rtol=SECONDS, atol=SECONDS)


WHOLE = pd.Series(pd.to_datetime(["2020-01-30", "2020-02-01", None]))


@pytest.mark.parametrize(("column", "kind", "unit", "values"), [
    (WHOLE, "Date", "days", [18291, 18293, np.nan]),
    (WHOLE.dt.date, "Date", "days", [18291, 18293, np.nan]),
    (WHOLE.astype("datetime64[s]"), "Date", "days", [18291, 18293, np.nan]),
    (pd.Series([dt.date(1969, 12, 31), None]), "Date", "days", [-1, np.nan]),
    (WHOLE.dt.tz_localize("UTC"), "POSIXct", "secs", [18291 * 86400, 18293 * 86400, np.nan]),
    (WHOLE.dt.tz_localize("Europe/Berlin"), "POSIXct", "secs", [18291 * 86400 - 3600, 18293 * 86400 - 3600, np.nan]),
    (WHOLE + pd.Timedelta(milliseconds=500), "POSIXct", "secs", [18291 * 86400 + 0.5, 18293 * 86400 + 0.5, np.nan]),
    (pd.Series([dt.datetime(1970, 1, 1, 1), dt.datetime(1970, 1, 2)], dtype=object), "POSIXct", "secs", [3600, 86400]),
    (WHOLE - WHOLE[0], "difftime", "days", [0, 2, np.nan]),
    (pd.Series(pd.to_timedelta([90, 7200], unit="s")), "difftime", "mins", [1.5, 120]),
    (pd.Series(pd.to_timedelta([0, 7200], unit="s")), "difftime", "secs", [0, 7200]),
    (pd.Series([dt.timedelta(hours=36), None], dtype=object), "difftime", "days", [1.5, np.nan]),
])
def test_the_one_rule(column: pd.Series, kind: str, unit: str, values: list[float]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = moments(column, "t")
    assert made is not None and (made.kind, made.unit) == (kind, unit)
    np.testing.assert_array_equal(np.asarray(made), values)


def test_what_is_no_time() -> None:
    for column in (pd.Series([1.0, 2.0]), pd.Series(["2020-01-30", "x"]), pd.Series([True, None], dtype=object),
                   pd.Series(["a"], dtype="category"), pd.Series([], dtype=object)):
        assert moments(column, "t") is None


def test_units_are_told_and_kept_for_new_data() -> None:
    data = frame()
    told = r"the time differences hours are counted in hours: as.numeric\(hours, units = "
    for term, factor in (("hours", 1.0), ("I(hours * 2)", 2.0), ("as.numeric(hours)", 1.0)):
        with pytest.warns(UserWarning, match=told) as warned:
            m = r.lm(f"y ~ {term}", data)
        assert len(warned) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            days = r.predict(m, pd.DataFrame({"hours": pd.to_timedelta([2, 4], unit="D")}))
            none = r.predict(m, pd.DataFrame({"hours": pd.to_timedelta([0, 3600], unit="s")}))
        a, b = r.coef(m)
        b *= factor
        np.testing.assert_allclose([*days, *none], [a + 48 * b, a + 96 * b, a, a + b], rtol=1e-12)
    with pytest.warns(UserWarning, match="a difference of times is counted in secs"):
        r.lm("y ~ I(p - q)", data)
    by_day = r.lm("y ~ a", data)
    noon = r.predict(by_day, pd.DataFrame({"a": pd.to_datetime(["2020-01-30 12:00", "2020-01-31 00:00"])}))
    a, b = r.coef(by_day)
    np.testing.assert_allclose(noon, [a + 18291.5 * b, a + 18292 * b], rtol=1e-9)
    with pytest.raises(ValueError, match="times of the fit were Date, not difftime"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        r.predict(by_day, pd.DataFrame({"a": pd.to_timedelta([1], unit="D")}))


# R 4.2.2: levels(getME(lmer(...), "flist")[[1]]) are dates, and the fixed effect counts days.
def test_mixed_models_take_them_alike() -> None:
    days = pd.to_datetime(np.repeat(["2020-03-01", "2020-02-01", "2020-02-15", "2021-01-01"], 6))
    y = np.random.default_rng(2).normal(size=24) + np.repeat([0.0, 2, 4, 1], 6)
    data = pd.DataFrame({"y": y, "day": days, "x": np.tile(np.arange(6.0), 4)})
    data["t"] = data["day"] + pd.to_timedelta(data["x"], unit="h")
    m = r.lmer("y ~ x + (1 | day)", data)
    assert list(r.ranef(m)["day"].index) == ["2020-02-01", "2020-02-15", "2020-03-01", "2021-01-01"]
    named = data.assign(d=(days - pd.Timestamp("1970-01-01")).days, g=days.strftime("%Y-%m-%d"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", r.ScaleWarning)
        plain, dated = r.lmer("y ~ d + (1 | g)", named), r.lmer("y ~ day + (1 | day)", data)
        crossed = r.lmer("y ~ 1 + (1 | day:factor(t > '2020-02-20'))", data)
    np.testing.assert_allclose(r.fixef(dated).to_numpy(), r.fixef(plain).to_numpy(), rtol=1e-9)
    assert list(r.ranef(crossed)) == ['day:factor(t > "2020-02-20")']


def test_dates_survive_pickling() -> None:
    made = moments(WHOLE, "t")
    assert made is not None
    again = pickle.loads(pickle.dumps(made))
    assert again.texts() == made.texts() == ["2020-01-30", "2020-02-01", "NA"] and again.kind == "Date"


def test_what_formulas_refuse_of_dates() -> None:
    for term, message in (("log(p)", "not defined for POSIXct"),
                          ("difftime(p, q, units = 'months')", "units must be auto or one of"),
                          ("as.Date('31 Jan')", "standard unambiguous format"), ("weekdays(y)", "as.Date"),
                          ("as.POSIXct('2020-01-01', tz = 'CET')", "knows UTC"), ("format(y)", "dates and times")):
        with pytest.raises(ValueError, match=message), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            r.lm(f"y ~ {term}", frame())
