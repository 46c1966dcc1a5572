"""R and Python on the same work in the same run: medians and ratios, as a table and as JSON.

    python scripts/benchmark.py [--tasks fit_sleep2,refit_sleep2] [--repetitions 5] [--cpu] [--json FILE]
                                [--scaling] [--memory]

Each task is done once to warm up, then repeated; R runs in a process of its own before Python's turn, so neither has
the other's load. `--cpu` counts CPU seconds, child processes' included, where others use the machine at the same time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import translations as r
from translations.data import fixtures_path

Task = Callable[[], Any]


def work() -> dict[str, Task]:
    """The tasks by name: what `benchmark.R` does under the same name."""
    sleep2 = r.sleep2()
    formula = "Reaction ~ days_deprived + (days_deprived | Subject)"
    chapter = r.lmer(formula, sleep2)
    y = sleep2["Reaction"].to_numpy()
    grid = pd.DataFrame(
        [(s, d) for d in range(11) for s in sleep2["Subject"].cat.categories], columns=["Subject", "days_deprived"]
    )
    Penicillin, Pastes, cake = r.Penicillin(), r.Pastes(), r.cake()
    insteval, numbers = r.InstEval(), np.sqrt(np.arange(1.0, 73422.0))
    cake_formula = "angle ~ recipe * temperature + (1 | recipe:replicate)"
    return {
        "fit_sleep2": lambda: r.lmer(formula, sleep2),
        "refit_sleep2": lambda: r.refit(chapter, y),
        "predict_grid": lambda: r.predict(chapter, grid),
        "profile_sleep2": lambda: r.confint(chapter, quiet=True),
        "exact_sleep2": lambda: r.confint(chapter, quiet=True, exact=True),
        "boot_1000": lambda: r.bootMer(chapter, r.fixef, nsim=1000, seed=1),
        "fit_penicillin": lambda: r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", Penicillin),
        "fit_pastes": lambda: r.lmer("strength ~ 1 + (1 | batch/cask)", Pastes),
        "fit_cake": lambda: r.lmer(cake_formula, cake),
        "kenward_roger": lambda: r.vcovAdj(r.lmer(cake_formula, cake)),
        "print_summary": lambda: str(r.summary(insteval)),
        "print_numbers": lambda: r.console(numbers),
        "fit_insteval": lambda: r.lmer(INSTEVAL, insteval),
        "newton_sleep2": lambda: r.lmer(formula, sleep2, control="newton"),
        "newton_insteval": lambda: r.lmer(INSTEVAL, insteval, control="newton"),
        "import": lambda: subprocess.run([sys.executable, "-c", "import translations"], check=True),
    }


# A process of its own, small: one that is forked starts with the peak of the process that it is forked from.
MEASURE = """
import resource, subprocess, sys
subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""
INSTEVAL = "y ~ service + (1 | s) + (1 | d) + (1 | dept:service)"
SAME_AS = {"newton_sleep2": "fit_sleep2", "newton_insteval": "fit_insteval"}  # R's column for what only Python has


def cpu_clock() -> float:
    """CPU seconds of this process and of those it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def milliseconds(task: Task, repetitions: int, clock: Callable[[], float] = time.perf_counter) -> float:
    """The median time of `task` over `repetitions` repetitions of at least 0.2 s each (one of what takes over 2 s)."""
    task()
    once = seconds(task, 1, clock)
    inner = max(1, int(np.ceil(0.2 / max(once, 1e-4))))
    many = range(1 if once > 2.0 else repetitions)
    return 1000.0 * statistics.median(seconds(task, inner, clock) / inner for _ in many)


def seconds(task: Task, times: int, clock: Callable[[], float]) -> float:
    start = clock()
    for _ in range(times):
        task()
    return clock() - start


def in_r(tasks: list[str], repetitions: int, cpu: bool = False) -> dict[str, Any]:
    """R's medians and what it is. Raises CalledProcessError with R's own words when R fails."""
    script = Path(__file__).with_name("benchmark.R")
    asked = sorted({SAME_AS.get(t, t) for t in tasks})
    done = subprocess.run(
        ["Rscript", str(script), str(fixtures_path() / "data"), str(repetitions), ",".join(asked),
         "cpu" if cpu else "wall"],
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer


def scaling(times: tuple[int, ...] = (1, 2, 4, 8)) -> dict[str, dict[int, float]]:
    """CPU milliseconds of a fit of InstEval replicated (the students of each copy are new ones), by optimizer; the
    least of three.
    """
    from threadpoolctl import threadpool_limits

    data = r.InstEval()
    out: dict[str, dict[int, float]] = {"nloptwrap": {}, "newton": {}}
    for n in times:
        copies = [data.assign(s=data["s"].astype(str) + f" {i}") for i in range(n)]
        joined = pd.concat(copies, ignore_index=True)
        joined["s"] = joined["s"].astype("category")
        for optimizer, found in out.items():
            with threadpool_limits(1):
                task = partial(r.lmer, INSTEVAL, joined, control=optimizer)
                found[n] = 1000.0 * min(seconds(task, 1, cpu_clock) for _ in range(3))
    return out


def peak_memory() -> dict[str, float]:
    """Peak MB of a whole process that reads InstEval and fits it twice, Python's and R's."""
    ours = f"import translations as r; d = r.InstEval(); [r.lmer({INSTEVAL!r}, d) for _ in range(2)]"
    data = fixtures_path() / "data"
    theirs = (f'library(lme4); source("{data}/read.R"); d <- read_fixture("InstEval", "{data}"); '
              f"for (i in 1:2) m <- lmer({INSTEVAL}, d)")
    commands = {"Python": [sys.executable, "-W", "ignore", "-c", ours], "R": ["Rscript", "-e", theirs]}
    out = {}
    for name, command in commands.items():
        measured = [sys.executable, "-S", "-c", MEASURE, *command]
        done = subprocess.run(measured, capture_output=True, text=True, check=True)
        out[name] = int(done.stdout.split()[-1]) / 1000.0
    return out


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", help="names, separated by commas (default: all)")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--cpu", action="store_true", help="count CPU seconds, not those of the clock on the wall")
    parser.add_argument("--scaling", action="store_true",
                        help="also time InstEval with its students replicated 2, 4 and 8 times")
    parser.add_argument("--memory", action="store_true", help="also measure InstEval's peak memory, in its own process")
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    tasks = work()
    chosen = options.tasks.split(",") if options.tasks else list(tasks)
    unknown = set(chosen) - set(tasks)
    if unknown:
        parser.error(f"unknown tasks {', '.join(sorted(unknown))}; there are {', '.join(tasks)}")
    theirs = in_r(chosen, options.repetitions, options.cpu)
    clock = cpu_clock if options.cpu else time.perf_counter
    ours = {name: milliseconds(tasks[name], options.repetitions, clock) for name in chosen}
    report: dict[str, Any] = {"python": ours, "R": theirs, "ratio": {}, "machine": about(theirs)}
    print(f"{'task':18} {'R ms':>12} {'Python ms':>12} {'R / Python':>11}")
    for name in chosen:
        there = theirs["times"].get(SAME_AS.get(name, name))
        if isinstance(there, int | float):
            report["ratio"][name] = there / ours[name]
        print(f"{name:18} {number(there):>12} {ours[name]:>12.3f} {number(report['ratio'].get(name)):>11}")
    if options.scaling:
        report["scaling"] = scaling()
        for optimizer, found in report["scaling"].items():
            cells = (f"{n}x {ms:.0f} ms ({ms / found[1] / n:.2f} of linear)" for n, ms in found.items())
            print(f"InstEval replicated, {optimizer}: " + ", ".join(cells))
    if options.memory:
        report["memory"] = peak_memory()
        cells = (f"{name} {mb:.0f} MB" for name, mb in report["memory"].items())
        print("InstEval, peak of the whole process: " + ", ".join(cells))
    print("\n" + "; ".join(f"{key}: {value}" for key, value in report["machine"].items()))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def number(x: Any) -> str:
    return f"{x:.3f}" if isinstance(x, int | float) else "-"


def about(theirs: dict[str, Any]) -> dict[str, Any]:
    """Versions, BLAS, threads, load and peak memory: what the figures depend on."""
    from threadpoolctl import threadpool_info

    blas = {
        f"{i.get('internal_api')} {i.get('version')} ({i.get('num_threads')} threads)"
        for i in threadpool_info()
        if i.get("user_api") == "blas"
    }
    return {
        "cores": os.cpu_count(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "Python": platform.python_version(),
        "numpy": np.__version__,
        "Python's BLAS": ", ".join(sorted(blas)),
        "R": theirs["R"],
        "lme4": theirs["lme4"],
        "R's BLAS": theirs["BLAS"],
        "peak MB, Python": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "peak MB, R": round(theirs["peak_mb"]),
    }


if __name__ == "__main__":
    main()
