"""Lists of formulas in `emmeans`: each part is what its formula gives alone."""
from __future__ import annotations

import pandas as pd

import translations as r

M = r.lm("breaks ~ wool + tension", r.load("warpbreaks"))


def test_each_part_is_that_of_its_formula() -> None:
    found = r.emmeans(M, {"first": "pairwise ~ tension", "second": "~ wool"}, adjust="none")
    alone = r.emmeans(M, "pairwise ~ tension", adjust="none")
    assert list(found) == ["first emmeans", "first pairwise differences", "second"]
    columns = ["estimate", "SE", "df", "t.ratio", "p.value"]
    pd.testing.assert_frame_equal(pd.DataFrame(r.summary(found["first pairwise differences"]))[columns],
                                  pd.DataFrame(r.summary(alone["contrasts"]))[columns])
    assert str(found["second"]) == str(r.emmeans(M, "~ wool", adjust="none"))
    assert str(r.pairs(found)) == str(r.pairs(alone))  # of the first part


def test_letters_by_r_s_name() -> None:
    means = r.emmeans(M, "tension")
    assert r.cld(means, Letters=["x", "y"])[".group"].tolist() == r.cld(means, letters="xy")[".group"].tolist()
