"""The text of a reference: JSON with one value a line, numbers at 17 significant digits, pairs (tuples) on one line."""
from __future__ import annotations

import json
from typing import Any


def dumped(value: Any, depth: int = 0) -> str:
    """`value` as JSON, indented by `depth` blanks."""
    if isinstance(value, float):
        return f"{value:.17g}"
    if isinstance(value, tuple):
        return f"[{', '.join(dumped(one) for one in value)}]"
    if not isinstance(value, (dict, list)) or not value:
        return json.dumps(value, ensure_ascii=False)
    pad = "\n" + " " * (depth + 1)
    if isinstance(value, dict):
        inner = [f"{json.dumps(key, ensure_ascii=False)}: {dumped(item, depth + 1)}" for key, item in value.items()]
    else:
        inner = [dumped(item, depth + 1) for item in value]
    brackets = "{}" if isinstance(value, dict) else "[]"
    return f"{brackets[0]}{pad}{(',' + pad).join(inner)}\n{' ' * depth}{brackets[1]}"
