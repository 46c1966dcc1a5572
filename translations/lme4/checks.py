"""What lme4 checks before a fit: it stops for what cannot be fitted, and warns of scales and dropped columns."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.settings import since
from translations.stats.formulas.frame import ModelFrame

from .control import LmerControl, RankDeficiencyWarning, ScaleWarning, act
from .structure import RandomStructure, RandomTerm


def check_design(
    frame: ModelFrame, terms: tuple[RandomTerm, ...], X: Floats, dropped: list[str], control: LmerControl,  # noqa: N803
    generalized: bool,
) -> str | None:
    """The checks before a fit, of X (n, p) without the columns that were dropped. Returns R's warning on scales, or
    None.
    """
    if not generalized:
        check_weights(frame.weights, frame.offset)
    check_terms(terms, frame.n, control, generalized)
    report_dropped(dropped, control)
    message = check_scale(X, control)
    if frame.n <= X.shape[1] and not generalized:
        raise ValueError(f"{frame.n} observations cannot determine {X.shape[1]} fixed effects and the variances")
    return message


def check_terms(terms: tuple[RandomTerm, ...], n: int, control: LmerControl, generalized: bool = False) -> None:
    """R: checkNlevels and checkZdims. Messages name the factor or term. A `generalized` model may have as many levels
    or effects as observations.
    """
    n_most = n + generalized
    for term in terms:
        levels = len(term.levels)
        if levels < 2:
            only = f" (only {term.levels[0]!r})" if term.levels else ""
            act(
                control.check_nlev_gtr_1,
                f"grouping factors must have > 1 sampled level: {term.group} has {levels}{only}",
            )
        if levels >= n_most:
            act(
                control.check_nobs_vs_nlev,
                "number of levels of each grouping factor must be < number of observations "
                f"(problems: {term.group}, with {levels} levels for {n} observations)",
            )
        if term.size >= n_most and not RandomStructure(terms).parameters.structured:  # of which lme4 2.1 does not ask
            act(
                control.check_nobs_vs_nRE,
                f"number of observations (={n}) <= number of random effects (={term.size}) for term "
                f"({term.label}); the random-effects parameters and the residual variance "
                "(or scale parameter) are probably unidentifiable",
            )
        if not np.isfinite(term.Z).all():
            raise ValueError(f"infinite or missing values in the random-effects term ({term.label})")


def check_response(y: Floats, name: str) -> None:
    """Raises ValueError for an infinite or constant response."""
    if not np.isfinite(y).all():
        raise ValueError(f"the response {name} has {int((~np.isfinite(y)).sum())} infinite or missing values")
    if len(y) and (y == y[0]).all():
        raise ValueError(f"the response {name} is constant: there is no variance to model")


def check_weights(weights: Floats | None, offset: Floats | None) -> None:
    """Raises ValueError naming the first row whose weight is not positive and finite, or whose offset is infinite."""
    if weights is not None and (wrong := ~((weights > 0) & np.isfinite(weights))).any():
        row = int(np.argmax(wrong))
        raise ValueError(f"weights must be positive and finite; row {row + 1} of those used has {weights[row]:g}")
    if offset is not None and (wrong := ~np.isfinite(offset)).any():
        row = int(np.argmax(wrong))
        raise ValueError(f"offset must be finite; row {row + 1} of those used has {offset[row]:g}")


def checked_start(start: Any, random: RandomStructure) -> Floats | None:
    """`check_start`, where a start is given."""
    return None if start is None else check_start(start, random)


def check_start(start: Any, random: RandomStructure) -> Floats:
    """`start`, also given as {"theta": start}, as theta (m,), or the parameters of covariance structures, {"par":
    start}. Raises ValueError naming them unless there is a value for each, within its bounds.

    Before 2.0 lme4 also took, and did not use, "fixef": the fixed effects are solved for at each theta.
    """
    parameters = random.parameters
    names, called = parameters.names(), "par" if parameters.structured else "theta"
    if isinstance(start, Mapping):
        known = {called} if since("2.1") or parameters.structured else {"theta", "fixef"}
        if wrong := [str(name) for name in start if name not in known]:
            what = f"{called!r}: values of {', '.join(names)}" if parameters.structured else "'theta'"
            raise ValueError(f"incorrect components in start list: {', '.join(wrong)}; it holds {what}")
        start = start.get(called, parameters.start)
    try:
        values = np.atleast_1d(np.asarray(start, dtype=float))
    except (TypeError, ValueError):
        raise ValueError(f"start must hold values of {called} ({', '.join(names)}), not {start!r}") from None
    if values.shape != (len(names),):
        asked = f"{len(names)} values of {called} ({', '.join(names)})"
        raise ValueError(f"start must hold {asked}, not an array of shape {values.shape}")
    for name, value, lower, upper in zip(names, values, parameters.lower, parameters.upper, strict=True):
        if not np.isfinite(value) or not lower <= value <= upper:
            bound = f" and from {lower:g} to {upper:g}" if np.isfinite(upper) else " and not negative"
            bound = bound if np.isfinite(lower) else ""
            raise ValueError(f"start of {name} is {value:g}; it must be finite{bound}")
    return values


def report_dropped(dropped: list[str], control: LmerControl) -> None:
    """R: chkRank.drop.cols' message."""
    if not dropped:
        return
    if control.check_rankX == "stop.deficient":
        raise ValueError(
            f"the fixed-effects model matrix is column rank deficient: {', '.join(dropped)} depend on the other columns"
        )
    if control.check_rankX != "silent.drop.cols":
        warnings.warn(dropped_message(len(dropped)), RankDeficiencyWarning, stacklevel=4)


def dropped_message(count: int) -> str:
    """R's words for `count` dropped columns."""
    columns = "column / coefficient" if count == 1 else "columns / coefficients"
    return f"fixed-effect model matrix is rank deficient so dropping {count} {columns}"


def check_scale(X: Floats, control: LmerControl) -> str | None:
    """R: checkScaleX. Standard deviations of columns other than 0/1 differ by more than a factor of 1000 from each
    other or from 1.
    """
    binary = ((X == 0.0) | (X == 1.0)).all(axis=0)
    if control.check_scaleX == "ignore" or binary.all():
        return None
    centred = X[:, ~binary]
    centred -= centred.mean(axis=0)
    sds = np.sqrt(np.square(centred, out=centred).sum(axis=0) / max(len(X) - 1, 1)).tolist()
    least, most = min(1.0, *sds), max(1.0, *sds)
    if least == 0.0 or most / least > 1000.0:
        message = "Some predictor variables are on very different scales: consider rescaling"
        if since("2.1"):
            message += ". \nYou may also use (g)lmerControl(autoscale = TRUE) to improve numerical stability."
        act(control.check_scaleX, message, ScaleWarning)
        return message
    return None
