"""Models ranked by information criteria: R's package MuMIn."""
from __future__ import annotations

import re
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod
from translations.lme4.glmer.results import call_of as call_of_glmer
from translations.lme4.model import LmerMod
from translations.lme4.results.text import call_of
from translations.nlme.lme import Lme
from translations.parallel.progress import Progress, bar
from translations.printing import Vector
from translations.printing.tables import Call
from translations.stats import generics
from translations.stats.arguments import as_labels, require_choice
from translations.stats.calls import called
from translations.stats.formulas.terms import Term
from translations.stats.language.collation import collated, sort_key
from translations.stats.linear.linear_model import Lm

from .model_conditions import condition
from .selection import ModelSelection

RANKS = ("AICc", "AIC", "BIC")


@dataclass(frozen=True)
class Coefficients:
    """A model's c coefficients: names, with interactions' variables sorted, and (3, c) estimates, standard errors and
    degrees of freedom.
    """

    names: list[str]
    values: np.ndarray


@dataclass(frozen=True)
class Origin:
    """What ranked models come of: the model of all terms, these by MuMIn's labels in its order, the terms that each
    model has and its coefficients, by R's numbers of the models, and the call that R shows.
    """

    model: Any
    labels: Mapping[Term, str]
    chosen: Mapping[int, Sequence[Term]]
    tables: Mapping[int, Coefficients]
    call: Call


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


def aictab(models: Any, modnames: Sequence[str] | None = None, second_ord: bool = True) -> pd.DataFrame:
    """Models ranked by AICc, or AIC, with their weights. R: AICcmodavg::aictab, which Debian does not have.

    models: a mapping from names to models of one set of data, or a list of them, named by modnames. second_ord: by
    AICc, else by AIC.

    Returns a frame, best first: Modnames, K (parameters), AICc, Delta_AICc, ModelLik, AICcWt, LL, Cum.Wt.

    Raises ValueError for fewer than two models, names that are not one a model, or models of different numbers of
    observations. Source: Burnham & Anderson (2002), chapter 2.

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
    if modnames is not None:
        names = as_labels(modnames, "modnames")
        if len(set(names)) != len(named):
            raise ValueError(f"modnames must be {len(named)} different names, one a model, not {modnames!r:.60}")
        named = dict(zip(names, named.values(), strict=True))
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
           progress: Progress = None, subset: Any = None) -> ModelSelection:
    """All submodels of the fixed terms that keep each term's margins, ranked by a criterion. R: MuMIn::dredge.

    m: a linear or generalized model, mixed or not; one fitted by REML is warned of, as its criteria do not compare.
    rank: "AICc", "AIC" or "BIC". fixed: labels of terms that every model keeps. m_lim: the fewest and the most terms.
    progress: a bar, see `bootMer`. subset: which models, as R's expression of terms that stand for being there:
    "!(age && lwt)", "dc(x, I(x^2))", "xor(a, b)"; or a square frame of truth values by terms, of which those below the
    diagonal say whether two may be in one model.

    Returns a frame, best first, indexed by R's numbers of the models (1 plus the sum of 2^i over the terms, i from 0 in
    R's order of the terms): for each term its coefficient, "+" for a factor's or NaN, then df, logLik, the criterion,
    delta and weight. `str()` is R's text; weights of chosen rows are of these alone, as R's. `get_models`, `model_avg`
    and `sw` take it.

    Raises ValueError for another model, an unknown criterion or term, or more than 16 terms. Source: Burnham & Anderson
    (2002).

    >>> m = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", r.cake(), REML=False)
    >>> print(r.dredge(m)[["df", "delta", "weight"]].round(3))
      df  delta weight
    3  4  0.000  0.846
    4  6  3.638  0.137
    8  8  7.786  0.017
    1  3 77.470  0.000
    2  5 81.077  0.000
    """
    if not isinstance(m, LmerMod | Lm | Glm):
        raise ValueError(f"dredge needs a linear, generalized or mixed model, not {type(m).__name__}")
    require_choice(rank, RANKS, "rank")
    labels = labels_of(m)
    terms = list(labels)
    kept = [_sorted_label(one) for one in as_labels(fixed, "fixed")]
    if wrong := [one for one in kept if one not in labels.values()]:
        there = ", ".join(labels.values())
        raise ValueError(f"fixed names no term of the model: {', '.join(wrong)}; there are {there}")
    if len(terms) > 16:
        raise ValueError(f"{len(terms)} terms make 2^{len(terms)} models: fix some, or compare fewer with aictab")
    if isinstance(m, LmerMod) and m.REML:
        warnings.warn("comparing models fitted by REML", stacklevel=2)
    low, high = (0, len(terms)) if m_lim is None else m_lim
    needed = {i for i, label in enumerate(labels.values()) if label in kept}
    allowed = condition(subset, list(labels.values()))
    wanted = [chosen for size in range(low, high + 1) for chosen in combinations(range(len(terms)), size)
              if _keeps_margins(terms, chosen) and needed <= set(chosen)
              and allowed({labels[terms[i]] for i in chosen})]
    if not wanted:
        raise ValueError("no submodel is left by fixed, m_lim and subset")
    free = [i for i in range(len(terms)) if i not in needed]  # what every model keeps has no number
    rows: dict[int, dict[str, Any]] = {}
    tables, of = {}, {}
    with bar(progress, len(wanted), "models") as advance:
        for chosen in wanted:
            number = 1 + sum(2**free.index(i) for i in chosen if i in free)
            of[number] = [terms[i] for i in chosen]
            rows[number], tables[number] = _submodel(m, labels, of[number], rank)
            advance(1)
    table = pd.DataFrame.from_dict(rows, orient="index")
    table = table.loc[sorted(table.index)].sort_values(rank, kind="stable")
    delta = table[rank] - table[rank].min()
    weight = np.exp(-delta / 2.0)
    ranked = ModelSelection(table.assign(delta=delta, weight=weight / weight.sum()))
    ranked.terms = [name for name in table.columns if name in ("(Intercept)", *labels.values())]
    ranked.rank_by, ranked.call, ranked.random = rank, sources(m), _random(m)
    ranked.origin = Origin(m, labels, of, tables, ranked.call)
    return ranked


def _design(m: Any) -> Any:
    """The model matrix of the fixed effects."""
    X = m.design.X if isinstance(m, LmerMod) else getattr(m, "X", None)
    if X is None:
        raise ValueError(f"a linear, generalized or mixed model is needed, not {type(m).__name__}")
    return X


def labels_of(m: Any) -> dict[Term, str]:
    """The fixed terms by MuMIn's labels, whose variables are sorted, in its order: by size, then by label."""
    X = _design(m)
    labels = {term: ":".join(collated(term.variables)) for term in X.formula.terms}
    bare = {term: re.sub(r"I\((.*)\)", r"\1", label) for term, label in labels.items()}
    key = sort_key(list(bare.values()))
    return {term: labels[term] for term in sorted(labels, key=lambda t: (len(t.variables), key(bare[t])))}


def _sorted_label(label: str) -> str:
    return ":".join(collated(label.split(":")))


def sources(m: Any) -> Call:
    """The call that R shows of the model."""
    if not isinstance(m, LmerMod):
        return m.call
    if isinstance(m, GlmerMod):
        given = dict(call_of_glmer(m).arguments)
        return Call(m.function, {"formula": given["formula"], "data": given["data"], "family": m.family_text} | given)
    return Call("lmer", dict(call_of(m).arguments) | ({} if m.REML else {"REML": "FALSE"}))


def _random(m: Any) -> list[str]:
    return [bar.label for bar in m.design.formula.bars] if isinstance(m, LmerMod) else []


def _keeps_margins(terms: list[Term], chosen: tuple[int, ...]) -> bool:
    """Whether every term's margins that the model has are there too."""
    there = {frozenset(terms[i].variables) for i in chosen}
    return all(frozenset(t.variables) in there for i in chosen for t in terms
               if set(t.variables) < set(terms[i].variables))


def criterion_of(m: Any, rank: str) -> float:
    """A model's AICc, AIC or BIC."""
    value: Any = _aicc(m)[1] if rank == "AICc" else generics.AIC(m) if rank == "AIC" else generics.BIC(m)
    return float(value)


def coefficients_of(m: Any, in_order: bool = True) -> Coefficients:
    """Those that could be estimated, in_order of MuMIn's terms, else as the model has them."""
    X = _design(m)
    found: Any = (Vector(m.beta, index=m.design.names) if isinstance(m, LmerMod)
                  else m.fixed_effects() if isinstance(m, Lme) else generics.coef(m))
    estimate = found[found.notna()]
    error = np.sqrt(np.diagonal(np.asarray(generics.vcov(m), float)))
    if isinstance(m, LmerMod):
        df = np.full(len(estimate), float(generics.nobs(m) - generics.logLik(m).df))
    else:
        df = np.asarray(m.denominators[0] if isinstance(m, Lme) else generics.df_residual(m), float)
    values = np.array([estimate.to_numpy(), error, np.broadcast_to(df, len(estimate))])
    term = {name: X.formula.terms[at - 1] if at else None for name, at in zip(X.names, X.assign, strict=True)}
    names = [_sorted_name(name, term[name]) for name in estimate.index]
    if not in_order:
        return Coefficients(names, values)
    place: dict[Term | None, int] = {None: -1, **{one: at for at, one in enumerate(labels_of(m))}}
    places = [place[term[name]] for name in estimate.index]
    order = np.argsort(places, kind="stable")
    return Coefficients([names[i] for i in order], values[:, order])


def _sorted_name(name: str, term: Term | None) -> str:
    """A coefficient's name, with an interaction's parts in the order of its sorted variables."""
    parts = name.split(":")
    if term is None or len(parts) != len(term.variables):
        return name
    by_variable = dict(zip(term.variables, parts, strict=True))
    return ":".join(by_variable[one] for one in collated(term.variables))


def refitted(x: Origin, number: int) -> Any:
    """The model of a number, fitted with its terms in MuMIn's order."""
    text = [x.labels[term] for term in x.labels if term in x.chosen[number]]
    intercept = "1" if _design(x.model).formula.intercept else "0"
    bars = [f"({bar.label})" for bar in x.model.design.formula.bars] if isinstance(x.model, LmerMod) else []
    return generics.update(x.model, f". ~ {' + '.join([*text, intercept, *bars])}")


def _submodel(m: Any, labels: dict[Term, str], chosen: list[Term], rank: str) -> tuple[dict[str, Any], Coefficients]:
    """The row of the model with the terms chosen, and its coefficients."""
    gone = [term.label for term in labels if term not in chosen]
    small: Any = generics.update(m, ". ~ . " + " ".join(f"- {label}" for label in gone)) if gone else m
    names, values = ((small.design.names, small.beta) if isinstance(small, LmerMod)
                     else (small.X.names, small.coefficients))
    coefficients = {_sorted_label(name): float(value) for name, value in zip(names, values, strict=True)}
    row: dict[str, Any] = {name: coefficients[name] for name in ("(Intercept)",) if name in coefficients}
    for term, label in labels.items():
        row[label] = np.nan if term not in chosen else coefficients.get(label, "+")
    end = {"df": _aicc(small)[0], "logLik": float(generics.logLik(small)), rank: criterion_of(small, rank)}
    return row | end, coefficients_of(small)
