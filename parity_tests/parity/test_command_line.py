"""The command line and the doctor, where no R is needed."""
from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from translations.parity import doctor
from translations.parity.check import Outcome
from translations.parity.compare import Difference
from translations.parity.installed import NoLiveR
from translations.parity.live import R
from translations.parity.report import as_html, plain, rich_table, totals

from .made_up import ALONE

FOUND = [
    Outcome("s", "one", "chapter", 3, 4.0, passed=True),
    Outcome("s", "one", "R", 2, 15.0, "a", passed=True),
    Outcome("s", "one", "statsmodels", 1, 5.0, "a", note="cannot: <profiles>", passed=True),
    Outcome("s", "two", "R", 2, 3.0, "b[1]", (Difference("b[1]", 1.001, 1.0, 3.0, 9),), cause="optimizer noise"),
    Outcome("s", "two", "certified", error="MissingReference: two.json"),
]


def run(*arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": path} if path is not None else None
    return subprocess.run([sys.executable, "-m", "translations.parity.cli", *arguments], capture_output=True, text=True,
                          env=environment)


def test_the_table_in_a_pipe() -> None:
    lines = plain(FOUND, 1.0).splitlines()
    assert lines[0].split() == ["case", "values", "chapter", "R", "certified", "others"]
    assert lines[1].split() == ["s/one", "2", "all", "3", "15.0", "-", "statsmodels", "5.0+", "pass"]
    assert lines[2].split() == ["s/two", "2", "-", "3.0!", "error!", "-", "FAIL"]
    assert "  b[1]: 1.0009999999999999 where 1 is expected (3.0 digits of 9)" in lines
    assert lines[-1] == "1 of 2 cases, 3 of 5 comparisons of 8 values, 1 of 1 printed outputs in 1.0 s"


@pytest.mark.parametrize(("width", "said"), [(120, None), (50, "a wider terminal shows: others")])
def test_the_table_in_a_terminal(width: int, said: str | None) -> None:
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(rich_table(FOUND, 1.0, width))
    text = console.export_text()
    assert text.splitlines()[1].split()[:2] == ["s/one", "2"] and "FAIL" in text
    assert (said in text) if said else ("statsmodels 5.0+" in text and "wider" not in text)


def test_totals_count_what_holds() -> None:
    count = totals(FOUND)
    assert (count["cases"], count["cases passed"], count["comparisons passed"], count["values"]) == (2, 1, 3, 8)


def test_the_page_escapes_what_it_shows() -> None:
    page = as_html([Outcome("s", "<b>", "R", error="a < b")], 1.0)
    assert "&lt;b&gt;" in page and "a &lt; b" in page and "<b>" not in page


@pytest.mark.parametrize("arguments", [("check", "--suite", "nowhere"), ("regenerate", "--suite", "nowhere")])
def test_an_unknown_suite_is_named_with_those_there_are(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert ran.returncode == 2 and "nowhere" in ran.stderr and "chapter5" in ran.stderr


@pytest.mark.parametrize(("version", "command"), [
    ("4.2.2", 'pip install "rpy2-rinterface<=3.6.5"'),
    ("4.4.3", 'pip install "rpy2-rinterface<=3.6.5"'),
    ("4.5.0", 'pip install "rpy2-rinterface>=3.6.6"'),
    ("4.10.1", 'pip install "rpy2-rinterface>=3.6.6"'),
])
def test_which_rpy2_serves_which_r(version: str, command: str) -> None:
    assert doctor.rpy2_for(version) == command


def test_the_doctor_without_r(tmp_path: Path) -> None:
    ran = run("doctor", path=str(tmp_path))
    assert ran.returncode == 0
    assert "--  R " in ran.stdout and "sudo apt-get update && sudo apt-get install -y r-base-core" in ran.stdout


def test_live_r_without_r_names_the_cure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(R, "_interface", None)
    with pytest.raises(NoLiveR, match="apt-get install r-base-core r-cran-lme4"):
        R()


@pytest.mark.parametrize(("options", "closing"), [(["--live-r"], "1 skipped"), (["--require-r"], "1 error")])
def test_absent_r_is_a_skip_or_a_failure(options: list[str], closing: str, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it(live_r):\n    assert live_r.eval('1') == '[1] 1'\n")
    ran = subprocess.run([sys.executable, "-m", "pytest", *ALONE, "-ra", *options, str(tmp_path)],
                         capture_output=True, text=True, env={"PATH": str(tmp_path)}, cwd=tmp_path)
    assert closing in ran.stdout and "R is not on the PATH" in ran.stdout


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = "import sys, translations; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()
    assert not {"numpy", "pandas", "scipy", "statsmodels", "nlopt", "rpy2"} & set(loaded)
