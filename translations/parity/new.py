"""`rparity new`: both sides of a case, green at once and meant to be written over, and the files of its CI."""
from __future__ import annotations

import builtins
import keyword
import re
from pathlib import Path

from translations.files import replace

from . import cases
from .ci import ci_files

R_SIDE = """\
# {name}: say what is computed, and where it comes from.
x <- c(4.1, 5.3, 2.2, 6.0, 3.9)
fit <- t.test(x, mu = 3)
list(mean = mean(x), t = unname(fit$statistic), p = fit$p.value, ci = as.vector(fit$conf.int))
"""

PYTHON_SIDE = '''\
"""{name}: say what is computed, and what bites when it is translated."""
from scipy import stats

from translations.parity import case
from translations.parity import tolerances as tol


@case(tolerance=tol.LINALG)
def {name}():
    x = [4.1, 5.3, 2.2, 6.0, 3.9]
    fit = stats.ttest_1samp(x, popmean=3)
    ci = fit.confidence_interval(0.95)
    return {{"mean": sum(x) / len(x), "t": fit.statistic, "p": fit.pvalue, "ci": [ci.low, ci.high]}}
'''


TAKEN = ("case", "tol", "stats")  # names in PYTHON_SIDE
OURS = "Written by rparity new --ci"


def new_ci(suite: str, within: Path | None = None) -> list[Path]:
    """Write the files of a suite's CI, those of an earlier time too, and return their paths: see `ci`.

    Raises FileExistsError when one of the files is there and somebody else's, FileNotFoundError where the suite has no
    reference yet.
    """
    return _write(ci_files(suite, within))


def new(target: str, within: Path | None = None) -> list[Path]:
    """Write the pair of `suite/name` and return its paths: into a built-in suite of a checkout, else into a directory.

    Raises ValueError when the name cannot be a Python function's, FileExistsError when one of the files is there.
    """
    place, _, name = target.rpartition("/")
    if not name.isidentifier() or name.startswith("_"):
        would = re.sub(r"\W+", "_", name).strip("_")
        would = f"x{would}" if would[:1].isdigit() else would
        raise ValueError(f"{name!r} cannot name a case: it becomes a Python function, and _ marks a helper"
                         f"{f'; {would} would do' if would.isidentifier() else ''}")
    taken = {**dict.fromkeys(dir(builtins), f"would hide Python's own {name}"),
             **dict.fromkeys(TAKEN, f"would hide the {name} that its file uses"),
             **dict.fromkeys(keyword.kwlist, "is a word of Python's own")}
    if why := taken.get(name):
        raise ValueError(f"{name!r} cannot name a case: it {why}; {name}_ would do")
    directory = (within or Path()) / (place or ".")
    built_in = [suite for suite in cases.suites() if suite.name == place and not directory.is_dir()]
    suite = built_in[0] if built_in else cases.directory_suite(directory)
    return _write({suite.references / f"{name}.R": R_SIDE.format(name=name),
                   suite.code / f"{name}.py": PYTHON_SIDE.format(name=name)})


def next_steps(at: Path) -> tuple[str, str, str]:
    """The commands that ask R about a case just written, compare it, and test it; of a directory all its cases."""
    place = at.parent if at.suffix else at
    for suite in cases.suites():
        if suite.code == place:
            name = f"{suite.name}/{at.stem}"
            return (f"rparity regenerate --built-in --suite {suite.name} {at.stem}",
                    f"rparity check --suite {suite.name}", f"pytest parity_tests/test_suites.py -k {name}")
    return f"rparity regenerate --suite {place}", f"rparity check --suite {place}", f"pytest {place}"


def _write(files: dict[Path, str]) -> list[Path]:
    there = [path for path in files if path.exists() and OURS not in path.read_text(encoding="utf-8")]
    if there:
        raise FileExistsError(f"{there[0]} is there already")
    replace(files)
    return list(files)
