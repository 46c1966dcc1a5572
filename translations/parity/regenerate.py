"""References from R: every script of a suite in one Rscript session, written all or not at all."""
from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from translations.files import replace
from translations.parity import records, reference
from translations.parity.cases import Suite
from translations.parity.compare import match
from translations.parity.sources import sources
from translations.parity.tolerances import EXACT, Tolerances
from translations.parity.warned import differences, masked

R_SIDE = Path(__file__).parent / "r"
PINNED = {"R": "4.2.2", "package lme4": "1.1.31"}
SETTINGS = {"LC_ALL": "C.UTF-8", "LANGUAGE": "en", "TZ": "UTC"}


class WrongVersion(RuntimeError):
    """R or lme4 is not the version that the stored references come from."""


def regenerate(suite: Suite, only: Sequence[str] = (), any_version: bool = False) -> list[Path]:
    """Run the suite's scripts (or those named in `only`) and write their references; returns the paths written.

    Nothing is written unless every script ran, and every file is replaced whole.
    Raises RError naming the script that failed, WrongVersion, and FileNotFoundError when there is no Rscript.
    """
    new = {reference.reference_path(suite, name): text for name, text in _run(suite, only, any_version).items()}
    changed = {path: text for path, text in new.items()
               if not path.exists() or _without_date(path.read_text(encoding="utf-8")) != _without_date(text)}
    replace(changed)
    return list(changed)


def drift(suite: Suite, only: Sequence[str] = (), any_version: bool = False) -> list[str]:
    """What `regenerate` would change beyond the cases' tolerances, a sentence for each difference; nothing is written.

    Within them R itself is not steady: where an optimizer stops depends on how a session's memory is aligned.
    """
    tolerances: dict[str, Tolerances] = {case.name: case.tolerance for case in suite.cases()}
    found = []
    for name, text in _run(suite, only, any_version).items():
        path = reference.reference_path(suite, name)
        if not path.exists():
            found.append(f"{suite.name}/{name}: no stored reference")
            continue
        stored, fresh = reference.parse(path.read_text(encoding="utf-8")), reference.parse(text)
        for fit in sorted({*stored.fits, *fresh.fits}):
            if fit not in stored.fits or fit not in fresh.fits:
                found.append(f"{suite.name}/{name}: the {fit} fit is {'new' if fit in fresh.fits else 'gone'}")
                continue
            old, now = stored.fits[fit], fresh.fits[fit]
            moved = match(now.values, old.values, tolerances.get(name, EXACT), fit)
            found += [f"{suite.name}/{name} ({fit}): {one}" for one in moved.short]
            if [*map(masked, old.printed)] != [*map(masked, now.printed)]:
                found.append(f"{suite.name}/{name} ({fit}): the printed text differs")
            found += [f"{suite.name}/{name} ({fit}): {one}" for one in differences(now.warnings, old.warnings)]
        found += [f"{suite.name}/{name}: {key} was {stored.provenance.get(key)}, is {value}"
                  for key, value in fresh.provenance.items() if key != "date" and stored.provenance.get(key) != value]
    return found


def _run(suite: Suite, only: Sequence[str], any_version: bool) -> dict[str, str]:
    scripts = [script for script in suite.scripts() if not only or script.stem in only]
    absent = set(only) - {script.stem for script in scripts}
    if absent or not scripts:
        raise KeyError(f"no script {', '.join(sorted(absent)) or '*.R'} in {suite.references}")
    with tempfile.TemporaryDirectory() as out:
        alone = suite.without_control()
        default_only = " ".join(str(number) for number, script in enumerate(scripts, 1) if script.stem in alone)
        environment = os.environ | SETTINGS | {
            "RPARITY_R": str(R_SIDE), "RPARITY_OUT": out, "RPARITY_DEFAULT_ONLY": default_only}
        command = ["Rscript", "--vanilla", str(R_SIDE / "runner.R"), *map(str, scripts)]
        ran = subprocess.run(command, env=environment, capture_output=True, text=True)
        if ran.returncode:
            raise records.RError(f"Rscript stopped: {ran.stderr.strip()}")
        texts = [(Path(out) / f"{number}.rec").read_text(encoding="utf-8") for number in range(1, len(scripts) + 1)]
    new, failed = {}, []
    for script, text in zip(scripts, texts, strict=True):
        try:
            fits, provenance = records.answers(records.rows(text))
        except records.RError as error:
            failed.append(f"{script}: {error}")
            continue
        if not any_version:
            _check_versions(provenance, _pins(suite, script.stem))
        beside = [kind for kind, path in reference.other_paths(suite, script.stem).items() if path.is_file()]
        new[script.stem] = reference.render(fits, beside, provenance | {"sources": sources(script)})
    if failed:
        raise records.RError("nothing was written, since R failed in\n" + "\n".join(failed))
    return new


def _pins(suite: Suite, case: str) -> dict[str, str]:
    """The versions that a case's reference must come from: ours, or those of the reference that a user's suite has."""
    if suite.built_in:
        return PINNED
    path = reference.reference_path(suite, case)
    stored = reference.parse(path.read_text(encoding="utf-8")).provenance if path.exists() else {}
    return {key: value for key, value in stored.items() if key == "R" or key.startswith("package ")}


def _check_versions(provenance: dict[str, str], pins: dict[str, str]) -> None:
    wrong = [f"{name.removeprefix('package ')} {provenance[name]} (pinned: {pinned})"
             for name, pinned in pins.items() if name in provenance and provenance[name] != pinned]
    if wrong:
        raise WrongVersion(f"this is {', '.join(wrong)}; --any-version makes references from it all the same")


def _without_date(text: str) -> str:
    return "\n".join(line for line in text.splitlines() if not line.startswith('  "date": '))
