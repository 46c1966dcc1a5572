"""What the app says: the result in a sentence, notes on the fit, and the figures for those who cannot see them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from .controls import BY_NAME
from .study import Screen

DIGITS = {"gamma0": 1, "gamma1": 2, "tau00": 1, "tau11": 2, "rho": 2, "sigma": 1}
POOLINGS = {"complete": "Complete pooling", "none": "No pooling", "partial": "Partial pooling"}


def number(value: float, digits: int) -> str:
    """A number with a true minus sign; a dash for NaN; no negative zero."""
    if np.isnan(value):
        return "–"
    shown = f"{value:.{digits}f}"
    return shown.lstrip("-") if float(shown) == 0.0 else shown.replace("-", "−")


def parameter(name: str) -> str:
    """A parameter's label with its symbol."""
    control = BY_NAME[name]
    return f"{control.label} {control.symbol}".strip()


def result(screen: Screen) -> str:
    """The answer in two sentences."""
    found = {one.name: one for one in screen.estimates}
    slope, misses = found["gamma1"], screen.misses
    left, all_of = int(screen.observed.sum()), screen.settings.design.n
    share = f"{left}" if left == all_of else f"{left} of {all_of}"
    complete, none, partial = (number(misses[name][1], 2) for name in ("complete", "none", "partial"))
    return (
        f"From {share} observations lmer estimates a slope of {number(slope.value, 2)} ms a day, where "
        f"{number(slope.truth, 2)} is true. The subjects’ slopes miss their true values by {partial} with partial "
        f"pooling, by {none} with no pooling and by {complete} with complete pooling (root mean square)."
    )


def notes(screen: Screen) -> list[str]:
    """What has to be said about this fit: singular, not converged, subjects without data. Empty when all is well."""
    found = []
    if screen.singular:
        spread = f"{BY_NAME['tau00'].label} and {BY_NAME['tau11'].label}"
        found.append(f"Singular fit: {_at_boundary(screen)}. More Subjects or Days, or larger {spread}, make it rarer.")
    for message in screen.messages if not screen.singular else ():
        found.append(
            f"lmer warns: “{' '.join(message.split())}”. Its estimates may not be at the optimum. This happens where "
            f"{BY_NAME['sigma'].label} is small beside the other two, or the data are few."
        )
    gone = [str(s + 1) for s in np.flatnonzero(screen.observed == 0)]
    if gone:
        found.append(
            f"Missing fraction: {_subjects(gone)} no observation left. The fits do without; partial pooling predicts "
            "the population’s line."
        )
    one = [str(s + 1) for s in np.flatnonzero(screen.observed == 1)]
    if one:
        found.append(
            f"Missing fraction: {_subjects(one)} one observation left. No pooling has no line there; "
            "partial pooling has."
        )
    return found


def _at_boundary(screen: Screen) -> str:
    found = {one.name: one.value for one in screen.estimates}
    small = 1e-4 * found["sigma"]
    flat = [parameter(name) for name in ("tau00", "tau11") if found[name] < small]
    if flat:
        return f"the estimate of {' and '.join(flat)} is zero"
    return f"the estimated correlation is {number(found['rho'], 2)}, at the edge of what is possible"


def _subjects(names: Sequence[str]) -> str:
    if len(names) == 1:
        return f"subject {names[0]} has"
    shown = list(names) if len(names) <= 8 else [*names[:7], f"{len(names) - 7} more"]
    return f"subjects {', '.join(shown[:-1])} and {shown[-1]} have"


def panels(screen: Screen) -> str:
    """The panels, described."""
    design, y = screen.settings.design, screen.y
    return (
        f"{design.subjects} panels, one a subject: reaction time, from {number(float(np.nanmin(y)), 0)} to "
        f"{number(float(np.nanmax(y)), 0)} ms, against {design.days} days. Complete pooling draws the same line in "
        f"all, rising by {number(float(screen.complete[1]), 1)} ms a day. No pooling’s slopes run from "
        f"{_run(screen.none[:, 1])}, partial pooling’s from {_run(screen.partial[:, 1])}. "
        "The table Lines has every number."
    )


def shrinkage(screen: Screen) -> str:
    """The shrinkage plot, described."""
    return (
        "Each subject’s slope against its intercept, without pooling and with partial pooling, joined by a line. "
        "Partial pooling moves the points towards the population’s, at intercept "
        f"{number(float(screen.average[0]), 1)} and slope {number(float(screen.average[1]), 2)}. "
        f"Intercepts run from {_run(screen.none[:, 0])} without pooling, "
        f"from {_run(screen.partial[:, 0])} with it; slopes from {_run(screen.none[:, 1])} and from "
        f"{_run(screen.partial[:, 1])}."
    )


def _run(values: np.ndarray) -> str:
    return f"{number(float(np.nanmin(values)), 1)} to {number(float(np.nanmax(values)), 1)}"
