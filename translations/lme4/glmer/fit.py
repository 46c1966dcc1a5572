"""`glmer`: from formula and data to a fitted generalized linear mixed model."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.generalized.begin import Start, starts_of
from translations.generalized.families import Family, as_family
from translations.generalized.fit import begin_of
from translations.settings import since
from translations.stats.arguments import as_count, as_numbers
from translations.stats.calls import data_called

from .. import checks
from ..control import FollowedWarning, ParityNote
from ..covariance import identified
from ..design import Design, build_design
from ..formula import split
from ..lmer import lmer
from ..model import LmerMod
from . import results
from .control import GlmerControl, as_glmer_control
from .diagnose import diagnose
from .laplace import Laplace
from .model import GlmerMod, moment
from .nodes import Nodes
from .optimize import Fitted, stages
from .state import Problem, new_laplace

__all__ = ["GlmerMod", "glmer", "results"]

MOST_NODES = 100


def glmer(
    formula: str, data: Any = None, family: Any = None, control: Any = None, start: Any = None, nAGQ: int = 1,  # noqa: N803
    subset: Any = None, weights: Any = None, na_action: str = "na.omit", offset: Any = None,
    contrasts: Mapping[str, Any] | None = None, mustart: Any = None, etastart: Any = None,
) -> GlmerMod | LmerMod:
    """Fit a generalized linear mixed model by maximum likelihood. R: lme4::glmer.

    formula:         "cbind(successes, failures) ~ fixed effects + (effects | group)", R's grammar as in `lmer`
    data:            a DataFrame or a mapping of columns, n rows
    family:          `binomial`, `poisson`, `Gamma(link="log")`, ... or a name
    control:         `glmerControl(...)`, or the optimizers' names
    start:           theta (m,), or {"theta": ..., "fixef": ...}
    nAGQ:            1, Laplace's approximation; more, nodes of adaptive Gauss-Hermite quadrature (one scalar term); 0,
                     the fixed effects are found with the conditional modes, faster and less exact (lme4 takes a
                     negative number for 0, which a `ParityNote` says)
    subset, weights, na_action, offset, contrasts: as in `glm`; for proportions, weights are trials
    mustart, etastart: means or linear predictors to begin from, as in `glm`

    The numbers are those of the release that `options(lme4=)` follows, its stopping noise included; control="newton"
    goes to the optimum. Before 2.1, lme4 takes the dispersion of Gamma, inverse Gaussian and gaussian models for 1
    where it looks for the modes, which a `FollowedWarning` says.

    Returns the model: `str()` is R's text; `summary`, `fixef`, `VarCorr`, `ranef`, `predict`, `confint`, ... take it.

    Raises KeyError naming a missing column; ValueError for a family that glmer does not have, a response outside its
    range, nAGQ above 1 with more than one scalar term, or an iteration that fails, in lme4's words.

    >>> m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), r.binomial)
    >>> print(r.VarCorr(m))
     Groups Name        Std.Dev.
     herd   (Intercept) 0.64207
    """
    chosen, family_text = as_family("gaussian" if family is None else family)
    settings = as_glmer_control(control)
    nodes = as_count(nAGQ, "nAGQ", -MOST_NODES)
    if nodes < 0:
        warnings.warn(f"nAGQ = {nodes} is taken for 0, as lme4 does without a word", ParityNote, stacklevel=2)
        nodes = 0
    if nodes > MOST_NODES:
        raise ValueError(f"nAGQ must be at most {MOST_NODES}, not {nAGQ}")
    if chosen.name == "gaussian" and chosen.link.name == "identity":
        warnings.warn("calling glmer() with family=gaussian (identity link) as a shortcut to lmer() is deprecated; "
                      "please call lmer() directly", stacklevel=2)
        return lmer(formula, data, start=start, subset=subset, weights=weights, na_action=na_action, offset=offset,
                    contrasts=contrasts)
    if chosen.name.startswith("quasi"):
        raise ValueError('"quasi" families cannot be used in glmer')
    if data is None:
        raise ValueError("data is missing: give a DataFrame or a mapping of columns")
    terms = split(formula)
    if not since("2.1"):  # glmer then kept the formula as it was written, where lmer's had its double bars expanded
        terms = terms.unexpanded
    built = build_design(terms, data, settings, subset, weights, na_action, offset, contrasts, generalized=True)
    if nodes > 1 and (len(built.random.terms) != 1 or built.random.terms[0].k != 1):
        those = ", ".join(f"({term.label})" for term in built.random.terms)
        raise ValueError("nAGQ > 1 is only available for models with a single, scalar random-effects term; this one "
                         f"has {those}")
    if alone := [e.NAME for e in built.random.parameters.each if e.NEWTON_ALONE]:
        raise ValueError(f"glmer does not fit {alone[0]}(), whose bounds of correlations depend on one another")
    begun = begin_of(built.frame, chosen)
    if settings.check_response_not_const == "stop" and (begun.y == begun.y[0]).all():
        raise ValueError(f"Response is constant: {built.frame.formula.response} is {begun.y[0]:g} in every row")
    name = data_called(data, "glmer")
    arguments = {"start": start, "subset": subset, "weights": weights, "na_action": na_action, "offset": offset,
                 "contrasts": contrasts, "mustart": mustart, "etastart": etastart}
    say_what_is_followed(chosen, settings)
    if chosen.theta is not None and (begun.weights != 1.0).any():
        warnings.warn("lme4 multiplies one of the six terms of a negative binomial log-likelihood by the prior "
                      "weights, and so finds other estimates, log-likelihoods and thetas; here they multiply all six, "
                      "as in R's glm", ParityNote, stacklevel=2)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    found = fitted(problem, built, begun, chosen, settings, nodes,
                   {**arguments, **starts_of(arguments, built.frame, data)})
    diagnosis = diagnose(found, built.random.parameters.lower, settings)
    if found.optimum.code or (diagnosis.messages and not diagnosis.singular):
        identified.explain(built.random)
    return GlmerMod(
        built, chosen, nodes, settings, found, problem, begun, diagnosis, name, data, family_text, arguments
    )


def fitted(problem: Problem, built: Design, begun: Start, family: Family, control: GlmerControl, nAGQ: int,  # noqa: N803
           arguments: Mapping[str, Any]) -> Fitted:
    """Both stages from the arguments' start."""
    kernel = kernel_of(problem, built, begun, family, control)
    theta, beta = check_start(arguments.get("start"), built, nAGQ)
    eta = first_predictor(begun, family, arguments, problem.offset)
    return stages(kernel, (theta, beta), built.random.parameters, nAGQ, control, eta, problem.pattern.order,
                  len(begun.y))


def kernel_of(problem: Problem, built: Design, begun: Start, family: Family, control: GlmerControl,
              spare: bool = False) -> Any:
    """The compiled criterion, as the release that is followed has it; spare: as `parts_of`, for refits."""
    df = float(begun.weights.sum())
    free = family.dispersion is None and family.theta is None
    if free and moment(control) and control.disp_dof_correction:
        df -= rank(built)
    newton = "newton" in control.optimizers
    kernel = new_laplace(problem, begun, family, control.tolPwrss, since("2.1"), moment(control), df, spare,
                         Nodes if newton else Laplace)
    if newton:
        kernel.tighten()
    return kernel


def rank(built: Design) -> int:
    """Rank of the columns of X and Z together."""
    parts = [built.X_fitted]
    for term in built.random.terms:
        dense = np.zeros((len(term.codes), len(term.levels), term.k))
        dense[np.arange(len(term.codes)), term.codes] = term.Z
        parts.append(dense.reshape(len(term.codes), -1))
    return int(np.linalg.matrix_rank(np.hstack(parts)))


def first_predictor(begun: Start, family: Family, arguments: Mapping[str, Any], offset: Floats) -> Floats:
    """Linear predictors (n,) to begin from: etastart, or those of mustart, each (n,), or of the family's own means, and
    to any of these lme4 adds the offset (n,).

    Raises ValueError for a mean that the link does not take.
    """
    if (eta := arguments.get("etastart")) is not None:
        return np.asarray(eta + offset)
    given = arguments.get("mustart")
    means = begun.mustart if given is None else given
    if given is None and family.name == "Gamma" and since("2.1"):
        means = np.full(len(means), means.mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        eta = np.asarray(family.link.linkfun(means), dtype=float)
    if (none := np.flatnonzero(np.isnan(eta))).size:
        raise ValueError(f"the {family.link.name} link has no value at a mean of {means[none[0]]:g}, with which a "
                         f"{family.name} model begins in row {none[0] + 1} of those used")
    return eta + offset


def check_start(start: Any, built: Design, nAGQ: int) -> tuple[Floats, Floats | None]:  # noqa: N803
    """theta (m,) and beta (p,), None where not given. Raises ValueError naming what does not fit."""
    if not isinstance(start, Mapping):
        theta = built.random.parameters.start if start is None else checks.check_start(start, built.random)
        return theta, None
    if unknown := set(start) - {"theta", "fixef"}:
        raise ValueError(f"bad name(s) for start vector ({', '.join(map(str, unknown))}); should be 'theta' and/or "
                         "'fixef'")
    theta = checks.check_start(start["theta"], built.random) if "theta" in start else built.random.parameters.start
    if "fixef" not in start:
        return theta, None
    if nAGQ == 0:
        raise ValueError("should not specify both start['fixef'] and nAGQ == 0")
    beta = as_numbers(start["fixef"], "start['fixef']")
    if beta.shape != (len(built.kept),):
        raise ValueError(f"incorrect number of fixef components: {beta.size}, not {len(built.kept)}")
    return theta, beta


def say_what_is_followed(family: Family, control: GlmerControl) -> None:
    """Warn with `FollowedWarning` where the release that is followed is wrong."""
    if family.dispersion is None and family.theta is None and not moment(control):
        warnings.warn(f"before 2.1 lme4 takes the dispersion of {family.name} models for 1 where it looks for the "
                      "conditional modes: variances of random effects are off, by 40 % in "
                      "glmer(Reaction ~ Days + (1 | Subject), family = Gamma(link = \"log\")). "
                      "options(lme4='2.1') has them right", FollowedWarning, stacklevel=3)
