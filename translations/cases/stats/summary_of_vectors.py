"""Summaries of vectors that hold no numbers: what is counted, and how dates are printed.

A mean of dates is a date, cut to the day. R 4.6 says `NAs` where earlier releases say `NA's`, and tells of text how
long it is and how much of it is blank.
"""
import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=95, tolerance=tol.EXACT)
def summary_of_vectors():
    answered = pd.Series([True, None, False, True], dtype="boolean")
    words = pd.Series(["a", None, "bb", ""])
    group = pd.Series(pd.Categorical(["low", "high", None, "low"], categories=["low", "high"]))
    days = pd.Series(pd.to_datetime(["2020-01-01", "2020-03-07", "2021-04-05", None]))
    times = pd.Series(pd.to_datetime(["2020-01-01 10:00:00", "2020-01-05 12:00:00"]))
    for column in (answered, words, group, days, times):
        print(r.summary(column))
    print(r.summary(pd.DataFrame({"answered": answered, "group": group, "days": days})))
    return {"group": r.summary(group).tolist()}
