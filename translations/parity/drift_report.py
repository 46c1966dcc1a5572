"""What moves from one release of R to another, told by cause: as text, for programs, and as a page."""
from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence

from .drift import UNKNOWN, Move

EXAMPLES = 2  # of each cause, in the text


def by_cause(found: Sequence[Move]) -> dict[tuple[str, str], list[Move]]:
    """What moves, by cause and kind: the unknown first, then what is told most often."""
    groups: dict[tuple[str, str], list[Move]] = {}
    for one in found:
        groups.setdefault((one.cause, one.kind), []).append(one)
    return dict(sorted(groups.items(), key=lambda group: (group[0][0] != UNKNOWN, -len(group[1]))))


def summary(found: Sequence[Move], cases: int, old: str, new: str) -> str:
    """The line that says it all."""
    moved = len({(one.suite, one.case) for one in found})
    unknown = sum(one.cause == UNKNOWN for one in found)
    return f"R {old} -> {new}: {len(found)} things move, in {moved} of {cases} cases; of {unknown} the cause is unknown"


def plain(found: Sequence[Move], cases: int, old: str, new: str, unanswered: Mapping[str, str]) -> str:
    """The causes, how often and where each moves something, with examples; of the unknown, all."""
    lines = []
    for (cause, kind), group in by_cause(found).items():
        names = [*dict.fromkeys(f"{one.suite}/{one.case}" for one in group)]
        lines += [f"{cause}", f"  {len(group)} {kind}{'s' if len(group) > 1 else ''} in {len(names)} "
                              f"case{'s' if len(names) > 1 else ''}"]
        lines += [f"    {one}" for one in (group if cause == UNKNOWN else _spread(group)[:EXAMPLES])] + [""]
    lines += [f"not compared: {name}: {why}" for name, why in unanswered.items()]
    return "\n".join([*lines, summary(found, cases, old, new)])


def as_json(found: Sequence[Move], cases: int, old: str, new: str, unanswered: Mapping[str, str]) -> str:
    """Everything, for programs."""
    document = {"old": old, "new": new, "cases": cases, "unknown": sum(one.cause == UNKNOWN for one in found),
                "not compared": dict(unanswered), "moves": [vars(one) for one in found]}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def as_html(found: Sequence[Move], cases: int, old: str, new: str, unanswered: Mapping[str, str]) -> str:
    """A page of its own, readable without network: a table a cause."""
    parts = []
    for (cause, kind), group in by_cause(found).items():
        rows = "".join(f"<tr><th scope='row'>{_(f'{one.suite}/{one.case} ({one.fit})')}</th><td>{_(one.where)}</td>"
                       f"<td><pre>{_(one.old)}</pre></td><td><pre>{_(one.new)}</pre></td>"
                       f"<td>{'' if one.digits is None else f'{one.digits:.1f}'}</td></tr>\n" for one in group)
        head = f"<th>case</th><th>where</th><th>R {_(old)}</th><th>R {_(new)}</th><th>digits</th>"
        parts.append(f"<details{' open' if cause == UNKNOWN else ''}><summary>{_(cause)}: {len(group)} "
                     f"({_(kind)})</summary><table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table></details>")
    left = "".join(f"<li>{_(name)}: {_(why)}</li>" for name, why in unanswered.items())
    return f"""<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>R {_(old)} to {_(new)}</title>
<style>body{{font:15px/1.4 system-ui,sans-serif;margin:2rem;max-width:90rem}}table{{border-collapse:collapse}}
th,td{{padding:.15rem .7rem;text-align:left;vertical-align:top}}pre{{margin:0}}summary{{margin:.6rem 0}}</style></head>
<body><h1>What moves from R {_(old)} to {_(new)}</h1><p>{_(summary(found, cases, old, new))}</p>
{''.join(parts)}{f'<h2>Not compared</h2><ul>{left}</ul>' if left else ''}</body></html>
"""


def _spread(group: Sequence[Move]) -> list[Move]:
    """One of each case first."""
    firsts = {(one.suite, one.case): one for one in reversed(group)}
    return [*reversed(firsts.values()), *(one for one in group if one not in firsts.values())]


def _(text: str) -> str:
    return html.escape(text)
