"""The files of a suite's CI: what they pin, what they run, and that these steps run."""
from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, NoReturn

import pytest
import yaml
from typer.testing import CliRunner

from translations.parity import ci, cli
from translations.parity.cases import directory_suite
from translations.parity.layers import RAnswer
from translations.parity.new import new, new_ci
from translations.parity.reference import Reference, render
from translations.parity.regenerate import regenerate

from .made_up import UNWANTED

OLD = {"R": "4.5.0", "date": "2026-01-02T03:04:05Z", "package lme4": "1.1.37", "package Matrix": "1.7.3"}
NEW = {"R": "4.6.1", "date": "2026-05-06T03:04:05Z", "package lme4": "2.1.0", "package Matrix": "1.7.5"}
STEPS = ["Rscript mine/ci/packages.R", "pip install --requirement mine/ci/requirements.txt", "rparity doctor",
         "rparity check --suite mine --live --html parity.html", "pytest mine --require-r"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a suite whose references come from two releases; it is the working directory."""
    monkeypatch.chdir(tmp_path)
    new("mine/first")
    fits = {"default": RAnswer({"x": 1}, (), ())}
    Path("mine/first.json").write_text(render(fits, (), OLD, {"4.6": Reference(fits, (), NEW)}))
    return tmp_path


def read(path: str) -> Any:
    return yaml.safe_load(Path(path).read_text())


def test_everything_is_pinned(project: Path) -> None:
    files = [".github/workflows/parity.yml", ".gitlab-ci.yml", "Dockerfile", "mine/ci/packages.R",
             "mine/ci/requirements.txt"]
    assert [str(path) for path in new_ci("mine")] == files
    job = read(files[0])["jobs"]["parity"]
    assert job["strategy"]["matrix"]["r"] == ["4.5.0", "4.6.1"] and job["runs-on"] == "ubuntu-24.04"
    used = [step["uses"] for step in job["steps"] if "uses" in step]
    assert len(used) == 4 and all(re.fullmatch(r"[\w-]+/[\w/-]+@[0-9a-f]{40}", one) for one in used)
    assert job["steps"][1]["with"]["python-version"] == platform.python_version()
    assert read(files[1])["parity"]["parallel"]["matrix"] == [{"R": ["4.5.0", "4.6.1"]}]
    assert "ARG R=4.5.0\nFROM rocker/r-ver:${R}\n" in Path("Dockerfile").read_text()
    assert '"4.5.0" = list(day = "2026-01-02", versions = c(Matrix = "1.7.3", lme4 = "1.1.37"))' in (
        Path("mine/ci/packages.R").read_text())
    pins = [line for line in Path("mine/ci/requirements.txt").read_text().splitlines() if line[0] != "#"]
    assert f"numpy=={metadata.version('numpy')}" in pins and f"pytest=={metadata.version('pytest')}" in pins
    assert f"pluggy=={metadata.version('pluggy')}" in pins                   # what pytest needs
    assert not any(line.startswith(("shiny", "plotnine")) for line in pins)  # what an extra needs
    assert all(re.fullmatch(r"[\w.-]+(==[\w.+]+| @ git\+\S+@[0-9a-f]{40})", line) for line in pins)
    for path in files:
        assert "{suite}" not in (text := Path(path).read_text()) and "{r}" not in text and ci.TEMPLATES.is_dir()


def test_all_three_run_the_same_steps(project: Path) -> None:
    new_ci("mine")
    github = [step["run"] for step in read(".github/workflows/parity.yml")["jobs"]["parity"]["steps"] if "run" in step]
    assert github == STEPS and read(".gitlab-ci.yml")["parity"]["script"][-5:] == STEPS
    docker = Path("Dockerfile").read_text()
    assert all(step.removeprefix("pip install ").removesuffix(" --html parity.html") in docker for step in STEPS)


def test_a_package_of_a_repository_is_pinned_to_its_commit(monkeypatch: pytest.MonkeyPatch) -> None:
    class Installed:
        name, version, requires = "rparity", "0.1.0", ["numpy>=2 ; extra == 'x'", "absent ; python_version > '3'"]

        def read_text(self, name: str) -> str:
            return '{"url": "https://h/r.git", "vcs_info": {"vcs": "git", "commit_id": "0123abc"}}'

    def distribution(name: str) -> Installed:
        if name != "rparity":
            raise metadata.PackageNotFoundError(name)
        return Installed()

    monkeypatch.setattr(metadata, "distribution", distribution)
    assert ci.python_pins("rparity", "pytest") == ["rparity @ git+https://h/r.git@0123abc"]


def test_pins_of_a_release_are_those_of_its_last_answer(project: Path) -> None:
    new("mine/second")
    later = NEW | {"date": "2026-07-01T00:00:00Z", "package lme4": "2.1.1", "package nlme": "3.1.168"}
    Path("mine/second.json").write_text(render({"default": RAnswer({"x": 1}, (), ())}, (), later))
    assert ci.r_pins(directory_suite(project / "mine"))[1] == ci.Pins(
        "4.6.1", "2026-07-01", {"Matrix": "1.7.5", "lme4": "2.1.1", "nlme": "3.1.168"})


def test_the_command(project: Path) -> None:
    ran = CliRunner().invoke(cli.app, ["new", "mine/another", "--ci"])
    assert ran.exit_code == 0 and ran.stdout.splitlines()[:3] == [
        "mine/another.R", "mine/another.py", ".github/workflows/parity.yml"]
    Path("mine/first.json").write_text(Path("mine/first.json").read_text().replace("1.1.37", "1.1.36"))
    ran = CliRunner().invoke(cli.app, ["new", "mine/", "--ci"])              # of another R: ours are written anew
    assert ran.exit_code == 0 and ran.stdout.splitlines()[0] == ".github/workflows/parity.yml"
    assert '"1.1.36"' in Path("mine/ci/packages.R").read_text()
    Path("Dockerfile").write_text("FROM scratch\n")
    ran = CliRunner().invoke(cli.app, ["new", "mine/", "--ci"])
    assert (ran.exit_code, ran.stderr) == (2, "rparity: Dockerfile is there already\n")
    ran = CliRunner().invoke(cli.app, ["new", "yours/first", "--ci"])
    assert ran.exit_code == 2 and not Path("yours").exists() and ran.stderr == (
        "rparity: yours has no reference yet, whose R its CI would have to install: first rparity regenerate --suite "
        "yours, then rparity new yours/ --ci\n")


@pytest.mark.usefixtures("live_r")
def test_the_steps_run_where_all_is_installed(project: Path) -> None:
    from translations.parity.piped import PipedR

    Path("mine/first.json").unlink()
    with PipedR() as r:
        regenerate(directory_suite(project / "mine"), r, nearest=True)
    new_ci("mine")
    environment = {name: value for name, value in os.environ.items() if name not in UNWANTED}
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment |= {"PATH": path, "PIP_NO_INDEX": "1"}
    for step in STEPS:
        ran = subprocess.run(step, shell=True, capture_output=True, text=True, env=environment)
        assert ran.returncode == 0, f"{step}\n{ran.stdout}\n{ran.stderr}"
    assert "1 of 1 cases" in Path("parity.html").read_text() and "3 passed" in ran.stdout


INDEX = """\
tools::write_PACKAGES(".")
files <- list.files("Archive", full.names = TRUE, recursive = TRUE)
archive <- function(of) data.frame(file.info(of), row.names = sub("^Archive/", "", of))
dir.create("Meta")
saveRDS(lapply(split(files, basename(dirname(files))), archive), "Meta/archive.rds")
cat(as.character(getRversion()))
"""


@pytest.mark.usefixtures("live_r")
def test_a_package_in_an_old_version_comes_from_the_archive(project: Path, absent: Callable[[str], NoReturn]) -> None:
    """R's own installer, on a repository made here, of two packages of which one is built on the other."""
    if subprocess.run(["Rscript", "--vanilla", "-e", "library(remotes)"], capture_output=True).returncode:
        absent("R's package remotes is not here: apt-get install r-cran-remotes")
    contrib = project / "cran" / "src" / "contrib"
    for name, versions, needs in (("zzlow", ("1.0-2", "1.1-0"), ""), ("aahigh", ("0.1-3", "0.2"), "Imports: zzlow\n")):
        for version in versions:
            source = project / version / name
            source.mkdir(parents=True)
            (source / "DESCRIPTION").write_text(
                f"Package: {name}\nVersion: {version}\nTitle: A\nDescription: B.\nAuthor: C\nMaintainer: C <c@d.org>\n"
                f"License: GPL-2\n{needs}")
            (source / "NAMESPACE").write_text("import(zzlow)\n" if needs else "")
            place = contrib if version == versions[-1] else contrib / "Archive" / name
            place.mkdir(parents=True, exist_ok=True)
            subprocess.run(["R", "CMD", "build", str(source)], cwd=place, capture_output=True, check=True)
    index = project / "index.R"
    index.write_text(INDEX)
    version = subprocess.run(["Rscript", "--vanilla", str(index)], cwd=contrib, capture_output=True, text=True,
                             check=True).stdout
    pins = {"R": version, "date": "2026-01-02", "package aahigh": "0.1.3", "package zzlow": "1.0.2"}
    Path("mine/first.json").write_text(render({"default": RAnswer({"x": 1}, (), ())}, (), pins))
    new_ci("mine")
    (project / "library").mkdir()
    environment = {**os.environ, "CRAN": (project / "cran").as_uri(), "R_LIBS": str(project / "library")}
    done = subprocess.run(["Rscript", "mine/ci/packages.R"], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    assert done.stderr.index("*source* package ‘zzlow’") < done.stderr.index("*source* package ‘aahigh’")
    Path("mine/ci/packages.R").write_text(Path("mine/ci/packages.R").read_text().replace("0.1.3", "0.1.9"))
    assert subprocess.run(["Rscript", "mine/ci/packages.R"], capture_output=True, env=environment).returncode
