"""Certified values: closed forms and 50-digit arithmetic that share no code with the engine (see scripts/exact).

    python scripts/certify.py                     write fixtures/certified/<suite>/<case>.json
    python scripts/certify.py lme4/pastes ...     those cases alone
    python scripts/certify.py --check             compute all of it again and compare with what is stored; exit 1 on a
                                                  difference

All of it is computed twice, with different working precisions, and must agree to more digits than are written. The
data enter as the exact values of the doubles that R holds.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from exact import balanced, counts, models, ranking, structured
from exact.rational import FIXTURES, Values, big, read
from mpmath import mp, mpf

WORKING, CHECKING, WRITTEN = 50, 70, 30


@dataclass(frozen=True)
class Work:
    """How a case is certified: its values at mpmath's working precision with the largest score, what to say of it."""

    values: Callable[[], tuple[Values, Any]]
    method: str


def chapter(name: str) -> Work:
    def values() -> tuple[Values, Any]:
        data = read()
        score = balanced.reml(data, balanced.SCORED[name]).score if name in balanced.SCORED else None
        return balanced.CASES[name](data), score

    return Work(values, balanced.METHODS.get(name, "closed form of the balanced design"))


CASES = {f"chapter5/{name}": chapter(name) for name in balanced.CASES}
CASES |= {name: Work(*work) for name, work in (models.CASES | counts.CASES | structured.CASES | ranking.CASES).items()}


def compute(precision: int, work: Work) -> tuple[Values, Any]:
    mp.dps = precision
    values, score = work.values()
    return {label: +big(value) for label, value in values.items()}, score


def digits_shared(a: Any, b: Any) -> float:
    """Digits on which two values agree, absolute where the value is 0; infinite when they are the same."""
    return float("inf") if a == b else float(-mp.log10(abs(a - b) / (abs(b) or 1)))


def record(name: str) -> dict[str, Any]:
    """What is stored of a case. SystemExit when the two precisions do not share the digits to be written."""
    work = CASES[name]
    (rough, _), (fine, score) = compute(WORKING, work), compute(CHECKING, work)
    # Differences that vanish by symmetry are zero to working precision.
    nothing = mpf(10) ** (-WORKING + 8)
    fine = {label: mpf(0) if abs(value) < nothing else value for label, value in fine.items()}
    rough = {label: mpf(0) if abs(value) < nothing else value for label, value in rough.items()}
    shared = min(digits_shared(rough[label], fine[label]) for label in fine)
    if shared < WRITTEN:
        raise SystemExit(f"{name}: {WORKING} and {CHECKING} digits of working precision share only {shared:.1f} digits")
    provenance: dict[str, Any] = {
        "method": work.method,
        "script": "scripts/certify.py",
        "working_digits": WORKING,
        "checked_against_working_digits": CHECKING,
        "certified_digits": int(min(shared, WORKING - 2)),
        "data": "each value of the CSV the exact rational of its double",
    }
    if score is not None:
        provenance["score_norm"] = mp.nstr(score, 3)
    values = {label: mp.nstr(value, WRITTEN, strip_zeros=True) for label, value in fine.items()}
    return {"case": name.split("/")[1], "provenance": provenance, "labels": list(values), "values": values}


def chosen(patterns: Sequence[str]) -> list[str]:
    """The cases that `patterns` name: suite/case, a suite, or a case. SystemExit for one that names nothing."""
    if not patterns:
        return list(CASES)
    found = []
    for pattern in patterns:
        named = [name for name in CASES if pattern in (name, *name.split("/"))]
        if not named:
            raise SystemExit(f"no case called {pattern}; there are {', '.join(CASES)}")
        found += named
    return list(dict.fromkeys(found))


def certified(text: str) -> dict[str, Any]:
    """A record as it must come out again anywhere: without the last bits of its score, which depend on the start that
    the search in doubles finds on this machine.
    """
    kept = json.loads(text)
    score = kept["provenance"].pop("score_norm", "0")
    kept["score vanishes"] = mpf(score) < mpf(10) ** -40
    return kept


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="*", help="suites or cases to certify; all when none is named")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when what is stored differs")
    options = parser.parse_args(arguments)
    names, differ, count = chosen(options.cases), [], 0
    for name in names:
        found = record(name)
        count += len(found["values"])
        text = json.dumps(found, indent=1) + "\n"
        file = FIXTURES / "certified" / f"{name}.json"
        if not options.check:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
        elif not file.is_file() or certified(file.read_text(encoding="utf-8")) != certified(text):
            differ.append(name)
    verdict = f"differ: {', '.join(differ)}" if differ else "certified"
    print(f"{len(names)} cases, {count} values: {verdict}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
