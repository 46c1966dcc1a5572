"""What the cases about tests share."""
from __future__ import annotations

from typing import Any

import translations as r


def parts(h: Any) -> dict[str, Any]:
    """The numbers in a test: what it has none of is None."""
    return {"statistic": h.statistic, "parameter": h.parameter, "p.value": h.p_value,
            "conf.int": [] if h.conf_int is None else list(h.conf_int),
            "conf.level": None if h.conf_int is None else h.conf_level, "estimate": h.estimate,
            "null.value": h.null_value}


def on_day(day: int) -> Any:
    """Reaction times of one day, (18,)."""
    d = r.sleepstudy()
    return d["Reaction"][d["Days"] == day].to_numpy()
