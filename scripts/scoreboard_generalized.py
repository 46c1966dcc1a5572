"""Score programs that fit generalized linear mixed models against the certified values: digits, failures, time.

    python scripts/scoreboard_generalized.py [--peers] [--only KEY ...] [--folder lme4-2.1 DIR] [--table]

The options are those of `scoreboard.py`, of which this is the other half; it writes
fixtures/certified/scoreboard_generalized.json.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scoreboard import HERE, Answers, Program, _output, board, python_answers, show
from scoring.generalized_tasks import all_models

STORED = HERE.parent / "fixtures" / "certified" / "scoreboard_generalized.json"
PROGRAMS = (
    Program("lme4", "lme4, as it stands", "R"),
    Program("lme4-2.1", "lme4 2.1, as it stands", "folder"),
    Program("glmmTMB", "glmmTMB", "R", note="standard errors by its own derivatives"),
    Program("rparity", "rparity, lme4's optimizers", "ours", "rparity"),
    Program("rparity-newton", "rparity, newton", "ours", "rparity"),
    Program("statsmodels", "statsmodels", "python", "statsmodels",
            "BinomialBayesMixedGLM and PoissonBayesMixedGLM answer another question, a posterior with priors of the "
            "variance parameters; GEE has no random effects"),
    Program("mixedlm", "mixedlm", "peer", "mixedlm"),
    Program("glmm", "glmm", "peer", "glmm"),
    Program("interlace-lme", "interlace-lme", "peer", "interlace-lme"),
    Program("lme-python", "lme-python", "peer", "lme-python"),
    Program("pymer4", "pymer4", "peer", "pymer4", "it calls R's lme4: its digits would be lme4's"),
)
PACKAGES = {"glmmTMB": "glmmTMB"}


def r_answers(tasks: Path, key: str, folder: Path | None = None) -> Answers:
    """An R package's fits, from this machine's R or, of another release, from the one in a folder."""
    package = PACKAGES.get(key, "lme4")
    ask = f'cat(R.version$major, ".", R.version$minor, " ", as.character(packageVersion("{package}")), sep = "")'
    command = ["Rscript"] if folder is None else ["chroot", str(folder), "Rscript"]
    try:
        r_version, version = _output([*command, "-e", ask]).split()
        with tempfile.TemporaryDirectory(dir=folder and folder / "tmp") as place:
            copies = [Path(shutil.copy(file, place)) for file in (HERE / "scoring" / "glmer.R", tasks)]
            there = [str(one if folder is None else "/" / one.relative_to(folder)) for one in copies]
            lines = [json.loads(line) for line in _output([*command, *there, key, package]).splitlines()]
    except (OSError, subprocess.SubprocessError) as error:
        return Answers({}, f"R with {package}: {error}", {})
    return Answers({package: version, "R": r_version}, "", {one["model"]: one for one in lines})


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--peers", action="store_true", help="score the other Python packages too")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache" / "rparity" / "peers",
                        help="where the peers' environments are (default: %(default)s)")
    parser.add_argument("--only", nargs="*", help="programs to run; what is stored of the others stays")
    parser.add_argument("--folder", nargs=2, metavar=("KEY", "DIR"), help="R's lme4 of another release, in a folder")
    parser.add_argument("--table", action="store_true", help="print the stored scoreboard and run nothing")
    options = parser.parse_args(arguments)
    if options.table:
        show(json.loads(STORED.read_text(encoding="utf-8")))
        return 0
    only = options.only or options.folder[:1] if options.only or options.folder else None
    usual = ("R", "ours", "python", *(["peer"] if options.peers else []))
    models, found = all_models(), {}
    with tempfile.TemporaryDirectory() as scratch:
        tasks = Path(scratch) / "tasks.json"
        tasks.write_text(json.dumps([model.task for model in models]), encoding="utf-8")
        for program in (p for p in PROGRAMS if (p.key in only if only else p.kind in usual)):
            if program.kind in ("R", "folder"):
                folder = Path(options.folder[1]) if program.kind == "folder" else None
                found[program.key] = r_answers(tasks, program.key, folder)
            else:
                found[program.key] = python_answers(program, tasks, options.cache, "generalized.py")
    before = json.loads(STORED.read_text(encoding="utf-8")) if only and STORED.is_file() else {}
    stored = board(models, found, before, PROGRAMS)
    show(stored)
    STORED.write_text(json.dumps(stored, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
