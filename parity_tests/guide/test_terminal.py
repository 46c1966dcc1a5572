"""`rparity guide` in a pipe: what a page holds, and what a wrong name gets."""

from __future__ import annotations

import subprocess
import sys

import pytest

import translations
from translations.guide import names


def guide(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "translations.parity.cli", "guide", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


def test_a_function_s_page_has_both_codes_what_they_print_and_the_digits() -> None:
    done = guide("t.test")
    assert done.returncode == 0, done.stderr
    entry = names.exported()["t_test"]
    for wanted in ("stats::t.test", "r.t_test(", "conf_level", "t.test", "print(test)", "t = 6.1971, df = 17",
                   "Python  scipy", "Python  rparity", "compared with", "R's text", "chapter5/t_test_slopes.R"):
        assert wanted in done.stdout, wanted
    assert entry.differs.split()[0].strip("`*") in done.stdout
    assert done.stdout.count("t = 6.1971, df = 17, p-value = 9.749e-06") == 2  # R's and ours


def test_a_case_s_page_says_why_no_more_digits() -> None:
    done = guide("chapter5/wald_p")
    assert done.returncode == 0, done.stderr
    assert "CANCELLED" in done.stdout and "pnorm(abs(z))" in done.stdout and "norm.cdf(abs(z))" in done.stdout


def test_without_a_name_every_function_is_listed() -> None:
    done = guide()
    assert done.returncode == 0, done.stderr
    listed = done.stdout.split()
    assert "{" not in done.stdout  # roles of the site
    assert not [name for name in translations.__all__ if f"r.{name}" not in listed]


CLOSE = [("lmerr", "did you mean lmer"), ("t.tset", "t.test"), ("qqqq", "lists them")]


@pytest.mark.parametrize(("asked", "said"), CLOSE)
def test_a_wrong_name_exits_with_1_and_close_ones(asked: str, said: str) -> None:
    done = guide(asked)
    assert (done.returncode, done.stdout) == (1, "")
    assert f"no function or case {asked!r}" in done.stderr and said in done.stderr
