"""The fitted generalized linear model."""
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd

from translations.printing import Vector, html, tables
from translations.printing.dispatch import render
from translations.printing.fits import Fit
from translations.printing.style import Style
from translations.stats.formulas.design import ModelMatrix
from translations.stats.formulas.frame import ModelFrame
from translations.stats.linear.linear_model import argument_text, row_names

from . import irls
from .begin import Start
from .families import Family
from .links import Floats
from .text import GlmText


@dataclass(frozen=True, eq=False, repr=False)
class Glm(Fit):
    """A fitted generalized linear model of n observations, p columns of which r are not aliased (R: class glm).

    fit:   what the iterations ended with;  begun: the response and prior weights that they began from
    data, arguments: what `glm` was called with, for `update`;  family_text: how the call wrote the family
    anova: the path to the model, where `step` found it
    """

    frame: ModelFrame
    X: ModelMatrix
    family: Family
    fit: irls.Fit
    begun: Start
    control: irls.Control
    data: Any
    data_name: str
    family_text: str | None
    arguments: Mapping[str, Any]
    anova: pd.DataFrame | None = None

    @property
    def kept(self) -> np.ndarray:
        """Positions of the columns that are not aliased, (r,)."""
        return self.fit.kept

    @property
    def coefficients(self) -> Floats:
        """(p,), NaN for aliased columns."""
        return self.fit.coefficients

    @property
    def rank(self) -> int:
        """Number of columns that are not aliased."""
        return self.fit.rank

    @property
    def R(self) -> Floats:  # noqa: N802
        """Triangular factor of the weighted columns, (r, r)."""
        return self.fit.R

    # R's names for what the iterations ended with.
    deviance = property(lambda self: self.fit.deviance)
    null_deviance = property(lambda self: self.fit.null_deviance)
    aic = property(lambda self: self.fit.aic)
    df_residual = property(lambda self: self.fit.df_residual)
    df_null = property(lambda self: self.fit.df_null)
    iter = property(lambda self: self.fit.steps)
    converged = property(lambda self: self.fit.converged)
    boundary = property(lambda self: self.fit.boundary)

    @cached_property
    def unscaled(self) -> Floats:
        """(XᵀWX)⁻¹ of the kept columns, (r, r), from the triangular factor."""
        from scipy.linalg import solve_triangular

        inverse = solve_triangular(self.R, np.eye(self.rank))
        covariance: Floats = inverse @ inverse.T
        return covariance

    @property
    def estimates_dispersion(self) -> bool:
        """Whether the dispersion is estimated rather than known."""
        return self.family.dispersion is None

    @cached_property
    def dispersion(self) -> float:
        """1 where it is known, else Pearson's estimate; NaN without residual degrees of freedom."""
        if self.family.dispersion is not None:
            return self.family.dispersion
        if self.fit.df_residual <= 0:
            return float("nan")
        used = self.fit.weights > 0.0
        return float(np.sum((self.fit.weights * self.fit.working**2)[used]) / self.fit.df_residual)

    @cached_property
    def deviance_residuals(self) -> Floats:
        """Signed roots of the deviance's parts, (n,); 0 without residual degrees of freedom."""
        if self.fit.df_residual <= 0:
            return np.zeros(self.frame.n)
        parts = self.family.dev_resids(self.fit.y, self.fit.mu, self.fit.prior)
        return np.where(self.fit.y > self.fit.mu, 1.0, -1.0) * np.sqrt(np.maximum(parts, 0.0))

    @property
    def labels(self) -> pd.Index:
        """R's row names of the observations used."""
        return row_names(self.frame.index)

    def padded(self, values: Floats) -> Vector:
        """`values` (n,) labelled by row, with NaN for the rows that na.exclude left out."""
        return Vector(self.frame.pad(values), index=row_names(self.frame.padded_index))

    @property
    def call(self) -> tables.Call:
        """The call, as R would deparse it."""
        shown = {"formula": self.frame.formula.written, "family": self.family_text, "data": self.data_name}
        for name, value in self.arguments.items():
            if value is not None and (name, value) != ("na_action", "na.omit"):
                shown[name.replace("_", ".")] = argument_text(name, value)
        return tables.Call("glm", {name: text for name, text in shown.items() if text is not None})

    @property
    def text(self) -> GlmText:
        """What R prints for the model."""
        fit = self.fit
        return GlmText(self.call, pd.Series(fit.coefficients, index=self.X.names), fit.df_null, fit.df_residual,
                       fit.null_deviance, fit.deviance, fit.aic, len(self.frame.omitted), self.coding_text)

    @property
    def coding_text(self) -> Mapping[str, str]:
        """The contrasts of its factors where all were asked for by name, as R's print shows them."""
        return {}

    def __str__(self) -> str:
        return str(self.text)

    def _repr_html_(self) -> str:
        estimates = pd.DataFrame({"Estimate": self.coefficients}, index=self.X.names)
        title = f"Generalized linear model {self.frame.formula.text}, {self.family.name}"
        return html.page(title, [html.table(estimates)])

    def __repr__(self) -> str:
        return f"<Glm {self.frame.formula.text}, {self.family.name}, n={self.frame.n}>"


@render.register(Glm)
def _lines(m: Glm, style: Style) -> list[str]:
    return render(m.text, style)

