"""`lmer`: from formula and data to a fitted linear mixed model."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from translations.arrays import Floats
from translations.optim.bobyqa import bobyqa
from translations.printing.objects import Textual
from translations.settings import since
from translations.stats.arguments import as_numbers
from translations.stats.calls import called
from translations.stats.expressions import Call, as_text, read, symbols
from translations.stats.formula import ModelFrame, ModelMatrix, design, drop_aliased, factor_of, model_frame
from translations.stats.terms import leaves

from . import checks
from .arguments import require_mixed
from .autoscale import Scaling, autoscaled
from .control import ConvergenceWarning, FollowedWarning, LmerControl, ParityNote, as_control
from .covariance import fit as fit_structured
from .covariance import identified
from .criterion.extended import Extended
from .criterion.minimizers import Optimum
from .criterion.pls import PLS, Criterion, Solution
from .criterion.sequential import Sequential
from .formula import Bar, MixedFormula, split
from .optimum import optimize
from .structure import RandomStructure, RandomTerm, lme4_order


@dataclass(frozen=True)
class Design:
    """What of a model does not depend on the response's values.

    formula: the split formula; frame: the model frame (n rows); X: the fixed-effects matrix as built; kept: positions
    of the columns of full rank that are fitted; dropped: names of the others; random: terms and blocks;
    designs: the model matrix behind each, in lme4's order, which new data are put through; scale_message: R's warning
    on scales, or None; scaling: of X, by `autoscale`.
    """

    formula: MixedFormula
    frame: ModelFrame
    X: ModelMatrix
    kept: np.ndarray
    dropped: list[str]
    random: RandomStructure
    designs: tuple[ModelMatrix, ...]
    scale_message: str | None
    scaling: Scaling | None = None

    @cached_property
    def X_fitted(self) -> Floats:  # noqa: N802
        """(n, p), the columns of full rank."""
        return self.X.values if not self.dropped else self.X.values[:, self.kept]

    @cached_property
    def names(self) -> list[str]:
        """Names of the p fixed effects."""
        return [self.X.names[i] for i in self.kept]


@dataclass(frozen=True)
class LmerMod(Textual):
    """A fitted linear mixed model. R: class lmerMod.

    design, y (n,), REML, control; pls: its cross-products; optimum: where the optimizer stopped; diagnosis: what
    lme4's checks found; data_name: how the data were called; arguments: the call's other arguments, for `update`;
    criterion_df: the degrees of freedom of the criterion that was minimized, where they are those of lme4's refit.
    """

    design: Design
    y: Floats
    REML: bool
    control: LmerControl
    pls: PLS = field(repr=False)
    optimum: Optimum
    diagnosis: checks.Diagnosis
    data_name: str
    data: Any = field(repr=False)
    arguments: dict[str, Any] = field(repr=False)
    criterion_df: int | None = None

    @property
    def theta(self) -> Floats:
        """Covariance parameters (m,): the lower triangles of the relative covariance factors, column by column."""
        return self.optimum.theta

    @property
    def par(self) -> Floats:
        """What the optimizer moved (npar,): theta, or the parameters of the terms' covariance structures."""
        return self.theta if self.optimum.par is None else self.optimum.par

    @cached_property
    def last_bits(self) -> Extended | None:
        """The criterion and beta in extended precision: after "newton", where the model is not too large."""
        products = self.pls.products if self.optimum.optimizer == "newton" else None
        return None if products is None else products.at(self.theta)

    @cached_property
    def solution(self) -> Solution:
        """The one solution of penalized least squares at theta from which all that is said of the fit is taken: lme4's
        own to the bit where `sequential.py` covers the model, after "newton" right to the last bit.
        """
        if (last := self.last_bits) is not None:
            parts = Criterion(float(last.ldL2), float(last.ldRX2), float(last.pwrss))
            return Solution(parts, last.beta, last.RX, last.u)
        if (exact := self._as_lme4) is not None:
            found = exact.parts(self.theta)
            parts = Criterion(found.ldL2, found.ldRX2, found.pwrss)
            return Solution(parts, found.beta, found.RX, found.u)
        chain = fit_structured.chain_of(self.pls) if self.design.random.parameters.structured else None
        return self.pls.solve(self.theta) if chain is None else chain.solve(self.par)

    @property
    def _as_lme4(self) -> Sequential | None:
        """lme4's own order of operations, unless the model is not covered or Newton's method fitted it."""
        return None if self.optimum.optimizer == "newton" else self.pls.sequential

    @property
    def n(self) -> int:
        return self.pls.n

    @property
    def p(self) -> int:
        return self.pls.p

    @property
    def beta(self) -> Floats:
        """Fixed effects (p,)."""
        return self.solution.beta

    @property
    def df(self) -> int:
        """The denominator of sigma²: n - p for REML, n for ML."""
        return self.n - self.p if self.REML else self.n

    @cached_property
    def sigma(self) -> float:
        """Residual standard deviation, in the response's units; divided in R's order."""
        return math.sqrt(self.solution.criterion.pwrss / self.n * (self.n / self.df))

    @cached_property
    def unscaled_vcov(self) -> Floats:
        """(X'V^{-1}X)^{-1}, (p, p); times sigma² it is the covariance matrix of beta."""
        if self.last_bits is not None:
            return self.last_bits.unscaled_vcov
        inverse = np.linalg.inv(self.solution.RX) if self.p else np.zeros((0, 0))
        found = inverse @ inverse.T
        return found if self.design.scaling is None else self.design.scaling.back(found)

    @cached_property
    def templates(self) -> list[Floats]:
        """The relative covariance factor (k, k) of each term."""
        return self.design.random.templates(self.theta)

    @cached_property
    def u(self) -> list[Floats]:
        """Spherical conditional modes, one (levels, k) array a term, in lme4's order of terms."""
        return self.design.random.split(self.solution.u)

    @cached_property
    def b(self) -> list[Floats]:
        """Conditional modes on the response's scale, one (levels, k) array a term."""
        return [np.column_stack([_in_order(u, row) for row in T]) for u, T in zip(self.u, self.templates, strict=True)]

    @cached_property
    def mu(self) -> Floats:
        """Fitted values (n,), the conditional modes included: offset + (X beta + Z b), the sums in lme4's order. R:
        lmResp's updateMu.
        """
        random = np.zeros(self.n)
        for term, b in zip(self.design.random.terms, self.b, strict=True):
            for z, own in zip(term.Z.T, b.T, strict=True):
                random = random + z * own[term.codes]
        mu = _in_order(self.design.X_fitted, self.beta) + random
        return mu if self.pls.offset is None else self.pls.offset + mu

    @property
    def weights(self) -> Floats:
        """Prior weights (n,)."""
        return np.ones(self.n) if self.design.frame.weights is None else self.design.frame.weights

    @property
    def eta(self) -> Floats:
        """Linear predictors (n,), the conditional modes included."""
        return self.mu

    @property
    def generalized(self) -> bool:
        """Whether this is a generalized linear mixed model."""
        return False

    def refitted(self, newresp: Any, control: Any) -> LmerMod:
        """`refit` of a generalized model."""
        raise NotImplementedError

    @property
    def n_scale(self) -> int:
        """How many parameters there are beside theta and beta."""
        return 1

    @property
    def shows_residual(self) -> bool:
        """Whether tables of variances show the residual's."""
        return True

    @property
    def effects_scale(self) -> float:
        """What theta is relative to."""
        return self.sigma

    def criterion(self, REML: bool) -> float:  # noqa: N803
        """The REML criterion or the deviance at theta, whichever was minimized."""
        if self.last_bits is not None:
            return self.last_bits.deviance(REML)
        df = self.criterion_df if REML == self.REML else None
        if (exact := self._as_lme4) is not None:
            return exact.criterion(self.theta, REML, df)
        return self.pls.value(self.solution.criterion, REML, df)

    def __repr__(self) -> str:
        fit = "REML" if self.REML else "ML"
        return f"<LmerMod {self.design.formula.text!r} by {fit}, {self.n} observations, {self.control.optimizer}>"


def _in_order(M: Floats, weights: Floats) -> Floats:
    """M weights (rows,), column after column as lme4 adds them, where a BLAS may add in another order."""
    total = np.zeros(len(M))
    for column, weight in zip(M.T, weights, strict=True):
        total = total + column * weight
    return total


def lmer(
    formula: str,
    data: Any,
    REML: bool = True,
    control: LmerControl | str | None = None,
    start: Any = None,  # noqa: N803
    subset: Any = None,
    weights: Any = None,
    na_action: str = "na.omit",
    offset: Any = None,
    contrasts: Mapping[str, Any] | None = None,
) -> LmerMod:
    """Fit a linear mixed model by REML or maximum likelihood. R: lme4::lmer; Bates et al. (2015), JSS 67(1).

    formula: "response ~ fixed effects + (effects | group)", R's grammar. As in lme4 2.1, `us(effects | group)`,
    `diag(...)`, `cs(...)` and `ar1(...)`, with `hom = TRUE` or `FALSE`, are terms whose effects have a covariance
    structure; they are fitted and printed as by 2.1 whatever `options(lme4=)` says, since other releases have none.
    data: DataFrame or mapping of columns, n rows. REML: the restricted likelihood, else maximum likelihood. control:
    `lmerControl(...)` or an optimizer's name. start: theta (m,), also as {"theta": ...}. subset: boolean (n,) or a
    condition as text. weights, offset: (n,) or a column's name. na_action: "na.omit", "na.exclude", "na.fail".
    contrasts: of the fixed effects, by factor.

    Returns the model: `str()` is R's text; `summary`, `fixef`, `VarCorr`, `confint`, ... take it.

    Raises KeyError naming a missing column; ValueError naming the term, factor or response that cannot be fitted.
    Warns with `SingularFitWarning`, `ConvergenceWarning`, `RankDeficiencyWarning`, `ScaleWarning`, whose texts are
    R's messages.

    >>> sleepstudy = r.sleepstudy()
    >>> print(r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy))
    Linear mixed model fit by REML ['lmerMod']
    Formula: Reaction ~ Days + (Days | Subject)
       Data: sleepstudy
    REML criterion at convergence: 1743.628
    Random effects:
     Groups   Name        Std.Dev. Corr
     Subject  (Intercept) 24.741
              Days         5.922   0.07
     Residual             25.592
    Number of obs: 180, groups:  Subject, 18
    Fixed Effects:
    (Intercept)         Days
         251.41        10.47
    """
    settings = as_control(control)
    built = build_design(formula, data, settings, subset, weights, na_action, offset, contrasts)
    y = built.frame.response
    checks.check_response(y, built.frame.formula.response or "")
    pls = PLS.of(built.random, built.X_fitted, y, built.frame.weights, built.frame.offset)
    identified.warn(built.random)
    arguments = {
        "start": start,
        "subset": subset,
        "weights": weights,
        "na_action": na_action,
        "offset": offset,
        "contrasts": contrasts,
    }
    name = called(data, str(getattr(data, "attrs", {}).get("name", "data")), "lmer", 1, "data")
    # Without fixed effects the two criteria are one, which R calls maximum likelihood.
    return fit(built, y, REML and pls.p > 0, settings, pls, name, data, arguments)


def fit(
    built: Design,
    y: Floats,
    REML: bool,
    control: LmerControl,
    pls: PLS,
    data_name: str,
    data: Any,  # noqa: N803
    arguments: dict[str, Any],
) -> LmerMod:
    """Optimize theta and check the result."""
    start = arguments.get("start")
    if start is not None:
        start = checks.check_start(start, built.random)
    else:
        start = variance_ratio_start(built.random, y)
    optimum, diagnosis = _minimized(pls, REML, control, control, start)
    return LmerMod(built, y, REML, control, pls, optimum, diagnosis, data_name, data, arguments)


def _minimized(
    pls: PLS, REML: bool, control: LmerControl, checked: LmerControl, start: Floats | None,  # noqa: N803
    df: int | None = None,
) -> tuple[Optimum, checks.Diagnosis]:
    """`optimize`, and what the checks of the control `checked` find. Raises ValueError where the criterion cannot be
    computed, as lme4 stops there.
    """
    criterion = None if control.optimizer == "newton" else pls.lme4_criterion(REML, df)
    try:
        optimum = optimize(pls, REML, control, start, df, criterion)
        if math.isfinite(optimum.value):
            return optimum, checks.diagnose(pls, optimum, REML, checked, df, criterion)
        reason = f"the downdated X'X is not positive definite at theta {optimum.theta}"
    except np.linalg.LinAlgError as error:
        reason = str(error)
    raise ValueError(f"the criterion cannot be computed: {reason}; rescale the predictors, whose scales may be too far "
                     "apart (lme4 says: Downdated VtV is not positive definite)")


def variance_ratio_start(random: RandomStructure, y: Floats) -> Floats | None:
    """Where lme4 starts a model of scalar intercepts only, one a factor: variances of the levels' means over what
    they leave of y's.

    None where lme4 starts from identity templates. R: mkLmerDevfun.
    """
    if any(t.names != ["(Intercept)"] for t in random.terms) or len({t.group for t in random.terms}) < len(
        random.terms
    ):
        return None
    between = [_variance(_means(y, term.codes, len(term.levels))[term.codes]) for term in random.terms]
    left = _variance(y) - sum(between)
    return np.sqrt(np.array(between) / left) if left > 0 else None


def _means(y: Floats, codes: np.ndarray, n_levels: int) -> Floats:
    """Means (n_levels,) as R's `mean` takes them: in extended precision, corrected by the mean of what is left."""
    counts, total = np.bincount(codes, minlength=n_levels), np.zeros(n_levels, dtype=np.longdouble)
    np.add.at(total, codes, y.astype(np.longdouble))
    mean, rest = total / counts, np.zeros_like(total)
    np.add.at(rest, codes, y - mean[codes])
    return (mean + rest / counts).astype(float)


def _variance(y: Floats) -> float:
    """R's `var`, in extended precision too: the start's last bit decides where BOBYQA stops."""
    deviations = y - _means(y, np.zeros(len(y), dtype=int), 1).astype(np.longdouble)
    return float(np.cumsum(deviations * deviations)[-1] / (len(y) - 1))


def build_design(
    formula: str,
    data: Any,
    control: LmerControl,
    subset: Any = None,
    weights: Any = None,
    na_action: str = "na.omit",
    offset: Any = None,
    contrasts: Mapping[str, Any] | None = None,
    generalized: bool = False,
) -> Design:
    """Model frame, fixed-effects matrix and random-effects terms, checked as lme4 checks them (R: lFormula, and
    glFormula where `generalized`).
    """
    mixed = split(as_text(formula))
    pieces = [piece for bar in mixed.bars for piece in (bar.effects, bar.group)]
    frame = model_frame(
        mixed.fixed, data, subset=subset, weights=weights, offset=offset, na_action=na_action, extra=pieces
    )
    if not generalized:
        checks.check_weights(frame.weights, frame.offset)
    terms_and_designs = [_random_term(bar, frame) for bar in mixed.bars]
    designs = {id(term): matrix for term, matrix in terms_and_designs}
    terms = lme4_order([term for term, _ in terms_and_designs])
    checks.check_terms(terms, frame.n, control, generalized)
    X, scaling = autoscaled(design(frame.formula, frame, contrasts), control)
    kept = drop_aliased(X.values)
    dropped = [name for i, name in enumerate(X.names) if i not in set(kept)]
    checks.report_dropped(dropped, control)
    scale_message = checks.check_scale(X.values[:, kept], control)
    if frame.n <= len(kept) and not generalized:
        raise ValueError(f"{frame.n} observations cannot determine {len(kept)} fixed effects and the variances")
    return Design(
        mixed, frame, X, kept, dropped, RandomStructure(terms), tuple(designs[id(t)] for t in terms), scale_message,
        None if dropped else scaling
    )


def _random_term(bar: Bar, frame: ModelFrame) -> tuple[RandomTerm, ModelMatrix]:
    """A term and the model matrix of its effects, whose factors have R's default contrasts: as in lme4, `contrasts`
    is for the fixed effects.
    """
    codes, levels = factor_of(bar.group, frame)
    _say_where_lme4_refuses(bar, frame)
    if (codes < 0).any():
        raise ValueError(f"the grouping factor {bar.group} has missing values")
    matrix = design(f"~ {bar.effects}", frame)
    if not matrix.names:
        raise ValueError(f"the random-effects term ({bar.label}) has no effects")
    Z = np.ascontiguousarray(matrix.values)
    term = RandomTerm(
        bar.label, bar.name, list(matrix.names), levels, codes.astype(np.int64), Z, bar.covariance(Z.shape[1])
    )
    return term, matrix


def _say_where_lme4_refuses(bar: Bar, frame: ModelFrame) -> None:
    """Warn of a grouping factor that is computed from columns which are not variables of the model themselves: lme4
    looks for them in the model frame, which does not hold them, and stops (R: mkBlist).
    """
    computed = [node for label in leaves(bar.group) if isinstance(node := read(label), Call)]
    absent = sorted({name for node in computed for name in symbols(node)} - set(frame.variables))
    if absent:
        warnings.warn(
            f"lme4 refuses the grouping factor {bar.group}, since {', '.join(absent)} is no variable of the model "
            "frame; here it is computed from the data. In R make it a column first", ParityNote, stacklevel=4)


def refit(m: LmerMod, newresp: Any = None, control: LmerControl | str | None = None) -> LmerMod:
    """The model fitted to another response. R: lme4::refit.

    m: a mixed model. newresp: (n,), or with values for the rows left out as missing too. control: as in `lmer`.

    As in lme4 the optimizer starts from the fitted theta.

    Before 1.1-33 lme4's refit takes the REML criterion's degrees of freedom to be n - 1 where they are n - p, so that
    even the model's own response gives it other variances. Where that release is followed so does this, with a
    `FollowedWarning`, but for "newton", which goes to the optimum of the REML criterion.

    Returns a model.

    Raises ValueError for a response of another length or not finite.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
    >>> print(r.fixef(r.refit(model, 2 * r.sleepstudy()["Reaction"])))
    (Intercept)        Days
      502.81021    20.93457
    """
    require_mixed(m, "refit")
    if m.generalized:
        return m.refitted(newresp, control)
    y = m.y if newresp is None else as_numbers(newresp, "newresp")
    frame = m.design.frame
    if len(frame.omitted) and len(y) == len(frame.rows) + len(frame.omitted):
        y = y[np.isin(np.sort(np.concatenate([frame.rows, frame.omitted])), frame.rows)]
    if y.shape != (m.n,):
        raise ValueError(f"newresp must have {m.n} values, one an observation; it has shape {y.shape}")
    checks.check_response(y, "newresp")
    settings = m.control if control is None else as_control(control)
    pls = m.pls.with_response(y)
    df = refit_df(m, settings)
    warn_of_refit(m, settings)
    optimum, diagnosis = _minimized(pls, m.REML, settings.without_edge, settings, m.par, df)
    return replace(m, y=y, control=settings, pls=pls, optimum=optimum, diagnosis=diagnosis, criterion_df=df)


def refit_df(m: LmerMod, control: LmerControl) -> int | None:
    """The degrees of freedom in the REML criterion of lme4's refit, where they are not n - p: before 1.1-33 n - 1 (R
    passes on `REML = TRUE`, a 1, for the p that lmer passes).
    """
    newer = since("1.1-37") or m.design.random.parameters.structured
    return None if newer or not m.REML or control.optimizer == "newton" else m.n - 1


def warn_of_refit(m: LmerMod, control: LmerControl) -> None:
    """Warn with `FollowedWarning` where refits of m are not by its REML criterion."""
    if refit_df(m, control) not in (None, m.n - m.p):
        warnings.warn("refitted as by lme4 1.1-31, whose REML criterion then has n - 1 degrees of freedom for n - p: "
                      "not the REML estimates of variances, which control='newton' and options(lme4='1.1-37') give",
                      FollowedWarning, stacklevel=3)


def refitML(m: LmerMod) -> LmerMod:  # noqa: N802
    """The model by maximum likelihood, from the fitted theta. R: lme4::refitML.

    m: a mixed model.

    As in lme4 by minqa's BOBYQA whatever fitted the model, or by Newton's method where that was used. (Rounding is
    amplified on BOBYQA's way: lme4's own theta changes by 1e-8 to 1e-6 when its start is moved by 1e-15, and so ours
    agrees with it to no more than that.)

    Returns a model; the same where it was fitted by maximum likelihood already.

    Raises ValueError for an object that is no mixed model.

    >>> print(r.logLik(r.refitML(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))))
    'log Lik.' -875.9697 (df=6)
    """
    require_mixed(m, "refitML")
    if not m.REML:
        return m
    if m.control.optimizer == "newton":
        optimum = optimize(m.pls, False, m.control, m.par)
    else:
        # lme4's optwrap moves a start of zeros, from which BOBYQA could take no first step.
        parameters = m.design.random.parameters
        start = m.par if m.par.any() else np.full(len(m.par), 0.001)
        criterion = m.pls.lme4_criterion(False)
        best = bobyqa(criterion, start, parameters.lower, parameters.upper)
        if getattr(criterion, "failed", False):
            raise np.linalg.LinAlgError("the downdated X'X is not positive definite on the way to the estimates")
        optimum = Optimum(parameters.theta(best.x), best.value, best.evaluations, best.code, best.message, "bobyqa",
                          par=best.x if parameters.structured else None)
    if optimum.code:
        warnings.warn(
            f"convergence code {optimum.code} from {optimum.optimizer}: {optimum.message}",
            ConvergenceWarning,
            stacklevel=2,
        )
    return replace(
        m, REML=False, optimum=optimum, diagnosis=checks.Diagnosis(), criterion_df=None
    )  # lme4 makes no checks of a refit either
