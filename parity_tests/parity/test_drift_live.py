"""What an upgrade of R would move in a suite of one's own: R 4.2 and R 4.6 answer it, one beside the other."""
from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from .made_up import rparity

MODELS_R = """\
# Two models compared.
library(lme4)
less <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy, REML = FALSE)
more <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = FALSE)
print(anova(less, more))
list(table = anova(less, more))
"""
MODELS_PY = '''\
"""Two models compared."""
import rparity as r
from translations.parity import case


@case()
def models(control=None):
    sleepstudy = r.sleepstudy()
    less = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, REML=False, control=control)
    more = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, REML=False, control=control)
    print(r.anova(less, more))
    return {"table": r.anova(less, more)}
'''

UPGRADE = ("drift", "4.2", "4.6", "--suite", "mine")


@pytest.mark.live
def test_both_releases_answer_and_what_moves_has_its_cause(rscript_of: Callable[[str], str], tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "models.R").write_text(MODELS_R)
    (mine / "models.py").write_text(MODELS_PY)
    newer = ("--rscript", rscript_of("46"))
    assert rparity("regenerate", "--suite", "mine", "--rscript", "Rscript", cwd=tmp_path).returncode == 0
    early = rparity(*UPGRADE, cwd=tmp_path)
    assert early.returncode == 1 and "mine/models" in early.stdout and "has no answer of R 4.6" in early.stdout
    assert rparity("regenerate", "--suite", "mine", *newer, cwd=tmp_path).returncode == 0

    told = json.loads(rparity(*UPGRADE, "--json", "-", cwd=tmp_path).stdout)
    assert told["unknown"] == 0 and not told["not compared"]
    assert {(one["kind"], one["cause"]) for one in told["moves"]} == {
        (kind, "lme4 1.1-37 calls -2 log(L) by that name where it said deviance") for kind in ("label", "text")
    }
    text = next(one for one in told["moves"] if one["kind"] == "text")
    assert "logLik deviance " in text["old"] and "logLik -2*log(L) " in text["new"]
    assert rparity(*UPGRADE, cwd=tmp_path).returncode == 0
    checked = rparity("check", "--suite", "mine", "--release", "all", cwd=tmp_path)
    assert checked.returncode == 0 and "2 of 2 cases" in checked.stdout

    # What no rule knows of is unknown, and named.
    (mine / "models.R").write_text(MODELS_R.replace("list(", "list(year = R.version$year, "))
    for r in (("--rscript", "Rscript"), newer):
        assert rparity("regenerate", "--suite", "mine", *r, cwd=tmp_path).returncode == 0
    odd = rparity(*UPGRADE, "--json", "-", cwd=tmp_path)
    told = json.loads(odd.stdout)
    assert odd.returncode == 1 and told["unknown"] == 2
    assert {one["where"] for one in told["moves"] if one["cause"] == "unknown"} == {"year"}
