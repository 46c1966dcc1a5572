"""What moves from one release of R to the next, for the guide: by cause, each value and line, from what is stored."""

from __future__ import annotations

import html
from collections.abc import Sequence
from functools import cache

from translations.parity.check import NotInRelease
from translations.parity.drift import UNKNOWN, Move, moves
from translations.parity.drift_report import by_cause
from translations.parity.reference import NotAsked
from translations.parity.regenerate import case_of
from translations.releases import Release, causes, release, releases

from . import names, prose

KIND = {"number": "a number", "label": "a label", "order": "an order", "text": "printed lines", "warning": "a warning",
        "error": "an error"}


def table() -> str:
    """The releases: what each consists of, what follows it here, and where it comes from."""
    heads = ["R", "lme4", "lmerTest", "pbkrtest", "followed by", "comes with", "kept up until"]
    rows = [[one.versions["R"], *(one.versions[f"package {name}"] for name in heads[1:4]),
             f'`r.options(lme4="{one.option}")`', one.where, one.until] for one in releases()]
    lines = ["| " + " | ".join(row) + " |" for row in [heads, ["---"] * len(heads), *rows]]
    return "\n".join(lines)


@cache
def moved(old: str, new: str) -> tuple[tuple[Move, ...], dict[str, tuple[str, ...]]]:
    """All that moves from one release to the next, and the cases that one of them has not, by the reason. From one to
    a later one than the next: of the cases that a release between lacks, which no other step shows.
    """
    found: list[Move] = []
    absent: dict[str, tuple[str, ...]] = {}
    known = [one.name for one in releases()]
    between = known[known.index(old) + 1:known.index(new)]
    for place in names.places().values():
        case = case_of(place.suite, place.file.stem)
        if between and not (case and any(map(case.lacks, between)) and not (case.lacks(old) or case.lacks(new))):
            continue
        try:
            found += moves(place.suite, place.file.stem, old, new)
        except (NotInRelease, NotAsked) as error:
            why = "since one of the two has not been asked yet" if isinstance(error, NotAsked) else str(error)
            absent[why] = (*absent.get(why, ()), place.name)
    return tuple(found), absent


def step(old: str, new: str) -> str:
    """What moves from one release to another, as Markdown. Raises KeyError for a release that there is not."""
    found, absent = moved(release(old).name, release(new).name)
    right = {rule.cause: rule.right for rule in reversed(causes.rules()) if rule.right}
    groups: dict[str, list[Move]] = {}
    for (cause, _), group in by_cause(found).items():
        groups.setdefault(cause, []).extend(group)
    cases = len({(one.suite, one.case) for one in found})
    parts = [f"{len(found):,} values, labels, lines and warnings differ, in {cases} of {len(names.places())} cases."]
    for cause, group in groups.items():
        told = "; ".join(said for one, said in right.items() if one in cause)
        where = dict.fromkeys(f"{one.suite}/{one.case}" for one in group)
        said = f" Right: {prose.inline(told)}." if told and any(one.kind == "number" for one in group) else ""
        head = "**The cause is unknown.**" if cause == UNKNOWN else f"**{prose.inline(cause)}.**"
        parts.append(f"{head}{said} In {', '.join(f'{{case}}`{name}`' for name in where)}.\n\n"
                     f"````{{dropdown}} All {len(group):,}\n```{{raw}} html\n{_rows(group, old, new)}\n```\n````")
    for why, which in absent.items():
        parts.append(f"Not compared, {prose.inline(why)}: {', '.join(f'{{case}}`{name}`' for name in which)}.")
    return "\n\n".join(parts)


def of_name(name: str) -> list[str]:
    """What of a function's answers changes, and in which release."""
    pairs = list(zip(releases(), releases()[1:], strict=False))
    return [f"{cause} (R {new.name})" for old, new in pairs for cause in _came(name, old, new)]


def _came(name: str, old: Release, new: Release) -> list[str]:
    known = causes.between(old.versions, new.versions).rules
    return list(dict.fromkeys(rule.cause for rule in known if name in rule.names))


def _rows(group: Sequence[Move], old: str, new: str) -> str:
    head = "".join(f"<th scope='col'>{text}</th>" for text in ("case", "what", f"R {old}", f"R {new}", "digits shared"))
    body = "\n".join(
        f"<tr><th scope='row'>{_(f'{one.suite}/{one.case}')}{' (tight)' if one.fit == 'tight' else ''}</th>"
        f"<td>{_(one.where or KIND[one.kind])}</td><td><pre>{_(one.old)}</pre></td><td><pre>{_(one.new)}</pre></td>"
        f"<td>{'' if one.digits is None else f'{one.digits:.1f}'}</td></tr>" for one in group)
    return f"<table class='table moved'><thead><tr>{head}</tr></thead><tbody>\n{body}\n</tbody></table>"


def _(text: str) -> str:
    return html.escape(text).replace("\n", "&#10;")  # a blank line would end the block of HTML
