"""Patterns in simulated residuals: their quantiles along the predictions, and by group; DHARMa's figures."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector
from translations.stats.arguments import as_numbers
from translations.stats.hypothesis_tests.htest import HTest, as_factor
from translations.stats.hypothesis_tests.ks_test import of_distribution
from translations.stats.hypothesis_tests.multiplicity import p_adjust
from translations.stats.language.factors import Factor
from translations.stats.language.vectors import as_vector

from .quantile_curves import QuantileCurve, quantile_curve

Floats = np.ndarray
QUANTILES = (0.25, 0.5, 0.75)
MANY = 2000  # above this many rows R fits no curves
FEW, EACH = 10, 10  # fewer values than FEW, of more than EACH rows each, are taken for groups
COLUMNS, FEWEST = 10, 3  # of a curve's basis: as many as there are values, from 3 to 10
SMALL = 0.05


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class QuantileTest(HTest):
    """Whether residuals' quantiles are where those of uniform numbers are, along a predictor (R: class htest).

    pvals: (quantiles,), of each, NaN where it could not be fitted;  p_value: the least, adjusted (Benjamini & Hochberg)
    predictions: (n, 1 + 2 quantiles) pred, and for each quantile its curve and that's standard error: R's columns
    """

    pvals: Floats
    predictions: pd.DataFrame = field(repr=False)


def of_quantiles(pred: Floats, residuals: Floats, quantiles: Sequence[float], name: str) -> QuantileTest:
    """The test of residuals (n,) along a predictor (n,); name: of the residuals. As `testQuantiles` has it."""
    _require_length(pred, residuals)
    wanted = as_numbers(list(quantiles), "quantiles")
    if not ((wanted > 0.0) & (wanted < 1.0)).all():
        raise ValueError(f"quantiles must lie between 0 and 1, not {', '.join(f'{one:g}' for one in wanted)}")
    k = min(len(np.unique(pred)), COLUMNS)
    curves = [quantile_curve(pred, residuals, float(q), k) if k >= FEWEST else None for q in wanted]
    order = np.argsort(pred, kind="stable")
    columns = {"pred": pred[order]}
    for i, curve in enumerate(curves):
        fitted, se = (curve.fitted, curve.se) if curve else (np.full(len(pred), np.nan),) * 2
        columns |= {str(2 * i + 1): fitted[order], str(2 * i + 2): se[order]}
    pvals = np.array([_p_of(curve) for curve in curves])
    return QuantileTest(statistic=Vector([], index=[], dtype=float), p_value=float(np.min(p_adjust(pvals, "BH"))),
                        method="Test for location of quantiles via qgam", data_name=name, alternative="both",
                        pvals=pvals, predictions=pd.DataFrame(columns))


def _p_of(curve: QuantileCurve | None) -> float:
    return float(np.min(p_adjust([curve.p_height, curve.p_shape], "BH"))) if curve else float("nan")


def _require_length(pred: Any, residuals: Floats) -> None:
    if len(pred) != len(residuals):
        raise ValueError(f"the predictor has {len(pred)} values for {len(residuals)} residuals: leave out the rows "
                         "that the model left out for missing values")


@dataclass(frozen=True, eq=False)
class GroupTests:
    """Simulated residuals by group. R: what DHARMa::testCategorical gives.

    levels: the groups;  p_value, p_value_cor: (groups,), that each one's are uniform, as they are and adjusted (Holm)
    homogeneity: Levene's p-value that all vary alike, NaN of one group
    """

    levels: list[str]
    p_value: Floats
    p_value_cor: Floats
    homogeneity: float

    def __str__(self) -> str:
        return "\n".join(self.said)

    @property
    def said(self) -> list[str]:
        """What R writes above its figure."""
        within = "deviations from uniformity significant" if (self.p_value_cor < SMALL).any() else \
            "deviation from uniformity n.s."
        lines = [f"Within-group {within}"]
        if not np.isnan(self.homogeneity):
            word = "significant" if self.homogeneity < SMALL else "n.s."
            lines.append(f"Levene Test for homogeneity of variance {word}")
        return lines


def of_groups(residuals: Floats, catPred: Any) -> GroupTests:  # noqa: N803
    """The tests of residuals (n,) by group, as `testCategorical` has them."""
    from scipy import stats

    groups = catPred if isinstance(catPred, Factor) else as_factor(catPred)
    _require_length(groups, residuals)
    parts = [residuals[groups.codes == i] for i in range(len(groups.levels))]
    p = np.array([of_uniform(one).p_value for one in parts])
    levene = float(stats.levene(*parts, center="median").pvalue) if len(parts) > 1 else float("nan")
    return GroupTests(list(groups.levels), p, np.asarray(p_adjust(p, "holm"), dtype=float), levene)


@dataclass(frozen=True, eq=False)
class ResidualPlot:
    """Simulated residuals along a predictor, and what is told of them, for `plotResiduals`.

    pred, residuals: (n,);  levels: of groups, else None;  test: of the quantiles, or by group, else None
    """

    pred: Floats
    residuals: Floats
    title: str
    xlab: str
    quantiles: Sequence[float]
    levels: list[str] | None
    test: QuantileTest | GroupTests | None

    @property
    def said(self) -> list[str]:
        """R's lines above the figure."""
        if isinstance(self.test, GroupTests):
            return [self.title, *self.test.said]
        if self.test is None:
            return [self.title]
        if np.isnan(self.test.p_value):
            return [self.title, "Some quantile regressions failed"]
        if not (self.test.pvals < SMALL).any():
            return [self.title, "No significant problems detected"]
        word = "significant" if self.test.p_value <= SMALL else "n.s."
        return [self.title, "Quantile deviations detected (red curves)",
                f"Combined adjusted quantile test {word}"]


def residual_pattern(residuals: Floats, found: Any, name: str | None, quantreg: bool | None, rank: bool,
                     groups: bool | None, quantiles: Sequence[float]) -> ResidualPlot:
    """What `plotResiduals` draws of residuals along what was found; name: the predictor's, None of the predictions."""
    value = as_vector(found)
    numbers = isinstance(value, np.ndarray) and value.dtype.kind in "iuf"
    found = value if numbers else as_factor(found)
    _require_length(found, residuals)
    pred = np.asarray(found, dtype=float) if numbers else found.codes.astype(float)
    if rank and numbers:
        pred = pd.Series(pred).rank(method="average").to_numpy()
        pred = pred / pred.max()
    values = len(np.unique(pred))
    few = values == 1 or (values < FEW and len(pred) / values > EACH)
    title = "DHARMa residual vs. predicted" if name is None else "DHARMa residual Residual vs. predictor"
    xlab = ("Model predictions" if name is None else name) + (" (rank transformed)" if rank else "")
    if not numbers or (few if groups is None else groups):
        by = as_factor(pred) if numbers else found
        test: Any = of_groups(residuals, by)
        return ResidualPlot(by.codes.astype(float), residuals, title, xlab, quantiles, test.levels, test)
    curves = len(pred) <= MANY if quantreg is None else quantreg
    test = of_quantiles(pred, residuals, quantiles, "res") if curves else None
    return ResidualPlot(pred, residuals, title, xlab, quantiles, None, test)


def of_uniform(u: Floats, alternative: str = "two.sided") -> HTest:
    """The test of numbers u (n,), exact for fewer than 100 without ties. R: stats::ks.test(u, "punif")."""
    return of_distribution(u, lambda q: np.clip(q, 0.0, 1.0), alternative, None, "simulationOutput$scaledResiduals")
