"""What a page says, before anybody renders it: a case's page, and an exported name's."""

from __future__ import annotations

import importlib
import inspect
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import translations
from translations import settings
from translations.parity import check, paths, reference
from translations.parity.cases import Answer, Case, Library
from translations.parity.compare import digits
from translations.parity.flatten import Scalar, Values, item_of
from translations.parity.tolerances import Tolerance, tolerance_for

from . import names, prose, python_source, r_source
from .names import Name, Place

OURS = "rparity"
MOST_VALUES = 24
_KIND = {check.R_DEFAULT: "default", check.R_TIGHT: "tight", check.CERTIFIED: "certified", check.LIVE_R: "default",
         check.LIVE_TIGHT: "tight"}


@dataclass(frozen=True)
class Way:
    """One translation: by whom, its code, what that printed when it was run, its values, what it cannot do."""

    by: str
    code: str
    printed: str
    values: Values
    cannot: str = ""


@dataclass(frozen=True)
class Agreement:
    """A comparison's line in the table of digits. `asked`: the digits demanded; `fewest` is text ("all 12")."""

    against: str
    values: int
    fewest: str
    asked: str
    where: str
    note: str
    passed: bool


@dataclass(frozen=True)
class Cause:
    """A named tolerance of a case: the digits it demands, the items it holds for, and why no more."""

    tolerance: Tolerance
    items: tuple[str, ...]


@dataclass(frozen=True)
class CasePage:
    """A case's page.

    title, body   Markdown
    ways          other packages' translations first, ours last
    tight         the text compared is that of the fit at the optimum, not the default's
    only          the releases of R that have it, where not all do, and why: "4.6 only: ..."
    """

    place: Place
    section: str
    title: str
    body: str
    r_code: str
    r_printed: str
    ways: tuple[Way, ...]
    agreements: tuple[Agreement, ...]
    outcomes: tuple[check.Outcome, ...]
    causes: tuple[Cause, ...]
    values: tuple[tuple[str, ...], ...]
    more_values: int
    files: tuple[tuple[str, str], ...]
    calls: tuple[Name, ...]
    tight: bool
    only: str

    @property
    def ours(self) -> Way:
        """Our translation."""
        return self.ways[-1]

    @property
    def ours_first(self) -> tuple[Way, ...]:
        """The translations as a reader wants them: ours, then those of other packages."""
        return self.ways[-1], *self.ways[:-1]

    @property
    def heads(self) -> list[str]:
        """The heads of the table of values."""
        return ["value", "R", OURS, *(way.by for way in self.ways[:-1]), "digits"]


@dataclass(frozen=True)
class NamePage:
    """An exported name's page. `doc` is Markdown; `methods` are a generic's: class, signature, Markdown; `files` are
    where its code, and in a checkout the tests of that, lie.
    """

    name: Name
    signature: str
    doc: str
    methods: tuple[tuple[str, str, str], ...]
    example: Place | None
    cases: tuple[Place, ...]
    through_helpers: tuple[Place, ...]
    in_r: tuple[Place, ...]
    files: tuple[Path, ...] = ()


_KEPT: dict[Place, CasePage] = {}


def keep(pages: Iterable[CasePage]) -> None:
    """Take pages that were made elsewhere, such as in other processes, for those that `case_page` gives."""
    _KEPT.update((page.place, page) for page in pages)


def case_page(place: Place) -> CasePage:
    """A case's page, made once.

    Raises whatever its code raises; ValueError when it does not print what the case prints.
    """
    if place not in _KEPT:
        keep([make(place)])
    return _KEPT[place]


def make(place: Place, live: bool = False) -> CasePage:
    """Make a case's page: run its code as it is shown, and all its comparisons.

    live: compare with the R of this machine too. Raises as `case_page` does.
    """
    case = place.suite.load(place.file)
    stored = reference.load(place.suite, case.name)
    ours = _ours(place, case)
    ways = *map(_library, case.libraries), ours
    head, rest = prose.split(case.text)
    found = [check.outcome(place.suite, case, one) for one in check.comparisons(place.suite, case, live)]
    fit = stored.fits[case.text_at]
    rows = _values(case, fit.values, ways)
    return CasePage(
        place, case.section, prose.inline(head.rstrip(".")), prose.markdown(rest),
        r_source.script(place.r_file, keep_answer=not case.prints), "\n".join(fit.printed), ways,
        tuple(_agreement(case, one) for one in found), tuple(found), _causes(case, ours.values),
        tuple(rows), len(fit.values) - len(rows),
        tuple((file.name, file.read_text(encoding="utf-8").strip("\n")) for file in (place.r_file, place.file)),
        tuple(names.exported()[one] for one in sorted(python_source.direct_uses(place.file) & names.exported().keys())),
        case.text_at == "tight", f"{' and '.join(case.releases)} only: {case.because}" if case.releases else "",
    )


@cache
def name_page(name: Name) -> NamePage:
    """Make an exported name's page."""
    for module in set(translations._HOME.values()):  # so that every class has registered its methods
        importlib.import_module(module)
    value = getattr(translations, name.python)
    users = names.used_by()[name.python]
    direct = [place for place in users if name.python in python_source.direct_uses(place.file)]
    in_r = [place for place in names.r_callers(name) if place not in users]
    return NamePage(
        name, prose.signature(value, name.python),
        prose.markdown(inspect.getdoc(value) or "", prose.parameters(value)),
        tuple(prose.methods(value, name.python)),
        names.example(name), tuple(direct), tuple(place for place in users if place not in direct), tuple(in_r),
        tuple(_files(value)),
    )


def _files(value: Any) -> list[Path]:
    """The modules of a public name and of its methods, and the tests that are called after them."""
    made_of = [value, *getattr(value, "registry", {}).values()]
    homes = dict.fromkeys(getattr(inspect.unwrap(one), "__module__", "") for one in made_of)
    modules = [Path(*home.split(".")).with_suffix(".py") for home in homes if home.startswith("translations.")]
    tests = [test for module in modules for test in sorted((paths.PACKAGE.parent / "parity_tests").glob(
        f"{module.parent.relative_to('translations').as_posix()}/test_{module.stem}*.py"))]
    root = paths.PACKAGE.parent
    return [file for file in (*(root / module for module in modules), *tests) if file.is_file()]


def _ours(place: Place, case: Case) -> Way:
    """Our translation as it is shown; what it answers is what is compared, so that nothing is computed twice."""
    optimizer = "newton" if case.text_at == "tight" else "nloptwrap"
    code, rest = python_source.case_scripts(case)
    printed, answer, _ = _run(OURS, code, rest or "")
    if rest is None:
        answer = check.answer(case, optimizer)
    else:
        check.keep(case, optimizer, answer)
    # What is said while the answer is put together, at the end, is not on the page: neither is the answer.
    if case.prints and not (printed.strip() and answer.printed.startswith(printed)):
        raise ValueError(f"{place.name}: the code on its page does not print what the case prints")
    return Way(OURS, code, printed, answer.values)


def _library(library: Library) -> Way:
    code = python_source.library_script(library.function)
    printed, answer, result = _run(library.name, code)
    check.keep_library(library, answer)
    return Way(library.name, code, printed or _shown(result), answer.values, library.cannot or "")


def _run(by: str, code: str, rest: str = "") -> tuple[str, Answer, dict[str, Any]]:
    """Run a script as it is shown, and `rest` behind it: what the script printed, what both answered, and the `result`
    that they leave, if any.
    """
    space: dict[str, Any] = {"__name__": "guide"}
    printed = io.StringIO()

    def run() -> dict[str, Any]:
        exec(compile(code, f"<{by}>", "exec"), space)
        printed.write(cast(io.StringIO, sys.stdout).getvalue())
        exec(compile(rest, f"<{by}, behind its page>", "exec"), space)
        return result()

    def result() -> dict[str, Any]:
        found = space.get(python_source.ANSWER)
        return found if isinstance(found, dict) else {}

    with settings.options(lme4=settings.option("lme4")):  # what a script sets holds for it alone
        answer = Library(by, run, None, None).run()
    return printed.getvalue(), answer, result()


def _shown(result: dict[str, Any]) -> str:
    """The items of a result, one below the other."""
    shown = []
    for name, item in result.items():
        if isinstance(item, (list, tuple)):
            item = ", ".join(map(str, item))
        text = item.to_string(max_rows=12) if hasattr(item, "to_string") else str(item)
        shown.append(f"{name}\n{text}" if "\n" in text else f"{name}  {text}")
    return "\n\n".join(shown)


def _agreement(case: Case, one: check.Outcome) -> Agreement:
    printed = one.against in (check.CHAPTER, check.PRINTED)
    fewest = f"{one.digits:.1f}" if not printed else f"all {one.values}" if one.passed else "not all"
    library = next((each for each in case.libraries if each.name == one.against), None)
    kind = _KIND.get(one.against, "library" if library else "default")
    demanded = sorted({cause.tolerance.digits(kind) for cause in _causes(case, {})} or {0.0})
    asked = "" if printed else "–".join(f"{each:g}" for each in dict.fromkeys((demanded[0], demanded[-1])))
    if library and library.digits:
        asked = f"{library.digits:g}"
    note = " ".join(filter(None, [one.error, one.note.removeprefix("cannot: "), one.cause]))
    return Agreement(one.against, one.values, "error" if one.error else fewest, asked,
                     one.worst if one.digits < 15.9 and not printed else "", note, one.passed)


def _causes(case: Case, values: Values) -> tuple[Cause, ...]:
    """The tolerances that a case names, each with its items; without values all that it declares."""
    given = case.tolerance
    items = list(dict.fromkeys(item_of(label) for label in values))
    if not items:
        items = [str(key) for key in given] if isinstance(given, Mapping) else [""]
    found: dict[Tolerance, list[str]] = {}
    for item in items:
        found.setdefault(tolerance_for(item, given), []).append(item)
    return tuple(Cause(tolerance, tuple(of)) for tolerance, of in found.items())


def _values(case: Case, expected: Values, ways: Sequence[Way]) -> list[tuple[str, ...]]:
    """Rows of the table of values: label, R's, ours, other packages', digits that ours shares; at most MOST_VALUES."""
    labels = list(expected)
    if len(labels) > MOST_VALUES:
        items = [item_of(label) for label in labels]
        each = max(1, MOST_VALUES // len(set(items)))
        labels = [label for at, label in enumerate(labels) if items[:at].count(items[at]) < each][:MOST_VALUES]
    ours, others = ways[-1].values, ways[:-1]
    return [(label, show(expected[label]), show(ours.get(label)), *(show(way.values.get(label)) for way in others),
             f"{digits(ours.get(label), expected[label]):.1f}") for label in labels]


def show(value: Scalar | None, significant: int = 10) -> str:
    """A stored value for a reader; nothing for one that is not there."""
    if value is None:
        return ""
    return f"{value:.{significant}g}" if isinstance(value, float) else str(value)
