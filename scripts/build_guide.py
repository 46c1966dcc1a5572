"""Build the guide: python scripts/build_guide.py --out DIR. Exits with 1 and says why when anything in it fails."""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy is imported: its threads only wait for each other

from translations.guide.site import BrokenGuide, build


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="where to put the site; an older one gives way")
    parser.add_argument("--live", action="store_true", help="compare with the R of this machine too")
    given = parser.parse_args()
    start = time.perf_counter()

    def say(what: str) -> None:
        print(f"{time.perf_counter() - start:6.1f} s  {what}", flush=True)

    try:
        index = build(given.out, given.live, say=say)
    except (BrokenGuide, FileExistsError) as error:
        print(error, file=sys.stderr)
        return 1
    spent = sum(os.times()[:4])  # its workers' too
    say(f"{index} ({spent:.0f} s of processor time)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
