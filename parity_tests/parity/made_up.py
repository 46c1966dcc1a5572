"""What the tests of the machinery share: suites made up on the spot, and an Rscript that hands out what lies ready."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from translations.parity.cases import Suite
from translations.parity.reference import RAnswer, render
from translations.parity.sources import sources

from .. import warm

FITTED = '''\
"""A case that is fitted."""
from translations.parity import case


@case(tolerance=9)
def {name}(control=None):
    """The function's own words."""
    print("[1] 1" if control.optimizer == "nloptwrap" else "[1] 2")
    return {{"x": 1.0 if control.optimizer == "nloptwrap" else 2.0}}
'''
PLAIN = '''\
from translations.parity import case


@case({given})
def {name}():
    """The function's own words."""
    return {{"x": 1.0}}
'''

# Options of a pytest within a test: nothing is kept, and the plugins of shiny and hypothesis, which take longer to
# import than all the rest, stay out.
ALONE = ("-p", "no:cacheprovider", "-p", "no:shiny-test", "-p", "no:hypothesispytest")

# R in this process puts its own libraries' directories before the system's; a Python of its own need not follow.
UNWANTED = ("RPARITY_REQUIRE_R", "LD_LIBRARY_PATH")
PYTEST = f"""
import os, sys
for name in {UNWANTED}:
    os.environ.pop(name, None)
import pytest
sys.exit(pytest.main(sys.argv[1:]))
"""


def rparity(*arguments: str, cwd: Path, imports: str = "import pytest") -> subprocess.CompletedProcess[str]:
    """`rparity ...` in a directory, with the imports of what it will do behind it."""
    return warm.run("rparity", *arguments, after=imports, cwd=cwd)


def own_pytest(*arguments: str, cwd: Path, imports: str = "import pytest") -> subprocess.CompletedProcess[str]:
    """pytest in a directory, likewise."""
    return warm.run("-c", PYTEST, *arguments, after=imports, cwd=cwd)


def three_folders(place: Path) -> Suite:
    """A suite whose code, references and certified values lie apart, empty."""
    suite = Suite("made", place / "code", place / "references", place / "references" / "certified")
    suite.code.mkdir()
    suite.certified.mkdir(parents=True)
    return suite


def translate(suite: Suite, name: str, code: str, script: str | None = "list(x = 1)\n", **given: str) -> None:
    """Write both sides of a case (no R side where `script` is None)."""
    (suite.code / f"{name}.py").write_text(code.format(name=name, **given))
    if script is not None:
        (suite.references / f"{name}.R").write_text(script)


def store(suite: Suite, name: str, beside: tuple[str, ...] = (), provenance: dict[str, Any] | None = None,
          **fits: RAnswer) -> None:
    """Write a case's reference, and its script where there is none, from which it is said to be made."""
    script = suite.references / f"{name}.R"
    if not script.exists():
        script.write_text("list(x = 1)\n")
    made_from = {"sources": sources(script)} | (provenance or {})
    (suite.references / f"{name}.json").write_text(render(fits, beside, made_from))


def answered(printed: str = "", **values: Any) -> RAnswer:
    """An answer of R's, its text given as lines."""
    return RAnswer(values, tuple(printed.splitlines()), ())


RSCRIPT = """\
#!{python} -SEs
# Rscript --vanilla -: answers as R's side of translations/parity/piped.py does, with what lies ready: NAME.rec for a
# script NAME.R, `packages` for labelled values. Rscript --vanilla -e CODE prints 9.8.7.
import re, sys
from pathlib import Path
here = Path({here!r})
with (here / "calls").open("a") as calls:
    print(*sys.argv[1:], file=calls)
if sys.argv[2] == "-e":
    sys.exit(print("9.8.7", end=""))
if (here / "stop").exists():
    sys.exit("R stops here")
told, answer = sys.stdin.buffer, sys.stdout.buffer
program = b""
while (line := told.readline()) != b"}})\\n":
    program += line
mark = re.search(rb'mark <- "(.*)"', program)[1].replace(rb"\\036", b"\\x1e")
def reply(text, status=b"ok"):
    text = text.encode()
    answer.write(b"\\n%s %s %d\\n%s" % (mark, status, len(text), text))
    answer.flush()
reply("ready")
while head := told.readline().split():
    given = [told.read(int(extent)) for extent in head[1:]]
    if head[0] == b"script":
        with (here / "asked").open("a") as asked:
            print(*(one.decode() for one in given), file=asked)
        if (here / "dies").exists():
            sys.exit(9)
        name = Path(given[0].decode()).with_suffix(".rec").name
        reply(next(here.parent.rglob(name)).read_text())
    elif head[0] == b"values":
        reply((here / "packages").read_text())
    else:
        reply("")
"""


def hand_out(bin: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all of the PATH, with the Rscript above in it."""
    bin.mkdir()
    (bin / "Rscript").write_text(RSCRIPT.format(python=sys.executable, here=str(bin)))
    (bin / "Rscript").chmod(0o755)
    monkeypatch.setenv("PATH", str(bin))
    monkeypatch.setenv("RPARITY_RSCRIPT", "")
    return bin
