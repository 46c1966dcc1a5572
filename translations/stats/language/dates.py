"""Dates, times and time differences as R's models see them: numbers with a unit.

One rule. A `Date` is days since 1970-01-01: dates of Python, Polars or Arrow, and date-times without a time zone that
are all midnights. A `POSIXct` is seconds since then: all other date-times, those without a time zone taken as UTC. A
`difftime` is a number of its unit: days where all are whole days, otherwise the largest of secs, mins, hours and days
that the smallest of them reaches, as R chooses. A model remembers the unit for new data.
"""
from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd

from .arithmetic import OPERATORS
from .factors import Moment
from .logic import LOGIC, number, text, textual
from .texts import as_numeric

SECONDS = {"secs": 1.0, "mins": 60.0, "hours": 3600.0, "days": 86400.0, "weeks": 604800.0}
_ISO = re.compile(r"\s*(\d{1,4})[-/](\d{1,2})[-/](\d{1,2})")


def moments(series: pd.Series, name: str, counted: Moment | None = None) -> Moment | None:
    """The column as a `Moment`, counted as `counted` is where that is given; None where it holds no dates or times.

    Warns of the unit that time differences get.
    """
    if counted is None:
        return _moments(series, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = _moments(series, name)
    return None if made is None else like(made, counted)


def _moments(series: pd.Series, name: str) -> Moment | None:
    kind = _kind(series)
    if kind is None:
        return None
    if kind == "difftime":
        seconds = _seconds(pd.to_timedelta(series).to_numpy())
        made = difference(seconds)
        warnings.warn(f"the time differences {name} are counted in {made.unit}: as.numeric({name}, units = \"days\") "
                      "chooses another unit", stacklevel=4)
        return made
    zone = getattr(series.dtype, "tz", None)
    if zone is None and kind == "datetime" and series.dtype == object:
        zone = next((one.tzinfo for one in series if getattr(one, "tzinfo", None) is not None), None)
    times = pd.to_datetime(series, utc=zone is not None)
    seconds = _seconds((times.dt.tz_localize(None) if zone is not None else times).to_numpy())
    if kind == "date" or zone is None and bool(np.all((seconds % 86400 == 0) | np.isnan(seconds))):
        return Moment.of(seconds / 86400, "Date", "days")
    return Moment.of(seconds, "POSIXct", "secs", zone)


def _kind(series: pd.Series) -> str | None:
    """"date", "datetime", "difftime", or None."""
    dtype = series.dtype
    if pd.api.types.is_datetime64_any_dtype(dtype):
        return "datetime"
    if pd.api.types.is_timedelta64_dtype(dtype):
        return "difftime"
    if isinstance(dtype, pd.ArrowDtype):
        kinds = {"date": "date", "timestamp": "datetime", "duration": "difftime"}
        return next((kind for begin, kind in kinds.items() if str(dtype).startswith(begin)), None)
    if getattr(dtype, "kind", "O") != "O":
        return None
    inferred = pd.api.types.infer_dtype(series, skipna=True)
    return {"date": "date", "datetime": "datetime", "datetime64": "datetime", "timedelta": "difftime",
            "timedelta64": "difftime"}.get(inferred)


def _seconds(times: np.ndarray) -> np.ndarray:
    """datetime64 or timedelta64 of any resolution as seconds, NaN where missing."""
    resolution = np.datetime_data(times.dtype)[0]
    scale = {"s": 1.0, "ms": 1e3, "us": 1e6, "ns": 1e9}.get(resolution)
    if scale is None:
        return _seconds(times.astype(times.dtype.str.split("[")[0] + "[s]"))
    return np.where(np.isnat(times), np.nan, times.astype(np.int64) / scale)


def difference(seconds: np.ndarray, unit: str = "auto") -> Moment:
    """A difftime of so many seconds, in `unit`, or in whole days or the unit that R's difftime takes."""
    if unit == "auto":
        known = np.abs(seconds[~np.isnan(seconds)])
        if (known % 86400 == 0).all():
            unit = "days"
        else:
            least = known.min(initial=np.inf)
            unit = next(one for one in ("days", "hours", "mins", "secs") if one == "secs" or least >= SECONDS[one])
    if unit not in SECONDS:
        raise ValueError(f"units must be auto or one of {', '.join(SECONDS)}, not {unit!r}")
    return Moment.of(seconds / SECONDS[unit], "difftime", unit)


def in_seconds(x: Moment) -> np.ndarray:
    """The number of seconds that `x` is, or since 1970."""
    return np.asarray(x, float) * SECONDS[x.unit]


def like(x: Moment, other: Moment) -> Moment:
    """`x` counted as `other` is: in its unit, days or seconds. Raises `ValueError` for another kind of thing."""
    if (x.kind == "difftime") is not (other.kind == "difftime"):
        raise ValueError(f"times of the fit were {other.kind}, not {x.kind}")
    return Moment.of(in_seconds(x) / SECONDS[other.unit], other.kind, other.unit, other.zone)


def as_date(x: Any, format: str | None = None) -> Moment:
    """R's as.Date: of a time its day in UTC, of text in the form 2020-01-31, 2020/01/31 or `format`."""
    if isinstance(x, Moment):
        return x if x.kind == "Date" else Moment.of(np.floor(in_seconds(x) / 86400), "Date", "days")
    if not textual(x):
        return Moment.of(number(x), "Date", "days")
    return Moment.of(np.floor(_parsed(x, format) / 86400), "Date", "days")


def as_time(x: Any, tz: str = "UTC", format: str | None = None) -> Moment:
    """R's as.POSIXct, in UTC: of a date its midnight, of text in the form 2020-01-31 12:30:00 or `format`."""
    if tz not in ("", "UTC", "GMT"):
        raise ValueError("as.POSIXct() in a formula knows UTC: convert other time zones before")
    if isinstance(x, Moment):
        return Moment.of(in_seconds(x), "POSIXct", "secs", x.zone)
    return Moment.of(_parsed(x, format) if textual(x) else number(x), "POSIXct", "secs")


def _parsed(x: Any, format: str | None) -> np.ndarray:
    words = text(x)
    if format is None and not all(word is None or _ISO.match(word) for word in words):
        raise ValueError("character string is not in a standard unambiguous format: write 2020-01-31, or give format")
    slashed = [None if word is None else word.replace("/", "-") if format is None else word for word in words]
    times = pd.to_datetime(pd.Series(slashed), format=format or "ISO8601", errors="coerce")
    return _seconds(times.to_numpy())


def difftime(time1: Any, time2: Any, tz: str = "UTC", units: str = "auto") -> Moment:
    """R's difftime: the time from `time2` to `time1`, in `units`."""
    first, second = (x if isinstance(x, Moment) else as_time(x, tz) for x in (time1, time2))
    seconds = in_seconds(first) - in_seconds(second)
    if units == "auto" and {first.kind, second.kind} == {"Date"}:
        units = "days"
    return _automatic(seconds) if units == "auto" else difference(seconds, units)


def _automatic(seconds: np.ndarray) -> Moment:
    """R's own unit, which is secs where two times are the same, and a warning that says which it is."""
    least = np.abs(seconds[~np.isnan(seconds)]).min(initial=np.inf)
    unit = next(one for one in ("days", "hours", "mins", "secs") if one == "secs" or least >= SECONDS[one])
    warnings.warn(f"a difference of times is counted in {unit}: difftime(a, b, units = \"days\") chooses another unit",
                  stacklevel=4)
    return difference(seconds, unit)


def _minus(*args: Any) -> Any:
    if len(args) == 2 and all(isinstance(arg, Moment) and arg.kind != "difftime" for arg in args):
        return difftime(*args)
    return _kept("-", *args)


def _kept(operator: str, *args: Any) -> Any:
    """`+` or `-` of a moment and a number is a moment; of two time differences one of the first one's unit."""
    held = [arg for arg in args if isinstance(arg, Moment)]
    if len(held) == 2:
        base = next((one for one in held if one.kind != "difftime"), held[0])
        args = tuple(np.asarray(in_seconds(one) / SECONDS[base.unit]) for one in args)
        return Moment.of(OPERATORS[operator](*args), base.kind, base.unit, base.zone)
    result = OPERATORS[operator](*args)
    return Moment.of(result, held[0].kind, held[0].unit, held[0].zone) if held and len(args) == 2 else result


def _compared(operator: str) -> Callable[[Any, Any], Any]:
    def apply(a: Any, b: Any) -> Any:
        held = [x for x in (a, b) if isinstance(x, Moment)]
        if held and held[0].kind != "difftime":
            as_kind = as_date if held[0].kind == "Date" else as_time
            a, b = (as_kind(x) if not isinstance(x, Moment) and textual(x) else x for x in (a, b))
        if isinstance(a, Moment) and isinstance(b, Moment):
            a, b = in_seconds(a), in_seconds(b)
        return LOGIC[operator](a, b)

    return apply


def as_numeric_in(x: Any, units: str | None = None) -> Any:
    """as.numeric, which of a time difference takes `units`."""
    if isinstance(x, Moment):
        return in_seconds(x) / SECONDS[units] if units and x.kind == "difftime" else np.asarray(x, float)
    return as_numeric(x)


def formatted(x: Any, format: str | None = None) -> np.ndarray:
    """R's format of dates and times by strftime's codes, in English."""
    if not isinstance(x, Moment) or x.kind == "difftime":
        raise ValueError("format() in a formula is for dates and times: as.character(x) writes numbers")
    if format is None:
        return text(x)
    return np.array([None if day is None else day.strftime(format) for day in _days(x)], dtype=object)


def _days(x: Any) -> list[datetime | None]:
    if not isinstance(x, Moment) or x.kind == "difftime":
        raise ValueError("this is for dates and times: as.Date(x) makes them of text")
    return [None if np.isnan(one) else datetime.fromtimestamp(one, x.zone or UTC) for one in in_seconds(x).tolist()]


def _named(*names: str, by: Callable[[datetime], int]) -> Callable[[Any], np.ndarray]:
    return lambda x: np.array([None if day is None else names[by(day)] for day in _days(x)], dtype=object)


def _quarters(x: Any) -> np.ndarray:
    """R's quarters, "QNA" where the date is missing."""
    return np.array(["QNA" if day is None else f"Q{(day.month + 2) // 3}" for day in _days(x)], dtype=object)


MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
          "December")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DATES: dict[str, Callable[..., Any]] = {
    "as.Date": as_date, "as.POSIXct": as_time, "difftime": difftime, "format": formatted,
    "weekdays": _named(*WEEKDAYS, by=datetime.weekday), "months": _named(*MONTHS, by=lambda day: day.month - 1),
    "quarters": _quarters,
    "julian": lambda x: np.asarray(x, float), "unclass": lambda x: number(x),
    "-": _minus, "+": lambda *args: _kept("+", *args),
    **{name: _compared(name) for name in ("==", "!=", "<", "<=", ">", ">=")},
    "as.numeric": as_numeric_in, "as_numeric": as_numeric_in, "as.double": as_numeric_in,
}
