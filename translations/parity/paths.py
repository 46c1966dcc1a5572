"""Where the fixtures lie: in a checkout beside `translations/`, in a wheel inside it."""
from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
R_SIDE = PACKAGE / "parity" / "r"  # what R itself runs


def fixtures() -> Path:
    """The directory of the references. Raises FileNotFoundError when neither a checkout's nor a wheel's is there."""
    for place in (PACKAGE.parent / "fixtures", PACKAGE / "_fixtures"):
        if (place / "data").is_dir():
            return place
    raise FileNotFoundError(f"no fixtures beside or inside {PACKAGE}; reinstall rparity")


def data(name: str) -> Path:
    """A data file of the fixtures, `sleepstudy.csv` for one. Raises FileNotFoundError that names what is there."""
    path = fixtures() / "data" / name
    if not path.is_file():
        there = sorted(file.name for file in path.parent.glob("*.csv"))
        raise FileNotFoundError(f"no data file {name!r}; there are {there}")
    return path
