"""Score programs that fit linear mixed models against the certified values: digits, failures, time.

    python scripts/scoreboard.py                  R's lme4, our two optimizers and statsmodels
    python scripts/scoreboard.py --peers          the other Python packages too, each in an environment of its own
                                                  that is made under --cache (~/.cache/rparity/peers) if need be
    python scripts/scoreboard.py --only KEY ...   these programs; what is stored of the others stays
    python scripts/scoreboard.py --models KEY ... these models; what is stored of the others stays
    python scripts/scoreboard.py --folder lme4-2.1 DIR    R's lme4 of another release, in a folder of scripts/r_root.sh
    python scripts/scoreboard.py --table          print the stored scoreboard, run nothing
    python scripts/scoreboard.py --beside         ours, mixedlm and glmm model by model, store nothing

writes fixtures/certified/scoreboard.json. Digits are -log10 of the error relative to the certified value (for fixed
effects, to the largest of them), the fewest of a quantity's values, at most 15.95.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any, Protocol

from mpmath import isfinite, log10, mpf
from scoring.tasks import QUANTITIES, Scored, all_models

HERE = Path(__file__).resolve().parent
STORED = HERE.parent / "fixtures" / "certified" / "scoreboard.json"
MOST = 15.95
LIMIT = 1800  # seconds for one program's tasks


@dataclass(frozen=True)
class Program:
    """key: adapters.py's name for it; distribution: what pip installs; needs: what keeps pip from being enough.

    kind: "R", "folder" (R of another release), "ours", "python" (of this environment) or "peer" (of its own).
    """

    key: str
    name: str
    kind: str
    distribution: str = ""
    needs: str = ""
    note: str = ""


WEIGHTED = "its criterion of weighted models leaves out the sum of log weights and is not scored"


PROGRAMS = (
    Program("lme4", "lme4, as it stands", "R"),
    Program("lme4-tight", "lme4 at its optimum", "R"),
    Program("lme4-1.1-37", "lme4 1.1-37, as it stands", "folder"),
    Program("lme4-2.1", "lme4 2.1, as it stands", "folder"),
    Program("rparity-nloptwrap", "rparity, nloptwrap", "ours", "rparity"),
    Program("rparity-newton", "rparity, newton", "ours", "rparity"),
    Program("statsmodels", "statsmodels MixedLM", "python", "statsmodels"),
    Program("mixedlm", "mixedlm", "peer", "mixedlm"),
    Program("mixedlm-rs", "mixedlm-rs", "peer", "mixedlm-rs"),
    Program("lme-python", "lme-python", "peer", "lme-python", note=WEIGHTED),
    Program("kamino-lme", "kamino-lme", "peer", "kamino-lme"),
    Program("glmm", "glmm", "peer", "glmm"),
    Program("interlace-lme", "interlace-lme", "peer", "interlace-lme", note=WEIGHTED),
    Program(
        "pymer4", "pymer4", "peer", "pymer4",
        "it calls R's lme4, by way of R packages (report, broom.mixed, parameters, performance, emmeans) of which "
        "report is in no Debian package; its digits would be lme4's",
    ),
)


@dataclass(frozen=True)
class Answers:
    """What came of one program: versions, why it could not be had if so, one answer a model."""

    versions: dict[str, str]
    reason: str
    answers: dict[str, dict[str, Any]]

    def of(self, key: str) -> Answers:
        """Those of one program, by the model."""
        mine = {one["model"]: one for name, one in self.answers.items() if name.split()[0] == key}
        return Answers(self.versions, self.reason, mine)


def r_answers(package: str, files: Sequence[Path], words: Sequence[str], folder: Path | None = None) -> Answers:
    """Fits by an R package: of `files`, an R script and what it reads, with `words`; folder: of another R.

    The answers' keys are "program model".
    """
    ask = f'cat(R.version$major, ".", R.version$minor, " ", as.character(packageVersion("{package}")), sep = "")'
    command = ["Rscript"] if folder is None else ["chroot", str(folder), "Rscript"]
    try:
        r_version, version = _output([*command, "-e", ask]).split()
        with tempfile.TemporaryDirectory(dir=folder and folder / "tmp") as place:
            copies = [Path(shutil.copy(file, place)) for file in files]
            there = [str(one if folder is None else "/" / one.relative_to(folder)) for one in copies]
            lines = [json.loads(line) for line in _output([*command, *there, *words]).splitlines()]
    except (OSError, subprocess.SubprocessError) as error:
        return Answers({}, f"R with {package}: {error}", {})
    return Answers({package: version, "R": r_version}, "", {f"{one['program']} {one['model']}": one for one in lines})


def lme4_answers(programs: Sequence[Program], tasks: Path, folder: Path | None) -> dict[str, Answers]:
    """Both of lme4's fits, from one R; in a folder with another R the default's alone, under its program's name."""
    files = [HERE / "scoring" / "lme4.R", tasks, HERE.parent / "translations" / "parity" / "r" / "tight.R"]
    found = {}
    for kind, place in (("R", None), ("folder", folder)):
        if keys := [p.key for p in programs if p.kind == kind]:
            told = r_answers("lme4", files, keys if place else [], place)
            found |= {key: told.of(key) for key in keys}
    return found


def python_answers(program: Program, tasks: Path, cache: Path, adapters: str) -> Answers:
    """A Python program's fits, from this environment or, for a peer, from its own."""
    try:
        python = environment(program, cache) if program.kind == "peer" else sys.executable
    except subprocess.SubprocessError as error:
        return Answers({}, str(error), {})
    versions = {program.distribution: _version(python, program.distribution)}
    if program.needs:
        return Answers(versions, program.needs, {})
    try:
        lines = _output([python, str(HERE / "scoring" / adapters), program.key, str(tasks)]).splitlines()
    except subprocess.SubprocessError as error:
        return Answers(versions, str(error), {})
    return Answers(versions, "", {one["model"]: one for one in map(json.loads, lines)})


def environment(program: Program, cache: Path) -> str:
    """The Python of a peer's environment, which is made when it is not there."""
    place = cache / program.distribution
    python = place / "bin" / "python"
    if not python.is_file():
        _output([sys.executable, "-m", "venv", str(place)])
    if not _version(str(python), program.distribution):
        _output([str(python), "-m", "pip", "install", "--quiet", program.distribution])
    return str(python)


def _version(python: str, distribution: str) -> str:
    if python == sys.executable:
        return version(distribution)
    ask = f"from importlib.metadata import version; print(version({distribution!r}))"
    done = subprocess.run([python, "-c", ask], capture_output=True, text=True, check=False)
    return done.stdout.strip()


def _output(command: Sequence[str]) -> str:
    """What a command prints. Raises SubprocessError that says what went wrong."""
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "RAYON_NUM_THREADS": "1"}
    path = os.pathsep.join([str(HERE.parent), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT, check=False,
                          env=os.environ | threads | {"PYTHONPATH": path})
    if done.returncode:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        raise subprocess.SubprocessError(f"{Path(command[0]).name} exited with {done.returncode}: {last[:200]}")
    return done.stdout


# ------------------------------------------------------------------------------------------------------------- scores


def digits(got: Any, expected: Any, scale: Any = None) -> float:
    """Digits that a double shares with a certified value, from 0 to MOST; absolute where that is 0."""
    if got is None or not isfinite(mpf(got)):
        return 0.0
    error = abs(mpf(got) - expected) / (scale or abs(expected) or 1)
    return MOST if error == 0 else float(min(max(-log10(error), 0), MOST))


def _flat(values: Any) -> Iterator[Any]:
    for value in values if isinstance(values, list) else [values]:
        yield from _flat(value) if isinstance(value, list) else [value]


def score(model: Scored, answer: dict[str, Any]) -> dict[str, Any]:
    """One program's score on one model: digits a quantity, None where the program does not report it."""
    found: dict[str, Any] = dict.fromkeys(QUANTITIES)
    for quantity, expected in model.certified.items():
        got = answer.get("values", {}).get(quantity)
        if got is None:
            continue
        pairs = list(zip(_flat(got), _flat(expected), strict=False))
        scale = max(abs(value) for _, value in pairs) if quantity == "beta" else None
        whole = len(list(_flat(got))) == len(list(_flat(expected)))
        found[quantity] = round(min(digits(*pair, scale) for pair in pairs), 2) if whole and pairs else 0.0
    return {"model": model.key, "status": answer["status"], "reason": answer["reason"], "digits": found,
            "seconds": answer.get("seconds")}


def summary(program: str, scores: Sequence[dict[str, Any]], shared: set[str]) -> dict[str, Any]:
    """Fewest and median digits a quantity over the models that a program fitted; its time over those in `shared`."""
    times = [one["seconds"] for one in scores if one["status"] == "ok" and one["model"] in shared]
    suites = dict.fromkeys(one["model"].split("/")[0] for one in scores)
    each = {suite: counted([one for one in scores if one["model"].startswith(f"{suite}/")]) for suite in suites}
    seconds = round(sum(times), 4) if times else None
    return {"program": program} | counted(scores) | {"seconds": seconds, "suites": each}


def counted(scores: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """How many models were fitted, failed, could not be said; fewest and median digits of each quantity."""
    status = [one["status"] for one in scores]
    by = {q: [one["digits"][q] for one in scores if one["digits"][q] is not None] for q in QUANTITIES}
    return {
        "fitted": status.count("ok"),
        "failed": status.count("failed"),
        "cannot": status.count("cannot"),
        "fewest": {q: min(values) if values else None for q, values in by.items()},
        "median": {q: round(statistics.median(values), 2) if values else None for q, values in by.items()},
    }


def board(models: Sequence[Scored], found: dict[str, Answers], before: dict[str, Any],
          known: Sequence[Program] = PROGRAMS, asked: Sequence[Scored] | None = None) -> dict[str, Any]:
    """The whole scoreboard, as it is stored: what was found now of the models that were `asked`, None being all, and
    what `before` has of the others and of the other programs.
    """
    scores, programs, today = [], [], date.today().isoformat()
    new = {m.key for m in (models if asked is None else asked)}
    old = {(one["program"], one["model"]): one for one in before.get("scores", [])}
    for program in known:
        if program.key not in found:
            kept = [one for one in before.get("programs", []) if one["key"] == program.key]
            programs += [{"date": before["date"]} | one for one in kept]
            scores += [one for (key, _), one in old.items() if key == program.key]
            continue
        told = found[program.key]
        programs.append({"key": program.key, "name": program.name, "kind": program.kind, "versions": told.versions,
                         "date": today, "available": not told.reason, "reason": told.reason, "note": program.note})
        nothing = {"status": "unavailable", "reason": told.reason} if told.reason else {
            "status": "failed", "reason": "the program ended before it came to this model"}
        scores += [{"program": program.key} | score(m, told.answers.get(m.key, nothing)) if m.key in new
                   else old[program.key, m.key] for m in models]
    able = [p["key"] for p in programs if p["available"]]
    ok = {(one["program"], one["model"]) for one in scores if one["status"] == "ok"}
    shared = {m.key for m in models if all((key, m.key) in ok for key in able)}
    of = {key: [one for one in scores if one["program"] == key] for key in able}
    described = [{"key": m.key, "suite": m.key.split("/")[0], "formula": text_of(m.task), "reml": m.task["reml"],
                  "rows": m.rows, "level": m.level} for m in models]
    return {
        "date": today,
        "machine": {"python": platform.python_version(), "platform": platform.platform(), "cpu": _cpu()},
        "quantities": list(QUANTITIES),
        "most": MOST,
        "programs": programs,
        "models": described,
        "timed": sorted(shared),
        "scores": scores,
        "summary": [summary(key, of[key], shared) for key in able],
    }


def text_of(task: dict[str, Any]) -> str:
    from scoring.adapters import formula

    return formula(task)


def _cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").is_file() else []
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def show(stored: dict[str, Any]) -> None:
    """Print the scoreboard, suite by suite: fewest digits (median in brackets) of each quantity, failures; the time."""
    from rich.console import Console
    from rich.table import Table

    names = {program["key"]: program for program in stored["programs"]}
    title = f"Digits shared with the certified values of {len(stored['models'])} models, {stored['date']}"
    caption = f"fewest (median); CPU seconds for the {len(stored['timed'])} models that all programs fitted"
    table = Table(title=title, caption=caption)
    for heading in ("program", "suite", "fitted", "failed", "cannot", *stored["quantities"], "seconds"):
        table.add_column(heading, justify="left" if heading in ("program", "suite") else "right")
    for row in stored["summary"]:
        program = names[row["program"]]
        named = f"{program['name']} {' '.join(program['versions'].values())}"
        seconds = "-" if row["seconds"] is None else f"{row['seconds']:.2f}"
        for suite, found in row["suites"].items():
            cells = ["-" if found["fewest"][q] is None else f"{found['fewest'][q]:.1f} ({found['median'][q]:.1f})"
                     for q in stored["quantities"]]
            table.add_row(named, suite, *(str(found[k]) for k in ("fitted", "failed", "cannot")), *cells, seconds)
            named = seconds = ""
        table.add_section()
    console = Console(width=180)
    console.print(table)
    for program in stored["programs"]:
        if not program["available"]:
            console.print(f"{program['name']} {' '.join(program['versions'].values())}: not run: {program['reason']}")


# ------------------------------------------------------------------------------------------------------- the command


class InR(Protocol):
    """What asks R's programs, of which those of kind "folder" are in the folder."""

    def __call__(self, programs: Sequence[Program], tasks: Path, folder: Path | None) -> dict[str, Answers]: ...


BESIDE = ("rparity", "rparity-newton", "mixedlm", "glmm", "glmm-settled")
ESTIMATES = ("beta", "SE", "theta", "variances")


def beside(stored: dict[str, Any], keys: Sequence[str]) -> str:
    """A line a model: each program's CPU milliseconds and fewest digits of any estimate; sums of the former."""
    of = {(one["program"], one["model"]): one for one in stored["scores"]}
    lines = ["model".ljust(28) + "".join(key.rjust(24) for key in keys)]
    for model in (one["key"] for one in stored["models"]):
        lines.append(model.ljust(28) + "".join(_cell(of[key, model]).rjust(24) for key in keys))
    for name, models in (("all", [one["key"] for one in stored["models"]]), ("what all fitted", stored["timed"])):
        sums = [sum(of[key, model].get("seconds") or 0.0 for model in models) for key in keys]
        lines.append(f"{name}, {len(models)}".ljust(28) + "".join(f"{1000.0 * s:.1f} ms".rjust(24) for s in sums))
    return "\n".join(lines)


def _cell(score: dict[str, Any]) -> str:
    if score["status"] != "ok":
        return str(score["status"])
    digits = [score["digits"][q] for q in ESTIMATES if score["digits"][q] is not None]
    return f"{1000.0 * score['seconds']:.1f} ms {min(digits):4.1f}"


def command(about: str, models: Sequence[Scored], programs: Sequence[Program], in_r: InR, adapters: str, file: Path,
            arguments: Sequence[str] | None = None) -> int:
    """Score the programs that the arguments name, print the scoreboard, and write it to the file."""
    options = parsed(about, arguments)
    if options.table:
        show(json.loads(file.read_text(encoding="utf-8")))
        return 0
    only = options.only or options.folder[:1] if options.only or options.folder else None
    only = BESIDE if options.beside and not only else only
    usual = ("R", "ours", "python", *(["peer"] if options.peers else []))
    chosen = [p for p in programs if (p.key in only if only else p.kind in usual)]
    asked = [model for model in models if not options.models or model.key in options.models]
    with tempfile.TemporaryDirectory() as scratch:
        tasks = Path(scratch) / "tasks.json"
        tasks.write_text(json.dumps([model.task for model in asked]), encoding="utf-8")
        found = in_r(chosen, tasks, options.folder and Path(options.folder[1]))
        for program in chosen:
            if program.kind not in ("R", "folder"):
                found[program.key] = python_answers(program, tasks, options.cache, adapters)
    if options.beside:
        print(beside(board(asked, found, {}, programs), [program.key for program in chosen]))
        return 0
    kept = (only or options.models) and file.is_file()
    before = json.loads(file.read_text(encoding="utf-8")) if kept else {}
    stored = board(models, found, before, programs, asked)
    show(stored)
    file.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return 0


def parsed(about: str, arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of either half."""
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    parser.add_argument("--peers", action="store_true", help="score the other Python packages too")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rparity" / "peers",
                        help="where the peers' environments are (default: %(default)s)")
    parser.add_argument("--only", nargs="*", help="programs to run; what is stored of the others stays")
    parser.add_argument("--models", nargs="*", metavar="KEY",
                        help="models to fit; what is stored of the others stays")
    parser.add_argument("--folder", nargs=2, metavar=("KEY", "DIR"),
                        help="run R's lme4 of another release, in a folder; what is stored of the others stays")
    parser.add_argument("--table", action="store_true", help="print the stored scoreboard and run nothing")
    parser.add_argument("--beside", action="store_true", help="print milliseconds and digits model by model, of the "
                        f"programs that --only names or of {', '.join(BESIDE)}; what is stored stays")
    return parser.parse_args(arguments)


def main(arguments: Sequence[str] | None = None) -> int:
    return command(__doc__ or "", all_models(), PROGRAMS, lme4_answers, "adapters.py", STORED, arguments)


if __name__ == "__main__":
    sys.exit(main())
