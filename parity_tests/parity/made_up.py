"""What the tests of the machinery share: suites made up on the spot, and an Rscript that hands out what lies ready."""
from __future__ import annotations

import subprocess
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


def three_rooms(place: Path) -> Suite:
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
#!/bin/sh
# Rscript --vanilla RUNNER SCRIPT... copies each SCRIPT's ready .rec; Rscript --vanilla -e CODE prints what lies ready.
here=$(dirname "$0")
echo "$LC_ALL $LANGUAGE $TZ $RPARITY_R $RPARITY_DEFAULT_ONLY" >> "$here/settings"
printf '%s\\n' "$*" >> "$here/calls"
if [ "$2" = -e ]; then
    case "$3" in *packageVersion*) /bin/cat "$here/packages";; *) printf 9.8.7;; esac
    exit 0
fi
if [ -f "$here/stop" ]; then echo "R stops here" >&2; exit 3; fi
shift 2
number=0
for script in "$@"; do number=$((number + 1)); /bin/cp "${script%.R}.rec" "$RPARITY_OUT/$number.rec"; done
"""


def hand_out(bin: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that is all of the PATH, with the Rscript above in it."""
    bin.mkdir()
    (bin / "Rscript").write_text(RSCRIPT.replace('$(dirname "$0")', str(bin)))
    (bin / "Rscript").chmod(0o755)
    monkeypatch.setenv("PATH", str(bin))
    return bin
