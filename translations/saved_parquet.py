"""A saved model as a Parquet file: a column of the data a column, all else as JSON in the file's metadata."""
from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

KEY = b"rparity"
_WORDS = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}
CELLS = {"factor": "codes"}  # what holds a column's cells, where it is not "values"


def _pyarrow() -> Any:
    try:
        import pyarrow
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise ModuleNotFoundError("a .parquet file needs pyarrow: pip install 'rparity[parquet]', or save to .json"
                                  ) from None
    return pyarrow


def written(told: Mapping[str, Any]) -> bytes:
    """The file's bytes. told: what would be the JSON file's object; `data` its columns.

    Raises ValueError naming a column whose values are of several kinds, ModuleNotFoundError without pyarrow.
    """
    arrow = _pyarrow()
    arrays, described = {}, {}
    for name, column in told["data"].items():
        cells = CELLS.get(column["type"], "values")
        numbers = column["type"].lower().startswith("float")
        values = [_WORDS.get(one, one) if isinstance(one, str) else one for one in column[cells]] if numbers \
            else column[cells]
        try:
            arrays[name] = arrow.array(values, type=arrow.float64() if numbers else None)
        except (arrow.ArrowInvalid, arrow.ArrowTypeError):
            raise ValueError(f"column {name} cannot be saved to Parquet: its values are of several kinds; save the "
                             "model to a .json file") from None
        described[name] = {key: value for key, value in column.items() if key != cells}
    head = json.dumps({**told, "data": described}, ensure_ascii=False, allow_nan=False)
    table = arrow.table(arrays).replace_schema_metadata({KEY: head.encode()})
    sink = arrow.BufferOutputStream()
    arrow.parquet.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def read(path: Path) -> Any:
    """What `written` was given. Raises ValueError for a file that is no Parquet or holds no model."""
    arrow = _pyarrow()
    try:
        table = arrow.parquet.read_table(path)
    except arrow.ArrowInvalid as error:
        raise ValueError(f"{path} is no Parquet file: {error}") from None
    head = (table.schema.metadata or {}).get(KEY)
    if head is None:
        return None
    told = json.loads(head)
    for name, column in told["data"].items():
        if name not in table.column_names:
            raise ValueError(f"{path} has lost its column {name!r}")
        values = table[name].to_pylist()
        if column["type"].lower().startswith("float"):
            values = [None if one is None else one if math.isfinite(one) else _word(one) for one in values]
        column[CELLS.get(column["type"], "values")] = values
    return told


def _word(value: float) -> str:
    return "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"
