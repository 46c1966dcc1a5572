"""Standard deviations that differ among rows. Source: Pinheiro & Bates (2000), section 5.2."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from translations.stats.formulas.frame import ModelFrame

from .rows import Form, labels_of, numbers_of

TITLES = {
    "varIdent": "Different standard deviations per stratum",
    "varPower": "Power of variance covariate",
    "varExp": "Exponential of variance covariate",
    "varFixed": "fixed weights",
}


@dataclass(frozen=True)
class Variance:
    """A variance function (R: class varFunc): each row's standard deviation is sigma times a function of parameters.

    kind:      R's class;  form: the covariate, and the strata that have parameters of their own
    start:     R's own parameter where the search begins, None for R's choice
    strata:    their labels, in the order of their first rows, the first of `varIdent` for comparison; () for none
    of:        (n,) each row's stratum, from 0
    covariate: (n,), or None for `fitted(.)`, which changes with the fit
    """

    kind: str
    form: Form
    start: float | None = None
    strata: tuple[str, ...] = ()
    of: np.ndarray | None = None
    covariate: np.ndarray | None = None

    def bound(self, frame: ModelFrame, order: np.ndarray) -> Variance | None:
        """The function for the data's rows in this order; None for strata of which there is but one."""
        covariate = None
        if self.form.covariates and not self.form.of_fit:
            if len(self.form.covariates) > 1:
                raise ValueError(f"{self.kind} takes one covariate: form='~ x', or a sum in I()")
            covariate = numbers_of(self.form.covariates, frame, self.kind)[order, 0]
        if not self.form.groups:
            return None if self.kind == "varIdent" else replace(self, covariate=covariate)
        labels = labels_of(self.form.groups, frame)[order]
        strata = tuple(dict.fromkeys(labels))
        if len(strata) == 1:
            return None if self.kind == "varIdent" else replace(self, covariate=covariate)
        where = {label: i for i, label in enumerate(strata)}
        return replace(self, strata=strata, of=np.array([where[one] for one in labels]), covariate=covariate)

    @property
    def title(self) -> str:
        """R's words for it."""
        return TITLES[self.kind] + (",  different strata" if self.strata and self.kind != "varIdent" else "")

    @property
    def names(self) -> list[str]:
        """The parameters that are estimated."""
        if self.kind == "varFixed":
            return []
        if self.kind == "varIdent":
            return list(self.strata[1:])
        return list(self.strata) or [self.kind.removeprefix("var").lower().replace("exp", "expon")]

    @property
    def begins(self) -> np.ndarray:
        """Where the search begins, (k,), without bounds."""
        zero = 1.0 if self.kind == "varIdent" else 0.0
        return self.free(np.full(len(self.names), zero if self.start is None else self.start))

    def free(self, natural: np.ndarray) -> np.ndarray:
        """Parameters without bounds, (k,), of R's: logarithms of ratios."""
        return np.log(natural) if self.kind == "varIdent" else natural

    def natural(self, free: np.ndarray) -> np.ndarray:
        """R's parameters, (k,), of those without bounds."""
        return np.exp(free) if self.kind == "varIdent" else free

    def weights(self, natural: np.ndarray, fitted: np.ndarray) -> np.ndarray:
        """Sigma over each row's standard deviation, (n,)."""
        if self.kind == "varIdent":
            return np.asarray(1.0 / np.concatenate([[1.0], natural])[self.of])
        v = fitted if self.covariate is None else self.covariate
        if self.kind == "varFixed":
            return np.asarray(1.0 / np.sqrt(np.abs(v)))
        power = natural[0] if self.of is None else natural[self.of]
        return np.asarray(np.abs(v) ** -power if self.kind == "varPower" else np.exp(-power * v))
