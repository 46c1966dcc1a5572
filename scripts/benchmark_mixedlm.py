"""mixedlm's side of benchmark.py, in an environment of its own: median milliseconds of the tasks that it has, as JSON.

    PYTHON benchmark_mixedlm.py REPETITIONS cpu|wall TASKS < DATA, where DATA is JSON, data set by column by values

Its bootstrap and its profile answer for less than R's: fixed effects and theta, fixed effects alone.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
import warnings

import mixedlm
import pandas as pd
from mixedlm.families import Binomial, Poisson

warnings.simplefilter("ignore")
repetitions, clock = int(sys.argv[1]), time.process_time if sys.argv[2] == "cpu" else time.perf_counter
data = {name: pd.DataFrame(columns) for name, columns in json.load(sys.stdin).items()}
sleep2, herds = data["sleep2"], data["cbpp"].assign(share=lambda d: d["incidence"] / d["size"])
chapter = mixedlm.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2)
tasks = {
    "fit_sleep2": lambda: mixedlm.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2),
    "refit_sleep2": lambda: chapter.refit(sleep2["Reaction"].to_numpy()),
    "profile_sleep2": lambda: chapter.confint(method="profile"),
    "boot_1000": lambda: mixedlm.bootMer(chapter, nsim=1000, seed=1),
    "fit_penicillin": lambda: mixedlm.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", data["Penicillin"]),
    "fit_pastes": lambda: mixedlm.lmer("strength ~ 1 + (1 | batch/cask)", data["Pastes"]),
    "fit_cake": lambda: mixedlm.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", data["cake"]),
    "fit_insteval": lambda: mixedlm.lmer("y ~ service + (1 | s) + (1 | d) + (1 | dept:service)", data["InstEval"]),
    "glmer_cbpp": lambda: mixedlm.glmer(
        "share ~ period + (1 | herd)", herds, family=Binomial(), weights=herds["size"].to_numpy(float)
    ),
    "glmer_grouseticks": lambda: mixedlm.glmer(
        "TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)", data["grouseticks"], family=Poisson()
    ),
    "glmer_contraception": lambda: mixedlm.glmer(
        "use ~ age + urban + livch + (1 | district)", data["Contraception"], family=Binomial()
    ),
}


def seconds(name: str, times: int) -> float:
    start = clock()
    for _ in range(times):
        tasks[name]()
    return clock() - start


def milliseconds(name: str) -> float:
    """As benchmark.py's."""
    seconds(name, 1)
    once = seconds(name, 1)
    inner = max(1, round(0.2 / max(once, 1e-4)))
    return 1000.0 * statistics.median(seconds(name, inner) / inner for _ in range(1 if once > 2.0 else repetitions))


print(json.dumps({name: milliseconds(name) for name in sys.argv[3].split(",") if name in tasks}))
