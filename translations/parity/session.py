"""The live R of this process: behind a command where one is given, else through rpy2, else behind `Rscript`.

    with_command("ssh HOST Rscript")    what --rscript does, and the environment variable RPARITY_RSCRIPT
    session().values("c(a = 1)")        the same methods, whichever R it is
"""
from __future__ import annotations

import atexit
import os
import shutil
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from translations.releases import Taken, release_of

from .flatten import Values
from .installed import NoLiveR
from .layers import RAnswer
from .records import RError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

VARIABLE = "RPARITY_RSCRIPT"


class LiveR(Protocol):
    """What `live.R` and `piped.PipedR` can both do: see there."""

    def eval(self, code: str) -> str: ...
    def values(self, code: str) -> Values: ...
    def numbers(self, code: str) -> NDArray[np.float64]: ...
    def assign(self, name: str, value: object) -> None: ...
    def script(self, script: Path, tight: bool = True) -> dict[str, RAnswer]: ...
    def reset(self) -> None: ...
    def version(self, package: str | None = None) -> str: ...


def with_command(command: str | None) -> None:
    """Have R asked through `command` from now on, in this process and those that it starts; None changes nothing."""
    if command is not None:
        os.environ[VARIABLE] = command


def command() -> str | None:
    """The command that R is asked through, if one was given."""
    return os.environ.get(VARIABLE) or None


def session() -> LiveR:
    """The R of this process, started once. Raises NoLiveR, with the cure, and what a given command raises."""
    return _started(command())


@cache
def _started(given: str | None) -> LiveR:
    from . import live

    if given is None:
        try:
            return live.R()
        except NoLiveR:
            if shutil.which("Rscript") is None:
                raise
    from .piped import PipedR

    try:
        piped = PipedR(given or "Rscript")
    except (OSError, RError) as error:
        raise NoLiveR(str(error)) from error
    atexit.register(piped.close)
    return piped


@cache
def _version(given: str | None, package: str | None) -> str | None:
    try:
        return _started(given).version(package)
    except RError:
        return None


def versions(provenance: Mapping[str, Any]) -> dict[str, str]:
    """The live R's versions of what a stored provenance names: R, and the packages that are there."""
    keys = [key for key in provenance if key == "R" or key.startswith("package ")]
    found = {key: _version(command(), None if key == "R" else key.removeprefix("package ")) for key in keys}
    return {key: own for key, own in found.items() if own is not None}


def taken(provenance: Mapping[str, Any]) -> Taken:
    """The release that the live R is taken for, by what a stored provenance names. Raises NoLiveR."""
    return release_of(versions(provenance))
