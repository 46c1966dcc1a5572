"""Variables that become several columns, or remember the data that they were fitted to: `poly()` and `scale()`.

R predicts for new data with the centres, scales and polynomial coefficients of the fit (makepredictcall); they travel
in `memory`.
"""
from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import Any

import numpy as np

from .limits import require_size


@dataclass(frozen=True, slots=True)
class Columns:
    """A matrix as a variable: `values` (n, k) and `labels`, k texts that R appends to the variable's name."""

    values: np.ndarray
    labels: tuple[str, ...]
    memory: dict[str, np.ndarray] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.values)

    @property
    def missing(self) -> np.ndarray | None:
        """Which rows hold a NaN, or None when none does."""
        gaps = np.isnan(self.values).any(axis=1)
        return gaps if gaps.any() else None

    def take(self, rows: Any) -> Columns:
        """The rows at `rows`."""
        return Columns(self.values[rows], self.labels, self.memory)


def numbered(k: int) -> tuple[str, ...]:
    """What R appends to a variable's name for each of k unlabelled columns: "1", "2", ..., or "" for a single one."""
    return tuple(str(i + 1) for i in range(k)) if k > 1 else ("",)


def poly(
    x: np.ndarray, *more: Any, degree: int = 1, raw: bool = False, memory: dict[str, np.ndarray] | None = None
) -> Columns:
    """Orthonormal polynomials of `x` (n,) of degree 1 to `degree`, or plain powers when `raw`; of several variables,
    the products of total degree up to `degree`, labelled "1.0", "0.1", ...

    `memory` holds "alpha" and "norm2" of an earlier call, whose polynomials are then evaluated at `x`.
    Raises `ValueError` for missing values or too few distinct points.  Source: R's stats::poly; the three-term
    recurrence of Kennedy & Gentle (1980), 343-344.
    """
    variables = [np.asarray(v, float) for v in (x, *more) if np.ndim(v)]
    counts = [v for v in more if not np.ndim(v)]
    if not variables or len(counts) > (len(variables) == 1):
        raise ValueError("poly() needs columns of numbers, and a degree: of several columns by its name")
    degree = int(counts[0] if counts else degree)
    require_size(len(variables[0]) * (degree + 1.0) ** len(variables), f"poly() of degree {degree:,}")
    if len(variables) > 1:
        return _several(variables, degree, raw, memory or {})
    x = variables[0]
    if np.isnan(x).any() and memory is None:
        raise ValueError("missing values are not allowed in poly()")
    if raw:
        return Columns(np.column_stack([x**d for d in range(1, degree + 1)]), numbered(degree), {})
    if memory is None:
        return _orthogonal(x, degree)
    alpha, norm2 = memory["alpha"], memory["norm2"]
    z = [np.ones_like(x), x - alpha[0]]
    for i in range(1, degree):
        z.append((x - alpha[i]) * z[i] - (norm2[i + 1] / norm2[i]) * z[i - 1])
    return Columns(np.column_stack(z[1:]) / np.sqrt(norm2[2:]), numbered(degree), memory)


def _orthogonal(x: np.ndarray, degree: int) -> Columns:
    if degree < 1 or degree >= len(np.unique(x)):
        raise ValueError(f"'degree' must be at least 1 and less than the {len(np.unique(x))} distinct points")
    centre = x.mean()
    powers = np.vander(x - centre, degree + 1, increasing=True)
    q, r = np.linalg.qr(powers)
    raw = q * np.diag(r)
    norm2 = (raw**2).sum(axis=0)
    alpha = ((x - centre) @ raw**2 / norm2 + centre)[:degree]
    return Columns((raw / np.sqrt(norm2))[:, 1:], numbered(degree), {"alpha": alpha, "norm2": np.append(1.0, norm2)})


def _several(variables: list[np.ndarray], degree: int, raw: bool, memory: dict[str, np.ndarray]) -> Columns:
    bases, kept = [], {}
    for i, v in enumerate(variables):
        own = {key: memory[f"{key}{i}"] for key in ("alpha", "norm2")} if memory else None
        base = poly(v, degree=degree, raw=raw, memory=own)
        bases.append(np.column_stack([np.ones(len(v)), base.values]))
        kept.update({f"{key}{i}": value for key, value in base.memory.items()})
    # The first variable's power varies fastest, as in R's expand.grid.
    powers = [p[::-1] for p in product(range(degree + 1), repeat=len(variables)) if 0 < sum(p) <= degree]
    columns = [np.prod([base[:, d] for base, d in zip(bases, p, strict=True)], axis=0) for p in powers]
    return Columns(np.column_stack(columns), tuple(".".join(map(str, p)) for p in powers), kept)


def scale(x: Any, center: Any = True, scale: Any = True, *, memory: dict[str, np.ndarray] | None = None) -> Columns:
    """`x` less its mean, over its standard deviation; `center` and `scale` may be numbers or False (R: base::scale).

    Missing values are passed over. Without centring, the divisor is the root mean square, with n - 1 for n, as in R.
    """
    value = np.asarray(x, float)
    value = value[:, None] if value.ndim == 1 else value
    if memory is None:
        shift = np.nanmean(value, axis=0) if center is True else np.asarray(center or 0.0)
        moved = value - shift
        present = np.maximum((~np.isnan(moved)).sum(axis=0) - 1, 1)
        spread = np.sqrt(np.nansum(moved**2, axis=0) / present) if scale is True else np.asarray(scale or 1.0)
        memory = {"center": shift, "scale": spread}
    return Columns((value - memory["center"]) / memory["scale"], numbered(value.shape[1]), memory)
