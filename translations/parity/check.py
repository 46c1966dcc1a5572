"""The comparisons of a case: what is compared with what, and what came of it."""
from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from translations import settings
from translations.printing.style import words_of
from translations.releases import Release, nearest, releases
from translations.releases import release as release_named

from . import ahead, reference, text, warned
from .blame import blame
from .cases import Answer, Case, Library, Suite
from .causes import draws, likely_cause, unseeded
from .compare import DOUBLE, Difference, Match, match
from .flatten import Values
from .records import ScriptError
from .session import taken, versions
from .tolerances import Tolerances

CHAPTER, PRINTED, R_DEFAULT, R_TIGHT, CERTIFIED = "chapter", "R's text", "R", "R tight", "certified"
OF_A_RELEASE = (PRINTED, R_DEFAULT, R_TIGHT)  # the others are the same whatever R there is
LIVE = LIVE_R, LIVE_TIGHT, LIVE_PRINTED, LIVE_STORED = "live R", "live R tight", "live R's text", "live R = stored"


@dataclass(frozen=True)
class Outcome:
    """One comparison of one case.

    values   how many values were compared
    digits   the fewest matching digits (for text: printed digits of the numbers, 0 where the texts part)
    worst    the label that has the fewest
    short    what fell short of its tolerance, worst first
    warned   what one side warns of and the other does not: R's answers are compared with their warnings
    note     for text, where it parts; for a library, what it cannot do
    cause    the likely cause of what fell short
    diff     for text that parts: the lines of R's and of ours that stand beside each other, with a mark between
    release  the release of R that answered, where it is not the one that a case is compared with by default
    error    what was raised instead of an answer
    """

    suite: str
    case: str
    against: str
    values: int = 0
    digits: float = 0.0
    worst: str = ""
    short: tuple[Difference | str, ...] = ()
    note: str = ""
    cause: str = ""
    error: str = ""
    warned: tuple[str, ...] = ()
    release: str = ""
    passed: bool = field(default=False)
    diff: tuple[tuple[str, str, str], ...] = ()

    def explain(self, most: int = 5) -> str:
        """What a failed test says: each label with both values and the digits they share, and the likely cause."""
        of = f" (release {self.release})" if self.release else ""
        lines = [f"{self.suite}/{self.case} against {self.against}{of}:".lstrip("/")]
        lines += [f"  {self.error}"] if self.error else []
        lines += [f"  {self.note}"] if self.note else []
        lines += [f"  {one}" for one in self.short[:most]]
        lines += [f"  and {len(self.short) - most} more of {self.values}"] if len(self.short) > most else []
        lines += [f"  {one}" for one in self.warned]
        lines += [f"  {line}" for line in text.columns(self.diff)]
        lines += [f"  likely cause: {self.cause}"] if self.cause else []
        return "\n".join(lines)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return vars(self) | {"digits": round(self.digits, 3), "short": [str(one) for one in self.short[:20]]}


class NotInRelease(LookupError):
    """A comparison with a release of R that has not what the case computes. The message says why."""


def comparisons(suite: Suite, case: Case, live: bool = False, release: str | None = None) -> list[str]:
    """What a case is compared with, known without running it or reading a reference.

    Only R answers for a further `release`: the chapter, certified values and other packages have none.
    """
    found = [R_DEFAULT] + ([R_TIGHT] if case.takes_control else [])
    there = reference.other_paths(suite, case.name)
    says = case.prints or reference.prints(suite, case.name)
    found += [PRINTED] if says else []
    if release is None:
        found += [CHAPTER] if there["chapter"].is_file() else []
        found += [CERTIFIED] if there["certified"].is_file() else []
        found += [library.name for library in case.libraries]
    if live:
        left_out = {*(() if case.takes_control else (LIVE_TIGHT,)), *(() if says else (LIVE_PRINTED,))}
        found += [name for name in LIVE if name not in left_out]
    return found


def compare(suite: Suite, case: Case, against: str, release: str | None = None) -> Outcome:
    """Make one of a case's comparisons, with a release of R: None is the one that the suite is held to by its own
    setting, or whose answer stands whole, and for live comparisons that of the R at hand. The translation is run under
    that release's `options(lme4=)`. Of a case whose R is not in all releases, None is the nearest that has it.

    Raises NotInRelease, MissingReference, and whatever the translation raises.
    """
    stored = reference.stored_releases(suite, case.name)
    if odd := [name for name in stored if case.lacks(name)]:
        raise ValueError(f"{case.name}.json has an answer of R {odd[0]}, and the case is {case.lacks(odd[0])}; "
                         f"rparity regenerate {suite.options} {case.name} takes it out")
    if against in LIVE:
        found = _live(suite, case, against)
        return replace(found, release=_shown(case, stored, found.release))
    if release and case.lacks(release):
        raise NotInRelease(case.lacks(release))
    name = release or suite.release or stored[0]
    if against not in OF_A_RELEASE:
        name = stored[0]
    elif case.lacks(name):
        name = nearest(name, case.releases)
    found = _stored(suite, case, against, reference.load(suite, case.name, name), release_named(name).option)
    return replace(found, release=_shown(case, stored, name))


def _shown(case: Case, stored: Sequence[str], name: str) -> str:
    """The release that a row names: one that a reader would not expect there."""
    usual = releases()[0].name if case.releases else stored[0]
    return "" if name == usual else name


def _stored(suite: Suite, case: Case, against: str, stored: reference.Reference, option: str) -> Outcome:
    if stored.error and against in OF_A_RELEASE:
        return _of_error(suite, case, against, stored.error, option)
    if against == CHAPTER:
        run = _in_words(case, case.in_words_of) if case.in_words_of else answer(case, "nloptwrap", option)
        printed = text.as_chapter(run.printed)
        return _of_text(suite, case, against, printed, text.as_chapter(reference.transcript(suite, case.name)))
    if against == PRINTED:
        return _of_text(suite, case, against, _printed(case, option), list(_fit(stored, case, case.text_at).printed))
    if against == R_DEFAULT:
        return _of_answer(suite, case, against, answer(case, "nloptwrap", option), _fit(stored, case, "default"),
                          "default")
    if against == R_TIGHT:
        return _of_answer(suite, case, against, answer(case, "newton", option), _fit(stored, case, "tight"), "tight")
    if against == CERTIFIED:
        expected = reference.certified(suite, case.name)
        ours = answer(case, "newton", option).values
        got = {label: value for label, value in ours.items() if label in expected}
        return _of_values(suite, case, against, got, expected, "certified")
    library = next(one for one in case.libraries if one.name == against)
    expected = stored.fits.get("tight" if case.takes_control else "default", stored.fits["default"]).values
    return _of_values(suite, case, against, library_answer(library).values, expected, "library", library)


def _of_error(suite: Suite, case: Case, against: str, said: str, option: str) -> Outcome:
    """Where R stops, the translation must stop too, in words of its own."""
    try:
        answer(case, "newton" if against in (R_TIGHT, LIVE_TIGHT) else "nloptwrap", option)
    except Exception as error:  # in any way: that it stops is what is compared
        return Outcome(suite.name, case.name, against, digits=DOUBLE, passed=True,
                       note=f"R stops ({said}), and so does this: {error}")
    return Outcome(suite.name, case.name, against, error=f"R stops, and this does not: {said.splitlines()[0][:300]}")


def _fit(stored: reference.Reference, case: Case, name: str) -> reference.RAnswer:
    if name not in stored.fits:
        raise reference.MissingReference(
            f"{case.name}.json has no {name} fit: `rparity regenerate` makes one where {case.name}.R calls lmer and "
            "its translation takes `control`")
    return stored.fits[name]


def compare_values(got: Values, expected: Values, tolerance: Tolerances, kind: str = "default") -> Outcome:
    """Compare labelled values that belong to no case."""
    found = match(got, expected, tolerance, kind)
    return Outcome("", "values", kind, found.compared, found.fewest, found.worst, found.short,
                   cause=likely_cause(found.short, got, expected, kind), passed=not found.short and found.compared > 0)


def outcome(suite: Suite, case: Case, against: str, release: str | None = None) -> Outcome:
    """`compare`, with whatever is raised as an outcome that did not pass."""
    try:
        return compare(suite, case, against, release)
    except Exception as error:  # a translation may fail in any way; the table says how and goes on
        said = blame(error, suite.code, case.function)
        return Outcome(suite.name, case.name, against, release=release or "", error=said)


def outcomes(suite: Suite, live: bool = False, release: str | None = None,
             only: Sequence[str] = ()) -> Iterator[Outcome]:
    """Every comparison of every case of a suite, in order; what no case translates fails.

    `release` is one by name, or "all" that are stored; with `live`, None is that of the R at hand where it is stored.
    `only` names cases; none: all.
    """
    cases, broken = suite.readable()
    for case in cases:
        if only and case.name not in only:
            continue
        with_r = live and not case.lacks(_here(suite, case))
        for name in _asked_for(suite, case, live, release):
            for against in comparisons(suite, case, with_r, name):
                yield outcome(suite, case, against, name)
    for name, missing in (broken | suite.incomplete()).items():
        if only and name not in only:
            continue
        yield Outcome(suite.name, name, R_DEFAULT, error=missing)


def left_out(suite: Suite, live: bool = False, release: str | None = None) -> dict[str, list[str]]:
    """The cases that `outcomes` leaves out, by the reason: those whose R the release has not."""
    wanted = [one.name for one in releases()] if release == "all" else [release] if release else []
    told: dict[str, list[str]] = {}
    for case in filter(lambda case: case.releases, suite.readable()[0]):
        for why in map(case.lacks, wanted):
            told.setdefault(why, []).append(case.name)
        if live:
            told.setdefault(f"live, {case.lacks(_here(suite, case))}", []).append(case.name)
    return {why: names for why, names in told.items() if why not in ("", "live, ")}


def _here(suite: Suite, case: Case) -> str:
    """The release of the R at hand, by what a case's reference names or, without one, by R and lme4."""
    try:
        provenance = reference.load(suite, case.name).provenance
    except (FileNotFoundError, ValueError):
        provenance = {"R": "", "package lme4": ""}
    return taken(provenance).release.name


def _asked_for(suite: Suite, case: Case, live: bool, release: str | None) -> list[str | None]:
    """The releases that a case is compared with; None stands for the one that needs no name."""
    if release not in (None, "all") and case.lacks(str(release)):
        return []
    try:
        stored = reference.stored_releases(suite, case.name)
        if release is None and live:
            release = here if (here := _here(suite, case)) in stored else None
    except (FileNotFoundError, ValueError):
        return [release if release != "all" else None]
    if release == "all":
        return [None if name == stored[0] else name for name in stored]
    return [None if release == stored[0] and suite.release is None else release]


_ANSWERS: dict[tuple[Case, str, str], Answer] = {}
_OF_LIBRARIES: dict[Library, Answer] = {}


def answer(case: Case, optimizer: str, option: str = "") -> Answer:
    """A case's answer under `options(lme4=option)` (none: as it stands), computed once a process."""
    option = option or settings.option("lme4")
    key = case, optimizer if case.fits_twice else "", option
    if key not in _ANSWERS:
        with settings.options(lme4=option):
            _ANSWERS[key] = case.run(optimizer)
    return _ANSWERS[key]


def keep(case: Case, optimizer: str, found: Answer) -> None:
    """Take what a case's code was seen to answer for that which `answer` gives, under the options as they stand."""
    _ANSWERS[case, optimizer if case.fits_twice else "", settings.option("lme4")] = found


@cache
def _in_words(case: Case, release: str) -> Answer:
    with words_of(release):
        return case.run("nloptwrap")


def library_answer(library: Library) -> Answer:
    """A library's answer, computed once a process."""
    if library not in _OF_LIBRARIES:
        keep_library(library, library.run())
    return _OF_LIBRARIES[library]


def keep_library(library: Library, found: Answer) -> None:
    """As `keep`, of another package."""
    _OF_LIBRARIES[library] = found


@cache
def live_answer(suite: Suite, case: Case) -> dict[str, reference.RAnswer]:
    """Live R's answers, computed once a process."""
    return ahead.answer(*_question(suite, case))


def ask_ahead(suites: Iterable[Suite], only: Sequence[str], jobs: int) -> None:
    """Have several processes of live R answer what `outcomes` will want to know of these suites."""
    cases = [(suite, case) for suite in suites for case in suite.readable()[0] if not only or case.name in only]
    ahead.ask((_question(suite, case) for suite, case in cases if not case.lacks(_here(suite, case))), jobs)


def _question(suite: Suite, case: Case) -> ahead.Question:
    return suite.references / f"{case.name}.R", case.takes_control


def _live(suite: Suite, case: Case, against: str) -> Outcome:
    """A comparison with the R at hand, whose release the translation follows."""
    whole = reference.load(suite, case.name)
    release = taken(whole.provenance).release
    if case.lacks(release.name):
        raise NotInRelease(f"the R at hand is {release.name}; {case.lacks(release.name)}")
    found = replace(_live_values(suite, case, against, release), release=release.name)
    drift = "" if found.passed else version_drift(reference.load(suite, case.name, release.name))
    return replace(found, cause=drift) if drift else found


def version_drift(stored: reference.Reference) -> str:
    """Which versions differ between live R and a stored reference; "" when none does."""
    drift = [f"{key.removeprefix('package ')} {stored.provenance[key]} is {here} here"
             for key, here in versions(stored.provenance).items() if here != stored.provenance[key]]
    return f"version drift: {', '.join(drift)}" if drift else ""


def _live_values(suite: Suite, case: Case, against: str, release: Release) -> Outcome:
    try:
        fits = live_answer(suite, case)
    except ScriptError as error:
        if against == LIVE_STORED:
            said = reference.load(suite, case.name, release.name).error
            return Outcome(suite.name, case.name, against, digits=DOUBLE if said else 0.0, note=str(error),
                           passed=said == str(error))
        return _of_error(suite, case, against, str(error), release.option)
    if against == LIVE_STORED:
        stored, each = reference.load(suite, case.name, release.name), []
        for name, fit in fits.items():
            was = _fit(stored, case, name)
            texts = _of_text(suite, case, against, _steady(fit.printed), _steady(was.printed))
            found = _of_answer(suite, case, against, fit, was, name)
            each.append(replace(found, note=texts.note, passed=found.passed and texts.passed))
        return min(each, key=lambda one: (one.passed, one.digits))
    if against == LIVE_PRINTED:
        return _of_text(suite, case, against, _steady(_printed(case, release.option)),
                        _steady(fits[case.text_at].printed))
    kind, optimizer = ("tight", "newton") if against == LIVE_TIGHT else ("default", "nloptwrap")
    return _of_answer(suite, case, against, answer(case, optimizer, release.option), fits[kind], kind)


def _printed(case: Case, option: str) -> list[str]:
    """What the translation prints, from the fit whose text is compared."""
    return text.as_printed(answer(case, "newton" if case.text_at == "tight" else "nloptwrap", option).printed)


def _steady(lines: Iterable[str]) -> list[str]:
    """Printed lines without what differs from one session of R to the next."""
    return [warned.masked(line) for line in lines]


def _of_answer(suite: Suite, case: Case, against: str, got: Answer | reference.RAnswer, expected: reference.RAnswer,
               kind: str) -> Outcome:
    """Values and warnings."""
    found = _of_values(suite, case, against, got.values, expected.values, kind)
    differ = warned.differences(got.warnings, expected.warnings)
    return replace(found, warned=differ, passed=found.passed and not differ)


def _of_values(suite: Suite, case: Case, against: str, got: Values, expected: Values, kind: str,
               library: Library | None = None) -> Outcome:
    found: Match = match(got, expected, case.tolerance, kind, subset=library is not None,
                         demanded=library.digits if library else None)
    script = suite.references / f"{case.name}.R"
    random = bool(found.short) and draws(script)
    seedless = random and unseeded(script)
    cause = likely_cause(found.short, got, expected, against, case.takes_control, random, seedless)
    return Outcome(suite.name, case.name, against, found.compared, found.fewest, found.worst, found.short,
                   note=f"cannot: {library.cannot}" if library and library.cannot else "", cause=cause,
                   passed=not found.short and found.compared > 0)


def _of_text(suite: Suite, case: Case, against: str, got: list[str], expected: list[str]) -> Outcome:
    found = text.match_lines(got, expected)
    if expected and not got:
        lines = f"{len(expected)} line{'s' if len(expected) > 1 else ''}"
        return Outcome(suite.name, case.name, against, found.numbers, note=f"R prints {lines} and the translation "
                       "nothing: print() what R prints, or keep R's line from printing with invisible()",
                       diff=text.beside(got, expected))
    digits = min(found.digits, DOUBLE) if found.first is None else 0.0
    return Outcome(suite.name, case.name, against, found.numbers, digits, note=found.first or "",
                   passed=found.first is None, diff=() if found.first is None else text.beside(got, expected))
