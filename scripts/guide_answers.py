"""Ask R for the answers of the guide's tables of words, and keep them in `translations/guide/words/answers.json`.

    python scripts/guide_answers.py [ENTRY ...]         all, or those that are named; `--changed`: those whose R changed
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import os
import sys
import tempfile
import warnings
from pathlib import Path

from translations.guide import both_sides
from translations.guide.elsewhere import elsewhere
from translations.parity.records import RError
from translations.parity.session import session

PRINTED = ("Rows and columns", "Joins and shapes", "Values, factors, text and dates")  # what R prints is shown for


def main(wanted: list[str]) -> int:
    """Ask, compare, store; the number of entries that fall short."""
    warnings.simplefilter("ignore")
    kept = both_sides.stored()["answers"]
    entries = [one for one in elsewhere().values() if one.in_r and (
        one.python in wanted or not wanted
        or ("--changed" in wanted and kept.get(one.python, {}).get("asked") != both_sides.asked(one)))]
    r, wrong = session(), 0
    found = {name: answer for name, answer in kept.items() if name in elsewhere()}
    with tempfile.TemporaryDirectory() as place:
        os.chdir(place)
        names = both_sides.namespace(Path(place))
        both_sides.prepare(r, Path(place))
        for entry in entries:
            try:
                expected = both_sides.in_r(entry, r)
            except (RError, TypeError) as error:
                print(f"{entry.python}: R: {error}")
                wrong += 1
                continue
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    got = both_sides.in_python(entry, names)
            except Exception as error:  # any library's own
                print(f"{entry.python}: Python: {type(error).__name__}: {error}")
                wrong += 1
                continue
            shared = both_sides.fewest(got, expected) if entry.digits else 0.0
            if entry.digits and shared < entry.digits:
                wrong += 1
                print(f"{entry.python}: {shared:.1f} digits of {entry.digits:g}",
                      f"    R      {len(expected)} {expected[:8]}", f"    Python {len(got)} {got[:8]}", sep="\n")
            found[entry.python] = {"asked": both_sides.asked(entry), "values": expected if entry.digits else [],
                                   "digits": math.floor(shared * 10) / 10 if entry.digits else None}
            if entry.topic in PRINTED:
                found[entry.python]["printed"] = both_sides.printed_by_r(entry, r)
    os.chdir("/")
    made = {"R": r.version(), "answers": dict(sorted(found.items()))}
    lines = ",\n".join(f"  {json.dumps(name)}: {json.dumps(answer)}" for name, answer in made["answers"].items())
    both_sides.STORED.write_text(f'{{"R": {json.dumps(made["R"])}, "answers": {{\n{lines}\n}}}}\n', encoding="utf-8")
    print(f"{len(entries)} asked of R {made['R']}, {wrong} fall short")
    return wrong


if __name__ == "__main__":
    sys.exit(bool(main(sys.argv[1:])))
