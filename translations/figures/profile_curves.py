"""What plots of a profile draw, as arrays: zeta's curves, and pairs of parameters with their joint confidence regions.

Source: Bates and Watts (1988), Nonlinear Regression Analysis, appendix 6 (pairs); R: lme4's xyplot.thpr, splom.thpr.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from translations.arrays import Floats
from translations.lme4.inference.profiles.parameter_profile import ParameterProfile, Profile
from translations.lme4.inference.profiles.splines import Spline, natural_spline

CONF = (0.5, 0.8, 0.9, 0.95, 0.99)
PADDING = 0.07  # lattice's margin at either end of an axis, as a fraction of it
PAIRS_PADDING = 1.07  # how far zeta's axes reach, as a multiple of the outermost contour
CURVE_POINTS, TRACE_POINTS, CONTOUR_POINTS = 101, 51, 102
NEAREST_COSINE = 0.999  # of a region's touching points, beyond which their angle would not be defined


@dataclass(frozen=True)
class ZetaPanel:
    """One parameter's zeta. limits (2,): of the parameter's axis; levels (2c + 1, 2): value and zeta at the ends of the
    c intervals and at the estimate; curve (101, 2): value and zeta, or the profile's points where it has no spline.
    """

    name: str
    limits: Floats
    levels: Floats
    curve: Floats


@dataclass(frozen=True)
class Pair:
    """Two parameters, each as its own zeta. In every last axis the first parameter comes first.

    held_first, held_second (51, 2): the profile traces, along which that parameter is held; at_first, at_second
    (2c + 1, 2): the traces at the levels; regions (c, 102, 2): contours of the joint confidence regions.
    """

    first: str
    second: str
    held_first: Floats
    held_second: Floats
    at_first: Floats
    at_second: Floats
    regions: Floats


def quantiles(conf: Sequence[float], df: int) -> Floats:
    """Roots of chi-squared's quantiles, (c,). Raises ValueError for a confidence that is not between 0 and 1."""
    from scipy.special import chdtri

    wanted = np.sort(np.asarray(conf, dtype=float))
    if not ((wanted > 0) & (wanted < 1)).all():
        raise ValueError(f"conf={list(conf)}: each must lie strictly between 0 and 1")
    return np.sqrt(chdtri(df, 1.0 - wanted))


def both_ways(levels: Floats) -> Floats:
    """-levels, 0, levels: (2c + 1,)."""
    return np.concatenate([-levels[::-1], [0.0], levels])


def extrapolated(spline: Spline, x: Floats) -> Floats:
    """A natural spline's values, along its end tangents beyond its knots. R: predict of an interpSpline."""
    ends = spline.knots[[0, -1]]
    nearest = np.clip(x, *ends)
    slope = np.where(x < ends[0], spline(ends[0], 1), np.where(x > ends[1], spline(ends[1], 1), 0.0))
    return spline(nearest) + slope * (x - nearest)


def padded(limits: Floats) -> Floats:
    """An axis' limits (2,) with lattice's margin at either end, half a unit where both are the same."""
    margin = PADDING * (limits[1] - limits[0]) or 0.5
    return limits + margin * np.array([-1.0, 1.0])


def zeta_panel(p: ParameterProfile, levels: Floats) -> ZetaPanel:
    """What is plotted of one parameter. Where the profile does not reach a level, R draws nothing from its first point.

    A profile with no spline is plotted through its points; one with no inverse has no levels.
    """
    zeta = both_ways(levels)
    if p.forward is None:
        known = p.points[~np.isnan(p.points[:, 0])]
        curve = known[:, [p.column, 0]]
        order = np.argsort(curve[:, 1], kind="stable")
        x = np.interp(zeta, curve[order, 1], curve[order, 0], left=np.nan, right=np.nan)
        reached = curve[:, 0] if np.isnan(x).all() else x
        limits = padded(np.array([np.nanmin(reached), np.nanmax(reached)]))
        return ZetaPanel(p.name, limits, np.column_stack([x, np.where(np.isnan(x), 0.0, zeta)]), curve)
    x = np.full(len(zeta), np.nan) if p.backward is None else p.backward(zeta)
    zeta = np.where(np.isnan(x), 0.0, zeta)
    x = np.where(np.isnan(x), p.forward.knots[0], x)
    limits = padded(np.array([x.min(), x.max()]))
    grid = np.linspace(max(limits[0], p.forward.knots[0]), min(limits[1], p.forward.knots[-1]), CURVE_POINTS)
    return ZetaPanel(p.name, limits, np.column_stack([x, zeta]), np.column_stack([grid, p.forward(grid)]))


def region_limits(p: ParameterProfile, level: float) -> Floats:
    """Limits (2,) of a parameter's axis that hold every contour up to `level`, or end where its profile does."""
    if p.forward is None or p.backward is None:
        raise ValueError(f"unreliable profile for {p.name}: no pairs with it")
    ends, knots = p.backward(np.array([-level, level])), p.forward.knots[[0, -1]]
    return padded(np.array([np.fmax(ends[0], knots[0]), np.fmin(ends[1], knots[1])]))


def pairs(profile: Profile, names: Sequence[str], levels: Floats) -> list[Pair]:
    """Every pair of the parameters `names`, all of which have splines."""
    zeta = {
        name: np.column_stack([
            extrapolated(spline, profile.parameters[name].points[:, profile.parameters[other].column])
            for other in names if (spline := profile.parameters[other].forward) is not None
        ])
        for name in names
    }  # fmt: skip
    return [
        pair(names[i], names[j], zeta[names[i]][:, [i, j]], zeta[names[j]][:, [i, j]], levels)
        for i, j in combinations(range(len(names)), 2)
    ]


def pair(first: str, second: str, along_first: Floats, along_second: Floats, levels: Floats) -> Pair:
    """A pair from its profile traces, (points, 2) each: zeta of both while the first, or the second, is held.

    Raises ValueError naming both where a trace has too few points.
    """
    try:
        of_first = natural_spline(along_first[:, 0], along_first[:, 1])
        of_second = natural_spline(along_second[:, 1], along_second[:, 0])
    except ValueError as error:
        raise ValueError(f"no pair of {first} and {second}: {error}") from None
    grid = [np.linspace(spline.knots[0], spline.knots[-1], TRACE_POINTS) for spline in (of_first, of_second)]
    at = both_ways(levels)
    return Pair(
        first,
        second,
        np.column_stack([grid[0], of_first(grid[0])]),
        np.column_stack([of_second(grid[1]), grid[1]]),
        np.column_stack([at, extrapolated(of_first, at)]),
        np.column_stack([extrapolated(of_second, at), at]),
        np.array([region(of_first, of_second, level) for level in levels]),
    )


def region(of_first: Spline, of_second: Spline, level: float) -> Floats:
    """The contour (102, 2) at which both zetas together reach `level`, interpolated from where it meets the traces.

    On it the zetas are level cos(a + d/2) and level cos(a - d/2). Four points (a, d) are known, where a trace meets it;
    between them d is a periodic spline of a.
    """
    from scipy.interpolate import CubicSpline

    def angle(trace: Spline, zeta: float) -> float:
        cosine = float(extrapolated(trace, np.array([zeta]))[0]) / level
        return float(np.arccos(np.clip(cosine, -NEAREST_COSINE, NEAREST_COSINE)))

    first = np.array([0.0, angle(of_second, level), np.pi, angle(of_second, -level)])
    second = np.array([angle(of_first, level), 0.0, angle(of_first, -level), np.pi])
    a, d = np.sign(first - second) * (first + second) / 2.0, np.abs(first - second)
    order = np.argsort(a)
    a, d = a[order], d[order]
    spline = CubicSpline(np.append(a, a[0] + 2.0 * np.pi), np.append(d, d[0]), bc_type="periodic")
    around = np.linspace(a[0], a[0] + 2.0 * np.pi, CONTOUR_POINTS)
    half = spline(around) / 2.0
    return level * np.column_stack([np.cos(around + half), np.cos(around - half)])
