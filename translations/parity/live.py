"""Live R through rpy2. The only module that imports rpy2; it runs the same R code as `rparity regenerate`.

    from translations.parity.live import R
    R().eval("1:3")                     the console's text: '[1] 1 2 3'
    R().values("c(a = 1, b = 2)")       {'x[a]': 1, 'x[b]': 2}
"""
from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from translations.releases import releases

from .flatten import Values
from .installed import NoLiveR, r_version, rpy2_for
from .layers import RAnswer
from .paths import R_SIDE
from .records import RError, ScriptError, answers, values

SETTINGS = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en", "TZ": "UTC"}


class R:
    """The R session of this process: there is one, and every `R()` is a view of it. State stays until `reset()`.

    Raises NoLiveR, with the cure, when R or rpy2 is not here or the two do not fit together.
    """

    _interface: Any = None

    def __init__(self) -> None:
        if R._interface is None:
            R._interface = _start()
        self._r = R._interface
        self._machine = self._r.baseenv["as.environment"](self._r.StrSexpVector(["rparity"]))

    def eval(self, code: str) -> str:
        """The text that R's console shows for `code`, lines joined by newlines, none at the end. Raises RError."""
        return "\n".join(self._call("console_text", code))

    def values(self, code: str) -> Values:
        """The last expression's labelled values: a named list by its names, anything else under x. Raises RError."""
        return values(_rows(self._call("value_records", code)))

    def numbers(self, code: str) -> NDArray[np.float64]:
        """The last expression as a vector of doubles, shape (length,), every bit as R has it. Raises RError."""
        vector = self._guarded(lambda: self._r.evalr(f"as.double({{{code}\n}})"))
        return np.array(vector.memoryview(), dtype=np.float64)

    def assign(self, name: str, value: object) -> None:
        """Give R's global `name` a number, text, boolean, a sequence of them, or a frame or mapping of columns."""
        self._r.globalenv[name] = self._vector(value)

    def script(self, script: Path, tight: bool = True) -> dict[str, RAnswer]:
        """A case's script as `rparity regenerate` runs it: its answer by fit, "default" and, if wanted, "tight".

        Raises RError.
        """
        name, wanted = self._r.StrSexpVector([str(script)]), self._r.BoolSexpVector([tight])
        try:
            run = self._guarded(lambda: self._machine["run_script"](name, wanted))
        except RError as error:
            raise ScriptError(str(error).removeprefix("Error: "), {}) from None  # the script and its line come first
        records = self._guarded(lambda: self._machine["answer_records"](run))
        return answers(_rows(records))[0]

    def reset(self) -> None:
        """Forget everything defined and attached, and put options and random generator back."""
        self._guarded(self._machine["fresh_session"])

    def version(self, package: str | None = None) -> str:
        """R's version, or a package's. Raises RError when the package is not installed."""
        code = "as.character(getRversion())" if package is None else f"as.character(packageVersion('{package}'))"
        return str(self.values(code)["x"])

    def _call(self, function: str, argument: str) -> Any:
        return self._guarded(lambda: self._machine[function](self._r.StrSexpVector([argument])))

    def _guarded(self, call: Any) -> Any:
        try:
            return call()
        except self._r.embedded.RRuntimeError as error:
            raise RError(str(error).strip()) from None

    def _vector(self, value: object) -> Any:
        if isinstance(value, Mapping) or hasattr(value, "columns"):
            columns = {str(key): self._vector(value[key]) for key in value}  # type: ignore[index, attr-defined]
            frame = self._r.baseenv["data.frame"]
            return frame(**columns, **{"check.names": self._r.BoolSexpVector([False])})
        if hasattr(value, "cat"):
            missing = self._r.NA_Integer
            codes = self._r.IntSexpVector([missing if code < 0 else int(code) + 1 for code in value.cat.codes])
            codes.do_slot_assign("levels", self._r.StrSexpVector([str(level) for level in value.cat.categories]))
            # Set as an attribute, the class would not make R dispatch on it: model.matrix took the codes for numbers.
            return self._r.baseenv["class<-"](codes, self._r.StrSexpVector(["factor"]))
        single = isinstance(value, str) or not isinstance(value, Iterable) or getattr(value, "ndim", 1) == 0
        given: Iterable[Any] = [value] if single else value  # type: ignore[assignment]
        items = [item.item() if hasattr(item, "item") else item for item in given]
        if items and all(isinstance(item, bool) for item in items):
            return self._r.BoolSexpVector(items)
        if items and all(isinstance(item, str) or item is None for item in items):
            return self._r.StrSexpVector([self._r.NA_Character if item is None else item for item in items])
        if items and all(isinstance(item, int) and abs(item) < 2**31 for item in items):
            return self._r.IntSexpVector(items)
        return self._r.FloatSexpVector([float(item) for item in items])


def available() -> str | None:
    """None when live R works; else what is wrong and the command that mends it."""
    try:
        R()
    except NoLiveR as error:
        return str(error)
    return None


def _start() -> Any:
    if shutil.which("R") is None:
        raise NoLiveR("R is not on the PATH; on Debian or Ubuntu: sudo apt-get install r-base-core r-cran-lme4")
    os.environ.update(SETTINGS, RPARITY_R=str(R_SIDE))
    home = subprocess.run(["R", "RHOME"], capture_output=True, text=True).stdout.strip()
    os.environ.setdefault("R_HOME", home)
    cure = rpy2_for(r_version() or releases()[0].versions["R"])
    try:
        import rpy2.rinterface as rinterface
        from rpy2.rinterface_lib import callbacks

        callbacks.consolewrite_warnerror = callbacks.consolewrite_print = lambda s: None
        rinterface.initr()
        runner = rinterface.StrSexpVector([str(R_SIDE / "runner.R")])
        rinterface.baseenv["sys.source"](runner, rinterface.baseenv["new.env"]())
    except ImportError as error:
        raise NoLiveR(f"rpy2 is not here ({error}); install it with: {cure}") from None
    except Exception as error:  # rpy2 and R that do not fit fail in cffi's, the linker's and rpy2's own ways
        raise NoLiveR(f"rpy2 does not fit this R ({type(error).__name__}: {error}); mend it with: {cure}") from error
    return rinterface


def _rows(matrix: Any) -> list[tuple[str, str, str, str]]:
    """R's character matrix of records (column-major, four columns) as rows."""
    cells = list(matrix)
    extent = len(cells) // 4
    return [tuple(cells[row::extent]) for row in range(extent)]
