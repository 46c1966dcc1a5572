"""Score programs that fit generalized linear mixed models against the certified values: digits, failures, time.

    python scripts/scoreboard_generalized.py [--peers] [--only KEY ...] [--models KEY ...]
                                             [--folder lme4-2.1 DIR] [--table | --beside]

The options are those of `scoreboard.py`, of which this is the other half; it writes
fixtures/certified/scoreboard_generalized.json.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from scoreboard import HERE, Answers, Program, command, r_answers
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
    Program("glmm-settled", "glmm, restarted until it stays", "peer", "glmm"),
    Program("interlace-lme", "interlace-lme", "peer", "interlace-lme"),
    Program("lme-python", "lme-python", "peer", "lme-python"),
    Program("pymer4", "pymer4", "peer", "pymer4", "it calls R's lme4: its digits would be lme4's"),
)
PACKAGES = {"glmmTMB": "glmmTMB"}


def r_programs(programs: Sequence[Program], tasks: Path, folder: Path | None) -> dict[str, Answers]:
    """The fits of R's packages, each program by itself."""
    files, found = [HERE / "scoring" / "glmer.R", tasks], {}
    for program in (p for p in programs if p.kind in ("R", "folder")):
        package = PACKAGES.get(program.key, "lme4")
        told = r_answers(package, files, [program.key, package], folder if program.kind == "folder" else None)
        found[program.key] = told.of(program.key)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    return command(__doc__ or "", all_models(), PROGRAMS, r_programs, "generalized.py", STORED, arguments)


if __name__ == "__main__":
    sys.exit(main())
