"""summary() of frames with dates and times, as R 4.2.2 prints it; a formula's data as second argument of t_test()."""
from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import translations as r

DAYS = pd.Timestamp("2019-11-20") + pd.to_timedelta([0, 40, 100, 400, 401], "D")

# R: summary(data.frame(d = as.Date("2019-11-20") + c(0, 40, 100, 400, 401, NA), x = c(1, NA, 3, 4, 5, 6)))
DATES = """\
       d                    x      
 Min.   :2019-11-20   Min.   :1.0  
 1st Qu.:2019-12-30   1st Qu.:3.0  
 Median :2020-02-28   Median :4.0  
 Mean   :2020-05-26   Mean   :3.8  
 3rd Qu.:2020-12-24   3rd Qu.:5.0  
 Max.   :2020-12-25   Max.   :6.0  
 NA's   :1            NA's   :1    """  # noqa: W291

# R: summary(data.frame(tm = as.POSIXct("2020-01-01 00:30:00", tz = "UTC") + 3600 * ((0:59 * 7) %% 61)))
TIMES = """\
       tm                     
 Min.   :2020-01-01 00:30:00  
 1st Qu.:2020-01-01 15:15:00  
 Median :2020-01-02 06:00:00  
 Mean   :2020-01-02 06:06:00  
 3rd Qu.:2020-01-02 20:45:00  
 Max.   :2020-01-03 12:30:00  """  # noqa: W291

# R: summary(data.frame(t = as.Date(c(NA, NA))))
NONE = """\
       t      
 Min.   :NA   
 1st Qu.:NA   
 Median :NA   
 Mean   :NaN  
 3rd Qu.:NA   
 Max.   :NA   
 NA's   :2    """  # noqa: W291


@pytest.mark.parametrize("days", [[*DAYS, pd.NaT], [*map(dt.datetime.date, DAYS), None]])
def test_dates(days: list[object]) -> None:
    assert str(r.summary(pd.DataFrame({"d": days, "x": [1, np.nan, 3, 4, 5, 6]}))) == DATES


def test_times() -> None:
    hours = pd.to_timedelta(np.arange(60) * 7 % 61, "h")
    for zone in (None, "UTC"):
        assert str(r.summary(pd.DataFrame({"tm": pd.Timestamp("2020-01-01 00:30", tz=zone) + hours}))) == TIMES
    with pytest.raises(ValueError, match="column 'tm' has the time zone Europe/Paris"):
        r.summary(pd.DataFrame({"tm": pd.Timestamp("2020-01-01", tz="Europe/Paris") + hours}))


def test_none_known() -> None:
    assert str(r.summary(pd.DataFrame({"t": pd.to_datetime([pd.NaT, pd.NaT])}))) == NONE


def test_a_formula_takes_its_data_second() -> None:
    """R: t.test(y ~ g, d)."""
    d = pd.DataFrame({"y": [1.0, 2.5, 4.0, 3.5], "g": ["u", "u", "v", "v"]})
    assert str(r.t_test("y ~ g", d)) == str(r.t_test("y ~ g", data=d))
    with pytest.raises(ValueError, match="takes no y beside it"):
        r.t_test("y ~ g", d["y"], data=d)
