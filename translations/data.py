"""The data: R's data sets as pandas frames, factors as Categoricals with R's levels in R's order.

Everything is read from `fixtures/data/`, which `fixtures/data/export.R` wrote from the R packages; `data.json` there
says where each set comes from (citation, package, version), what every column is, and the file's SHA-256, which is
checked when the file is read.
"""
from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from gzip import decompress
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "Dyestuff", "Dyestuff2", "InstEval", "Pastes", "Penicillin", "cake", "data_sets", "fixtures_path", "load", "sleep2",
    "sleepstudy",
]  # fmt: skip


@cache
def fixtures_path() -> Path:
    """The folder `fixtures/`: beside the package in a checkout, in it (`translations/_fixtures`) in a wheel.

    Raises FileNotFoundError when neither is there.
    """
    package = Path(__file__).resolve().parent
    places = package / "_fixtures", package.parent / "fixtures"
    for folder in places:
        if (folder / "data" / "data.json").is_file():
            return folder
    raise FileNotFoundError(f"no fixtures: there is no data/data.json in {places[0]} or {places[1]}; reinstall rparity")


@cache
def data_sets() -> dict[str, dict[str, Any]]:
    """What is known of each data set, by name: file, sha256, rows, package, version, citation, columns."""
    about: dict[str, dict[str, Any]] = json.loads((fixtures_path() / "data" / "data.json").read_text(encoding="utf-8"))
    return about


def load(name: str) -> pd.DataFrame:
    """A data set of R's, by its name. R: utils::data.

    name: "sleepstudy", "Dyestuff", "Penicillin", ...

    Returns a new frame with rows 0, 1, .... R's factors are Categoricals (ordered where R's are); R's numeric is
    float64, R's integer int64 (float64 where values are missing). Every number is the very double that R holds.

    Raises KeyError for an unknown name, ValueError when the file is not the one that R wrote.

    >>> r.load("Dyestuff").shape
    (30, 2)
    """
    if not isinstance(name, str) or name not in data_sets():
        raise KeyError(f"no data set called {name!r}; there are {', '.join(data_sets())}")
    return _read(name).copy()


@cache
def _read(name: str) -> pd.DataFrame:
    import numpy as np
    import pandas as pd

    about = data_sets()[name]
    path = fixtures_path() / "data" / about["file"]
    raw = path.read_bytes()
    sha256 = hashlib.sha256(raw).hexdigest()
    if sha256 != about["sha256"]:
        raise ValueError(f"{path} is not what R wrote: its SHA-256 is {sha256}, not {about['sha256']}; restore it")
    text = StringIO((decompress(raw) if path.suffix == ".gz" else raw).decode("utf-8"))
    # No cell is quoted: export.R sees to it. numpy's floats are exact, which not every CSV library's are; and one array
    # of cells leaves nothing behind, where a million strings leave the heap in pieces.
    cells = np.loadtxt(text, dtype=str, delimiter=",", comments=None, ndmin=2)
    table = {str(column[0]): column[1:] for column in cells.T}
    return pd.DataFrame({name: _column(table[name], how) for name, how in about["columns"].items()})


def _column(cells: Any, how: dict[str, Any]) -> Any:
    import numpy as np
    import pandas as pd

    missing = cells == "NA"
    if how["class"] == "factor":
        levels = np.array(how["levels"])
        order = np.argsort(levels)
        codes = order[np.searchsorted(levels, cells, sorter=order).clip(max=len(levels) - 1)]
        if (unknown := (levels[codes] != cells) & ~missing).any():
            raise ValueError(f"{cells[unknown][0]} is no level among {', '.join(how['levels'])}")
        return pd.Categorical.from_codes(np.where(missing, -1, codes), how["levels"], ordered=how["ordered"])
    if how["class"] == "integer" and not missing.any():
        return cells.astype(np.int64)
    return np.where(missing, "nan", cells).astype(float)


def sleepstudy() -> pd.DataFrame:
    """Reaction times in a sleep-deprivation study: 180 rows, 18 subjects on days 0 to 9. R: lme4::sleepstudy. Source:
    Belenky et al. (2003).

    Returns a new frame with columns `Reaction` (mean reaction time of the day, ms), `Days` (float64, 0 to 9) and
    `Subject` (Categorical).

    >>> r.sleepstudy().head(2)
       Reaction  Days Subject
    0  249.5600   0.0     308
    1  258.7047   1.0     308
    """
    return load("sleepstudy")


def sleep2() -> pd.DataFrame:
    """The chapter's data: `sleepstudy` without the training days 0 and 1. R has none; source: Belenky et al. (2003).

    Returns a new frame of 144 rows, with `days_deprived = Days - 2`. Rows are numbered anew, as dplyr's `filter` does;
    base R's `subset` would keep the numbers 3, 4, ... of those left.

    >>> r.sleep2().head(2)
       Reaction  Days Subject  days_deprived
    0  250.8006   2.0     308            0.0
    1  321.4398   3.0     308            1.0
    """
    frame = sleepstudy().query("Days >= 2").reset_index(drop=True)
    return frame.assign(days_deprived=frame["Days"] - 2)


def _reader(name: str, what: str = "", source: str = "", columns: str = "") -> Callable[[], pd.DataFrame]:
    def reader() -> pd.DataFrame:
        return load(name)

    reader.__name__ = reader.__qualname__ = name
    reader.__doc__ = f"The data set `{name}`; its source is `data_sets()[{name!r}]['citation']`."
    if what:
        first = columns.split("`")[1]
        reader.__doc__ = (f"{what}. R: lme4::{name}. Source: {source}.\n\nReturns a new frame with columns {columns}."
                          f"\n\n>>> {first!r} in r.{name}()\nTrue\n")
    return reader


Dyestuff = _reader(
    "Dyestuff",
    "Yield of dyestuff from six batches of an intermediate product: 30 rows",
    "Davies & Goldsmith (1972)",
    "`Batch` (Categorical), `Yield` (grams of standard colour)",
)
Dyestuff2 = _reader(
    "Dyestuff2",
    "Yields simulated such that the batches do not differ: 30 rows",
    "Box & Tiao (1973)",
    "`Batch` (Categorical), `Yield` (without units)",
)
Penicillin = _reader(
    "Penicillin",
    "Diameters of zones where penicillin inhibits growth: 144 rows, 24 plates by 6 samples",
    "Davies & Goldsmith (1972)",
    "`diameter` (mm), `plate`, `sample` (Categoricals)",
)
Pastes = _reader(
    "Pastes",
    "Strength of a chemical paste: 60 rows, 3 casks of each of 10 batches",
    "Davies & Goldsmith (1972)",
    "`strength`, `batch`, `cask`, `sample` (Categoricals but for the first)",
)
cake = _reader(
    "cake",
    "Breakage angle of chocolate cakes: 270 rows, 15 replicates of 3 recipes at 6 temperatures",
    "Cook (1938), in Cochran & Cox (1957)",
    "`replicate`, `recipe`, `temperature` (an ordered Categorical), `angle` (degrees), `temp` (degrees Fahrenheit)",
)
InstEval = _reader(
    "InstEval",
    "Students' ratings of university lectures: 73,421 rows",
    "lme4's authors, from ETH Zurich",
    "`s`, `d` (students and lecturers), `studage`, `lectage`, `service`, `dept` (all Categoricals), `y` (1 to 5)",
)


def __getattr__(name: str) -> Callable[[], pd.DataFrame]:
    """A function of its name for each further data set."""
    if name.startswith("_") or name not in data_sets():
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return _reader(name)
