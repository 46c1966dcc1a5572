"""The part of an R script that an item comes of, so that a cause explains no value that it has nothing to do with."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from translations.parity.cases import suites
from translations.parity.drift import UNKNOWN, moves
from translations.parity.slices import slice_of

from .test_drift import mine, tell  # noqa: F401  (a fixture)

SCRIPT = """\
# confint in a comment is nothing
library(lme4)
d <- subset(sleepstudy, Days >= 2)     # "quoted", and more
names(d)[1] <- "y"
fit <- function(f) {
  lmer(f, d)
}
m <- fit(y ~ Days +
  (1 | Subject))
other = "a # no comment, <- no assignment"
if (interactive()) other <- refit(m)
print(confint(m))
ends <- confint(m, parm = c(a = 1, "b"))
ends["x", ] <- 0
list(sd = sigma(m), ci = ends, `odd name` = other, n = c(1, 2))
"""


def test_an_items_own_statements() -> None:
    sd = slice_of(SCRIPT, "sd")
    assert "confint" not in sd and "refit" not in sd and "comment" not in sd
    parts = "subset(sleepstudy", 'names(d)[1] <- "y"', "lmer(f, d)", "(1 | Subject))", "sigma(m)"
    assert all(part in sd for part in parts)
    ci = slice_of(SCRIPT, "ci")
    assert "confint(m, parm" in ci and 'ends["x", ] <- 0' in ci and "print" not in ci
    assert "refit(m)" in slice_of(SCRIPT, "odd name") and "lmer" in slice_of(SCRIPT, "odd name")
    assert slice_of(SCRIPT, "n").strip() == "c(1, 2)"


@pytest.mark.parametrize("script", ["answer <- list(x = 1)\nanswer\n", "x\n", "", "list(1, y = 2)\n"])
def test_the_whole_script_where_an_item_is_not_found(script: str) -> None:
    assert slice_of(script, "x") == script


def test_every_script_of_ours_is_taken_apart() -> None:
    found = [slice_of(script.read_text(encoding="utf-8"), "no such item") for suite in suites()
             for script in suite.scripts()]
    assert len(found) > 150 and all(found)


def test_a_cause_explains_no_value_beside_it(mine: Any) -> None:  # noqa: F811
    script = "a <- confint(m)\nb <- AIC(m)\nlist(ci = a, aic = b)\n"
    tell(mine, script, r45=({"ci": 1.0, "aic": 1.0}, [], []), r46=({"ci": 1.1, "aic": 1.1}, [], []))
    assert {move.where: move.cause == UNKNOWN for move in moves(mine, "a", "4.5", "4.6")} == {"ci": False, "aic": True}


def test_rounding_is_no_excuse_at_the_optimum(tmp_path: Path) -> None:
    from translations.releases import causes

    known = causes.between({"R": "4.2.2"}, {"R": "4.5.0"})
    told = ("number", "sd", "1", "1.0000001", "lmer(f)", 7.0)
    assert known.of(*told).startswith("rounding") and known.of(*told, "tight") == UNKNOWN
