"""What R printed of many objects: the corpora of fixtures/console."""
from __future__ import annotations

import json
from functools import cache
from typing import Any

from translations.data import fixtures_path


@cache
def corpus(name: str) -> list[dict[str, Any]]:
    """The entries of a file."""
    return json.loads((fixtures_path() / "console" / f"{name}.json").read_text(encoding="utf-8"))["corpus"]
