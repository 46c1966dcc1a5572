"""`summary` of a fitted mixed model. R: summary.merMod, and lmerTest's method with degrees of freedom and p-values."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from translations.printing import Matrix, Vector, mixed, tables
from translations.printing.dispatch import render
from translations.printing.style import Style
from translations.stats import generics

from ..model import LmerMod
from .extract import AIC_table, ngrps
from .text import call_of, convergence_of, correlation_of, fit_messages, group_sizes, method_title, model_html
from .varcorr import VarCorr, varcorr_table

CORRELATION_UP_TO = 12  # fixed effects; R's option lme4.summary.cor.max


@dataclass(frozen=True, eq=False)
class MerModSummary:
    """A summary: `coefficients` (p, 3 or 5) with R's column names, `residuals` (n,) scaled, `varcor`, `sigma`, `vcov`
    (p, p), `ngrps`, `logLik` and `AICtab`, the criteria by name.

    `str()` of it is what R prints.
    """

    model: LmerMod
    coefficients: Matrix
    vcov: Matrix
    method: str
    object_class: str
    correlation: bool = True

    @property
    def sigma(self) -> float:
        return self.model.sigma

    @property
    def varcor(self) -> VarCorr:
        return VarCorr(self.model)

    @property
    def ngrps(self) -> Vector:
        return ngrps(self.model)

    @property
    def logLik(self) -> generics.LogLik:  # noqa: N802
        return generics.logLik(self.model)

    @property
    def AICtab(self) -> Vector:  # noqa: N802
        return Vector(AIC_table(self.model))

    @property
    def residuals(self) -> np.ndarray:
        """Pearson residuals divided by sigma, (n,)."""
        m = self.model
        return (m.y - m.mu) * np.sqrt(m.weights) / m.sigma

    @property
    def table(self) -> tables.MerModSummary:
        m = self.model
        correlation = correlation_of(self.vcov.to_numpy()) if self.correlation and m.p <= CORRELATION_UP_TO else None
        call = call_of(m, as_written=self.object_class == "lmerModLmerTest")
        return tables.MerModSummary(
            self.method,
            self.object_class,
            call,
            AIC_table(m),
            self.residuals,
            varcorr_table(self.varcor, variances=True),
            m.n,
            group_sizes(m),
            self.coefficients,
            correlation,
            fit_messages(m),
            convergence_of(m),
        )

    @property
    def note(self) -> str | None:
        """What R says on standard error when it leaves out the correlations of many fixed effects; None when it shows
        them.
        """
        return mixed.suppressed(self.table, "summary(m)")

    def __str__(self) -> str:
        return str(self.table)

    def __repr__(self) -> str:
        return f"<summary of {self.model!r}>"

    def _repr_html_(self) -> str:
        return model_html(self.model, self.coefficients, self.method)


@render.register(MerModSummary)
def _lines(s: MerModSummary, style: Style) -> list[str]:
    return render(s.table, style)


def lme4_summary(m: LmerMod) -> MerModSummary:
    """lme4's own, without degrees of freedom. R: lme4's summary.merMod."""
    V = generics.vcov(m)
    se = np.sqrt(np.diagonal(V.to_numpy()))
    table = np.column_stack([m.beta, se, m.beta / se])
    coefficients = Matrix(table, index=m.design.names, columns=["Estimate", "Std. Error", "t value"])
    return MerModSummary(m, coefficients, V, method_title(m), "lmerMod")


@generics.coef.register(MerModSummary)
def _coefficients(s: MerModSummary) -> Matrix:
    """The summary's table of fixed effects. R: coef(summary(m))."""
    return s.coefficients
