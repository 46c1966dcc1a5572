"""References from R: a suite's scripts asked of the R at hand, whose release's answers are added or renewed.

What other releases answered stays as it is. Files are written all or none.
"""
from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from translations.files import replace
from translations.parallel.progress import bar
from translations.releases import Taken, release_of

from . import reference
from .cases import Case, Suite
from .compare import match
from .layers import without_noise
from .piped import PipedR, RDied
from .r_cures import told
from .records import RError, ScriptError
from .reference import Reference
from .sources import sources
from .tolerances import EXACT, Tolerances
from .warned import differences, masked

LACKS = "there is no package called"  # R's words for what says nothing about the script


class WrongVersion(RuntimeError):
    """R or one of its packages is not the version that the release's stored references come from."""


@dataclass
class Renewed:
    """What came of asking R for a suite's answers.

    taken     the release that R was taken for (that of the last script, where they differ)
    written   the references that were written
    stops     what R says where a script stops that runs under another release, which is stored as its answer
    failed    what R says where nothing could be stored
    left_out  the scripts that were not asked, by the reason: those whose R this release has not
    moved     what would change, a sentence each, where nothing was to be written
    interrupted     whether somebody ended it before all scripts were asked
    """

    taken: Taken | None = None
    written: list[Path] = field(default_factory=list)
    stops: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    left_out: dict[str, list[str]] = field(default_factory=dict)
    interrupted: bool = False


def regenerate(suite: Suite, r: PipedR, only: Sequence[str] = (), nearest: bool = False,
               wanted: str | None = None) -> Renewed:
    """Ask R for the suite's answers (or those named in `only`) and store them as its release's.

    A script that fails does not hold back the others. `nearest` takes an R with other versions than the release's, or
    than those that its stored answers come from, for the release; `wanted` names the release that R must be.
    Raises WrongVersion, and KeyError for a name without a script.
    """
    done, texts = Renewed(), {}
    for name, fresh in _asked(suite, r, only, done):
        path = reference.reference_path(suite, name)
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        stored = reference.parse_all(old) if old else {}
        done.taken = _release(suite, fresh, stored, nearest, wanted)
        if fresh.error and not [one for one in stored if one != done.taken.release.name]:
            done.failed[name] = told(fresh.error)
            continue
        if fresh.error:
            done.stops[name] = fresh.error
        beside = [kind for kind, there in reference.other_paths(suite, name).items() if there.is_file()]
        text = _written(stored, done.taken.release.name, fresh, beside, case_of(suite, name))
        if _without_dates(old) != _without_dates(text):
            texts[path] = text
    replace(texts)
    done.written = list(texts)
    return done


def would_change(suite: Suite, r: PipedR, only: Sequence[str] = (), nearest: bool = False,
                 wanted: str | None = None) -> Renewed:
    """What `regenerate` would change beyond the cases' tolerances; nothing is written.

    Within them R itself is not steady: where an optimizer stops depends on how a session's memory is aligned.
    """
    done = Renewed()
    for name, fresh in _asked(suite, r, only, done):
        path = reference.reference_path(suite, name)
        stored = reference.parse_all(path.read_text(encoding="utf-8")) if path.exists() else {}
        done.taken = _release(suite, fresh, stored, nearest, wanted)
        here = f"{suite.name}/{name}"
        if fresh.error and not [one for one in stored if one != done.taken.release.name]:
            done.failed[name] = told(fresh.error)
            continue
        if done.taken.release.name not in stored:
            of = f" of R {done.taken.release.name}" if stored else ""
            done.moved.append(f"{here}: no stored reference{of}")
        else:
            done.moved += _differences(here, stored[done.taken.release.name], fresh, tolerance_of(suite, name))
    return done


def _asked(suite: Suite, r: PipedR, only: Sequence[str], done: Renewed) -> Iterator[tuple[str, Reference]]:
    """R's answer to each script, as the reference of its release; what R could not answer goes to `done.failed`."""
    scripts = [script for script in suite.scripts() if not only or script.stem in only]
    absent = set(only) - {script.stem for script in scripts}
    if absent or not scripts:
        raise KeyError(f"no script {', '.join(sorted(absent)) or '*.R'} in {suite.references}")
    alone = suite.without_control()
    with bar(None, len(scripts), f"R, {suite.name}") as advance:
        for script in scripts:
            try:
                fresh = _fresh(suite, r, script, script.stem not in alone, done)
            except KeyboardInterrupt:  # the answers that are there are kept
                done.failed[script.stem] = "interrupted; it and those after it are as they were"
                done.interrupted = True
                return
            if fresh is not None:
                yield script.stem, fresh
            advance(1)


def _fresh(suite: Suite, r: PipedR, script: Path, tight: bool, done: Renewed) -> Reference | None:
    """R's answer to one script; None, told in `done`, where it has none."""
    if (case := case_of(suite, script.stem)) and case.releases and (why := case.lacks(_release_here(r))):
        done.left_out.setdefault(why, []).append(script.stem)
        return None
    try:
        fits, provenance = r.case(script, tight)
        return Reference(fits, (), {**provenance, "sources": sources(script)}, "")
    except ScriptError as error:
        if LACKS not in str(error):
            return Reference({}, (), {**error.provenance, "sources": sources(script)}, str(error))
        said = str(error)
    except RDied as error:
        said = str(error)
    except RError as error:
        said = f"{script.name}{',' if str(error).startswith('line ') else ':'} {error}"
    done.failed[script.stem] = told(said)
    return None


def _release(suite: Suite, fresh: Reference, stored: Mapping[str, Reference], nearest: bool,
             wanted: str | None) -> Taken:
    """The release that the R which answered is taken for. Raises WrongVersion."""
    taken = release_of(fresh.provenance)
    if wanted is not None and taken.release.name != wanted:
        raise WrongVersion(f"this is {taken}, not {wanted}")
    if nearest:
        return taken
    if suite.built_in and taken.differs:
        raise WrongVersion(f"this is {taken.differs}; --nearest makes references from it all the same")
    before = stored[taken.release.name].provenance if taken.release.name in stored else {}
    pins = {key: own for key, own in before.items() if key == "R" or key.startswith("package ")}
    wrong = [f"{key.removeprefix('package ')} {fresh.provenance[key]} (stored: {own})" for key, own in pins.items()
             if fresh.provenance.get(key, own) != own]
    if wrong:
        raise WrongVersion(f"this is {', '.join(wrong)}; --nearest renews the answers of R {taken.release.name} from "
                           "it all the same")
    return taken


def _written(stored: Mapping[str, Reference], name: str, fresh: Reference, beside: Sequence[str],
             case: Case | None) -> str:
    """A reference's text with the answers of release `name` in it, without the noise that its own old ones and its
    neighbour's show; those of releases that the case is not in go.
    """
    tolerance = case.tolerance if case else EXACT
    fits = dict(fresh.fits)
    if case:
        stored = {other: one for other, one in stored.items() if not case.lacks(other)}
    base = next(iter(stored), name)
    others = {other: one for other, one in stored.items() if other != name}
    for before in (stored.get(name), others[reference.towards(name, others)] if name != base else None):
        fits = {kind: without_noise(fit, before.fits[kind], tolerance, kind) if before and kind in before.fits else fit
                for kind, fit in fits.items()}
    every = {**stored, name: Reference(fits, (), fresh.provenance, fresh.error)}
    whole = every.pop(base)
    return reference.render(whole.fits, beside, whole.provenance, every)


def _differences(here: str, stored: Reference, fresh: Reference, tolerance: Tolerances) -> list[str]:
    """Sentences on what of a case's answer is not as stored."""
    found = []
    if stored.error != fresh.error:
        found.append(f"{here}: {fresh.error or 'it no longer stops'}")
    for fit in sorted({*stored.fits, *fresh.fits}):
        if fit not in stored.fits or fit not in fresh.fits:
            found.append(f"{here}: the {fit} fit is {'new' if fit in fresh.fits else 'gone'}")
            continue
        old, now = stored.fits[fit], fresh.fits[fit]
        found += [f"{here} ({fit}): {one}" for one in match(now.values, old.values, tolerance, fit).short]
        if [*map(masked, old.printed)] != [*map(masked, now.printed)]:
            found.append(f"{here} ({fit}): the printed text differs")
        found += [f"{here} ({fit}): {one}" for one in differences(now.warnings, old.warnings)]
    return found + [f"{here}: {key} was {stored.provenance.get(key)}, is {value}" for key, value
                    in fresh.provenance.items() if key != "date" and stored.provenance.get(key) != value]


def tolerance_of(suite: Suite, name: str) -> Tolerances:
    """The tolerance of a script's translation; none is allowed where there is none, or a half-written one."""
    return case.tolerance if (case := case_of(suite, name)) else EXACT


def case_of(suite: Suite, name: str) -> Case | None:
    """A script's translation; None where there is none, or a half-written one."""
    try:
        return suite.load(suite.code / f"{name}.py")
    except Exception:  # whatever a file may do that is being written
        return None


def _release_here(r: PipedR) -> str:
    """The release of the R that is asked, by its own version and lme4's."""
    versions = {"R": r.version()}
    with suppress(RError):
        versions["package lme4"] = r.version("lme4")
    return release_of(versions).release.name


def _without_dates(text: str) -> str:
    """A reference without the lines that say when R was asked, which stand at these depths and nowhere else."""
    return "\n".join(line for line in text.splitlines() if not line.startswith(('  "date": ', '    "date": ')))
