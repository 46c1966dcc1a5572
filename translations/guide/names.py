"""The exported names: what each is in R, how it differs, which cases use it, and what a reader may have meant."""

from __future__ import annotations

import ast
import difflib
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from translations import _HOME
from translations.parity.cases import Suite, suites

from . import asked as words
from . import r_names, r_source
from .elsewhere import Elsewhere, elsewhere
from .python_source import direct_uses, uses
from .spelling import Spelled, called, spelled

TABLE = Path(__file__).parent / "differences.toml"


@dataclass(frozen=True)
class Name:
    """An exported name.

    python    as it is here: `t_test`
    r         as R writes it, with its package: `stats::t.test`; "" when R has none
    differs   what a reader from R must know, Markdown
    """

    python: str
    r: str
    differs: str

    @property
    def title(self) -> str:
        """R's name without the package, or ours where R has none."""
        return self.r.split("::")[-1] or self.python

    @property
    def page(self) -> str:
        """The name of its page's file: with the package where R has two names that differ by capitals only, which are
        one file to some disks: `Anova` of car, `anova`.
        """
        folded = [one.title.lower() for one in exported().values()]
        alone = folded.count(self.title.lower()) == 1 or self.title.islower()
        return self.title if alone else f"{self.title}-{self.package}"

    @property
    def package(self) -> str:
        """The R package; "" when R has none."""
        return self.r.partition("::")[0] if self.r else ""


@dataclass(frozen=True)
class Place:
    """A case by its suite and file, not imported."""

    suite: Suite
    file: Path

    @property
    def name(self) -> str:
        """`chapter5/profile_ci`."""
        return f"{self.suite.name}/{self.file.stem}"

    @property
    def text(self) -> str:
        """Its docstring."""
        return _docstring(self.file)

    @property
    def r_file(self) -> Path:
        """The R script that it translates."""
        return self.suite.references / f"{self.file.stem}.R"


@cache
def _docstring(file: Path) -> str:
    return ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""


@dataclass(frozen=True)
class Unknown:
    """A name that is neither, and those that are close to it; of a function of R's, its package and the entries that
    have the word, none of which answers it. `why`: what else is known of it, and `close` is then nearest.
    """

    asked: str
    close: tuple[str, ...]
    package: str = ""
    why: str = ""

    @property
    def said(self) -> str:
        """What is said of it."""
        close = ", ".join(self.close)
        if self.why:
            return f"no answer to {self.asked!r}: {self.why}" + (f"; nearest: {close}" if close else "")
        if self.package:
            beside = f"; other entries have the word: {close}" if close else ""
            return f"no answer to {self.asked!r}: {self.package}::{self.asked} of R's is not in the guide{beside}"
        instead = f"did you mean {close}?" if close else "`rparity guide` lists them"
        return f"no answer to {self.asked!r}; {instead}"


def read(path: Path = TABLE, exported: frozenset[str] = frozenset(_HOME)) -> dict[str, Name]:
    """The table of exported names.

    Raises ValueError that lists names without an entry, entries without a name, entries that lack a field or have
    another, and R names that stand twice.
    """
    stored = tomllib.loads(path.read_text(encoding="utf-8"))
    wrong = [f"no entry for {name}" for name in sorted(exported - stored.keys())]
    wrong += [f"{name} is not exported" for name in sorted(stored.keys() - exported)]
    wrong += [f"{name} has {', '.join(entry)}; it needs r, differs" for name, entry in stored.items()
              if set(entry) != {"r", "differs"} or not entry["differs"].strip()]
    if not wrong:
        found = {name: Name(name, stored[name]["r"], stored[name]["differs"].strip()) for name in sorted(stored)}
        titles = [one.title for one in found.values()]
        wrong += [f"{one.title} stands twice" for one in found.values() if titles.count(one.title) > 1]
    if wrong:
        raise ValueError(f"{path.name}: {'; '.join(wrong)}")
    return found


@cache
def exported() -> dict[str, Name]:
    """The table of exported names, read once."""
    return read()


def lookup_table() -> list[Name]:
    """All exported names, R's first, as a dictionary sorts them."""
    return sorted(exported().values(), key=lambda one: (not one.r, one.title.lower()))


@cache
def places() -> dict[str, Place]:
    """Every case of every built-in suite, by suite and file name."""
    return {place.name: place for suite in suites() for file in suite.files() for place in [Place(suite, file)]}


@cache
def used_by() -> dict[str, list[Place]]:
    """For every exported name the cases that call it: by themselves or through helpers of their suite."""
    found: dict[str, list[Place]] = {name: [] for name in _HOME}
    for place in places().values():
        for name in uses(place.file) & _HOME.keys():
            found[name].append(place)
    return found


def example(name: Name) -> Place | None:
    """The case that shows a name best: one that calls it itself, in R too, of the chapter, called after it, short.

    Where no Python calls it, one whose R does.
    """
    both = set(r_callers(name))

    def rank(place: Place) -> tuple[bool, bool, bool, bool, int]:
        return (name.python not in direct_uses(place.file), bool(both) and place not in both,
                place.suite.name != "chapter5", name.python.lower() not in place.file.stem.lower(), len(place.text))

    return min(used_by()[name.python] or r_callers(name), key=rank, default=None)


def r_callers(name: Name) -> list[Place]:
    """The cases whose own R script calls a name's R function."""
    if not name.r:
        return []
    return [place for place in places().values() if name.title in r_source.called(place.r_file)]


def find(asked: str) -> Name | Place | Elsewhere | Unknown:
    """What is called `asked`: an exported name (ours, R's, R's with its package), a case (with or without suite), or an
    entry of the tables of R's names and words; else the entry that answers it best, read as a question. What is close
    to a function of R's by its letters or as a word answers for something else: it is Unknown.
    """
    asked = " ".join(asked.split())
    one = spelled(asked)
    if found := _exact(asked) or _exact(one.whole):
        return found
    if one.package:
        return _of_package(asked, one)
    if own := words.of_function(one.name) if words.is_function(one.name) else []:
        return own[0]
    if one.assigns:
        return Unknown(asked, _titled(one.reads), why=f"{one.name} of R's, which assigns, is not in the guide")
    if of_class := _exact(one.generic):
        return of_class
    package = r_names.packages().get(one.name, "")
    if not package and asked.lower() in _folded():
        return _folded()[asked.lower()]
    if (of_call := _exact(called(asked))) and not any(asked in one.words for one in elsewhere().values()):
        return of_call
    if of_only := _exact(words.only_function(asked)):
        return of_only
    if answers := related(asked):
        return answers[0]
    if entries := _entries_of(asked):
        return Unknown(asked, (), why=f"it is a package of R's, of which the guide has {', '.join(entries)}")
    if package:
        return Unknown(asked, tuple(one.title for _, one in words.nearest(one.name, 3)), package)
    return Unknown(asked, _close(one.name))


def _exact(asked: str) -> Name | Place | Elsewhere | None:
    """What has just this name."""
    return _all().get(asked)


@cache
def _all() -> dict[str, Name | Place | Elsewhere]:
    """Everything by each of its names; of two that share one, the first of this order has it."""
    entries = _by_name()
    return dict(reversed([
        *((each, one) for one in exported().values() for each in (one.python, one.title, one.r) if each),
        *((each, one) for one in places().values() for each in (one.name, one.file.stem)),
        *((each, one) for one in entries for each in (one.python, one.title, one.r)),
        *((each, one) for one in entries for each in one.also)]))


@cache
def _folded() -> dict[str, Elsewhere]:
    return {each.lower(): one for one in reversed(_by_name()) for each in (one.r, one.title, one.python)}


def _by_name() -> list[Elsewhere]:
    """The entries, those first that are called as their function: `dplyr::lag` is lag's own."""
    return sorted(elsewhere().values(), key=lambda one: one.title != one.r.split("::")[-1])


def _entries_of(package: str) -> list[str]:
    """The titles of what the guide has of a package of R's."""
    found: list[Name | Elsewhere] = [*read().values(), *elsewhere().values()]
    return sorted({one.title for one in found if one.package.lower() == package.lower()}, key=str.lower)


def _of_package(asked: str, one: Spelled) -> Elsewhere | Unknown:
    """A function by its package: a function of that name in another one is no answer."""
    here = r_names.of(one.package)
    if not here:
        why = f"the guide knows no package {one.package} of R's"
    elif not one.sign and one.reads not in here:
        why = f"{one.package} has no function {one.reads} that the guide knows of"
    else:
        alone = r_names.packages().get(one.name) == one.package
        own = [each for each in words.of_function(one.name)
               if each.package in ("", one.package) or (alone and one.name not in (each.title, each.python))]
        if own:
            return own[0]
        why = f"{one.whole} of R's is not in the guide"
    return Unknown(asked, _titled(one.reads), why=why)


def _titled(name: str) -> tuple[str, ...]:
    """What has this name in R, whatever its package."""
    entries: list[Name | Elsewhere] = [*exported().values(), *elsewhere().values()]
    return tuple(dict.fromkeys(one.r or one.title for one in entries if name in (one.title, one.r.split("::")[-1])))


def _close(asked: str) -> tuple[str, ...]:
    """Names that are written nearly so."""
    known = [*exported(), *(one.title for one in exported().values()), *(one.title for one in elsewhere().values()),
             *places(), *(p.file.stem for p in places().values())]
    folded: dict[str, str] = {}
    for spelling in known:
        folded.setdefault(spelling.lower(), spelling)
    return tuple(folded[one] for one in difflib.get_close_matches(asked.lower(), folded, n=6, cutoff=0.55))


def related(asked: str) -> list[Elsewhere]:
    """The entries that answer a question, best first; for one word only those that have the whole of it.

    A call, such as as.numeric(as.character(f)), is several words.
    """
    found = [entry for _, entry in words.answers(asked)]
    if any(mark in asked for mark in " -(") or asked in r_names.packages():
        return found
    whole = words.stem(asked.lower())
    return [entry for entry in found if any(whole in words.words_of(one) for one in (entry.title, *entry.words))]
