"""References: what R answered (`<case>.json`), what the chapter printed (`<case>.txt`), and certified values."""
from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from translations.parity.cases import Suite
from translations.parity.flatten import Scalar, Values
from translations.parity.sources import changes

_PRINTED = re.compile(r'"printed": \[\s*"')


class MissingReference(FileNotFoundError):
    """A reference that should be there is not. It is an error, never a reason to skip."""


class StaleReference(ValueError):
    """A reference was made from other scripts or data than are here."""


@dataclass(frozen=True)
class RAnswer:
    """R's answer with one optimizer: labelled values, printed lines, warnings."""

    values: Values
    printed: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Reference:
    """A case's stored reference.

    fits         "default", and "tight" where the script calls `lmer` and its translation, if any, takes `control`
    beside       the other references ("chapter", "certified") that stood beside it when it was made
    provenance   versions, settings and sources that it comes from
    """

    fits: Mapping[str, RAnswer]
    beside: tuple[str, ...]
    provenance: Mapping[str, Any]


def reference_path(suite: Suite, case: str) -> Path:
    """The JSON of a case."""
    return suite.references / f"{case}.json"


def load(suite: Suite, case: str) -> Reference:
    """The stored reference of a case.

    Raises MissingReference when it, its R script or a reference that stood beside it is not there, and StaleReference
    when the script, a script that it sources or the data that they read are not those that it was made from.
    """
    path = reference_path(suite, case)
    found = _load(path, _stamp(path, suite))
    script = suite.references / f"{case}.R"
    if not script.is_file():
        raise MissingReference(f"{script} is missing, of which {path.name} is the answer; git checkout has it")
    if stale := changes(script, found.provenance.get("sources", {})):
        raise StaleReference(f"{stale} since {path.name} was made: rparity regenerate --suite {suite.handle} {case}")
    for kind in found.beside:
        if not other_paths(suite, case)[kind].is_file():
            raise MissingReference(f"{other_paths(suite, case)[kind]} is missing; git checkout has it")
    return found


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


def render(fits: Mapping[str, RAnswer], beside: Iterable[str], provenance: Mapping[str, Any]) -> str:
    """The JSON text of a reference, one value a line, numbers at 17 significant digits."""
    document = {
        "provenance": provenance,
        "beside": list(beside),
        **{name: {"printed": list(fit.printed), "warnings": list(fit.warnings), "values": dict(fit.values)}
           for name, fit in fits.items()},
    }
    return _json(document, 0) + "\n"


def parse(text: str) -> Reference:
    """The reference in a JSON text made by `render`."""
    stored = json.loads(text)
    fits = {name: RAnswer(fit["values"], tuple(fit["printed"]), tuple(fit["warnings"]))
            for name, fit in stored.items() if name in ("default", "tight")}
    return Reference(fits, tuple(stored["beside"]), stored["provenance"])


@cache
def _load(path: Path, stamp: int) -> Reference:
    return parse(path.read_text(encoding="utf-8"))


def _stamp(path: Path, suite: Suite) -> int:
    """The file's time of change, so that a reference is read once but never stale."""
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        raise MissingReference(f"{path} is missing; make it with: rparity regenerate --suite {suite.handle}") from None


def _number(value: Any) -> Scalar:
    return float(value) if isinstance(value, str) and re.fullmatch(r"[-+]?\d*\.?\d+([eE][-+]?\d+)?", value) else value


def _json(value: Any, depth: int) -> str:
    if isinstance(value, float):
        return f"{value:.17g}"
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        inner = [f"{json.dumps(key, ensure_ascii=False)}: {_json(item, depth + 1)}" for key, item in value.items()]
    else:
        inner = [_json(item, depth + 1) for item in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    return f"{brackets[0]}{pad}{(',' + pad).join(inner)}\n{' ' * depth}{brackets[1]}"
