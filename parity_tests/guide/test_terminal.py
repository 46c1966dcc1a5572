"""`rparity guide` in a pipe: what a page holds, and what a wrong name gets."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

import translations
from translations.guide import names, terminal
from translations.guide.content import case_page
from translations.parity.cli import main

CHECKOUT = Path(translations.__file__).parents[1]
Guide = Callable[..., tuple[int, str, str]]


def in_a_pipe(*arguments: str) -> tuple[int, str, str]:
    """The true command line: exit code, standard output and error."""
    command = [sys.executable, "-m", "translations.parity.cli", "guide", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


@pytest.fixture
def guide(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Guide:
    """The same in this process, which has the imports of the cases' libraries behind it."""

    def run(*arguments: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["rparity", "guide", *arguments])
        with pytest.raises(SystemExit) as stopped:
            main()
        return (int(stopped.value.code or 0), *capsys.readouterr())

    return run


def test_a_function_s_page_has_both_codes_what_they_print_and_the_digits(guide: Guide) -> None:
    code, said, errors = guide("t.test")
    assert code == 0, errors
    entry = names.exported()["t_test"]
    for wanted in ("stats::t.test", "r.t_test(", "conf_level", "t.test", "print(test)", "t = 6.1971, df = 17",
                   "Python  scipy", "Python  rparity", "compared with", "R's text", "chapter5/t_test_slopes.R"):
        assert wanted in said, wanted
    assert entry.differs.split()[0].strip("`*") in said
    assert said.count("t = 6.1971, df = 17, p-value = 9.749e-06") == 2  # R's and ours


@pytest.mark.parametrize(("asked", "files"), [
    ("t_test", ["translations/stats/hypothesis_tests/t_test.py", "parity_tests/stats/hypothesis_tests/test_t_test.py",
                "translations/cases/chapter5/t_test_slopes.py", "fixtures/chapter5/t_test_slopes.R",
                "fixtures/chapter5/t_test_slopes.json"]),
    ("confint", ["translations/lme4/inference/confint.py", "parity_tests/lme4/inference/test_confint.py",
                 "fixtures/chapter5/profile_ci.R"]),  # of a generic its methods' files too
])
def test_a_function_s_page_names_its_files(asked: str, files: list[str], guide: Guide) -> None:
    lines = guide(asked)[1].split("\nFiles\n")[1].partition("\n\n")[0].splitlines()
    assert set(files) <= {line.strip() for line in lines}
    assert all((CHECKOUT / line.strip()).is_file() for line in lines)


def test_a_case_s_page_says_why_no_more_digits(guide: Guide) -> None:
    code, said, errors = guide("chapter5/wald_p")
    assert code == 0, errors
    assert "CANCELLED" in said and "pnorm(abs(z))" in said and "norm.cdf(abs(z))" in said


@pytest.mark.parametrize("asked", ["VarCorr", "mixed logistic regression", "chapter5/profile_ci", "anti join"])
def test_no_line_of_code_is_cut_or_broken_in_a_pipe(asked: str, guide: Guide) -> None:
    code, said, errors = guide(asked)
    assert code == 0, errors
    found = names.find(asked)
    lines = set(map(str.rstrip, said.splitlines()))
    if isinstance(found, names.Elsewhere):
        wanted = [*found.use.splitlines(), *found.in_r.splitlines()]
    else:
        page = case_page(found if isinstance(found, names.Place) else names.example(found))
        blocks = (page.r_code, page.r_printed, *(way.code for way in page.ways))
        wanted = [line for one in blocks for line in one.splitlines()]
    shown = {line.strip() for line in lines}
    assert not [line for line in wanted if line.expandtabs().strip() not in shown]


def test_a_narrow_terminal_wraps(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setenv("FORCE_COLOR", "1")
    terminal.show(terminal.page(names.find("read_csv")))
    said = re.sub(r"\x1b\[[0-9;]*m", "", capsys.readouterr().out)
    assert "".join(said.split()).count('pd.read_csv("file.csv")') == 1 and max(map(len, said.splitlines())) <= 40


def test_no_name_is_cut_in_a_narrow_terminal() -> None:
    console = Console(width=40, file=StringIO())
    console.print(terminal.table())
    assert "…" not in console.file.getvalue()


def test_without_a_name_every_function_is_listed() -> None:
    code, said, errors = in_a_pipe()
    assert code == 0, errors
    listed = said.split()
    assert not re.search(r"\{\w+\}`", said)  # roles of the site
    assert not [name for name in translations.__all__ if f"r.{name}" not in listed]


CLOSE = [("lmerr", "did you mean lmer"), ("t.tset", "t.test"), ("qqqq", "lists them")]


@pytest.mark.parametrize(("asked", "said"), CLOSE)
def test_a_wrong_name_exits_with_1_and_close_ones(asked: str, said: str, guide: Guide) -> None:
    code, printed, errors = guide(asked)
    if asked == CLOSE[0][0]:
        assert in_a_pipe(asked) == (code, printed, errors)
    assert (code, printed) == (1, "")
    assert f"no answer to {asked!r}" in errors and said in errors
