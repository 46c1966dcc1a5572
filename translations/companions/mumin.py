"""Models ranked by information criteria, and R²: R's package MuMIn."""
from __future__ import annotations

import warnings
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.model import LmerMod
from translations.parallel.progress import Progress, bar
from translations.printing import Matrix
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice
from translations.stats.calls import called
from translations.stats.linear_model import Lm

from .variances import variances

RANKS = ("AICc", "AIC", "BIC")


def r_squaredGLMM(m: Any) -> Matrix:  # noqa: N802
    """Nakagawa's R² of a mixed model, marginal and conditional. R: MuMIn::r.squaredGLMM.

    m: a mixed model, or a linear one, whose two are the same.

    Returns a Matrix (1, 2), columns R2m (fixed effects) and R2c (fixed and random).

    Raises ValueError for another model. Source: Nakagawa & Schielzeth (2013), Johnson (2014).

    >>> print(r.r_squaredGLMM(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
               R2m       R2c
    [1,] 0.2786511 0.7992199
    """
    if isinstance(m, LmerMod) and not hasattr(m, "family"):
        v = variances(m)
        values = [v.fixed / v.total, (v.total - v.residual) / v.total]
    elif isinstance(m, Lm):
        fixed = float(np.var(m.fitted, ddof=1))
        values = [fixed / (fixed + m.sigma**2)] * 2
    else:
        raise ValueError(f"r_squaredGLMM needs a linear or a linear mixed model, not {type(m).__name__}")
    return Matrix([values], columns=["R2m", "R2c"])


def _aicc(m: Any, k: float = 2.0) -> tuple[int, float]:
    """Number of parameters, and the criterion."""
    likelihood = generics.logLik(m)
    df, n = likelihood.df, int(generics.nobs(m))
    small = n - df - 1
    if small <= 0:
        return df, np.inf
    return df, float(-2.0 * likelihood + k * df * (1.0 + (df + 1.0) / small))


def AICc(m: Any, *more: Any, k: float = 2.0) -> float | pd.DataFrame:  # noqa: N802
    """Akaike's criterion corrected for few observations: AIC + 2 df (df + 1) / (n - df - 1). R: MuMIn::AICc.

    m, more: models. k: what a degree of freedom costs. Of a fit by REML it is that of the restricted likelihood, as in
    R: compare models of different fixed effects by maximum likelihood.

    Returns a number, infinite where n leaves no more; for several models a frame with columns df and AICc.

    Raises ValueError for an object that is no model. Source: Hurvich & Tsai (1989).

    >>> print(r.console(r.AICc(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    [1] 1756.114
    """
    if not more:
        return _aicc(m, k)[1]
    models = (m, *more)
    names = [called(one, f"model{i + 1}", "AICc", i) for i, one in enumerate(models)]
    return pd.DataFrame([_aicc(one, k) for one in models], index=names, columns=["df", "AICc"])


def aictab(models: Any, second_ord: bool = True) -> pd.DataFrame:
    """Models ranked by AICc, or AIC, with their weights. R: AICcmodavg::aictab, which Debian does not have.

    models: a mapping from names to models of one set of data, or a list of them. second_ord: by AICc, else by AIC.

    Returns a frame, best first: Modnames, K (parameters), AICc, Delta_AICc, ModelLik, AICcWt, LL, Cum.Wt.

    Raises ValueError for fewer than two models, or models of different numbers of observations. Source: Burnham &
    Anderson (2002), chapter 2.

    >>> d = r.sleepstudy()
    >>> fits = {x: r.lmer(f"Reaction ~ {x} + (1 | Subject)", d, REML=False) for x in ("1", "Days")}
    >>> print(r.aictab(fits)[["Modnames", "K", "AICcWt"]].round(3).to_string(index=False))
    Modnames  K  AICcWt
        Days  4     1.0
           1  3     0.0
    """
    if not hasattr(models, "items") and not isinstance(models, list | tuple):
        raise ValueError(f"aictab needs a list of models, or a mapping from names to them, not {models!r:.60}")
    named = dict(models) if hasattr(models, "items") else {f"Mod{i}": m for i, m in enumerate(models, start=1)}
    if len(named) < 2:
        raise ValueError("aictab needs two models or more")
    sizes = {name: int(generics.nobs(m)) for name, m in named.items()}
    if len(set(sizes.values())) > 1:
        raise ValueError(f"the models have different numbers of observations: {sizes}")
    criterion = "AICc" if second_ord else "AIC"
    rows = []
    for name, m in named.items():
        k, aicc = _aicc(m)
        likelihood = float(generics.logLik(m))
        rows.append([name, k, aicc if second_ord else -2.0 * likelihood + 2.0 * k, likelihood])
    table = pd.DataFrame(rows, columns=["Modnames", "K", criterion, "LL"]).sort_values(criterion, kind="stable")
    delta = table[criterion] - table[criterion].min()
    relative = np.exp(-delta / 2.0)
    weight = relative / relative.sum()
    table = table.assign(**{f"Delta_{criterion}": delta, "ModelLik": relative, f"{criterion}Wt": weight,
                            "Cum.Wt": weight.cumsum()})
    order = ["Modnames", "K", criterion, f"Delta_{criterion}", "ModelLik", f"{criterion}Wt", "LL", "Cum.Wt"]
    return table[order].reset_index(drop=True)


def dredge(m: Any, rank: str = "AICc", fixed: Any = (), m_lim: tuple[int, int] | None = None,
           progress: Progress = None) -> pd.DataFrame:
    """All submodels of the fixed terms that keep each term's margins, ranked by a criterion. R: MuMIn::dredge.

    m: a linear or a mixed model; one fitted by REML is warned of, as its criteria do not compare. rank: "AICc", "AIC"
    or "BIC". fixed: labels of terms that every model keeps. m_lim: the fewest and the most terms.
    progress: a bar, see `bootMer`.

    Returns a frame, best first, indexed by R's numbers of the models (1 plus the sum of 2^i over the terms, i from 0 in
    R's order of the terms): for each term its coefficient, "+" for a factor's or NaN, then df, logLik, the criterion,
    delta and weight.

    Raises ValueError for another model, an unknown criterion or term, or more than 16 terms. Source: Burnham & Anderson
    (2002).

    >>> m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake(), REML=False)
    >>> print(r.dredge(m)[["df", "delta", "weight"]].round(3))
       df   delta  weight
    3   4   0.000   0.846
    4   6   3.638   0.137
    8   8   7.786   0.017
    1   3  77.470   0.000
    2   5  81.077   0.000
    """
    if not isinstance(m, LmerMod | Lm):
        raise ValueError(f"dredge needs a linear or a mixed model, not {type(m).__name__}")
    require_choice(rank, RANKS, "rank")
    design = m.design.X if isinstance(m, LmerMod) else m.X
    # MuMIn sorts main effects by name, then interactions.
    terms = sorted(design.formula.terms, key=lambda t: (len(t.variables), t.label.lower()))
    labels = [t.label for t in terms]
    kept = as_labels(fixed, "fixed")
    if wrong := [one for one in kept if one not in labels]:
        raise ValueError(f"fixed names no term of the model: {', '.join(wrong)}; there are {', '.join(labels)}")
    if len(terms) > 16:
        raise ValueError(f"{len(terms)} terms make 2^{len(terms)} models: fix some, or compare fewer with aictab")
    if isinstance(m, LmerMod) and m.REML:
        warnings.warn("comparing models fitted by REML", stacklevel=2)
    low, high = (0, len(terms)) if m_lim is None else m_lim
    rows: dict[int, dict[str, Any]] = {}
    wanted = [chosen for size in range(low, high + 1) for chosen in combinations(range(len(terms)), size)
              if _keeps_margins(terms, chosen) and all(labels.index(one) in chosen for one in kept)]
    with bar(progress, len(wanted), "models") as advance:
        for chosen in wanted:
            number, row = _submodel(m, terms, chosen, rank, kept)
            rows[number] = row
            advance(1)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table = table.loc[sorted(table.index)].sort_values(rank, kind="stable")
    delta = table[rank] - table[rank].min()
    weight = np.exp(-delta / 2.0)
    return table.assign(delta=delta, weight=weight / weight.sum())


def _keeps_margins(terms: list[Any], chosen: tuple[int, ...]) -> bool:
    """Whether every term's margins that the model has are there too."""
    there = {frozenset(terms[i].variables) for i in chosen}
    return all(frozenset(t.variables) in there for i in chosen for t in terms
               if set(t.variables) < set(terms[i].variables))


def _submodel(m: Any, terms: list[Any], chosen: tuple[int, ...], rank: str, kept: list[str]
              ) -> tuple[int, dict[str, Any]]:
    gone = [t.label for i, t in enumerate(terms) if i not in chosen]
    small: Any = generics.update(m, ". ~ . " + " ".join(f"- {label}" for label in gone)) if gone else m
    coefficients: pd.Series = (pd.Series(small.beta, index=small.design.names) if isinstance(small, LmerMod)
                    else pd.Series(generics.coef(small)))
    row: dict[str, Any] = {}
    if "(Intercept)" in coefficients.index:
        row["(Intercept)"] = float(coefficients["(Intercept)"])
    for i, term in enumerate(terms):
        alone = term.label in coefficients.index
        row[term.label] = np.nan if i not in chosen else float(coefficients[term.label]) if alone else "+"
    df, aicc = _aicc(small)
    value = aicc if rank == "AICc" else generics.AIC(small) if rank == "AIC" else generics.BIC(small)
    row |= {"df": df, "logLik": float(generics.logLik(small)),
            rank: float(value)}  # type: ignore[arg-type]
    free = [i for i, t in enumerate(terms) if t.label not in kept]  # what every model keeps has no number
    return 1 + sum(2**free.index(i) for i in chosen if i in free), row
