"""Dates and times in intervals: R's `cut.Date` and `cut.POSIXt`."""
from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from .cutting import cut
from .factors import Factor, Moment
from .limits import MOST_LEVELS, require_size
from .logic import textual

SECONDS = {"sec": 1, "min": 60, "hour": 3600, "day": 86400, "DSTday": 86400, "week": 604800}
MONTHS = {"month": 1, "quarter": 3, "year": 12}
_STEP = re.compile(r"\s*(?:(\d+)\s+)?([A-Za-z]+?)s?\s*")


def cut_any(x: Any, *args: Any, **kwargs: Any) -> Factor | np.ndarray:
    """`cut_times` of dates and times, `cut` of numbers."""
    times = isinstance(x, Moment) and x.kind != "difftime"
    return cut_times(x, *args, **kwargs) if times else cut(x, *args, **kwargs)


def cut_times(
    x: Moment, breaks: Any, labels: Any = None, start_on_monday: bool = True, right: bool = False,
    include_lowest: bool = False, **more: Any,
) -> Factor | np.ndarray:
    """Intervals of dates or times, each called by its start and without its end (R: cut.Date, cut.POSIXt).

    breaks: dates or times; a step such as "month", "2 weeks" or "6 hours", from the calendar's last such before the
    first date; or how many, which R calls by the date that is the first of each in the data.
    The rest are arguments of `cut`. Raises ValueError as it does, and for a step that R has not; "DSTday" is a day,
    as it is in UTC.
    """
    if textual(breaks):
        points = _calendar(x, str(np.asarray(breaks).item()), bool(start_on_monday))
    elif isinstance(breaks, Moment) and breaks.kind == x.kind:
        points = np.sort(np.asarray(breaks))
    elif np.size(breaks) == 1 and not isinstance(breaks, Moment):
        return _counted(x, breaks, labels, right, include_lowest, more)
    else:
        raise ValueError(f"invalid specification of 'breaks': give dates like x, a step such as 'month', or how many "
                         f"intervals, not {breaks!r}")
    names = Moment.of(points[:-1], x.kind, x.unit, x.zone).texts() if labels is None else labels
    return cut(np.asarray(x), points, names, include_lowest, right, **more)


def _counted(x: Moment, count: Any, labels: Any, right: bool, include_lowest: bool, more: dict[str, Any]) -> Any:
    """`count` intervals of one length, named by the first date in the data of the first, the second, ... to appear."""
    made = cut(np.asarray(x), count, labels, include_lowest, right, **more)
    if labels is not None or not isinstance(made, Factor):
        return made
    seen = [int(np.flatnonzero(made.codes == code)[0]) for code in dict.fromkeys(made.codes[made.codes >= 0].tolist())]
    if len(seen) < len(made.levels):
        empty = f"of {len(made.levels)} intervals {len(made.levels) - len(seen)} are empty"
        raise ValueError(f"number of levels differs: {empty}, which R cannot name; give labels, or the dates to cut at")
    return Factor(made.codes, Moment.of(np.asarray(x)[seen], x.kind, x.unit, x.zone).texts(), made.ordered)


def _calendar(x: Moment, step: str, monday: bool) -> np.ndarray:
    """The cut points of a step, in x's unit, from the last before or at its least to the first beyond its greatest."""
    found = _STEP.fullmatch(step)
    count, unit = (int(found[1] or 1), found[2]) if found else (0, "")
    known = [name for name in (*SECONDS, *MONTHS) if x.kind != "Date" or name not in ("sec", "min", "hour")]
    if not count or unit not in known:
        steps = f"a step is one of {', '.join(known)}, or some of them, such as '2 weeks'"
        raise ValueError(f"invalid specification of 'breaks': {step!r}; {steps}")
    size = 86400.0 if x.kind == "Date" else 1.0
    present = np.asarray(x)[~np.isnan(np.asarray(x))] * size
    if not len(present):
        raise ValueError("all dates are missing: there is nothing to cut")
    least = SECONDS.get(unit, 0) * count or MONTHS.get(unit, 1) * count * 28 * 86400
    require_size((present.max() - present.min()) / least, f"cut() by {step}", MOST_LEVELS)
    first = _floor(datetime.fromtimestamp(present.min(), x.zone or UTC), unit, monday)
    following: Callable[[int], datetime] = (
        (lambda k: _months_later(first, k * count * MONTHS[unit])) if unit in MONTHS
        else lambda k: first + timedelta(seconds=k * count * SECONDS[unit]))
    points = [first]
    while points[-1].timestamp() <= present.max():
        points.append(following(len(points)))
    return np.array([point.timestamp() / size for point in points])


def _floor(time: datetime, unit: str, monday: bool) -> datetime:
    """The last start of such a unit at or before `time`."""
    if unit == "sec":
        return time.replace(microsecond=0)
    if unit in ("min", "hour"):
        return time.replace(microsecond=0, second=0, minute=0 if unit == "hour" else time.minute)
    day = time.replace(hour=0, minute=0, second=0, microsecond=0)
    if unit == "week":
        return day - timedelta(days=day.weekday() if monday else (day.weekday() + 1) % 7)
    if unit in MONTHS:
        return day.replace(day=1, month=(day.month - 1) // MONTHS[unit] * MONTHS[unit] + 1)
    return day


def _months_later(first: datetime, count: int) -> datetime:
    years, month = divmod(first.month - 1 + count, 12)
    return first.replace(year=first.year + years, month=month + 1)
