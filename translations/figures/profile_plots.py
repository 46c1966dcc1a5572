"""Plots of a profile: zeta, density, pairs."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from plotnine import (
    aes,
    coord_cartesian,
    element_blank,
    element_text,
    facet_grid,
    facet_wrap,
    geom_blank,
    geom_hline,
    geom_line,
    geom_path,
    geom_point,
    geom_segment,
    geom_text,
    ggplot,
    labs,
    scale_x_continuous,
    scale_y_continuous,
)

from translations.arrays import Floats
from translations.generalized.profile import GlmProfile, fmm_spline
from translations.lme4.inference.intervals import ProfileWarning
from translations.lme4.inference.parameters import select
from translations.lme4.inference.profiles.parameter_profile import Profile

from . import profile_curves as curves
from .profile_curves import PAIRS_PADDING, Pair
from .style import DATA, MODEL, OTHER, QUIET, own_theme

ZETA_TICKS = np.array([-2.0, 0.0, 2.0])


def chosen(profile: Profile, which: Any) -> list[str]:
    """The parameters that `which` selects, in the profile's order."""
    n_variance = sum(not np.isnan(p.lower) for p in profile.parameters.values())
    asked = select(which, list(profile.parameters), n_variance)
    return [name for name in profile.parameters if name in asked]


def in_order(names: Any, order: list[str]) -> Any:
    """Names as a Categorical whose categories stand in `order`."""
    return pd.Categorical(names, categories=order)


def zeta(profile: Profile, conf: Sequence[float], absolute: bool, which: Any) -> ggplot:
    """Zeta's curve with verticals at the ends of the intervals, a panel a parameter."""
    names = chosen(profile, which)
    levels = curves.quantiles(conf, 1)
    panels = [curves.zeta_panel(profile.parameters[name], levels) for name in names]
    size = np.abs if absolute else np.asarray
    ends = pd.concat([
        pd.DataFrame({"value": x, "zeta": size(z), "other": x[::-1], "lost": (z == 0) | (z[::-1] == 0), "pnm": p.name})
        for p in panels for x, z in [p.levels.T]
    ])  # fmt: skip
    lines = pd.concat([pd.DataFrame({"value": x, "zeta": size(z), "pnm": p.name})
                       for p in panels for x, z in [p.curve.T]])  # fmt: skip
    height = curves.padded(np.array([ends["zeta"].min(), ends["zeta"].max()]))
    frame = pd.concat([pd.DataFrame({"value": p.limits, "zeta": height, "pnm": p.name}) for p in panels])
    for data in (ends, lines, frame):
        data["pnm"] = in_order(data["pnm"], names)
    plot = ggplot(frame, aes("value", "zeta")) + geom_blank() + geom_hline(yintercept=0, color=QUIET)
    plot += geom_segment(aes(xend="value", yend=0), ends, color=QUIET)
    if absolute:  # R joins what it did not find too, from the profile's first point
        plot += geom_segment(aes(xend="other", yend="zeta"), ends[~ends["lost"]], color=QUIET)
    return (
        plot
        + geom_line(data=lines, color=MODEL, size=0.9)
        + facet_wrap("pnm", scales="free_x", labeller=broken)
        + coord_cartesian(ylim=tuple(height), expand=False)
        + labs(x="", y="|ζ|" if absolute else "ζ")
        + own_theme(axis_title_y=element_text(rotation=0))
    )


def density(profile: Profile, npts: int, upper: float) -> ggplot:
    """The density that each profile implies, a panel a parameter, axes of its own."""
    points = profile.density(npts, upper)
    points["pnm"] = in_order(points["pnm"], list(profile.parameters))
    return (
        ggplot(points, aes("pval", "density"))
        + geom_line(color=MODEL, size=0.9, na_rm=True)
        + facet_wrap("pnm", scales="free", labeller=broken)
        + labs(x="", y="density")
        + own_theme()
    )


def pairs(profile: Profile, conf: Sequence[float], which: Any) -> ggplot:
    """A square of panels, the first parameter at the lower left, as lattice lays them out."""
    names = chosen(profile, which)
    if len(names) < 2:
        raise ValueError("pairs need two parameters or more")
    for p in profile.parameters.values():
        if p.lower == 0.0 and ((p.points[:, 0] == 0.0) & (p.points[:, p.column] == 0.0)).any():
            warnings.warn("splom is unreliable for singular fits", ProfileWarning, stacklevel=4)
    levels = curves.quantiles(conf, 2)
    frame = Frame(profile, names, levels[-1])
    found = curves.pairs(profile, names, levels)
    plot = (
        ggplot(mapping=aes("x", "y"))
        + geom_path(aes(group="line"), frame.traces(found), color=OTHER, size=0.5, na_rm=True)
        + geom_path(aes(group="line"), frame.regions(found), color=MODEL, size=0.5, na_rm=True)
        + geom_segment(aes(xend="xend", yend="yend"), frame.ticks(found), color=DATA, size=0.4)
        + geom_text(aes(label="label"), frame.titles(), size=7.5, color=DATA)
        + geom_text(aes(label="label"), frame.zeta_axes(), size=6, color="#5c636c")
    )
    return (
        plot
        + facet_square(frame.limits)
        + coord_cartesian(expand=False)
        + scale_x_continuous(breaks=few, oob=kept)
        + scale_y_continuous(breaks=few, oob=kept)
        + labs(x="", y="")
        + own_theme(strip_text=element_blank(), strip_background=element_blank(), panel_grid_major=element_blank(),
                panel_spacing=0.004)
    )  # fmt: skip


def roots(x: GlmProfile) -> ggplot:
    """Splines through the signed roots, a panel a coefficient, and a cross at the estimate. R: plot.profile."""
    names, frames = list(x), list(x.items())
    along = {name: frame[f"par.vals.{name}"].to_numpy() for name, frame in frames}
    points = pd.concat([pd.DataFrame({"value": along[name], "tau": frame.iloc[:, 0], "pnm": name})
                        for name, frame in frames])
    lines = []
    for name, frame in frames:
        order = np.argsort(along[name])
        at = np.linspace(along[name].min(), along[name].max(), 3 * len(order))
        tau = fmm_spline(along[name][order], frame.iloc[:, 0].to_numpy()[order], at)
        lines.append(pd.DataFrame({"value": at, "tau": tau, "pnm": name}))
    curve, best = pd.concat(lines), points[points["tau"] == 0.0].drop_duplicates("pnm", keep=False)
    for data in (curve, best):
        data["pnm"] = in_order(data["pnm"], names)
    return (
        ggplot(curve, aes("value", "tau"))
        + geom_line(color=MODEL, size=0.9)
        + geom_point(data=best, shape="+", size=3, color=DATA)
        + facet_wrap("pnm", scales="free")
        + labs(x="", y="tau")
        + own_theme()
    )


class Frame:
    """Where things stand in the square of panels: in the parameters' units above the diagonal and on it; below it zetas
    are plotted to scale, from one side of a panel to the other.
    """

    def __init__(self, profile: Profile, names: list[str], top: float) -> None:
        self.names, self.top = names, top
        self.back = {name: p.backward for name, p in profile.parameters.items() if p.backward is not None}
        self.limits = {name: curves.region_limits(profile.parameters[name], top) for name in names}

    def placed(self, row: str, column: str, x: Floats, y: Floats, **more: Any) -> pd.DataFrame:
        """A frame of points of one panel."""
        rows, columns = in_order([row] * len(x), self.names[::-1]), in_order([column] * len(x), self.names)
        return pd.DataFrame({"x": x, "y": y, **more, "row": rows, "column": columns})

    def scaled(self, name: str, zeta: Floats) -> Floats:
        """Zetas as places along the axis of a parameter."""
        low, high = self.limits[name]
        reach = PAIRS_PADDING * self.top
        return low + (zeta + reach) / (2.0 * reach) * (high - low)

    def both(self, pair: Pair, zetas: Floats, **more: Any) -> list[pd.DataFrame]:
        """Points (n, 2) of a pair as zetas, in the panel below the diagonal, then in units, in that above."""
        (one, other), (first, second) = zetas.T, (pair.first, pair.second)
        return [
            self.placed(first, second, self.scaled(second, other), self.scaled(first, one), **more),
            self.placed(second, first, self.back[first](one), self.back[second](other), **more),
        ]

    def traces(self, found: list[Pair]) -> pd.DataFrame:
        return pd.concat([
            data for pair in found for line, points in enumerate((pair.held_first, pair.held_second))
            for data in self.both(pair, points, line=line)
        ])  # fmt: skip

    def regions(self, found: list[Pair]) -> pd.DataFrame:
        return pd.concat([data for pair in found for line, points in enumerate(pair.regions)
                          for data in self.both(pair, points, line=line)])  # fmt: skip

    def ticks(self, found: list[Pair]) -> pd.DataFrame:
        """Short strokes across the traces at the levels, a fiftieth of the panel either way, below the diagonal."""
        reach = 2.0 * PAIRS_PADDING * self.top / 50.0
        out = []
        for pair in found:
            for points, across in ((pair.at_first, [0.0, reach]), (pair.at_second, [reach, 0.0])):
                start, end = self.both(pair, points - across)[0], self.both(pair, points + across)[0]
                out.append(start.assign(xend=end["x"], yend=end["y"]))
        return pd.concat(out)

    def titles(self) -> pd.DataFrame:
        places = {name: np.array([low + 0.62 * (high - low)]) for name, (low, high) in self.limits.items()}
        return pd.concat([self.placed(name, name, self.limits[name].mean(keepdims=True), at, label=[wrapped(name)])
                          for name, at in places.items()])  # fmt: skip

    def zeta_axes(self) -> pd.DataFrame:
        """Numbers along the sides of the diagonal's panels that zetas' panels lie at."""
        out = []
        for i, name in enumerate(self.names):
            along, (low, high) = self.scaled(name, ZETA_TICKS), self.limits[name]
            label = [f"{tick:+.0f}" if tick else "ζ = 0" for tick in ZETA_TICKS]
            if i:
                out.append(self.placed(name, name, along, np.full(3, low + 0.07 * (high - low)), label=label))
            if i < len(self.names) - 1:
                label[1] = "0"
                out.append(self.placed(name, name, np.full(3, low + 0.93 * (high - low)), along, label=label))
        return pd.concat(out)


class facet_square(facet_grid):  # noqa: N801
    """Panels whose axes run from limits to limits, by parameter; what lies beyond is cut at a panel's edge."""

    def __init__(self, limits: dict[str, Floats]) -> None:
        super().__init__("row", "column", scales="free")
        self.along = {"x": list(limits.values()), "y": list(limits.values())[::-1]}

    def init_scales(self, *args: Any, **kwargs: Any) -> Any:
        scales = super().init_scales(*args, **kwargs)
        for axis, limits in self.along.items():
            for scale, ends in zip(getattr(scales, axis, []), limits, strict=False):
                scale.limits = tuple(map(float, ends))
        return scales


def _kept(x: Any, range: Any = None, only_finite: bool = True) -> Any:
    return x


def _broken(name: str) -> str:
    return name.replace("|", "\n|") if len(name) > 28 else name


kept: Any = _kept  # values beyond an axis' limits, whose lines are cut at the panel's edge
broken: Any = _broken  # a strip's text on two lines where it would not fit on one


def wrapped(name: str) -> str:
    """A parameter's name on several lines, broken where its parts end."""
    return re.sub(r"(?<=[^\n])(?=[|(])|(?<=[_.])(?=[^\n])", "\n", name) if len(name) > 12 else name


def few(limits: tuple[float, float]) -> list[float]:
    """Three or four breaks, none near the panel's corners."""
    from mizani.breaks import breaks_extended

    margin = 0.1 * (limits[1] - limits[0])
    return [one for one in breaks_extended(n=4)(limits) if limits[0] + margin <= one <= limits[1] - margin]
