"""What the doctor finds on machines of every kind, each of them made up."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from translations.parity import doctor, live
from translations.parity.doctor import Finding
from translations.releases import release

OURS = release("4.2").versions
HERE = {"R": "4.2.2", "lme4": OURS["package lme4"], "lmerTest": "9.9", "pbkrtest": OURS["package pbkrtest"],
        "emmeans": "1.8.4.1", "dplyr": "1", "tidyr": "1", "tibble": "1", "ggplot2": "1"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """R 4.2.2 with all packages but MASS, and an rpy2 that runs it."""
    monkeypatch.delenv("RPARITY_RSCRIPT", raising=False)
    monkeypatch.setattr(doctor, "_versions", lambda: HERE)
    monkeypatch.setattr(doctor, "_installed", {"rparity": "0.1", "rpy2-rinterface": "3.6.5"}.get)
    monkeypatch.setattr(live, "available", lambda: None)
    return monkeypatch


def found(name: str) -> Finding:
    (one,) = (finding for finding in doctor.findings() if finding.name == name)
    return one


def test_every_thing_is_looked_at_once(machine: pytest.MonkeyPatch) -> None:
    assert [one.name for one in doctor.findings()] == [
        "Python", "rparity", "fixtures", "compiled modules", "R", "R package lme4", "R package lmerTest",
        "R package pbkrtest", "R package emmeans", "R package dplyr", "R package tidyr", "R package tibble",
        "R package ggplot2", "R package MASS", "rpy2"]
    assert [one.name for one in doctor.findings() if one.needed] == ["Python", "rparity", "fixtures"]


def test_what_is_here_is_said_with_its_version(machine: pytest.MonkeyPatch) -> None:
    assert found("rparity") == Finding("rparity", "0.1", True, "pip install rparity", needed=True)
    assert found("rpy2") == Finding("rpy2", "3.6.5, runs R 4.2.2", True, "", False)
    assert found("R") == Finding("R", "4.2.2, release 4.2", True)
    assert found("R package lme4") == Finding("R package lme4", OURS["package lme4"], True)
    assert found("R package lmerTest").found == (
        "9.9 (stored references of release 4.2: 3.1.3; differences may be version drift)")
    machine.setattr(doctor, "_versions", lambda: HERE | {"R": "4.6.1", "lme4": "2.1.0", "lmerTest": "3.2.1"})
    assert found("R").found == "4.6.1, release 4.6"
    assert (found("R package lme4").found, found("R package lmerTest").found) == ("2.1.0", "3.2.1")
    assert found("R package dplyr").found == "1" and found("R package dplyr").fine
    machine.setenv("RPARITY_RSCRIPT", "ssh elsewhere Rscript")
    assert "rpy2" not in [one.name for one in doctor.findings()]


def test_what_is_missing_is_said_with_its_cure(machine: pytest.MonkeyPatch) -> None:
    apt = "sudo apt-get update && sudo apt-get install -y"
    assert found("R package MASS") == Finding("R package MASS", "not installed", False, f"{apt} r-cran-mass")
    machine.setattr(live, "available", lambda: "it will not start")
    old = 'pip install "rpy2-rinterface<=3.6.5"'
    assert found("rpy2") == Finding(
        "rpy2", "3.6.5: it will not start; R is asked through Rscript instead", False, old)
    machine.setattr(doctor, "_installed", lambda name: None)
    assert found("rpy2") == Finding("rpy2", "not installed: R is asked through Rscript, and answers alike", True, old)
    assert found("rparity") == Finding("rparity", "not installed", False, "pip install rparity", needed=True)

    def absent() -> dict[str, str]:
        raise RuntimeError("not on the PATH")

    machine.setattr(doctor, "_versions", absent)
    assert list(doctor.findings())[-1] == Finding(
        "R", "not on the PATH", False, f"{apt} r-base-core (only live comparisons need R)")


def test_missing_fixtures_are_the_package_s_own_trouble(machine: pytest.MonkeyPatch) -> None:
    def absent() -> Path:
        raise FileNotFoundError("no fixtures at all")

    assert doctor.report()[1]
    machine.setattr(doctor.paths, "fixtures", absent)
    assert found("fixtures") == Finding(
        "fixtures", "no fixtures at all", False, "pip install --force-reinstall rparity", needed=True)
    text, fine = doctor.report()
    assert not fine and "\n--  fixtures            no fixtures at all\n" in text
    assert text.endswith("To mend:\n  fixtures: pip install --force-reinstall rparity\n"
                         "  R package MASS: sudo apt-get update && sudo apt-get install -y r-cran-mass")


def test_nothing_to_mend_is_not_said(machine: pytest.MonkeyPatch) -> None:
    machine.setattr(doctor, "_versions", lambda: HERE | {"MASS": "7.3"})
    text, fine = doctor.report()
    assert fine and "To mend" not in text and text.splitlines()[0].startswith("ok  Python              3.")


@pytest.mark.parametrize(("version", "command"), [
    ("4.2.2", 'pip install "rpy2-rinterface<=3.6.5"'),
    ("4.4.3", 'pip install "rpy2-rinterface<=3.6.5"'),
    ("4.5.0", 'pip install "rpy2-rinterface>=3.6.6"'),
    ("4.10.1", 'pip install "rpy2-rinterface>=3.6.6"'),
])
def test_which_rpy2_serves_which_r(version: str, command: str) -> None:
    assert doctor.rpy2_for(version) == command


def test_the_doctor_without_r(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-m", "translations.parity.cli", "doctor"], capture_output=True, text=True,
                         env={"PATH": str(tmp_path)})
    assert ran.returncode == 0
    assert "--  R " in ran.stdout and "sudo apt-get update && sudo apt-get install -y r-base-core" in ran.stdout
