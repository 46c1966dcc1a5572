"""Variances and correlations of the random effects. R: VarCorr.merMod, rePCA.merMod."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.printing import NAN, Matrix, Vector, html, tables
from translations.printing.dispatch import render
from translations.printing.style import Style
from translations.settings import since
from translations.stats.arguments import as_labels, require_choice
from translations.stats.mixed import MixedFit

from ..arguments import require_mixed
from ..model import LmerMod
from ..structure import RandomTerm

COMPONENTS = ("Variance", "Std.Dev.")


class ComponentMatrix(Matrix):
    """A covariance matrix (k, k) of one term's random effects, with `.stddev` (k,) and `.correlation` (k, k).

    structure: the term's covariance structure, by the class that lme4 2.1 gives the matrix; structured: whether any
    term of the model has one.
    """

    _metadata = [*Matrix._metadata, "structure", "structured"]
    structure: str = "us"
    structured: bool = False

    @property
    def stddev(self) -> Vector:
        return Vector(np.sqrt(np.diag(self.to_numpy())), index=self.index)

    @property
    def correlation(self) -> Matrix:
        s = self.stddev.to_numpy()
        with np.errstate(invalid="ignore", divide="ignore"):
            R = self.to_numpy() / s[:, None] / s
        R[np.isnan(R)] = NAN  # with an effect that does not vary: 0 / 0, which to R is no missing value
        np.fill_diagonal(R, 1.0)
        return Matrix(R, index=self.index, columns=self.columns)

    def __deepcopy__(self, memo: object = None) -> ComponentMatrix:
        out = ComponentMatrix(self.to_numpy().copy(), index=self.index, columns=self.columns)
        out.structure, out.structured = self.structure, self.structured
        return out

    __copy__ = __deepcopy__

    def __str__(self) -> str:
        return str(varcorr_matrix(self))


@render.register
def _(x: ComponentMatrix, style: Style) -> list[str]:
    return render(varcorr_matrix(x), style)


class VarCorr(Mapping[str, ComponentMatrix]):
    """Variances and correlations of the random effects, one matrix a term. R: lme4::VarCorr.

    m: a mixed model.

    Returns a mapping {"Subject": Matrix (k, k)} in products of the effects' units, with `.stddev` and `.correlation`;
    the residual standard deviation is `.sc`, if there is one. Names are the grouping factors', made unique as R makes
    them: `Subject`, `Subject.1`.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.VarCorr(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
     Groups   Name        Std.Dev. Corr
     Subject  (Intercept) 24.7407
              Days         5.9221  0.066
     Residual             25.5918
    >>> r.VarCorr(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())).as_data_frame().round(3)
            grp         var1  var2      vcov   sdcor
    0   Subject  (Intercept)  None  1378.179  37.124
    1  Residual          NaN  None   960.457  30.991
    """

    def __new__(cls, m: LmerMod) -> VarCorr:
        """What a mixed model that lmer did not fit answers for itself."""
        if isinstance(m, MixedFit):
            own: VarCorr = m.variances()
            return own
        return super().__new__(cls)

    def __getnewargs__(self) -> tuple[None]:
        """For copies, which are filled in afterwards."""
        return (None,)

    def __init__(self, m: LmerMod) -> None:
        require_mixed(m, "VarCorr")
        self.sc = m.sigma if m.shows_residual else None
        terms = m.design.random.terms
        self._matrices = {
            name: _component(m.effects_scale**2 * T @ T.T, t, m.design.random.parameters.written)
            for name, t, T in zip(unique_names([t.group for t in terms]), terms, m.templates, strict=True)
        }

    def __getitem__(self, name: str) -> ComponentMatrix:
        try:
            return self._matrices[name]
        except KeyError:
            raise KeyError(f"no random effects of {name!r}; there are {', '.join(self._matrices)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._matrices)

    def __len__(self) -> int:
        return len(self._matrices)

    def as_data_frame(self) -> pd.DataFrame:
        """One row a variance, covariance or the residual: grp, var1, var2, vcov, sdcor. R:
        as.data.frame.VarCorr.merMod.
        """
        rows: list[tuple[str, str | None, str | None, float, float]] = []
        for name, S in self.items():
            labels, V, s, R = list(S.index), S.to_numpy(), S.stddev.to_numpy(), S.correlation.to_numpy()
            rows += [(name, a, None, V[i, i], s[i]) for i, a in enumerate(labels)]
            rows += [
                (name, labels[j], labels[i], V[i, j], R[i, j])
                for j in range(len(labels))
                for i in range(j + 1, len(labels))
            ]
        if self.sc is not None:
            rows.append(("Residual", None, None, self.sc**2, self.sc))
        return pd.DataFrame(rows, columns=["grp", "var1", "var2", "vcov", "sdcor"])

    def shown(self, comp: str | Sequence[str] = "Std.Dev.") -> tables.VarCorrTable:
        """The table that R prints with these components, "Variance" and "Std.Dev." or one of them; `str()` is its text.
        R: print(VarCorr(m), comp = ...). Since lme4 2.0 variances stand first, however they were asked for. Raises
        ValueError for another component.
        """
        asked = as_labels(comp, "comp")
        for one in asked:
            require_choice(one, COMPONENTS, "comp")
        if not asked:
            raise ValueError(f"comp must name one of {', '.join(COMPONENTS)}")
        kept = tuple(one for one in (COMPONENTS if since("2.1") else dict.fromkeys(asked)) if one in asked)
        return tables.VarCorrTable([(name, varcorr_matrix(S)) for name, S in self.items()], self.sc, kept)

    def __str__(self) -> str:
        return str(self.shown())

    def _repr_html_(self) -> str:
        return html.components(varcorr_table(self, variances=True))

    def __repr__(self) -> str:
        return f"<VarCorr of {', '.join(self)}>"


def _component(S: Floats, term: RandomTerm, structured: bool) -> ComponentMatrix:
    out = ComponentMatrix(S, index=term.names, columns=term.names)
    out.structure, out.structured = term.covariance.matrix_class, structured
    return out


def varcorr_matrix(S: ComponentMatrix) -> tables.VarCorrMatrix:
    parts = pd.DataFrame(S), pd.Series(S.stddev), pd.DataFrame(S.correlation)
    return tables.VarCorrMatrix(*parts, S.structure, S.structured)


def varcorr_table(v: VarCorr, variances: bool = False) -> tables.VarCorrTable:
    """Standard deviations, and before them variances when asked for (as a summary shows both)."""
    return v.shown(COMPONENTS if variances else "Std.Dev.")


def unique_names(names: list[str]) -> list[str]:
    """Names made unique as R does: repeats get .1, .2, ...; where there are repeats all become syntactic (R:
    make.names).
    """
    if len(set(names)) == len(names):
        return names
    import re

    # A name that cannot start as it does gets an X in front: (g) becomes X.g.
    clean = ["X" * (not re.match(r"[^\W\d_]|\.(?!\d)", name)) + re.sub(r"[^\w.]", ".", name) for name in names]
    seen: dict[str, int] = {}
    out = []
    for name in clean:
        count = seen.get(name, 0)
        seen[name] = count + 1
        out.append(f"{name}.{count}" if count else name)
    return out


@dataclass(frozen=True)
class PrincipalComponents:
    """Standard deviations (k,) and rotation (k, k) of a relative covariance factor. R: class prcomp."""

    sdev: Floats
    rotation: Floats


def rePCA(m: LmerMod) -> dict[str, PrincipalComponents]:  # noqa: N802
    """Principal components of each grouping factor's relative covariance factor. R: lme4::rePCA.

    m: a mixed model.

    Returns {"Subject": components}, with `sdev` (k,), over sigma, and `rotation` (k, k).

    Raises ValueError for an object that is no mixed model.

    >>> print(r.console(r.rePCA(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))["Subject"].sdev))
    [1] 0.9668680 0.2308798
    """
    require_mixed(m, "rePCA")
    out = {}
    for indices in m.design.random.by_factor:
        k = sum(m.design.random.terms[i].k for i in indices)
        T, at = np.zeros((k, k)), 0
        for i in indices:
            width = m.design.random.terms[i].k
            T[at : at + width, at : at + width] = m.templates[i]
            at += width
        rotation, sdev, _ = np.linalg.svd(T)
        out[m.design.random.terms[indices[0]].group] = PrincipalComponents(sdev, rotation)
    return out
