"""NIST's sets as frames, what every case of this suite compares, and with what tolerances."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from gzip import decompress
from hashlib import sha256
from typing import Any

import pandas as pd

import translations as r
from translations.cases.lme4 import _shared as models
from translations.data import fixtures_path
from translations.lme4.model import LmerMod
from translations.parity import tolerances as tol

ENDS = tol.Tolerance(
    "ENDS", 9, 9, 12, 3, "R's side takes roots of a deviance that holds 13 digits of up to 32,000: 9.4 or more"
)
MODEL = {item: own for item, own in models.MODEL.items() if item not in ("fitted", "residuals")} | {"ci": ENDS}

WHY = "18,009 rows: R's Newton takes differences of a criterion of -32,000; its theta keeps 7.5 digits of the certified"
LARGE = MODEL | {item: replace(MODEL[item], tight=7, why=WHY) for item in ("theta", "se", "VarCorr")}
SCATTER = "18,009 squares: at thetas a few ulps apart R's criterion of -32,000 scatters by up to 5e-9, 12.8 digits"
LARGE["criterion"] = replace(MODEL["criterion"], tight=12.5, why=SCATTER)
LARGE["ci"] = replace(ENDS, certified=11.5, why="a deviance of 18,009 rows is rounded to 4e-12: 11.98 or more")
LARGE["fixef"] = replace(MODEL["fixef"], tight=9, why=WHY)


@cache
def about(name: str) -> dict[str, Any]:
    """What fixtures/nist/nist.json says of a set. Raises KeyError for an unknown one."""
    text = (fixtures_path() / "nist" / "nist.json").read_text(encoding="utf-8")
    sets = json.loads(text)["sets"]
    if name not in sets:
        raise KeyError(f"NIST has no set called {name!r} here; there are {', '.join(sets)}")
    return dict(sets[name])


def read(name: str) -> pd.DataFrame:
    """One of NIST's sets: `group` (Categorical, in the file's order) and `y`, the doubles next to NIST's decimals.

    Raises KeyError for an unknown set, ValueError when the file is not the one that `export.py` wrote.
    """
    rows = _text(name).split()[1:]
    groups, values = zip(*(row.split(",") for row in rows), strict=True)
    levels = list(dict.fromkeys(groups))
    return pd.DataFrame({"group": pd.Categorical(groups, levels), "y": [float(value) for value in values]})


def _text(name: str) -> str:
    path = fixtures_path() / "nist" / about(name)["file"]
    raw = path.read_bytes()
    if sha256(raw).hexdigest() != about(name)["sha256"]:
        raise ValueError(f"{path} is not what fixtures/nist/export.py wrote: restore it")
    return (decompress(raw) if path.suffix == ".gz" else raw).decode("ascii")


def describe(m: LmerMod) -> dict[str, Any]:
    """What `describe` in fixtures/nist/_setup.R returns, with the exact ends of the profile intervals.

    Without fitted values and residuals: rounded as the response is, they keep of a residual what the rounding leaves.
    """
    values = {item: value for item, value in models.describe(m).items() if item not in ("fitted", "residuals")}
    return values | {"ci": r.confint(m, exact=True, signames=False, quiet=True)}
