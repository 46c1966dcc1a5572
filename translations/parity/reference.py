"""References: what R answered (`<case>.json`), what the chapter printed (`<case>.txt`), and certified values.

A JSON holds the answer of one release of R whole and those of others as what differs: `layers` says how.
"""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from translations.releases import release_of, releases

from .cases import Suite
from .documents import dumped
from .flatten import Scalar, Values
from .layers import BrokenLayer, RAnswer, lay, layer
from .sources import changes

__all__ = ["BrokenLayer", "MissingReference", "NotAsked", "RAnswer", "Reference", "StaleReference", "certified", "load",
           "parse", "parse_all", "prints", "reference_path", "render", "stored_releases", "towards", "transcript"]

_PRINTED = re.compile(r'"printed":\s*\[\s*"')
_FITS = ("default", "tight")


class MissingReference(FileNotFoundError):
    """A reference that should be there is not. It is an error, never a reason to skip."""


class NotAsked(MissingReference):
    """Another release of R has not been asked about a case yet."""


class BrokenReference(ValueError):
    """A reference that cannot be read: cut off, merged by halves, or written by hand."""


class StaleReference(ValueError):
    """A reference was made from other scripts or data than are here."""


@dataclass(frozen=True)
class Reference:
    """A case's stored reference, as one release of R answers.

    fits         "default", and "tight" where the script calls `lmer` and its translation, if any, takes `control`
    beside       the other references ("chapter", "certified") that stood beside it when it was made
    provenance   versions, settings and sources that it comes from
    error        what R says where the script stops under this release, and there are no fits
    """

    fits: Mapping[str, RAnswer]
    beside: tuple[str, ...]
    provenance: Mapping[str, Any]
    error: str = ""


def reference_path(suite: Suite, case: str) -> Path:
    """The JSON of a case."""
    return suite.references / f"{case}.json"


def load(suite: Suite, case: str, release: str | None = None) -> Reference:
    """The stored reference of a case, as `release` answers, or (None) as that does whose answer stands whole.

    Raises MissingReference when it, the release's answer, its R script or a reference that stood beside it is not
    there, StaleReference when the script, a script that it sources or the data that they read are not those that it
    was made from, and BrokenLayer when the release's answer does not fit the one that it builds on.
    """
    path = reference_path(suite, case)
    document = _load(path, _stamp(path, suite))
    again = f"rparity regenerate {suite.options} {case}"
    if release is not None and release not in document.names:
        raise NotAsked(f"{path} has no answer of R {release}; with that R: {again}")
    found = document.resolved(release or document.names[0])
    script = suite.references / f"{case}.R"
    if not script.is_file():
        raise MissingReference(f"{script} is missing, of which {path.name} is the answer; git checkout has it")
    if stale := changes(script, found.provenance.get("sources", {})):
        with_r = f", with R {release}" if release not in (None, document.names[0]) else ""
        raise StaleReference(f"{stale} since {path.name} was made{with_r}: {again}")
    for kind in found.beside:
        if not other_paths(suite, case)[kind].is_file():
            raise MissingReference(f"{other_paths(suite, case)[kind]} is missing; git checkout has it")
    return found


def stored_releases(suite: Suite, case: str) -> tuple[str, ...]:
    """The releases of which a reference has an answer, first the one that stands whole. Raises MissingReference."""
    path = reference_path(suite, case)
    return _load(path, _stamp(path, suite)).names


def prints(suite: Suite, case: str) -> bool:
    """Whether R printed something, as far as its answer is stored: read off the file, which is quicker than parsed."""
    path = reference_path(suite, case)
    return path.is_file() and _PRINTED.search(path.read_text(encoding="utf-8")) is not None


def other_paths(suite: Suite, case: str) -> dict[str, Path]:
    """Where the chapter's transcript and the certified values of a case lie, if it has them."""
    return {"chapter": suite.references / f"{case}.txt", "certified": suite.certified / f"{case}.json"}


def certified(suite: Suite, case: str) -> Values:
    """Certified values, a subset of the case's labels. They may be stored as numbers or as decimal text of any length.

    Raises MissingReference when a value that the file's own list of labels names is not there, and ValueError when a
    file states no labels, or not those of all its values.
    """
    path = other_paths(suite, case)["certified"]
    if not path.is_file():
        raise MissingReference(f"{path} is missing; make it with: python scripts/certify.py")
    stored = json.loads(path.read_text(encoding="utf-8"))
    labels, values = stored.get("labels", []), stored.get("values", {})
    if absent := [label for label in labels if label not in values]:
        raise MissingReference(f"{path} states {absent[0]} and has no value of it; git checkout has it")
    if not labels or (unstated := [label for label in values if label not in labels]):
        told = f"does not state {unstated[0]}" if labels else "states no labels"
        raise ValueError(f'{path} {told}: its list "labels" names all that "values" holds, so that none is lost unseen')
    return {label: _number(value) for label, value in values.items()}


def transcript(suite: Suite, case: str) -> str:
    """The chapter's printed text."""
    path = other_paths(suite, case)["chapter"]
    if not path.is_file():
        raise MissingReference(f"{path} is missing")
    return path.read_text(encoding="utf-8")


def render(fits: Mapping[str, RAnswer], beside: Iterable[str], provenance: Mapping[str, Any],
           further: Mapping[str, Reference] | None = None) -> str:
    """The JSON text of a reference, one value a line, numbers at 17 significant digits.

    The answers of `further` releases, by name, are written as what differs from the release before, or behind, towards
    the one that stands whole.
    """
    whole = Reference(fits, (), provenance)
    document: dict[str, Any] = {"provenance": provenance, "beside": list(beside),
                                **{name: _whole(fit) for name, fit in fits.items()}}
    there, layers = {base_release(provenance): whole}, {}
    for name in _outward(base_release(provenance), further or {}):
        now, after = (further or {})[name], towards(name, there)
        told: dict[str, Any] = {"after": after, "provenance": _changed(provenance, now.provenance)}
        told |= {"error": now.error} if now.error else {
            fit: layer(there[after].fits[fit], answer) if fit in there[after].fits else _whole(answer)
            for fit, answer in now.fits.items()}
        layers[name], there[name] = told, now
    return dumped(document | ({"releases": layers} if layers else {})) + "\n"


def parse(text: str, release: str | None = None) -> Reference:
    """The reference in a JSON text made by `render`: the one that stands whole, or that of a further release."""
    document = _Document(json.loads(text))
    return document.resolved(release or document.names[0])


def parse_all(text: str) -> dict[str, Reference]:
    """The references of all releases, by name, first the one that stands whole."""
    document = _Document(json.loads(text))
    return {name: document.resolved(name) for name in document.names}


def base_release(provenance: Mapping[str, Any]) -> str:
    """The name of the release of the answer that stands whole."""
    return release_of(provenance).release.name


def towards(name: str, there: Mapping[str, Reference]) -> str:
    """The nearest of the releases that are `there`, on the way to the first of them, under which the script runs."""
    known = [one.name for one in releases()]
    base, at = known.index(next(iter(there))), known.index(name)
    between = [one for one in there if not there[one].error and min(base, at) <= known.index(one) <= max(base, at)]
    return min(between, key=lambda one: abs(known.index(one) - at))


class _Document:
    """A stored reference, as far as it has been asked for."""

    def __init__(self, stored: dict[str, Any]) -> None:
        self._stored = stored
        self.names: tuple[str, ...] = (base_release(stored["provenance"]), *stored.get("releases", {}))
        self._known: dict[str, Reference] = {self.names[0]: Reference(
            {name: _answer(stored[name]) for name in _FITS if name in stored}, tuple(stored["beside"]),
            stored["provenance"])}

    def resolved(self, name: str) -> Reference:
        """The reference of one of the releases. Raises BrokenLayer, KeyError."""
        if name not in self._known:
            told = self._stored["releases"][name]
            before = self.resolved(told["after"]).fits
            try:
                fits = {fit: _answer(told[fit]) if fit not in before else lay(before[fit], told[fit])
                        for fit in _FITS if fit in told}
            except BrokenLayer as error:
                raise BrokenLayer(f"the stored answer of R {name} does not fit that of R {told['after']}, of which it "
                                  f"says what differs: {error}; git checkout has both") from None
            provenance = self._stored["provenance"] | told["provenance"]
            self._known[name] = Reference(fits, tuple(self._stored["beside"]),
                                          {key: value for key, value in provenance.items() if value is not None},
                                          told.get("error", ""))
        return self._known[name]


def _whole(answer: RAnswer) -> dict[str, Any]:
    return {"printed": list(answer.printed), "warnings": list(answer.warnings), "values": dict(answer.values)}


def _answer(stored: Mapping[str, Any]) -> RAnswer:
    return RAnswer(stored["values"], tuple(stored["printed"]), tuple(stored["warnings"]))


def _outward(base: str, names: Iterable[str]) -> list[str]:
    """Names of releases, the newer ones from `base` on, then the older ones from `base` back."""
    known = [one.name for one in releases()]
    at = {name: known.index(name) - known.index(base) for name in names}
    return sorted(at, key=lambda name: (at[name] < 0, abs(at[name])))


def _changed(before: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """What of a provenance differs from another; None for what is not there."""
    return {key: now.get(key) for key in [*now, *(key for key in before if key not in now)]
            if now.get(key) != before.get(key)}


@cache
def _load(path: Path, stamp: int) -> _Document:
    try:
        return _Document(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        said = f"{type(error).__name__}: {error}"
        raise BrokenReference(f"{path} is no reference as rparity regenerate writes it ({said}); git checkout has it, "
                              "or delete it and ask R again") from None


def _stamp(path: Path, suite: Suite) -> int:
    """The file's time of change, so that a reference is read once but never stale."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        small = f"{path.stem}.r"
        beside = {one.name for one in path.parent.glob(f"{path.stem}.*")}
        first = f"name {small} {path.stem}.R, as scripts are, and " if small in beside else ""
        raise MissingReference(f"{path} is missing; {first}make it with: rparity regenerate {suite.options}") from None


def _number(value: Any) -> Scalar:
    return float(value) if isinstance(value, str) and re.fullmatch(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?", value) else value
