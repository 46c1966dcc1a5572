"""An installation without the extra: everything else works, and what does not says the cure."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from typer.testing import CliRunner

import translations as r
from translations.figures import FIGURES, MissingPlotnine, draw
from translations.parity import cases
from translations.parity.cli import app

CURE = "plotnine is not installed: pip install 'rparity[figures]'"


@pytest.fixture
def without(monkeypatch):
    """As if plotnine were not installed."""
    monkeypatch.setitem(sys.modules, "plotnine", None)


def check(*arguments):
    return CliRunner().invoke(app, ["check", *arguments])


def test_importing_translations_imports_no_plotnine():
    code = ("import sys, translations as r; r.xyplot, r.plot; from translations.figures import FIGURES; "
            "assert not {'plotnine', 'matplotlib'} & set(sys.modules), 'imported'")  # fmt: skip
    subprocess.run([sys.executable, "-c", code], check=True)


def test_its_suite_says_the_cure(without):
    ran = check("--suite", "figures")
    assert ran.exit_code == 2 and f"suite figures was not checked: {CURE}" in ran.output


def test_all_suites_say_that_it_was_not_checked(without, monkeypatch, tmp_path):
    some = [one for one in cases.suites() if one.name in ("figures", "stats")]
    assert len(some) == 2
    monkeypatch.setattr(cases, "suites", lambda: some)
    page, data = tmp_path / "page.html", tmp_path / "data.json"
    ran = check("--suite", "all", "--html", str(page), "--json", str(data))
    assert ran.exit_code == 0 and f"suite figures was not checked: {CURE}" in ran.output
    assert "stats/" in ran.output and "figures/" not in ran.output
    assert "suite figures was not checked" in page.read_text(encoding="utf-8")
    assert json.loads(data.read_text(encoding="utf-8"))["not checked"] == {"figures": CURE}


def test_its_cases_can_be_listed(without):
    assert {case.name for case in cases.suite("figures").cases()} >= set(FIGURES)


def test_drawing_says_the_cure(without):
    with pytest.raises(MissingPlotnine, match="figures need plotnine"):
        draw("figure_5_1")
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    modes, profile = r.ranef(m), r.profile(m, which="beta_")
    for function, x in ((r.plot, m), (r.qqmath, m), (r.qqmath, modes), (r.dotplot, modes), (r.xyplot, profile),
                        (r.densityplot, profile), (r.splom, profile)):  # fmt: skip
        with pytest.raises(MissingPlotnine, match="rparity"):
            function(x)
