"""Exact tests of one variance by simulation of their null distribution: R's package RLRsim."""
from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from translations.lme4.arguments import require_linear, require_mixed
from translations.lme4.control import ParityNote
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import npar
from translations.lme4.results.matrices import Z
from translations.printing import Vector
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count, as_number
from translations.stats.hypothesis_tests.htest import HTest
from translations.stats.linear.linear_model import Lm

Floats = np.ndarray
ROUNDING = 1e-12  # of a likelihood: a difference of two that is less is 0; R's is 7e-16 of Dyestuff2's
AT_ML = ("Using restricted likelihood evaluated at ML estimators.", 'Refit with method="REML" for exact results.')
AT_REML = ("Using likelihood evaluated at REML estimators.", 'Please refit model with method="ML" for exact results.')
FREE = "No restrictions on fixed effects. REML-based inference preferable."
NONE = "Observed RLRT statistic is 0, no simulation performed."


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class SimulatedTest(HTest):
    """A test and what its p-value was counted in (R: class htest): sample (nsim,), None where the statistic is 0."""

    sample: Floats | None


def exactRLRT(m: LmerMod, mA: LmerMod | None = None, m0: LmerMod | None = None,  # noqa: N802, N803
              seed: int | None = None, nsim: int = 10000, log_grid_hi: float = 8, log_grid_lo: float = -10,
              gridlength: int = 200) -> SimulatedTest:
    """Whether a variance is zero, by the restricted likelihood ratio and its exact distribution. R: RLRsim::exactRLRT.

    m: a model by `lmer` with one random effect, the tested one. mA, m0: where there are others, the model with all of
    them and the one without the tested effect; m then has that alone. seed: of R's stream; None starts anywhere. nsim:
    how many statistics are simulated, R's draws. log_grid_hi, log_grid_lo, gridlength: of the grid that the ratio of
    the variances is sought on.

    Returns a test with its `.sample`; `str()` is R's text. Where the statistic is 0 but for rounding p is 1, which R
    finds only where its rounding makes it exactly 0 (of Dyestuff2 R says 5.7e-14 and 0.44).

    Raises ValueError for another model, one with correlated or several effects, weights or an offset, of which RLRsim
    takes no account, or models whose fixed effects or other variances differ. Sources: Crainiceanu & Ruppert (2004),
    JRSS B 66, 165; Greven et al. (2008), Journal of Computational and Graphical Statistics 17, 870.

    >>> print(r.exactRLRT(r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()), seed=1, nsim=100))
    <BLANKLINE>
        simulated finite sample distribution of RLRT.
    <BLANKLINE>
        (p-value based on 100 simulated values)
    <BLANKLINE>
    data:
    RLRT = 107.2, p-value < 2.2e-16
    <BLANKLINE>
    """
    _one_effect(m, "exactRLRT", several=mA is not None)
    n = as_count(nsim, "nsim")
    if not m.REML:
        _say(*AT_ML)
    if mA is None and m0 is None:
        observed = _ratio(2.0 * float(generics.logLik(m, REML=True)), _restricted_at_zero(m))
    else:
        observed = _between(mA, m0)
    sample = None
    if observed > 0.0:
        X, z = m.design.X_fitted, Z(m).toarray()
        mu = _eigenvalues(X, z)[: min(m.n, z.shape[1])]
        grid = _grid(log_grid_lo, log_grid_hi, gridlength)
        sample = _simulated(m.n, m.p, mu / mu.max(), None, 0, grid, n, RStream(seed))
        _warn_of_mass(sample)
    else:
        _say(NONE)
    return SimulatedTest(
        statistic=Vector([observed], index=["RLRT"]), data_name="", sample=sample,
        p_value=1.0 if sample is None else float((observed < sample).mean()),
        method="simulated finite sample distribution of RLRT.\n\n(p-value based on "
               f"{0 if sample is None else n} simulated values)")


def exactLRT(m: LmerMod, m0: Lm, seed: int | None = None, nsim: int = 10000, log_grid_hi: float = 8,  # noqa: N802
             log_grid_lo: float = -10, gridlength: int = 200) -> SimulatedTest:
    """Whether a variance is zero, and fixed effects with it, by the likelihood ratio and its exact distribution. R:
    RLRsim::exactLRT.

    m: a model by `lmer` with one random effect, REML=False. m0: the model by `lm` without it and without the fixed
    effects that are tested. seed, nsim, log_grid_hi, log_grid_lo, gridlength: as of `exactRLRT`.

    Returns a test with its `.sample`; `str()` is R's text.

    Raises ValueError for another model, one with more than one random effect, weights or an offset, or where m0 has
    other rows or more columns. Source: Crainiceanu & Ruppert (2004), JRSS B 66, 165.

    >>> d = r.sleepstudy()
    >>> m = r.lmer("Reaction ~ Days + (1 | Subject)", d, REML=False)
    >>> r.exactLRT(m, r.lm("Reaction ~ 1", d), seed=1, nsim=100).p_value
    0.0
    """
    _one_effect(m, "exactLRT", several=False)
    n = as_count(nsim, "nsim")
    if not isinstance(m0, Lm) or m0.arguments.get("weights") is not None or m0.frame.formula.offsets:
        raise ValueError("m0 must be a model by lm, without weights and offset")
    X, z = m.design.X_fitted, Z(m).toarray()
    fewer = m.p - len(m0.kept)
    if len(m0.fitted) != m.n or not np.allclose(m0.fitted + m0.residuals, m.y):
        raise ValueError("different data under the null and alternative")
    if fewer < 0:
        raise ValueError("m0 not nested in m: it has more fixed effects")
    if m.n - m.p - z.shape[1] < 1:
        raise ValueError(f"{m.p + z.shape[1]} effects are too many for {m.n} observations: reduce the model")
    if fewer == 0:
        _say(FREE)
    if m.REML:
        _say(*AT_REML)
    observed = _ratio(*(2.0 * float(generics.logLik(one, REML=False)) for one in (m, m0)))
    mu, xi = _eigenvalues(X, z), np.linalg.svd(z, compute_uv=False) ** 2
    mu = mu / max(mu.max(), xi.max())
    xi = xi / max(mu.max(), xi.max())
    grid = _grid(log_grid_lo, log_grid_hi, gridlength)
    sample = _simulated(m.n, m.p, mu, xi, fewer, grid, n, RStream(seed))
    _warn_of_mass(sample)
    return SimulatedTest(
        statistic=Vector([observed], index=["LRT"]), p_value=float((observed < sample).mean()), data_name="",
        method=f"simulated finite sample distribution of LRT. (p-value based on {n} simulated values)", sample=sample)


def _ratio(larger: float, smaller: float) -> float:
    return larger - smaller if larger - smaller > ROUNDING * abs(smaller) else 0.0


def _say(*lines: str) -> None:
    for line in lines:
        warnings.warn(line, ParityNote, stacklevel=3)  # of R a message


def _one_effect(m: Any, function: str, several: bool) -> None:
    require_mixed(m, function)
    require_linear(m, function)
    terms = m.design.random.terms
    if any(term.k > 1 or term.structured is not None for term in terms) or (len(terms) > 1 and not several):
        raise ValueError(f"multiple random effects in model: {function} needs m with only a single random effect")
    if m.arguments.get("weights") is not None or m.pls.offset is not None:
        raise ValueError(f"{function} is of models without weights and offset, of which RLRsim takes no account")


def _restricted_at_zero(m: LmerMod) -> float:
    """Twice the restricted log-likelihood without the random effect."""
    X, df = m.design.X_fitted, m.n - m.p
    Q, R = np.linalg.qr(X)
    left = m.y - Q @ (Q.T @ m.y)
    log_det = 2.0 * float(np.log(np.abs(np.diagonal(R))).sum())
    return -(df * (np.log(2.0 * np.pi) + np.log(float(left @ left)) + 1.0 - np.log(df)) + log_det)


def _between(larger: Any, smaller: Any) -> float:
    for one, name in ((larger, "mA"), (smaller, "m0")):
        if one is None:
            raise ValueError(f"{name} is missing: with several random effects both mA and m0 are needed")
        require_mixed(one, "exactRLRT")
        require_linear(one, "exactRLRT")
    if larger.design.X_fitted.shape != smaller.design.X_fitted.shape or (
            larger.design.X_fitted != smaller.design.X_fitted).any():
        raise ValueError("Fixed effects structures of mA and m0 not identical: REML-based inference not appropriate")
    if abs(npar(larger) - npar(smaller)) > 1:
        raise ValueError("Random effects not independent: covariances are 0 under m0, and exactRLRT can only test a "
                         "single variance")
    return _ratio(*(2.0 * float(generics.logLik(one, REML=True)) for one in (larger, smaller)))


def _eigenvalues(X: Floats, Z: Floats) -> Floats:  # noqa: N803
    """Of Z' P Z, P what projects X away, decreasing."""
    Q = np.linalg.qr(X)[0]
    return np.asarray(np.linalg.svd(Z - Q @ (Q.T @ Z), compute_uv=False) ** 2)


def _grid(low: float, high: float, length: int) -> Floats:
    steps = np.linspace(as_number(low, "log_grid_lo"), as_number(high, "log_grid_hi"),
                        as_count(length, "gridlength") - 1)
    return np.concatenate([[0.0], np.exp(steps)])


def _simulated(n: int, p: int, mu: Floats, xi: Floats | None, q: int, grid: Floats, times: int,
               stream: RStream) -> Floats:
    """Statistics under the null hypothesis (times,), of the likelihood, or of the restricted one where xi is None.

    Crainiceanu & Ruppert (2004), eq. 5 and 9: with chi-squared variables w_s, of n - p - K degrees of freedom and of q
    fixed effects. The ratio of variances goes up along `grid` until the statistic falls.
    """
    k = len(mu)
    last = [] if xi is None else [float(q)]
    df = np.array([max(n - p - k, 0), *np.ones(k), *last])
    drawn = stream.rchisq(times * len(df), np.tile(df, times)).reshape(times, len(df))
    rest, w = drawn[:, :1], drawn[:, 1: k + 1]
    products = np.outer(mu, grid)
    N, D = w @ (products / (1.0 + products)), w @ (1.0 / (1.0 + products)) + rest
    volume = np.log1p(np.outer(mu if xi is None else xi, grid)).sum(axis=0)
    ratio = (n - p if xi is None else n) * np.log1p(N / D) - volume
    falls = np.diff(ratio, axis=1) < 0.0
    top = np.where(falls.any(axis=1), falls.argmax(axis=1), len(grid) - 1)
    found: Floats = ratio[np.arange(times), top]
    return found if xi is None else found + n * np.log1p(drawn[:, -1] / drawn[:, :-1].sum(axis=1))


def _warn_of_mass(sample: Floats) -> None:
    if np.quantile(sample, 0.9) == 0.0:
        warnings.warn(f"Null distribution has mass {(sample == 0.0).mean():.15g} at zero.\n", stacklevel=3)
