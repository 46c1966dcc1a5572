"""What the cases on models' companions share: tables whose columns are compared each to its own digits."""
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from translations.cases.emmeans._shared import GLMER_FIT, HESSIAN, HESSIAN_P, LM, WALD
from translations.parity.tolerances import Tolerance

__all__ = ["GLMER_FIT", "HESSIAN", "HESSIAN_P", "LM", "WALD", "apart", "by_column"]


def apart(**tables: Any) -> dict[str, Any]:
    """What `apart` in fixtures/companions/_setup.R makes of R's tables: their columns, each an item of its own."""
    out: dict[str, Any] = {}
    for name, table in tables.items():
        frame = pd.DataFrame(table).reset_index(drop=True)
        for column in frame:
            values = frame[column]
            out[f"{name} {column}"] = values if pd.api.types.is_numeric_dtype(values) else values.astype(object)
    return out


def by_column(names: str, **columns: Tolerance) -> Mapping[str, Tolerance]:
    """Tolerances of the columns of tables: "tidy odds" with std_error=HESSIAN is of both tables' std.error."""
    return {f"{name} {column.replace('_', '.')}": one for name in names.split() for column, one in columns.items()}
