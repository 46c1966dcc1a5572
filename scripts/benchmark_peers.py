"""Time and peak memory of every program that fits linear mixed models in Python, R's lme4 and ours: two models.

    python scripts/benchmark_peers.py [--limit 60] [--programs mixedlm lme-python ...] [--cache DIR] [--json FILE]

Each fit of a program runs in a process of its own, a peer's in an environment of its own (made under --cache, by
`scoreboard.py`'s means), one thread each. The sleep2 model is compared with its certified values; of InstEval, which
has none, the criterion is compared with the lowest that any program reached. A process that has not answered after
--limit CPU seconds, or wants more than --memory, is ended, and the table says so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scoreboard import HERE, PROGRAMS, Program, environment, score
from scoring.adapters import formula
from scoring.tasks import Scored, all_models

PINNED = {"mixedlm": "mixedlm==1.3.0", "lme-python": "lme-python==0.2.7", "kamino-lme": "kamino-lme==0.0.1",
          "glmm": "glmm==0.6.2"}
LEFT_OUT = ("lme4-tight", "pymer4")  # R's optimum has no time of its own; pymer4's is lme4's
# A process of its own, small: one that is forked starts with the peak of the process that it is forked from.
MEASURE = """
import resource, subprocess, sys
ended = subprocess.run(sys.argv[2:]).returncode
open(sys.argv[1], "w").write(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(max(0, -ended))
"""  # whose exit code is the signal that ended the fit, 0 for none
SLEEP2 = "chapter5/syntax_intercepts_slopes"


@dataclass(frozen=True)
class Run:
    """What came of one process: the answer's status and reason, seconds of one fit (CPU), peak memory in MB, values."""

    status: str
    reason: str
    seconds: float | None
    peak: float
    values: dict[str, Any]


def insteval() -> Scored:
    """Ratings of lecturers by students, the crossed model of the issue, as a task for `adapters.py`."""
    import translations as r

    data = r.InstEval()
    cell = data["dept"].astype(str) + ":" + data["service"].astype(str)
    columns = {"y": data["y"].astype(float), "x1": (data["service"].astype(str) == "1").astype(float)}
    columns |= {"gs": "l" + data["s"].astype(str), "gd": "l" + data["d"].astype(str), "gcell": "l" + cell}
    task = {"key": "InstEval", "columns": {name: list(values) for name, values in columns.items()}, "intercept": True,
            "fixed": ["x1"], "terms": [{"group": g, "columns": ["1"]} for g in ("gs", "gd", "gcell")], "reml": True,
            "intervals": False}
    return Scored("InstEval", task, {}, len(data), "")


def run(program: Program, model: Scored, cache: Path, limit: int, memory: float) -> Run:
    """One program's fit of one model, in a process of its own."""
    with tempfile.TemporaryDirectory() as scratch:
        path, out, err = (Path(scratch) / name for name in ("tasks.json", "out", "err"))
        path.write_text(json.dumps([model.task]), encoding="utf-8")
        try:
            command = _command(program, path, model, cache)
        except subprocess.SubprocessError as error:
            return Run("unavailable", str(error), None, 0.0, {})

        def bounded() -> None:
            resource.setrlimit(resource.RLIMIT_CPU, (limit, limit + 1))
            resource.setrlimit(resource.RLIMIT_AS, (int(memory * 2**30),) * 2)

        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "RAYON_NUM_THREADS", "POLARS_MAX_THREADS"),
                                "1")
        with out.open("w") as stdout, err.open("w") as stderr:
            small = [sys.executable, "-S", "-c", MEASURE, str(Path(scratch) / "peak")]
            child = subprocess.Popen([*small, *command], stdout=stdout, stderr=stderr, preexec_fn=bounded,
                                     env=os.environ | threads | {"PYTHONPATH": str(HERE.parent)})
            ended = child.wait()
        told = Path(scratch) / "peak"
        peak = int(told.read_text()) / 1000.0 if told.is_file() else 0.0
        lines = out.read_text(encoding="utf-8").splitlines()
        if not lines:
            said = (err.read_text(encoding="utf-8").strip() or f"no message, signal {ended}").splitlines()[-1][:160]
            over = ended in (signal.SIGXCPU, signal.SIGKILL)  # clocks differ under load
            return Run("failed", f"> {limit} s" if over else said, None, peak, {})
    answer = json.loads(lines[-1])
    return Run(answer["status"], answer["reason"], answer.get("seconds"), peak, answer.get("values", {}))


def _command(program: Program, path: Path, model: Scored, cache: Path) -> list[str]:
    if program.kind == "R":
        return ["Rscript", str(HERE / "benchmark_peers.R"), str(path), formula(model.task)]
    wanted = Program(program.key, program.name, program.kind, program.distribution)
    python = environment(wanted, cache) if program.kind == "peer" else sys.executable
    if (pin := PINNED.get(program.key)) and _version(python, program.distribution) != pin.partition("==")[2]:
        subprocess.run([python, "-m", "pip", "install", "--quiet", pin], check=True)
    return [python, str(HERE / "scoring" / "adapters.py"), program.key, str(path)]


def _version(python: str, distribution: str) -> str:
    ask = f"from importlib.metadata import version; print(version({distribution!r}))"
    return subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False).stdout.strip()


def table(models: Sequence[Scored], programs: Sequence[Program], runs: dict[tuple[str, str], Run]) -> str:
    """Seconds, peak memory and digits of every program and model, as text."""
    lines = [f"{'program':22} {'model':12} {'seconds':>10} {'peak MB':>9}  digits"]
    for model in models:
        reached = [runs[p.key, model.key].values.get("criterion") for p in programs]
        lowest = min((value for value in reached if value is not None), default=None)
        for p in programs:
            found = runs[p.key, model.key]
            if found.seconds is None:
                lines.append(f"{p.name:22} {_short(model):12} {'-':>10} {found.peak:9.0f}  {found.reason}")
                continue
            # A CPU clock may tick a hundred times a second: benchmark.py times what is shorter, over many repetitions.
            seconds = f"{found.seconds:.3f}" if found.seconds >= 0.05 else "< 0.05"
            lines.append(f"{p.name:22} {_short(model):12} {seconds:>10} {found.peak:9.0f}  "
                         f"{_digits(model, found, lowest)}")
    return "\n".join(lines)


def _short(model: Scored) -> str:
    return "sleep2" if model.key == SLEEP2 else model.key


def _digits(model: Scored, found: Run, lowest: float | None) -> str:
    if not model.certified:
        criterion = found.values["criterion"]
        return f"criterion {criterion:.9f}, {criterion - (lowest or 0.0):.1e} above the least"
    digits = score(model, {"values": found.values, "status": found.status, "reason": ""})["digits"]
    return ", ".join(f"{q} {d:.1f}" for q, d in digits.items() if d is not None and q != "intervals")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--limit", type=int, default=60, help="CPU seconds for a process (default: %(default)s)")
    parser.add_argument("--memory", type=float, default=8.0, help="GiB for a process (default: %(default)s)")
    known = [p for p in PROGRAMS if p.key not in LEFT_OUT and p.kind != "folder"]
    parser.add_argument("--programs", nargs="*", default=[p.key for p in known], help="which (default: all)")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rparity" / "peers")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    if unknown := set(options.programs) - {p.key for p in known}:
        parser.error(f"unknown programs {', '.join(sorted(unknown))}; there are {', '.join(p.key for p in known)}")
    programs = [p for p in known if p.key in options.programs]
    models = [next(m for m in all_models() if m.key == SLEEP2), insteval()]
    models[0].task["intervals"] = False
    runs = {(p.key, m.key): run(p, m, options.cache, options.limit, options.memory) for m in models for p in programs}
    print(table(models, programs, runs))
    if options.json:
        told = {f"{p}: {m}": {"seconds": one.seconds, "peak_mb": one.peak, "reason": one.reason}
                for (p, m), one in runs.items()}
        options.json.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
