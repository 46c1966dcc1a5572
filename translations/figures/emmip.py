"""Interaction plots of marginal means. R: emmeans::emmip."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
import pandas as pd

from translations.marginal.grid import EmmGrid, level_text
from translations.marginal.means import emmeans
from translations.marginal.nesting import union
from translations.marginal.summary import summarize
from translations.stats.language.expressions import Call, read, symbols

if TYPE_CHECKING:
    from plotnine import ggplot

SHAPES = 6  # lines that are told apart in grey, by the shapes of their points


@overload
def emmip(m: Any, formula: str, CIs: bool = ..., type: str = ..., *, plotit: Literal[True] = True,  # noqa: N803
          at: Mapping[str, Any] | None = ..., cov_reduce: Any = ..., weights: Any = ...,
          lmer_df: str = ...) -> ggplot: ...
@overload
def emmip(m: Any, formula: str, CIs: bool = ..., type: str = ..., *, plotit: Literal[False],  # noqa: N803
          at: Mapping[str, Any] | None = ..., cov_reduce: Any = ..., weights: Any = ...,
          lmer_df: str = ...) -> pd.DataFrame: ...
def emmip(m: Any, formula: str, CIs: bool = False, type: str = "link", *, plotit: bool = True,  # noqa: N803
          at: Mapping[str, Any] | None = None, cov_reduce: Any = None, weights: Any = "equal",
          lmer_df: str = "kenward-roger") -> ggplot | pd.DataFrame:
    """An interaction plot: means along one factor (or covariate), a line for each level of another. R: emmeans::emmip.

    m: a model, or a reference grid. formula: "lines ~ along | panels", "~ along" for one line. CIs: with intervals.
    type: "response" for the scale of the response. plotit: False for the plotted data instead. at, cov_reduce, weights,
    lmer_df: as in `emmeans`.

    Returns a plotnine figure; with plotit=False a frame: the variables, yvar, SE, df, LCL and UCL with CIs, tvar (the
    line) and xvar (the place along it).

    Raises KeyError for an unknown variable, ValueError for what is no formula.

    >>> m = r.lm("angle ~ recipe * temp", r.cake())
    >>> r.emmip(m, "recipe ~ temp", at={"temp": [180, 220]}, plotit=False)["yvar"].round(2).tolist()
    [30.05, 28.35, 28.48, 36.2, 34.94, 34.72]
    """
    lines, along, panels = _parts(formula)
    e = emmeans(m, union(lines, along, panels), at=at, cov_reduce=cov_reduce, weights=weights,
                lmer_df=lmer_df, type=type)
    table = _data(e, CIs, lines, along, panels)
    return _figure(table, e, CIs, lines, along, panels) if plotit else table


def _parts(formula: str) -> tuple[list[str], list[str], list[str]]:
    """The variables of the lines, along the axis, and of the panels."""
    node = read(formula)
    if not isinstance(node, Call) or node.function != "~":
        raise ValueError(f"emmip() needs a formula such as 'lines ~ along | panels', not {formula!r:.60}")
    left = list(dict.fromkeys(symbols(node.args[0]))) if len(node.args) == 2 else []
    right = node.args[-1]
    panels: list[str] = []
    if isinstance(right, Call) and right.function == "|":
        right, after = right.args
        panels = list(dict.fromkeys(symbols(after)))
    return left, list(dict.fromkeys(symbols(right))), panels


def _data(e: EmmGrid, CIs: bool, lines: list[str], along: list[str], panels: list[str]) -> pd.DataFrame:  # noqa: N803
    summary = summarize(replace(e, infer=(CIs, False)))
    table = pd.DataFrame(summary).rename(columns={summary.estimate: "yvar"})
    table = table.rename(columns={"lower.CL": "LCL", "upper.CL": "UCL", "asymp.LCL": "LCL", "asymp.UCL": "UCL"})
    names = [name for name in table.columns if name in {*lines, *along, *panels}]
    order = np.lexsort([_codes(table[name]) for name in names]) if names else np.arange(len(table))
    table = table.iloc[order].reset_index(drop=True)
    table["tvar"] = _pasted(table, lines) if lines else pd.Categorical(["1"] * len(table))
    numeric = len(along) == 1 and pd.api.types.is_numeric_dtype(table[along[0]].dtype)
    many = table.groupby("tvar", observed=True)[along[0]].nunique().max() > 1
    table["xvar"] = table[along[0]].astype(float) if numeric and many else _pasted(table, along)
    return table.iloc[np.argsort(_codes(table["xvar"]), kind="stable")].reset_index(drop=True)


def _codes(column: pd.Series) -> np.ndarray:
    return (column.cat.codes if isinstance(column.dtype, pd.CategoricalDtype) else column).to_numpy()


def _pasted(table: pd.DataFrame, names: list[str]) -> Any:
    columns = [[level_text(one) for one in table[name].tolist()] for name in names]
    texts = [" ".join(row) for row in zip(*columns, strict=True)]
    return pd.Categorical(texts, list(dict.fromkeys(texts)))


def _figure(table: pd.DataFrame, e: EmmGrid, CIs: bool, lines: list[str], along: list[str],  # noqa: N803
            panels: list[str]) -> ggplot:
    from plotnine import aes, facet_wrap, geom_line, geom_linerange, geom_point, ggplot, labs, position_dodge

    from .style import own_theme

    factor = isinstance(table["xvar"].dtype, pd.CategoricalDtype)
    beside = position_dodge(width=0.1 if factor and CIs else 0.0)
    label = e.transformation.label if e.transformation is not None else "response"
    plot = ggplot(table, aes("xvar", "yvar", color="tvar", group="tvar"))
    marked = {"shape": "tvar"} if 1 < table["tvar"].nunique() <= SHAPES else {}
    plot = plot + geom_line(position=beside) + geom_point(aes(**marked), position=beside, size=2.0)
    if CIs:
        plot = plot + geom_linerange(aes(ymin="LCL", ymax="UCL"), position=beside, size=1.5, alpha=0.4)
    if panels:
        plot = plot + facet_wrap(panels, labeller="label_both")
    title = " ".join(lines)
    names = {"x": f"Levels of {' '.join(along)}" if factor else " ".join(along), "color": title,
             "y": f"Predicted {label}" if e.type == "response" else "Linear prediction"}
    names |= {"shape": title} if marked else {}
    names |= {"caption": f"Bars: {100 * e.level:g} % confidence intervals."} if CIs else {}
    plot = plot + labs(**names) + own_theme()
    return plot if lines else plot + _no_legend()


def _no_legend() -> Any:
    from plotnine import theme

    return theme(legend_position="none")
