"""Which R is installed, the rpy2 that serves it, and the error where there is none."""
from __future__ import annotations

import shutil
import subprocess


class NoLiveR(RuntimeError):
    """There is no live R. The message is the command that mends it."""


def r_version() -> str | None:
    """The version of the R on the PATH, or None."""
    if shutil.which("Rscript") is None:
        return None
    ask = ["Rscript", "--vanilla", "-e", "cat(as.character(getRversion()))"]
    return subprocess.run(ask, capture_output=True, text=True, check=True).stdout


def rpy2_requirement(version: str) -> str:
    """The rpy2 that serves an R of this version, as pip takes it: 3.6.6 and newer ask for R 4.5."""
    old = tuple(int(part) for part in version.split(".")) < (4, 5)
    return "rpy2-rinterface<=3.6.5" if old else "rpy2-rinterface>=3.6.6"


def rpy2_for(version: str) -> str:
    """The command that installs the rpy2 that serves an R of this version."""
    return f'pip install "{rpy2_requirement(version)}"'
