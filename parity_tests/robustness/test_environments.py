"""Locales, threads, hash seeds and -O: the same bits, or the digits that are named here."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from .. import warm

# Everything that a locale could spoil: numbers read and printed, levels sorted, cases of letters, a formula's text.
# What is in force goes to standard error, so that a setting that came to nothing is no success.
SCRIPT = """
import hashlib, locale, sys
try:
    locale.setlocale(locale.LC_ALL, "")
except locale.Error:
    print("locale refused", file=sys.stderr)
import pandas as pd
import translations as r
data = r.sleep2()
m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", data)
newton = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", data, control="newton")
crossed = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin())
letters = pd.DataFrame({"y": [1.5, 2.25, 3.125, 4.0, 5.5, 6.0], "İ": list("iIıİzZ")})
for said in (r.summary(m), r.VarCorr(m), r.anova(m), r.lm("y ~ İ", letters), r.t_test([1.5, 2.5, 4.0], mu=1)):
    print(said)
print(r.factor(["b", "B", "a", "ä", "Z"]))
print(r.set_seed(1).rnorm(3).tolist(), r.set_seed(1).sample(9).tolist())
for fit in (m, newton, crossed):
    print([x.hex() for x in fit.theta], [x.hex() for x in fit.beta], fit.criterion(fit.REML).hex())
print(locale.localeconv()["decimal_point"], sys.flags.optimize, file=sys.stderr)
"""
# What the parent of forked processes has done before: the imports and compiled code of all this.
BEFORE = warm.MODELS + "r.lm('Reaction ~ 1', r.sleep2())\n"


@cache
def said(**environment: str) -> tuple[str, list[str]]:
    """What the script prints in a fresh process of this environment, and what it says is in force there."""
    base = {name: value for name, value in os.environ.items() if not name.startswith(("LC_", "LANG", "PYTHON"))}
    command = [sys.executable, "-W", "ignore", "-c", SCRIPT]
    ran = subprocess.run(command, env={**base, "PYTHONUTF8": "1", **environment}, capture_output=True, text=True,
                         encoding="utf-8")
    assert ran.returncode == 0 and "locale refused" not in ran.stderr, ran.stderr
    return ran.stdout, ran.stderr.split()


@pytest.fixture(scope="module")
def plain() -> str:
    """What it prints where nothing is set."""
    return warm.run("-c", SCRIPT, after=BEFORE, check=True).stdout


@pytest.fixture(scope="module")
def locales(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """German and Turkish, compiled where the machine has only their sources."""
    place = tmp_path_factory.mktemp("locales")
    assert shutil.which("localedef"), "localedef is part of Debian's libc-bin"
    for name in ("de_DE", "tr_TR"):
        command = ["localedef", "--no-archive", "-i", name, "-f", "UTF-8", str(place / f"{name}.UTF-8")]
        made = subprocess.run(command, capture_output=True, text=True)
        assert (place / f"{name}.UTF-8").is_dir(), f"{made.stderr}; their sources: sudo apt-get install locales"
    return place


# Several settings to a process, most of whose time is its start; one that fails says which by being taken out.
SAME_BITS = {
    "hash seed 0, two threads of BLAS": {
        "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "2", "LC_ALL": "de_DE.UTF-8"},
    "hash seed 4242, no asserts nor docstrings, four threads of BLAS": {
        "PYTHONHASHSEED": "4242", "PYTHONOPTIMIZE": "2", "OPENBLAS_NUM_THREADS": "4",
        "LC_ALL": "tr_TR.UTF-8"},
}
FRESH = {setting["LC_ALL"]: setting for setting in SAME_BITS.values()}


@pytest.mark.parametrize("name", SAME_BITS)
def test_the_same_bits(name: str, locales: Path, plain: str) -> None:
    settings = SAME_BITS[name]
    printed, (_, *in_force) = said(LOCPATH=str(locales), **settings)
    assert in_force == [settings.get("PYTHONOPTIMIZE", "0")]
    assert printed == plain


def test_the_same_bits_in_the_c_locale(plain: str) -> None:
    """A forked process: a locale is set when the script sets it, and this is the one that Python itself starts in."""
    ran = warm.run("-c", SCRIPT, after=BEFORE, check=True, LC_ALL="C")
    assert ran.stderr.split()[0] == "." and ran.stdout == plain


@pytest.mark.parametrize("locale", FRESH)
def test_decimal_commas_and_dotless_letters(locale: str, locales: Path, plain: str) -> None:
    """In the processes of `test_the_same_bits`, whose imports too are done in these locales."""
    printed, (point, *_) = said(LOCPATH=str(locales), **FRESH[locale])
    assert point == "," and printed == plain


@pytest.mark.parametrize("locale", FRESH)
def test_references_do_not_depend_on_the_locale(
    live_r: Any, locale: str, request: pytest.FixtureRequest, tmp_path: Path,
) -> None:
    """R sorts levels by its locale (a, B, b against B, a, b): the runner sets it, whatever the user's is."""
    locales = request.getfixturevalue("locales")  # seconds of work, and only where R is here
    code = 'x <- factor(c("b", "B", "a"))\nprint(1.5)\nlist(levels = levels(x), half = 1 / 2)\n'
    (tmp_path / "one.R").write_text(code)
    texts = []
    for environment in ({"LC_ALL": "C.UTF-8"}, {"LOCPATH": str(locales), "LC_ALL": locale}):
        place = tmp_path / environment["LC_ALL"]
        place.mkdir()
        shutil.copy(tmp_path / "one.R", place)
        (place / "one.py").write_text("from translations.parity import case\n\n\n@case()\ndef one():\n    return {}\n")
        rparity = str(Path(sys.executable).with_name("rparity"))
        subprocess.run([rparity, "regenerate", "--suite", str(place)], check=True, capture_output=True,
                       env={**os.environ, **environment})
        lines = (place / "one.json").read_text(encoding="utf-8").splitlines()
        texts.append([line for line in lines if '"date"' not in line])
    assert texts[0] == texts[1]
