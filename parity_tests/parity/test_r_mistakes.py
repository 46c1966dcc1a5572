"""Mistakes in R scripts: each names file, line and cure, and the other scripts are asked all the same."""
from __future__ import annotations

import re
from pathlib import Path

import pytest

from translations.parity.cases import Suite, directory_suite
from translations.parity.piped import PipedR
from translations.parity.regenerate import Renewed, regenerate

pytestmark = pytest.mark.usefixtures("live_r")

GOOD = "x <- c(4, 2, 9)\nlist(mean = mean(x))\n"
SAID = {  # what stands in the script, and what is said of it
    "bracket": ("x <- c(4, 2\ny <- 3\nlist(mean = 1)\n",
                r"bracket\.R, line 2: unexpected symbol.*\(a bracket is open, or a comma or an operator is missing"),
    "ends": ("x <- 4\nlist(mean = mean(x)\n", r"ends\.R, line 3: unexpected end of input.*or a quote is open"),
    "brace": ("x <- 4)\nlist(mean = x)\n", r"brace\.R, line 1: unexpected '\)'.*\(\) closes or joins nothing there"),
    "absent": ("library(nosuchpackage)\nlist(mean = 1)\n",
               r"absent\.R, line 1: .*no package called .nosuchpackage. \(install it in R: install\.packages\("),
    "unattached": ("m <- lmer(y ~ 1, d)\nlist(mean = 1)\n",
                   r'unattached\.R, line 1: .*could not find function "lmer" \(lme4 has it: library\(lme4\)\)'),
    "undefined": ("list(mean = mean(height))\n", r"undefined\.R, line 1: .*'height' not found \(give height a value"),
    "unread": ('d <- read.csv("nofile.csv")\nlist(mean = 1)\n',
               r"unread\.R, line 1: .*cannot open file 'nofile\.csv'.*\(a path begins where the script lies\)"),
    "unnamed": ("x <- 1\n\nlist(mean(x))\n", r"unnamed\.R, line 3: .*named list .*\(end the script with list\(mean"),
    "nothing": ("# To be written.\n", r"nothing\.R, line 1: .*named list"),
    "twice": ("x <- 1\nlist(a = x, a = x)\n", r"twice\.R, line 2: two values are labelled a \(give each a name"),
    "function_": ("list(a = 1,\n     f = mean)\n", r"function_\.R, line 1: cannot label f: .*return what it gives"),
    "piped": ("x <- 1 %>% sum()\nlist(a = x)\n", r'could not find function "%>%" \(dplyr has it: library\(dplyr\)\)'),
    "python_true": ("list(a = True)\n", r"\(Python's True is TRUE in R\)"),
    "vector": ("x <- [1, 2]\n", r"vector\.R, line 1: unexpected '\['.*\(a vector is c\(1, 2\) in R\)"),
    "added": ("x <- 1\nx += 1\n", r"added\.R, line 2: unexpected '='.*\(R has no \+=: x <- x \+ 1\)"),
    "else_": ("if (TRUE) {\n  1\n}\nelse 2\n",
              r"else_\.R, line 4: unexpected 'else'.*\(else stands on the line of the }"),
    "escaped": ("x <- '\\d'\n", r"\(a backslash is written twice in text: \"\\\\d\"\)"),
    "columns": ("mtcars[, 'zz']\n", r"columns\.R, line 1: .*\(names\(d\) lists the columns of d\)"),
    "endless": ("f <- function() f()\nf()\n", r"\(a function calls itself without end\)"),
    "ended": ("quit()\n", r"ended with code 0 \(script 'mine/ended\.R'\) \(q\(\) and quit\(\) end R: leave them out\)"),
}


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Renewed:
    """All mistakes, asked of R at once, beside three scripts that are right; one of them is in Latin-1."""
    place = tmp_path_factory.mktemp("suite") / "mine"
    place.mkdir()
    for name, (script, _) in SAID.items():
        (place / f"{name}.R").write_text(script)
    (place / "first.R").write_text(GOOD)
    (place / "latin.R").write_bytes(b"# Caf\xe9.\n" + GOOD.encode())
    (place / "zuletzt.R").write_text(GOOD)
    (place / "zuletzt.py").write_bytes(b'"""Caf\xe9."""\n@case()\ndef zuletzt(control=None): ...\n')
    with PipedR() as r:
        return regenerate(directory_suite(place), r)


@pytest.mark.parametrize("name", SAID)
def test_a_mistake_names_file_line_and_cure(name: str, asked: Renewed) -> None:
    assert re.search(SAID[name][1], asked.failed[name], re.DOTALL), asked.failed[name]
    assert "/tmp" not in asked.failed[name]


def test_the_others_are_asked_all_the_same(asked: Renewed) -> None:
    assert [path.stem for path in asked.written] == ["first", "latin", "zuletzt"]
    assert asked.failed.keys() == SAID.keys()


def test_an_interruption_keeps_what_is_there_and_says_where_it_was(
    suite: Suite, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (suite.code / "two.R").write_text(GOOD)
    case = PipedR.case

    def until_two(self: PipedR, script: Path, tight: bool = True) -> object:
        if script.stem == "two":
            raise KeyboardInterrupt
        return case(self, script, tight)

    monkeypatch.setattr(PipedR, "case", until_two)
    with PipedR() as r:
        done = regenerate(suite, r)
    assert done.interrupted and "interrupted" in done.failed["two"]
    assert [path.stem for path in done.written] == ["one", "spare"]
