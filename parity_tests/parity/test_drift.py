"""What moves from one release of R to another: each thing by its kind, with its cause, in a suite made up."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import translations.commands.drift as command
from translations.parity import cli, drift_report
from translations.parity.cases import Suite, directory_suite
from translations.parity.drift import UNKNOWN, Move, moves
from translations.parity.layers import RAnswer
from translations.parity.reference import MissingReference, Reference, render
from translations.parity.sources import sources
from translations.releases import causes

from .made_up import PLAIN, translate

VERSIONS = {"4.2": {"R": "4.2.2", "package lme4": "1.1.31", "package lmerTest": "3.1.3", "package pbkrtest": "0.5.2"},
            "4.5": {"R": "4.5.0", "package lme4": "1.1.37", "package lmerTest": "3.1.3", "package pbkrtest": "0.5.4"},
            "4.6": {"R": "4.6.1", "package lme4": "2.1.0", "package lmerTest": "3.2.1", "package pbkrtest": "0.5.5"}}


@pytest.fixture
def mine(tmp_path: Path) -> Suite:
    place = tmp_path / "mine"
    place.mkdir()
    return directory_suite(place)


def tell(suite: Suite, script: str = "list(x = 1)\n", name: str = "a", **answers: Any) -> None:
    """Store a case's answers by release ("r42" ...): (values, printed, warnings), or an error's text."""
    translate(suite, name, PLAIN, script, given="tolerance=9")
    made_from = {"sources": sources(suite.references / f"{name}.R")}
    every = {}
    for key, told in answers.items():
        release = f"{key[1]}.{key[2]}"
        fits = {} if isinstance(told, str) else {"default": RAnswer(told[0], tuple(told[1]), tuple(told[2]))}
        every[release] = Reference(fits, (), VERSIONS[release] | made_from, told if isinstance(told, str) else "")
    base = every.pop(next(iter(every)))
    (suite.references / f"{name}.json").write_text(render(base.fits, [], base.provenance, every))


def one(suite: Suite, old: str, new: str) -> list[tuple[str, str, str, str, str]]:
    return [(move.kind, move.where, move.old, move.new, move.cause) for move in moves(suite, "a", old, new)]


def test_nothing_moves_where_releases_answer_alike(mine: Suite) -> None:
    tell(mine, r42=({"x": 1.0}, ["a"], []), r45=({"x": 1 + 1e-10}, ["a"], []))
    assert one(mine, "4.2", "4.5") == []
    with pytest.raises(MissingReference, match=r"no answer of R 4.6"):
        one(mine, "4.2", "4.6")


def test_each_kind_is_told_apart_and_unknown_unless_a_rule_knows_it(mine: Suite) -> None:
    tell(mine, r42=({"x": 1.0, "t": "u", "g[a]": 1, "g[b]": 2, "old[q]": 3}, ["one", "two"], ["careful"]),
         r45=({"x": 1.5, "t": "v", "g[b]": 2, "g[a]": 1, "new": 3}, ["one", "2"], ["beware"]))
    assert [move[:4] for move in one(mine, "4.2", "4.5")] == [
        ("number", "x", "1", "1.5"), ("text", "t", "'u'", "'v'"), ("label", "old[q]", "old[q]", ""),
        ("label", "new", "", "new"), ("order", "g", "g[a]", "g[b]"), ("text", "line 2", "two", "2"),
        ("warning", "", "careful", ""), ("warning", "", "", "beware")]
    assert {move[-1] for move in one(mine, "4.2", "4.5")} == {UNKNOWN}
    assert [move.digits for move in moves(mine, "a", "4.2", "4.5") if move.kind == "number"] == [pytest.approx(0.30103)]
    tell(mine, r42=({"x": 1.0}, [], []), r45="a.R, line 1: no")
    assert one(mine, "4.2", "4.5") == [("error", "", "", "a.R, line 1: no", UNKNOWN)]
    assert one(mine, "4.5", "4.2") == [("error", "", "a.R, line 1: no", "", UNKNOWN)]


HEADS = ["     npar AIC deviance", "m       3 1.0      2.0"], ["     npar AIC -2*log(L)", "m       3 1.0       2.0"]


@pytest.mark.parametrize(("old", "new", "script", "before", "now", "kind", "said"), [
    ("4.2", "4.5", "anova(a, b)", ({"t[m, deviance]": 2.0}, [], []), ({"t[m, -2*log(L)]": 2.0}, [], []), "label",
     "-2 log(L)"),
    ("4.5", "4.2", "anova(a, b)", ({"t[m, -2*log(L)]": 2.0}, [], []), ({"t[m, deviance]": 2.0}, [], []), "label",
     "-2 log(L)"),
    ("4.2", "4.5", "anova(a, b)", ({}, HEADS[0], []), ({}, HEADS[1], []), "text", "-2 log(L)"),
    ("4.2", "4.6", "print(d)", ({}, ["# … with 4 more rows"], []), ({}, ["# ℹ 4 more rows"], []), "text", "pillar"),
    ("4.5", "4.6", "summary(m)", ({}, [" Subject  (Intercept) 24.7 "], []), ({}, [" Subject  (Intercept) 24.7  "], []),
     "text", "ends each line"),
    ("4.5", "4.6", "confint(m)", ({"ci[a]": 1, "ci[b]": 2}, [], []), ({"ci[b]": 2, "ci[a]": 1}, [], []), "order",
     "standard deviations first"),
    ("4.5", "4.6", "confint(m)", ({"ci[a]": 1.0}, [], []), ({"ci[a]": 1.0001}, [], []), "number", "spline"),
    ("4.2", "4.5", "refit(m, y)", ({"sigma": 0.0811088}, [], []), ({"sigma": 0.0811622}, [], []), "number", "1.1-33"),
    ("4.2", "4.6", "print(VarCorr(m))\nrefit(m, y)", ({}, [" Groups Std.Dev. Corr", " Worker 1.2  0.1"], []),
     ({}, [" Groups Std.Dev. Corr ", " Worker 1.2  0.1 "], []), "text", "ends each line"),
    ("4.5", "4.6", "m", ({}, [], []), ({}, [], ["'oldNames' is deprecated. Please use 'signames' instead."]), "warning",
     "signames"),
    ("4.2", "4.5", "t.test(y ~ g, paired = TRUE)", ({"t": 1.0}, [], []),
     "a.R, line 1: Error in t.test.formula(y ~ g, paired = TRUE) : cannot use 'paired' in formula method", "error",
     "refuses paired"),
    ("4.2", "4.5", "lmer(f)", ({"sd": 1.4141389324}, [], []), ({"sd": 1.4141387705}, [], []), "number", "rounding"),
    ("4.2", "4.5", "lmer(f)", ({"sd": 1.0, "p": 1e-9}, ["0.3462"], []), ({"sd": 1 + 1e-10, "p": 1e-9}, ["0.3461"], []),
     "text", "last printed digit"),
])
def test_what_is_known_of_the_releases(old: str, new: str, script: str, before: Any, now: Any, kind: str, said: str,
                                       mine: Suite) -> None:
    tell(mine, f"{script}\nlist(x = 1)\n", **{f"r{old[0]}{old[2]}": before, f"r{new[0]}{new[2]}": now})
    ((found, *_, cause),) = one(mine, old, new)
    assert found == kind and said in cause


# R 4.2 and 4.6: confint(lmer(Reaction ~ Days + (Days | Subject), sleepstudy, REML = FALSE))
def test_a_row_under_another_name_is_no_other_number(mine: Suite) -> None:
    tell(mine, "confint(m)\nlist(x = 1)\n",
         r42=({"ci[.sig01]": 14.3814811, "ci[.sig02]": -0.4815004, "ci[.sig03]": 3.8011648}, [], []),
         r46=({"ci[.sig01]": 14.3814660, "ci[.sig02]": 3.8011648, "ci[.sig03]": -0.4815007}, [], []))
    causes = {where: cause for _, where, _, _, cause in one(mine, "4.2", "4.6")}
    assert "spline" in causes["ci[.sig01]"]
    assert "another parameter" in causes["ci[.sig02]"] and "another parameter" in causes["ci[.sig03]"]


@pytest.mark.parametrize(("old", "new", "script", "before", "now"), [
    ("4.2", "4.5", "confint(m)", ({"ci[a]": 1.0}, [], []), ({"ci[a]": 1.0001}, [], [])),        # came with 2.0
    ("4.5", "4.6", "refit(m, y)", ({"sigma": 0.0811088}, [], []), ({"sigma": 0.0811622}, [], [])),
    ("4.2", "4.5", "lm(f)", ({"sd": 1.41413893}, [], []), ({"sd": 1.41413877}, [], [])),        # nothing is optimized
    ("4.2", "4.5", "lmer(f)", ({"sd": 1.4141}, [], []), ({"sd": 1.4142}, [], [])),              # too much for rounding
    ("4.2", "4.5", "anova(a, b)", ({}, HEADS[0], []), ({}, [HEADS[1][0], "m 3 1.0 2.5"], [])),  # a number moves too
    ("4.2", "4.5", "m", ({}, ["0.3462"], []), ({}, ["0.3464"], []))])
def test_a_rule_covers_nothing_else(old: str, new: str, script: str, before: Any, now: Any, mine: Suite) -> None:
    tell(mine, f"{script}\nlist(x = 1)\n", **{f"r{old[0]}{old[2]}": before, f"r{new[0]}{new[2]}": now})
    assert [move[-1] for move in one(mine, old, new)] == [UNKNOWN]


def test_every_rule_lies_between_releases_that_are_supported() -> None:
    before = {"package car": "3.1.1", "package emmeans": "1.8", "package cAIC4": "1.0", "package performance": "0.10.2",
              "package effectsize": "0.8.3"}
    now = {"package car": "3.1.5", "package emmeans": "2.0.4", "package cAIC4": "1.1", "package performance": "0.18.2",
           "package effectsize": "1.0.3"}
    for rule in causes.rules():
        assert any(rule.came(VERSIONS[old] | before, VERSIONS[new] | now)
                   for old, new in (("4.2", "4.5"), ("4.5", "4.6"))), rule.cause
        assert rule.kinds and set(rule.patterns) <= {"label", "old", "new", "either", "script", "blanks", "fit",
                                                     "elsewhere"}


FOUND = [Move("s", "a", "default", "number", "x", "1", "2", digits=0.0),
         Move("s", "b", "tight", "text", "line 1", "<", ">", "known")]


def test_it_is_told_as_text_as_json_and_as_a_page() -> None:
    told = FOUND, 3, "4.2", "4.6", {"s/c": "missing"}
    assert drift_report.plain(*told).splitlines() == [
        "unknown", "  1 number in 1 case", "    s/a (default) number x: 1 -> 2 (0.0 digits)", "",
        "known", "  1 text in 1 case", "    s/b (tight) text line 1: ", "      - <", "      + >", "",
        "not compared: s/c: missing", "R 4.2 -> 4.6: 2 things move, in 2 of 3 cases; of 1 the cause is unknown"]
    document = json.loads(drift_report.as_json(*told))
    assert (document["unknown"], document["not compared"], document["moves"][0]["digits"]) == (1, {"s/c": "missing"}, 0)
    page = drift_report.as_html(*told)
    assert "<details open><summary>unknown: 1 (number)" in page and "<pre>&lt;</pre>" in page and "s/c: missing" in page


def test_the_command(mine: Suite, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(mine.code)
    if "drift" not in [one.name or one.callback.__name__ for one in cli.app.registered_commands if one.callback]:
        command.register(cli.app)

    def run(*arguments: str) -> Any:
        return CliRunner().invoke(cli.app, ["drift", *arguments, "--suite", "."])

    tell(mine, "refit(m, y)\n", r42=({"x": 1.0}, [], []), r45=({"x": 1.1}, [], []), r46=({"x": 1.2}, [], []))
    ran = run("4.2", "4.5")
    assert ran.exit_code == 0 and ran.stdout.endswith("1 things move, in 1 of 1 cases; of 0 the cause is unknown\n")
    ran = run("4.5", "4.6", "--json", "-")
    assert ran.exit_code == 1 and json.loads(ran.stdout)["unknown"] == 1
    assert run("4.2", "4.5", "--html", "d.html", "--json", "d.json").exit_code == 0
    assert (mine.code / "d.html").read_text().startswith("<!doctype html>") and (mine.code / "d.json").exists()
    tell(mine, name="b", r42=({"x": 1.0}, [], []))
    ran = run("4.2", "4.5")
    assert ran.exit_code == 1 and "not compared: mine/b: " in ran.stdout and "no answer of R 4.5" in ran.stdout
    for wrong, said in ((("4.2", "4.3"), "no release '4.3'"), (("4.2", "4.5", "--html", "a.py/d"), "cannot write")):
        ran = run(*wrong)
        assert ran.exit_code == 2 and said in ran.stderr
