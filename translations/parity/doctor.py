"""What of R, its packages and rpy2 is here, and the exact command that mends what is not."""
from __future__ import annotations

import os
import platform
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata

from translations import compiled
from translations.releases import release_of, releases

from . import live, paths
from .installed import r_version, rpy2_for, rpy2_requirement
from .piped import PipedR

R_PACKAGES = ("lme4", "lmerTest", "pbkrtest", "emmeans", "dplyr", "tidyr", "tibble", "ggplot2", "MASS")


@dataclass(frozen=True)
class Finding:
    """One thing looked for: what was found, whether it will do, and the command that mends it."""

    name: str
    found: str
    fine: bool
    cure: str = ""
    needed: bool = False


def findings() -> Iterator[Finding]:
    """Everything looked at, from what the package itself needs to live R."""
    yield Finding("Python", platform.python_version(), True, needed=True)
    yield Finding("rparity", _installed("rparity") or "not installed", _installed("rparity") is not None,
                  "pip install rparity", needed=True)
    try:
        yield Finding("fixtures", str(paths.fixtures()), True, needed=True)
    except FileNotFoundError as error:
        yield Finding("fixtures", str(error), False, "pip install --force-reinstall rparity", needed=True)
    yield _compiled()
    try:
        here = _versions()
    except RuntimeError as error:
        yield Finding("R", str(error), False, f"{_apt('r-base-core')} (only live comparisons need R)")
        return
    taken = release_of({name if name == "R" else f"package {name}": own for name, own in here.items()})
    yield Finding("R", f"{here['R']}, release {taken.release.name}", True)
    for name in R_PACKAGES:
        if name in here:
            theirs = taken.release.versions.get(f"package {name}", here[name])
            yield Finding(f"R package {name}", here[name] if here[name] == theirs else
                          f"{here[name]} (stored references of release {taken.release.name}: {theirs}; differences may "
                          "be version drift)", True)
        else:
            yield Finding(f"R package {name}", "not installed", False, _apt(f"r-cran-{name.lower()}"))
    if not _command():
        yield _rpy2(here["R"])


def report() -> tuple[str, bool]:
    """The findings as text, and whether all that the package itself needs is here."""
    found = list(findings())
    width = max(len(one.name) for one in found)
    lines = [f"{'ok ' if one.fine else '-- '} {one.name.ljust(width)}  {one.found}" for one in found]
    cures = [f"  {one.name}: {one.cure}" for one in found if not one.fine]
    text = "\n".join([*lines, *(["", "To mend:", *cures] if cures else [])])
    return text, all(one.fine for one in found if one.needed)


def _rpy2(version: str) -> Finding:
    installed = _installed("rpy2-rinterface")
    if installed is None:
        return Finding("rpy2", "not installed: R is asked through Rscript, and answers alike", True, rpy2_for(version))
    wrong = live.available()
    if wrong is not None:
        return Finding("rpy2", f"{installed}: {wrong}; R is asked through Rscript instead", False, rpy2_for(version))
    return Finding("rpy2", f"{installed}, runs R {version}", True)


def _compiled() -> Finding:
    """Whether the numeric core runs compiled; where it does not, it is right and slow."""
    states = compiled.states()
    slow = {state: [name for name, own in states.items() if own == state] for state in compiled.CURES}
    said = [f"{', '.join(names)} {state}: right but slow" for state, names in slow.items() if names]
    cure = "; ".join(compiled.CURES[state] for state, names in slow.items() if names)
    return Finding("compiled modules", "; ".join(said) or f"all {len(states)}", not said, cure)


def _versions() -> dict[str, str]:
    """The versions of R and of its packages that are there. Raises RuntimeError where there is no R."""
    names = ", ".join(f"'{name}'" for name in R_PACKAGES)
    code = (f"here <- Filter(function(package) nzchar(system.file(package = package)), c({names}))\n"
            "of <- function(package) as.character(packageVersion(package))\n"
            "list(v = c(R = as.character(getRversion()), vapply(here, of, '')))")
    command = _command() or "Rscript"
    if command == "Rscript" and shutil.which("Rscript") is None:
        raise RuntimeError("not on the PATH")
    try:
        with PipedR(command) as r:
            return {label[2:-1]: str(own) for label, own in r.values(code).items()}
    except OSError as error:
        raise RuntimeError(str(error)) from None


def _command() -> str:
    """What R is asked through, if not through rpy2: see `session`."""
    return os.environ.get("RPARITY_RSCRIPT", "")


def _apt(package: str) -> str:
    return f"sudo apt-get update && sudo apt-get install -y {package}"


def _installed(distribution: str) -> str | None:
    try:
        return metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return None


if __name__ == "__main__":  # `make r` installs what this prints
    print(rpy2_requirement(r_version() or releases()[0].versions["R"]))
