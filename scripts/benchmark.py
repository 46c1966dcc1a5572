"""R and Python on the same work in the same run: medians and ratios, as a table and as JSON.

    python scripts/benchmark.py [--tasks fit_sleep2,refit_sleep2] [--repetitions 5] [--cpu] [--json FILE]
                                [--scaling] [--memory] [--processes] [--installation] [--large] [--instructions]
                                [--mixedlm PYTHON]

Each task is done once to warm up, then repeated; R runs in a process of its own before Python's turn, so neither has
the other's load. `--cpu` counts CPU seconds, child processes' included, where others use the machine at the same time;
`--instructions` counts what no load changes, by perf or, where it cannot, callgrind. Whole processes, a new
installation and large models are asked for by options of their own: they take minutes. Without OPENBLAS_CORETYPE in the
environment BLAS takes the kernel that suits the processor, which the last line names.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import translations as r
from translations.data import fixtures_path

Task = Callable[[], Any]


@cache
def data(name: str) -> pd.DataFrame:
    """A data set of the package, read once."""
    frame: pd.DataFrame = getattr(r, name)() if name in r.__all__ else r.load(name)
    return frame


@cache
def chapter(optimizer: str = "nloptwrap") -> Any:
    """The chapter's model."""
    return r.lmer(CHAPTER, data("sleep2"), control=optimizer)


@cache
def response() -> np.ndarray:
    """The chapter's response, (144,)."""
    return data("sleep2")["Reaction"].to_numpy()


@cache
def grid() -> pd.DataFrame:
    """New data for the chapter's model: eleven days of every subject."""
    subjects = data("sleep2")["Subject"].cat.categories
    return pd.DataFrame([(s, d) for d in range(11) for s in subjects], columns=["Subject", "days_deprived"])


@cache
def numbers() -> np.ndarray:
    return np.sqrt(np.arange(1.0, 73422.0))


@cache
def cakes() -> Any:
    """The split-plot model of the cakes."""
    return r.lmer(CAKE, data("cake"))


@cache
def cells() -> Any:
    """A linear model of four factors of ten levels, a row each combination."""
    levels = [f"l{i}" for i in range(10)]
    d, c, b, a = (x.ravel() for x in np.meshgrid(levels, levels, levels, levels, indexing="ij"))
    frame = pd.DataFrame({"a": a, "b": b, "c": c, "d": d, "y": np.sin(np.arange(1.0, 10001.0))})
    return r.lm("y ~ a + b + c + d", frame)


@cache
def ticks() -> pd.DataFrame:
    """The grouse chicks' ticks, heights about their mean."""
    return data("grouseticks").assign(cHEIGHT=lambda d: (d["HEIGHT"] - 462) / 50)


@cache
def herds() -> Any:
    """The herds' logistic model."""
    return r.glmer(CBPP, data("cbpp"), r.binomial)


def work() -> dict[str, Task]:
    """The tasks by name: what `benchmark.R` does under the same name. What they need is made when they are first done.
    """
    return {
        "fit_sleep2": lambda: r.lmer(CHAPTER, data("sleep2")),
        "refit_sleep2": lambda: r.refit(chapter(), response()),
        "predict_grid": lambda: r.predict(chapter(), grid()),
        "profile_sleep2": lambda: r.confint(chapter(), quiet=True),
        "exact_sleep2": lambda: r.confint(chapter(), quiet=True, exact=True),
        "boot_1000": lambda: r.bootMer(chapter(), r.fixef, nsim=1000, seed=1),
        "boot_newton_1000": lambda: r.bootMer(chapter("newton"), "fixef", nsim=1000, seed=1),
        "fit_penicillin": lambda: r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", data("Penicillin")),
        "fit_pastes": lambda: r.lmer("strength ~ 1 + (1 | batch/cask)", data("Pastes")),
        "fit_cake": lambda: r.lmer(CAKE, data("cake")),
        "fit_ar1": lambda: r.lmer(AR1, data("sleepstudy")),
        "newton_ar1": lambda: r.lmer(AR1, data("sleepstudy"), control="newton"),
        "fit_diag": lambda: r.lmer(DIAG, data("sleepstudy")),
        "fit_cs": lambda: r.lmer(CS, data("sleepstudy")),
        "profile_cs": lambda: r.profile(r.lmer(CS, data("sleepstudy"), REML=False), which="theta_"),
        "profile_diag": lambda: r.profile(r.lmer(DIAG, data("sleepstudy"), REML=False), which="theta_"),
        "kenward_roger": lambda: r.vcovAdj(r.lmer(CAKE, data("cake"))),
        "emmeans_cake": lambda: r.summary(r.pairs(r.emmeans(cakes(), "~ recipe | temperature"))),
        "emmeans_10000": lambda: r.summary(r.emmeans(cells(), "~ a * b")),
        "ref_grid_10000": lambda: r.ref_grid(cells()).as_data_frame(),
        "print_summary": lambda: str(r.summary(data("InstEval"))),
        "print_numbers": lambda: r.console(numbers()),
        "fit_insteval": lambda: r.lmer(INSTEVAL, data("InstEval")),
        "glmer_cbpp": lambda: r.glmer(CBPP, data("cbpp"), r.binomial),
        "glmer_grouseticks": lambda: r.glmer(GROUSETICKS, ticks(), r.poisson),
        "glmer_verbagg": lambda: r.glmer(VERBAGG, data("VerbAgg"), r.binomial),
        "glmer_contraception": lambda: r.glmer(CONTRACEPTION, data("Contraception"), r.binomial),
        "glmer_boot_20": lambda: r.bootMer(herds(), r.fixef, nsim=20, seed=1),
        "newton_sleep2": lambda: r.lmer(CHAPTER, data("sleep2"), control="newton"),
        "newton_insteval": lambda: r.lmer(INSTEVAL, data("InstEval"), control="newton"),
        "import": lambda: subprocess.run([sys.executable, "-c", "import translations"], check=True),
    }


# A process of its own, small: one that is forked starts with the peak of the process that it is forked from.
MEASURE = """
import resource, subprocess, sys
told = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout.split()
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(told[-1].decode() if told else "-", used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
CHAPTER = "Reaction ~ days_deprived + (days_deprived | Subject)"
AR1 = "Reaction ~ Days + ar1(0 + factor(Days) | Subject)"
DIAG = "Reaction ~ Days + diag(Days | Subject)"
CS = "Reaction ~ Days + cs(Days | Subject)"
CAKE = "angle ~ recipe * temperature + (1 | recipe:replicate)"
CBPP = "cbind(incidence, size - incidence) ~ period + (1 | herd)"
GROUSETICKS = "TICKS ~ YEAR + cHEIGHT + (1 | BROOD) + (1 | INDEX) + (1 | LOCATION)"
VERBAGG = "r2 ~ Anger + Gender + btype + situ + (1 | id) + (1 | item)"
CONTRACEPTION = "use ~ age + urban + livch + (1 | district)"
INSTEVAL = "y ~ service + (1 | s) + (1 | d) + (1 | dept:service)"
FIRST_FIT = """
import translations as r
r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
"""
MIXEDLM_FIRST_FIT = """
import sys, mixedlm, pandas as pd
d = pd.read_csv(sys.argv[1], dtype={"Subject": str})
d = d[d["Days"] >= 2].assign(days_deprived=d["Days"] - 2)
mixedlm.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", d)
"""
# R's column for what only Python has.
SAME_AS = {"newton_sleep2": "fit_sleep2", "newton_insteval": "fit_insteval", "boot_newton_1000": "boot_1000",
           "newton_ar1": "fit_ar1"}


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


def in_mixedlm(python: str, tasks: list[str], repetitions: int, cpu: bool = False) -> dict[str, float]:
    """mixedlm's medians of the tasks that it has, by the `python` of an environment in which it is installed."""
    names = ("sleep2", "Penicillin", "Pastes", "cake", "InstEval", "cbpp", "Contraception")
    columns = {name: {c: (x if x.dtype.kind in "fiu" else x.astype(str)).tolist() for c, x in frame.items()}
               for name, frame in {"grouseticks": ticks(), **{name: data(name) for name in names}}.items()}
    command = [python, str(Path(__file__).with_name("benchmark_mixedlm.py")), str(repetitions),
               "cpu" if cpu else "wall", ",".join(tasks)]
    done = subprocess.run(command, input=json.dumps(columns), capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
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


def process(command: list[str], **environment: str) -> tuple[float, float, float]:
    """A whole process: seconds on the wall, CPU seconds, peak MB. Raises CalledProcessError when it fails."""
    return measured(command, **environment)[0]


def measured(command: list[str], **environment: str) -> tuple[tuple[float, float, float], str]:
    """`process`, and the last word that it prints."""
    began = time.perf_counter()
    given = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment}  # an installed package is compiled to bytecode
    done = subprocess.run([sys.executable, "-S", "-c", MEASURE, *command], capture_output=True, text=True, check=True,
                          env=given)
    told, peak, used = done.stdout.split()
    return (time.perf_counter() - began, float(used), int(peak) / 1000.0), told


def peak_memory() -> dict[str, float]:
    """Peak MB of a whole process that reads InstEval and fits it twice, Python's and R's."""
    ours = f"import translations as r; d = r.InstEval(); [r.lmer({INSTEVAL!r}, d) for _ in range(2)]"
    data = fixtures_path() / "data"
    theirs = (f'library(lme4); source("{data}/read.R"); d <- read_fixture("InstEval", "{data}"); '
              f"for (i in 1:2) m <- lmer({INSTEVAL}, d)")
    commands = {"Python": [sys.executable, "-W", "ignore", "-c", ours], "R": ["Rscript", "-e", theirs]}
    return {name: process(command)[2] for name, command in commands.items()}


def processes(mixedlm: str | None = None, times: int = 5) -> dict[str, list[float]]:
    """Seconds, CPU seconds and peak MB of whole processes, everything warm (the least of `times`): to the first fitted
    model, Python's, R's and that of mixedlm's Python, and `rparity check`. Where pyarrow is installed, 44 MB of ours
    are pandas loading it.
    """
    data = fixtures_path() / "data"
    theirs = (f'suppressMessages(library(lme4)); source("{data}/read.R"); d <- read_fixture("sleepstudy", "{data}"); '
              "d <- transform(subset(d, Days >= 2), days_deprived = Days - 2); "
              "m <- lmer(Reaction ~ days_deprived + (days_deprived | Subject), d)")
    commands = {"Python, first fit": [sys.executable, "-c", FIRST_FIT], "R, first fit": ["Rscript", "-e", theirs],
                "rparity check": [str(Path(sys.executable).with_name("rparity")), "check"]}
    if mixedlm:
        commands["mixedlm, first fit"] = [mixedlm, "-c", MIXEDLM_FIRST_FIT, str(data / "sleepstudy.csv")]
    return {name: [min(each) for each in zip(*(process(command) for _ in range(times)), strict=True)]
            for name, command in commands.items()}


def installation() -> dict[str, Any]:
    """A new environment with nothing but the package: its MB, then each of `processes` for the first time and again."""
    root = Path(__file__).resolve().parent.parent
    with tempfile.TemporaryDirectory() as place:
        subprocess.run([sys.executable, "-m", "venv", place], check=True)
        python, rparity = (str(Path(place) / "bin" / name) for name in ("python", "rparity"))
        began = time.perf_counter()
        subprocess.run([python, "-m", "pip", "install", "--quiet", str(root)], check=True)
        out: dict[str, Any] = {"seconds to install": time.perf_counter() - began}
        files = (file for file in Path(place).rglob("*") if file.is_file() and not file.is_symlink())
        out["MB"] = sum(file.stat().st_size for file in files) / 1e6
        for name, command in {"first fit": [python, "-c", FIRST_FIT], "check": [rparity, "check"]}.items():
            out[name] = [process(command, PYTHONPATH="") for _ in range(3)]
        return out


def large(limit: float) -> dict[str, dict[str, list[float] | None]]:
    """Whole processes of large models, [seconds, CPU seconds, MB, CPU seconds of the fit, the package loaded], the
    medians of three unless they take long; None for what took longer than `limit` CPU seconds, nothing for what failed
    (lme4 before 2.0 has no `ar1`): 10^6 rows in 10^5 groups, one after the other and in random order, two crossed
    factors of 5,000 levels with 30,000 rows, and 200 occasions of 500 subjects, two of eleven missing; the same steps
    and draws in both. In random order R takes half as long again. What R takes does not hang on whether the groups are
    numbers or text; on a machine whose two cores had a load of 14 it took 51 s on the clock for 15 s of CPU.
    """
    ours = """
import time, numpy as np, pandas as pd, translations as r
s = r.set_seed(1)
"""
    tasks = {
        "10^6 rows": (
            """d = pd.DataFrame({"g": np.tile(np.arange(10**5), 10), "x": np.repeat(np.arange(10.0), 10**5)})
d["y"] = d.x + s.rnorm(10**5)[d.g] + s.rnorm(10**6)
""", "d <- data.frame(g = rep(1:1e5, 10), x = rep(0:9, each = 1e5)); d$y <- d$x + rnorm(1e5)[d$g] + rnorm(1e6)",
            "y ~ x + (1 | g)"),
        "10^6 rows, random": (
            """d = pd.DataFrame({"g": s.sample_int(10**5, 10**6, True), "x": s.rnorm(10**6)})
d["y"] = d.x + s.rnorm(10**5)[d.g - 1] + s.rnorm(10**6)
""", "d <- data.frame(g = sample.int(1e5, 1e6, TRUE), x = rnorm(1e6)); d$y <- d$x + rnorm(1e5)[d$g] + rnorm(1e6)",
            "y ~ x + (1 | g)"),
        "crossed 5,000": (
            """d = pd.DataFrame({"a": s.sample_int(5000, 30000, True), "b": s.sample_int(5000, 30000, True)})
d["y"] = s.rnorm(5000)[d.a - 1] + s.rnorm(5000)[d.b - 1] + s.rnorm(30000)
""", "d <- data.frame(a = sample.int(5000, 3e4, TRUE), b = sample.int(5000, 3e4, TRUE)); "
            "d$y <- rnorm(5000)[d$a] + rnorm(5000)[d$b] + rnorm(3e4)", "y ~ 1 + (1 | a) + (1 | b)"),
        "ar1, 200 x 500": (
            """e = s.rnorm(10**5).reshape(200, 500)
for j in range(1, 200):
    e[j] = 0.8 * e[j - 1] + 0.6 * e[j]
t, g = np.divmod(np.arange(10**5), 500)
d = pd.DataFrame({"t": t, "f": pd.Categorical(t), "g": g, "y": e.ravel() + s.rnorm(10**5)})
d = d[np.arange(10**5) * 7 % 11 > 1]
""", "e <- matrix(rnorm(1e5), 500); for (j in 2:200) e[, j] <- 0.8 * e[, j - 1] + 0.6 * e[, j]; "
            "d <- data.frame(t = rep(0:199, each = 500), g = rep(0:499, 200), y = c(e) + rnorm(1e5)); "
            "d$f <- factor(d$t); d <- d[(0:99999) * 7 %% 11 > 1, ]", "y ~ t + ar1(0 + f | g)"),
    }
    found: dict[str, dict[str, list[float] | None]] = {}
    for name, (python, r_code, formula) in tasks.items():
        theirs = f"suppressMessages(library(lme4)); set.seed(1); {r_code}; "
        theirs += f"took <- system.time(m <- lmer({formula}, d)); cat('', took[1] + took[2])"
        commands = {"R": ["Rscript", "-e", theirs]}
        for optimizer in ("nloptwrap", "newton"):
            code = f"{ours}{python}r.lmer\nt = time.process_time()\nr.lmer({formula!r}, d, control={optimizer!r})\n"
            code += "print(time.process_time() - t)"
            commands[optimizer] = [sys.executable, "-W", "ignore", "-c", code]
        found[name] = {}
        for who, command in commands.items():
            bounded = ["sh", "-c", f"ulimit -t {limit:.0f}; exec \"$@\"", "sh", *command]
            runs: list[list[float]] = []
            try:
                while len(runs) < 3 and sum(cpu for _, cpu, *_ in runs) < 30.0:
                    whole, fit = measured(bounded)
                    runs.append([*whole, float(fit)])
                found[name][who] = [statistics.median(each) for each in zip(*runs, strict=True)]
            except subprocess.CalledProcessError as error:
                found[name][who] = None if "Signals." in error.stderr else []
    return found


def instructions(task: str, times: int) -> float:
    """Instructions that one `task` executes in Python: of so many and one more, less those of one."""
    few, many = (_counted(task, n) for n in (1, times + 1))
    return (many - few) / times


def _counted(task: str, times: int) -> int:
    """Instructions of a process that does a task so many times."""
    command = [sys.executable, "-W", "ignore", __file__, "--do", task, str(times)]
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        perf = ["perf", "stat", "-x,", "-e", "instructions:u", "-o", str(out), *command]
        if shutil.which("perf") and not subprocess.run(perf, capture_output=True, check=False).returncode:
            told = [line.split(",")[0] for line in out.read_text().splitlines() if "instructions" in line]
            if told and told[0].isdigit():
                return int(told[0])
        valgrind = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", *command]
        subprocess.run(valgrind, capture_output=True, check=True)
        totals = [line for line in out.read_text().splitlines() if line.startswith("totals:")]  # of all threads
        return int(totals[-1].split()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tasks", help="names, separated by commas (default: all)")
    parser.add_argument("--repetitions", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument("--cpu", action="store_true", help="count CPU seconds, not those of the clock on the wall")
    parser.add_argument("--mixedlm", metavar="PYTHON", help="also time mixedlm, by a Python that has it (1.3.0)")
    parser.add_argument("--scaling", action="store_true",
                        help="also time InstEval with its students replicated 2, 4 and 8 times")
    parser.add_argument("--memory", action="store_true", help="also measure InstEval's peak memory, in its own process")
    parser.add_argument("--processes", action="store_true", help="also whole processes: first fit, rparity check")
    parser.add_argument("--installation", action="store_true", help="also a new environment: size, first processes")
    parser.add_argument("--large", action="store_true", help="also models of 10^6 rows and others as large")
    parser.add_argument("--limit", type=float, default=1500.0, help="CPU seconds for a large model (default: 1500)")
    parser.add_argument("--instructions", action="store_true", help="also count Python's instructions a task")
    parser.add_argument("--do", nargs=2, metavar=("TASK", "TIMES"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    tasks = work()
    if options.do:
        seconds(tasks[options.do[0]], int(options.do[1]), time.perf_counter)
        return
    chosen = options.tasks.split(",") if options.tasks else list(tasks)
    unknown = set(chosen) - set(tasks)
    if unknown:
        parser.error(f"unknown tasks {', '.join(sorted(unknown))}; there are {', '.join(tasks)}")
    theirs = in_r(chosen, options.repetitions, options.cpu)
    clock = cpu_clock if options.cpu else time.perf_counter
    ours = {name: milliseconds(tasks[name], options.repetitions, clock) for name in chosen}
    peer = in_mixedlm(options.mixedlm, chosen, options.repetitions, options.cpu) if options.mixedlm else {}
    report: dict[str, Any] = {"python": ours, "mixedlm": peer, "R": theirs, "ratio": {}, "machine": about(theirs)}
    print(f"{'task':18} {'R ms':>12} {'Python ms':>12} {'R / Python':>11}" + f"{'mixedlm ms':>13}" * bool(peer))
    for name in chosen:
        there = theirs["times"].get(SAME_AS.get(name, name))
        if isinstance(there, int | float):
            report["ratio"][name] = there / ours[name]
        print(f"{name:18} {number(there):>12} {ours[name]:>12.3f} {number(report['ratio'].get(name)):>11}"
              + f"{number(peer.get(name)):>13}" * bool(peer))
    if options.scaling:
        report["scaling"] = scaling()
        for optimizer, found in report["scaling"].items():
            cells = (f"{n}x {ms:.0f} ms ({ms / found[1] / n:.2f} of linear)" for n, ms in found.items())
            print(f"InstEval replicated, {optimizer}: " + ", ".join(cells))
    if options.memory:
        report["memory"] = peak_memory()
        cells = (f"{name} {mb:.0f} MB" for name, mb in report["memory"].items())
        print("InstEval, peak of the whole process: " + ", ".join(cells))
    if options.instructions:
        report["instructions"] = {name: instructions(name, 3) for name in chosen}
        for name, count in report["instructions"].items():
            print(f"{name}: {count / 1e6:.2f} million instructions in Python")
    if options.processes:
        report["processes"] = processes(options.mixedlm)
        for name, (wall, cpu, peak) in report["processes"].items():
            print(f"{name}, whole process, warm: {wall:.2f} s, {cpu:.2f} s of CPU, {peak:.0f} MB")
    if options.installation:
        report["installation"] = found = installation()
        print(f"a new environment: {found['MB']:.0f} MB, {found['seconds to install']:.0f} s to install")
        for name in ("first fit", "check"):
            cells = (f"{wall:.2f} s ({cpu:.2f} s of CPU, {peak:.0f} MB)" for wall, cpu, peak in found[name])
            print(f"  {name}, the first time and again: " + ", ".join(cells))
    if options.large:
        report["large"] = large(options.limit)
        for name, by_whom in report["large"].items():
            cells = (f"{who} {f'{x[0]:.1f} s, {x[1]:.1f} s of CPU ({x[3]:.2f} the fit), {x[2]:.0f} MB' if x else none}"
                     for who, x in by_whom.items() for none in ["fails" if x == [] else f"> {options.limit:.0f} s"])
            print(f"{name}: " + "; ".join(cells))
    print("\n" + "; ".join(f"{key}: {value}" for key, value in report["machine"].items()))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")


def number(x: Any) -> str:
    return f"{x:.3f}" if isinstance(x, int | float) else "-"


def about(theirs: dict[str, Any]) -> dict[str, Any]:
    """Versions, BLAS, threads, load and peak memory: what the figures depend on."""
    from threadpoolctl import threadpool_info

    blas = {
        f"{i.get('internal_api')} {i.get('version')} ({i.get('architecture')}, {i.get('num_threads')} threads)"
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
