"""Somebody else's directory of cases, from nothing to a green test, and what goes wrong on the way."""
from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from translations.parity import reference, regenerate
from translations.parity.cases import directory_suite
from translations.parity.installed import r_version
from translations.parity.new import new
from translations.parity.piped import PipedR

from . import made_up

pytestmark = pytest.mark.usefixtures("live_r")

LOGISTIC_R = """\
# A logistic regression, coded by sum contrasts, and a rank test.
d <- data.frame(y = c(0, 0, 1, 0, 1, 1, 0, 1), x = c(1, 2, 3, 4, 5, 6, 2.5, 3.5), g = factor(rep(c("b", "a"), 4)))
fit <- glm(y ~ x, binomial, d, control = glm.control(epsilon = 1e-14))
test <- wilcox.test(x ~ g, d, exact = TRUE)
print(table(d$g))
warning("careful")
list(coef = coef(fit), deviance = deviance(fit), W = unname(test$statistic), p = test$p.value,
     levels = levels(d$g), frame = d[2:3, ], converged = fit$converged, missing = NA)
"""

LOGISTIC_PY = '''\
"""A logistic regression and a rank test."""
import warnings

import pandas as pd
import statsmodels.formula.api as smf
from scipy import stats

from translations.parity import case
from translations.parity import tolerances as tol


@case(tolerance={"coef": 10, "deviance": tol.LINALG, "W": tol.EXACT, "p": tol.PVALUE, "levels": tol.EXACT,
                 "frame": tol.EXACT, "converged": tol.EXACT, "missing": tol.EXACT})
def logistic():
    d = pd.DataFrame({"y": [0, 0, 1, 0, 1, 1, 0, 1], "x": [1, 2, 3, 4, 5, 6, 2.5, 3.5],
                      "g": pd.Categorical(["b", "a"] * 4)}, index=range(1, 9))
    fit = smf.logit("y ~ x", d).fit(tol=1e-14, disp=0)
    a, b = (d.x[d.g == level] for level in d.g.cat.categories)
    test = stats.mannwhitneyu(a, b, method="exact")
    print("\\na b \\n4 4 ")
    warnings.warn("careful", UserWarning, stacklevel=2)
    coef = fit.params.rename({"Intercept": "(Intercept)"})
    return {"coef": coef, "deviance": -2 * fit.llf, "W": test.statistic, "p": test.pvalue,
            "levels": list(d.g.cat.categories), "frame": d.loc[2:3], "converged": True, "missing": pd.NA}
'''


R = r_version()
CLI = "translations.parity.cli"
QUIET = ("-q", "-p", "no:cacheprovider")
# What the translations above begin with.
rparity = partial(made_up.rparity, imports="import pytest\nimport statsmodels.formula.api\nfrom scipy import stats\n")
own_pytest = partial(made_up.own_pytest, *QUIET, imports=rparity.keywords["imports"])


def fresh(module: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Without the imports behind it: as its user starts it."""
    environment = {name: value for name, value in os.environ.items() if name not in made_up.UNWANTED}
    return subprocess.run([sys.executable, "-m", module, *arguments], cwd=cwd, capture_output=True, text=True,
                          env=environment)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """A directory with one case outside mixed models, without references."""
    place = tmp_path / "mysuite"
    place.mkdir()
    (place / "logistic.R").write_text(LOGISTIC_R)
    (place / "logistic.py").write_text(LOGISTIC_PY)
    return place


def test_from_nothing_to_green(tmp_path: Path) -> None:
    assert fresh(CLI, "new", "mysuite/mycase", cwd=tmp_path).returncode == 0
    assert fresh(CLI, "regenerate", "--suite", "mysuite", cwd=tmp_path).returncode == 0
    checked = fresh(CLI, "check", "--suite", "mysuite", "--live", cwd=tmp_path)
    assert checked.returncode == 0 and "1 of 1 cases" in checked.stdout
    tested = fresh("pytest", *QUIET, "mysuite", "--live-r", "--parity-report=report.json", cwd=tmp_path)
    assert "3 passed" in tested.stdout and "2 tests ran against live R" in tested.stdout, tested.stdout
    assert json.loads((tmp_path / "report.json").read_text())["totals"]["live comparisons"] == 2


def test_every_kind_of_value_and_a_text(suite: Path) -> None:
    assert rparity("regenerate", "--suite", ".", cwd=suite).returncode == 0
    stored = reference.load(directory_suite(suite), "logistic")
    assert stored.fits["default"].warnings == ("careful",)
    assert stored.fits["default"].printed == ("", "a b ", "4 4 ")
    assert set(stored.fits) == {"default"}
    values = stored.fits["default"].values
    assert values["frame[3, g]"] == "b" and values["converged"] is True and values["missing"] == "NA"
    checked = rparity("check", "--suite", ".", "--json", "-", cwd=suite)
    assert checked.returncode == 0, checked.stdout
    assert {one["against"]: one["values"] for one in json.loads(checked.stdout)["outcomes"]} == {"R": 15, "R's text": 2}
    assert "2 passed" in own_pytest(".", cwd=suite).stdout


def test_a_wrong_translation_is_told_apart(suite: Path) -> None:
    rparity("regenerate", "--suite", ".", cwd=suite)
    (suite / "logistic.py").write_text(LOGISTIC_PY.replace("-2 * fit.llf", "-2.001 * fit.llf"))
    tested = own_pytest(".", cwd=suite)
    assert tested.returncode == 1 and "1 failed, 1 passed" in tested.stdout
    assert "deviance: " in tested.stdout and " digits of 12)" in tested.stdout and (
        "likely cause: deviance alone differs, the other 14" in tested.stdout)
    checked = rparity("check", "--suite", ".", "--html", "table.html", cwd=suite)
    assert checked.returncode == 1 and "0 of 1 cases" in checked.stdout
    assert "FAIL" in (suite / "table.html").read_text()


def test_three_ways_say_which_pair_broke(suite: Path) -> None:
    rparity("regenerate", "--suite", ".", cwd=suite)
    path = suite / "logistic.json"
    text = path.read_text()
    path.write_text(of_another_r(text.replace('"W": ', '"W": 1')))
    checked = json.loads(rparity("check", "--live", "--suite", ".", "--json", "-", cwd=suite).stdout)["outcomes"]
    assert {one["against"]: one["passed"] for one in checked} == {
        "R": False, "R's text": True, "live R": True, "live R's text": True, "live R = stored": False}
    assert checked[-1]["cause"] == f"version drift: R {R}.9 is {R} here"


def test_hand_written_tests(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        "def test_equal(parity): parity.equal({'x': [1, 2 + 1e-12]}, {'x': [1, 2]}, 11)\n"
        "def test_short(parity): parity.equal({'x': [1, 2 + 1e-8]}, {'x': [1, 2]}, 11)\n"
        "def test_live(parity, live_r): parity.equal({'x': 2.5}, live_r.values('list(x = median(1:4))'), 15)\n")
    (tmp_path / "test_names.py").write_text(
        "import pytest\n@pytest.mark.parametrize(('suite', 'case', 'against'), [('a', [1], {2: 3})])\n"
        "def test_parameters_of_the_same_names(suite, case, against): assert case\n")
    tested = own_pytest(".", "--live-r", "-n1", cwd=tmp_path)
    assert "1 failed, 3 passed" in tested.stdout and "x[2]: 2.0000000099999999 where 2 is expected" in tested.stdout


def test_drift_is_reported_and_changes_nothing(suite: Path) -> None:
    rparity("regenerate", "--suite", ".", cwd=suite)
    path = suite / "logistic.json"
    path.write_text(path.read_text().replace('"W": ', '"W": 1'))
    before = path.read_bytes()
    drift = rparity("regenerate", "--check", "--suite", ".", cwd=suite)
    assert drift.returncode == 1 and "W: 11 where 111 is expected" in drift.stdout
    assert path.read_bytes() == before
    assert rparity("regenerate", "--suite", ".", cwd=suite).returncode == 0
    assert rparity("regenerate", "--check", "--suite", ".", cwd=suite).returncode == 0


def test_one_script_that_fails_does_not_hold_back_the_others(suite: Path) -> None:
    (suite / "worse.R").write_text("x <- 1\nstop('no such thing')\n")
    made = rparity("regenerate", "--suite", ".", cwd=suite)
    assert made.returncode == 1
    assert f"{suite.name}/worse failed: worse.R, line 2: Error: no such thing" in made.stdout.splitlines()
    assert [path.name for path in suite.glob("*.json")] == ["logistic.json"]


@pytest.mark.parametrize(("code", "message"), [
    ("3", "must be a named list"),
    ("list(a = lm(dist ~ speed, cars))", "cannot label"),
    ("list(a = c(u = 1, u = 2))", r"labelled a\[u\]"),
])
def test_values_without_labels_are_refused(code: str, message: str, suite: Path) -> None:
    (suite / "logistic.R").write_text(code + "\n")
    assert re.search(message, asked(suite).failed["logistic"])


def test_other_versions_are_refused_unless_told_so(suite: Path) -> None:
    rparity("regenerate", "--suite", ".", cwd=suite)
    path = suite / "logistic.json"
    path.write_text(of_another_r(path.read_text()))
    (suite / "logistic.R").write_text(LOGISTIC_R.replace("2.5", "2.6"))
    refused = rparity("regenerate", "--suite", ".", cwd=suite)
    assert refused.returncode != 0 and f"stored: {R}.9" in refused.stderr and "--nearest" in refused.stderr
    assert f'"R": "{R}.9"' in path.read_text()
    assert rparity("regenerate", "--suite", ".", "--nearest", cwd=suite).returncode == 0


def test_a_script_sees_nothing_of_the_one_before(suite: Path) -> None:
    (suite / "a_first.R").write_text("library(lme4); left <- 1; options(digits = 3); set.seed(1); list(x = runif(1))\n")
    (suite / "b_second.R").write_text("print(pi); list(left = exists('left'), lme4 = 'package:lme4' %in% search())\n")
    asked(suite)
    second = reference.load(directory_suite(suite), "b_second").fits["default"]
    assert second.values == {"left": False, "lme4": False} and second.printed == ("[1] 3.141593",)


def test_lmer_is_fitted_twice_and_printed_alike(suite: Path) -> None:
    (suite / "fit.R").write_text("library(lme4)\nm <- lmer(Yield ~ 1 + (1 | Batch), Dyestuff)\nprint(m@call)\n"
                                 "list(theta = getME(m, 'theta'))\n")
    asked(suite, ["fit"])
    fits = reference.load(directory_suite(suite), "fit").fits
    call = ("lmer(formula = Yield ~ 1 + (1 | Batch), data = Dyestuff)",)
    assert fits["default"].printed == fits["tight"].printed == call
    # Balanced one-way layout: theta^2 = (MSB/MSW - 1) / n, with Davies and Goldsmith's mean squares and n = 5.
    closed = ((56357.5 / 5) / (58830.0 / 24) - 1) / 5
    assert fits["tight"].values["theta[Batch.(Intercept)]"] == pytest.approx(closed**0.5, rel=1e-10)
    assert fits["default"].values["theta[Batch.(Intercept)]"] == pytest.approx(closed**0.5, rel=1e-6)


def test_lmer_is_fitted_once_where_its_translation_takes_no_control(suite: Path) -> None:
    for name, given in (("once", ""), ("twice", "control=None")):
        (suite / f"{name}.R").write_text(
            "library(lme4)\nlist(sigma = sigma(lmer(Yield ~ 1 + (1 | Batch), Dyestuff)))\n")
        (suite / f"{name}.py").write_text(
            f"from translations.parity import case\n\n\n@case()\ndef {name}({given}):\n    return {{'sigma': half wr")
    asked(suite, ["once", "twice"])
    fits = {name: set(reference.load(directory_suite(suite), name).fits) for name in ("once", "twice")}
    assert fits == {"once": {"default"}, "twice": {"default", "tight"}}


@pytest.mark.parametrize("trouble", [KeyboardInterrupt(), OSError(28, "No space left on device")], ids=["^C", "full"])
def test_trouble_while_writing_leaves_everything_as_it_was(
    trouble: BaseException, suite: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:
    (suite / "another.R").write_text("list(x = 1)\n")
    rparity("regenerate", "--suite", ".", cwd=suite)
    before = {path.name: path.read_bytes() for path in suite.glob("*.json")}
    (suite / "another.R").write_text("list(x = 2)\n")
    (suite / "logistic.R").write_text(LOGISTIC_R.replace("2.5", "2.6"))
    open_file, opened = os.fdopen, []

    def fails_at_the_second(handle: int, *given: str, **settings: str) -> object:
        opened.append(handle)
        if len(opened) > 1:
            raise trouble
        return open_file(handle, *given, **settings)

    monkeypatch.setattr(os, "fdopen", fails_at_the_second)
    with pytest.raises(type(trouble)):
        asked(suite)
    assert {path.name: path.read_bytes() for path in suite.glob("*.json")} == before
    assert files(suite) == ["another.R", "another.json", "logistic.R", "logistic.json", "logistic.py"]


def test_a_killed_run_leaves_nothing(suite: Path) -> None:
    (suite / "slow.R").write_text("Sys.sleep(30); list(x = 1)\n")
    command = [sys.executable, "-m", CLI, "regenerate", "--suite", str(suite)]
    run = subprocess.Popen(command, start_new_session=True)
    time.sleep(2)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert files(suite) == ["logistic.R", "logistic.py", "slow.R"]


def asked(place: Path, only: Sequence[str] = ()) -> regenerate.Renewed:
    """Make the references of a directory."""
    with PipedR() as r:
        return regenerate.regenerate(directory_suite(place), r, only)


def of_another_r(text: str) -> str:
    """A reference as an R of the same release, but of another version, would have left it."""
    return text.replace(f'"R": "{R}"', f'"R": "{R}.9"')


def files(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if path.is_file())


@pytest.mark.parametrize(("target", "error"),
                         [("s/2nd", ValueError), ("s/_x", ValueError), ("s/logistic", FileExistsError)])
def test_new_refuses(target: str, error: type[Exception], suite: Path) -> None:
    with pytest.raises(error):
        new(target.replace("s/", f"{suite}/"))


@pytest.mark.parametrize("name", ["class", "print", "sum", "import", "None", "case", "tol", "stats"])
def test_a_name_that_cannot_be_a_function_s(name: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=f"'{name}' cannot name a case: .*; {name}_ would do"):
        new(f"mine/{name}", tmp_path)
    assert list(tmp_path.iterdir()) == []
