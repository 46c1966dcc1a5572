"""What R answered about single functions and comparisons of models (fixtures/lme4/_infer_parts.R)."""

from __future__ import annotations

import json
import os
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

import translations as r
from translations.data import fixtures_path
from translations.lme4.model import LmerMod

HERE = fixtures_path() / "lme4"
STORED = json.loads((HERE / "infer_parts.json").read_text(encoding="utf-8"))
COMPARED = STORED["comparisons"]


def answered(script: str, folder: Path) -> Any:
    """What the R at hand answers to a corpus's script, which writes it into a folder."""
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    subprocess.run(["Rscript", "--vanilla", script, str(folder)], cwd=HERE, env=environment, check=True,
                   capture_output=True)
    (file,) = folder.glob("*.json")
    return json.loads(file.read_text(encoding="utf-8"))


def listed(x: Any) -> list[Any]:
    return x if isinstance(x, list) else [x]


def floats(x: Any) -> np.ndarray:
    return np.array(x, dtype=float)


cake = r.cake()
uneven = cake[(np.arange(len(cake)) + 1) % 7 != 0]
ROOT = "(1 | recipe:replicate)"


@cache
def model(name: str) -> LmerMod:
    row = np.arange(54) + 1
    machines = r.load("Machines").assign(w=1.0 + row % 3, v=1.0 + row % 4)
    sleep2 = r.sleep2()
    return {
        "large": lambda: r.lmer(f"angle ~ recipe * temp + {ROOT}", uneven),
        "small": lambda: r.lmer(f"angle ~ recipe + temp + {ROOT}", uneven),
        "tiny": lambda: r.lmer(f"angle ~ temp + {ROOT}", uneven),
        "a": lambda: r.lmer(f"angle ~ recipe * temp + {ROOT}", uneven, REML=False),
        "b": lambda: r.lmer(f"angle ~ recipe + temp + {ROOT}", uneven, REML=False),
        "part": lambda: r.lmer(f"angle ~ temp + {ROOT}", cake, subset='recipe != "C"'),
        "less": lambda: r.lmer(f"angle ~ 1 + {ROOT}", cake, subset='recipe != "C"'),
        "weighted": lambda: r.lmer("score ~ Machine + (1 | Worker)", machines, weights="w"),
        "unevenly weighted": lambda: r.lmer("score ~ Machine + (1 | Worker)", machines, weights="v", control="newton"),
        "slopes": lambda: r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2),
    }[name]()
