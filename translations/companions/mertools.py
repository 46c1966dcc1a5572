"""What a mixed model's estimates could have been, by simulation on R's random stream: R's package merTools."""
from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.arguments import require_linear, require_mixed
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import fixef, npar
from translations.lme4.results.getme import getME
from translations.lme4.results.ranef import ranef
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count, require_choice, require_level
from translations.stats.distributions import pnorm
from translations.stats.formulas.frame import as_frame, factor_of, model_frame
from translations.stats.language.cutting import cut

from .arm import posterior

Floats = np.ndarray


def _linear_mixed(m: Any, function: str) -> LmerMod:
    require_mixed(m, function)
    require_linear(m, function)
    assert isinstance(m, LmerMod)
    return m


def expectedRank(m: LmerMod, groupFctr: str | None = None, term: str | None = None) -> pd.DataFrame:  # noqa: N802, N803
    """The rank of each level's random effect among the levels, with its uncertainty. R: merTools::expectedRank; Lingsma
    et al. (2010), BMC Medical Research Methodology 10, 5.

    m: a mixed model. groupFctr: a grouping factor, by default all. term: an effect, "(Intercept)" or a variable, by
    default all.

    Returns a frame, a row a level and term: groupFctr, groupLevel, term, estimate, std.error, ER, one more than the
    expected number of levels that lie below, and pctER, in percent of the levels. `std.error` is the conditional
    variance, as merTools has it: its root is the standard error.

    Raises ValueError for an object that is no mixed model, a factor or a term that it does not have.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.console(r.expectedRank(m, term="Days").head(2)))
      groupFctr groupLevel term  estimate std.error        ER pctER
    1   Subject        308 Days  9.198976  5.312283 17.193775    93
    2   Subject        309 Days -8.619681  5.312283  2.143182     9
    """
    require_mixed(m, "expectedRank")
    modes = ranef(m)
    groups = list(modes) if groupFctr is None else [_known(groupFctr, list(modes), "grouping factor")]
    rows = []
    for group in groups:
        names = list(modes[group].columns)
        for name in names if term is None else [_known(_spelled(term, names), names, f"term of {group}")]:
            at = names.index(name)
            estimate, variance = modes[group].iloc[:, at].to_numpy(float), modes.condvar[group][:, at, at]
            spread = np.sqrt(variance[:, None] + variance)
            rank = 0.5 + np.asarray(pnorm((estimate[:, None] - estimate) / spread)).sum(axis=1)
            rows.append(pd.DataFrame({
                "groupFctr": group, "groupLevel": modes[group].index, "term": name.replace("(Intercept)", "Intercept"),
                "estimate": estimate, "std.error": variance, "ER": rank,
                "pctER": np.round(100 * (rank - 0.5) / len(rank))}))
    return pd.concat(rows, ignore_index=True)


def _known(name: str, names: Sequence[str], what: str) -> str:
    if name not in names:
        raise ValueError(f"no {what} {name!r}; there is {', '.join(names)}")
    return name


def _spelled(term: str, names: Sequence[str]) -> str:
    """The intercept by any name that begins so, as in merTools."""
    return "(Intercept)" if term not in names and "int" in term.lower() else term


def FEsim(m: LmerMod, n_sims: int = 200, oddsRatio: bool = False, seed: int | None = None) -> pd.DataFrame:  # noqa: N802, N803
    """Fixed effects by simulation: mean, median and standard deviation. R: merTools::FEsim, by arm::sim; Gelman & Hill
    (2007).

    m: a model by `lmer`. n_sims: how many draws, sigma and all effects anew in each. oddsRatio: exponentials, without
    the standard deviation. seed: of R's stream; None starts anywhere.

    Returns a frame, a row a coefficient: term, mean, median, sd.

    Raises ValueError for another model.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.console(r.FEsim(m, n_sims=50, seed=3)))
             term      mean    median       sd
    1 (Intercept) 251.76099 253.12924 6.386894
    2        Days  10.30554  10.57406 1.593196
    """
    m = _linear_mixed(m, "FEsim")
    draws = np.array([one[0] for one in posterior(m, as_count(n_sims, "n_sims"), RStream(seed), False)])
    return pd.DataFrame({"term": list(fixef(m).index)} | _summed_up(draws, oddsRatio))


def REsim(m: LmerMod, n_sims: int = 200, oddsRatio: bool = False, seed: int | None = None) -> pd.DataFrame:  # noqa: N802, N803
    """Random effects by simulation: mean, median and standard deviation. R: merTools::REsim, by arm::sim; Gelman & Hill
    (2007).

    m, n_sims, oddsRatio, seed: as of `FEsim`. The draws are R's for one random term of one effect, as (1 | g). Of more,
    arm multiplies by the transpose of lme4's relative factor and takes its levels in another order than CHOLMOD keeps
    them, so that its effects do not scatter as the model says; here they do.

    Returns a frame, a row an effect: groupFctr, groupID, term, mean, median, sd.

    Raises ValueError for another model.

    >>> m = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy())
    >>> print(r.console(r.REsim(m, n_sims=50, seed=3).head(1)))
      groupFctr groupID        term     mean   median       sd
    1   Subject     308 (Intercept) 41.31799 42.23223 14.12126
    """
    m = _linear_mixed(m, "REsim")
    draws = np.array([one[1] for one in posterior(m, as_count(n_sims, "n_sims"), RStream(seed), True)])
    parts, start = [], 0
    for term in m.design.random.terms:
        own = draws[:, start: start + term.size].reshape(len(draws), -1, term.k).transpose(0, 2, 1)
        start += term.size
        parts.append(pd.DataFrame({
            "groupFctr": term.group, "groupID": np.tile(term.levels, term.k),
            "term": np.repeat(term.names, len(term.levels))} | _summed_up(own.reshape(len(draws), -1), oddsRatio)))
    return pd.concat(parts, ignore_index=True)


def _summed_up(draws: Floats, odds_ratio: bool) -> dict[str, Floats]:
    mean, median, sd = draws.mean(axis=0), np.median(draws, axis=0), draws.std(axis=0, ddof=1)
    if odds_ratio:
        return {"mean": np.exp(mean), "median": np.exp(median), "sd": np.full_like(sd, np.nan)}
    return {"mean": mean, "median": median, "sd": sd}


def predictInterval(m: LmerMod, newdata: Any = None, which: str = "full", level: float = 0.8, n_sims: int = 1000,  # noqa: N802
                    stat: str = "median", include_resid_var: bool = True, seed: int | None = None) -> pd.DataFrame:
    """Prediction intervals by simulation. R: merTools::predictInterval; Gelman & Hill (2007).

    m: a model by `lmer`. newdata: a frame with the predictors and grouping factors, by default the model's. which:
    "full" predictions, their "fixed" or "random" part, or "all" of these. level: that the intervals have. n_sims: how
    many draws of sigma, the fixed and the random effects. stat: "median" or "mean", the fit. include_resid_var: whether
    observations are predicted, or their means. seed: of R's stream; None starts anywhere.

    Fixed and random effects are drawn apart, as if they did not depend on each other: intervals are wider than the
    model's where these are known from the same rows (`predict(m, se_fit=True)` has their covariance). A new level is
    predicted from the fixed effects and sigma alone, without the variance between levels.

    Returns a frame (n, 3): fit, upr, lwr in units of the response; of "all" with effect and obs, a block a part.

    Raises ValueError for another model or choice, KeyError for a variable that newdata does not have.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.console(r.predictInterval(m, r.sleepstudy().head(2), n_sims=100, seed=5)))
           fit      upr      lwr
    1 250.2465 293.8952 208.0078
    2 280.2987 317.5874 245.1739
    """
    m = _linear_mixed(m, "predictInterval")
    require_choice(which, ["full", "fixed", "random", "all"], "which")
    require_choice(stat, ["median", "mean"], "stat")
    require_level(level)
    n, stream = as_count(n_sims, "n_sims"), RStream(seed)
    sigma = np.sqrt(1.0 / stream.rgamma(n, 0.5 * (m.n - npar(m)), 0.5 * float(getME(m, "devcomp")["cmp"]["pwrss"])))
    parts = {group: _drawn(m, group, newdata, n, stream) for group in ranef(m)}
    X = m.design.X_fitted if newdata is None else m.design.X.for_newdata(newdata).values[:, m.design.kept]
    V = generics.vcov(m).to_numpy(float)
    parts["fixed"] = X @ np.array([_normal(stream, 1, m.beta, V)[0] for _ in range(n)]).T
    shown = {"full": list(parts), "all": list(parts), "fixed": ["fixed"], "random": [*ranef(m)]}[which]
    whole = np.sum([parts[name] for name in shown], axis=0)
    if which != "all":
        return _interval(_observed(whole, sigma, include_resid_var, stream), level, stat)
    own = {name: _observed(part, sigma, include_resid_var, stream) for name, part in parts.items()}
    blocks = {"combined": _observed(whole, sigma, include_resid_var, stream)} | own
    tables = [_interval(block, level, stat) for block in blocks.values()]
    table = pd.concat(tables, keys=blocks, names=["effect", "obs"]).reset_index()
    return table.assign(obs=table["obs"] + 1)[["effect", "fit", "upr", "lwr", "obs"]]


def _drawn(m: LmerMod, group: str, newdata: Any, n: int, stream: RStream) -> Floats:
    """What a grouping factor's effects add to each row in each draw, (rows, n); 0 for a level that is not the fit's."""
    modes = ranef(m)
    levels = list(modes[group].index)
    terms = [i for i, term in enumerate(m.design.random.terms) if term.group == group]
    if newdata is None:
        codes = m.design.random.terms[terms[0]].codes
        Z = np.hstack([m.design.random.terms[i].Z for i in terms])
    else:
        codes = _codes(group, levels, newdata)
        Z = np.hstack([m.design.designs[i].for_newdata(newdata).values for i in terms])
    kept = list(dict.fromkeys(codes[codes >= 0])) or [0]  # in the rows' order, in which merTools draws them
    means, variances = modes[group].to_numpy(float), modes.condvar[group]
    found = np.zeros((len(Z), n))
    for level in kept:
        effects = _normal(stream, n, means[level], variances[level])
        rows = codes == level
        found[rows] = Z[rows] @ effects.T
    return found


def _codes(group: str, levels: list[str], newdata: Any) -> np.ndarray:
    """The level of each row, -1 for a new one, of which merTools warns."""
    frame = model_frame("~ 1", newdata, na_action="na.pass", extra=[group])
    codes, named = factor_of(group, frame)
    if new := [one for one in named if one not in levels]:
        warnings.warn(f"     The following levels of {group} from newdata \n -- {', '.join(new)} -- are not in the "
                      "model data. \n     Currently, predictions for these values are based only on the \n fixed "
                      "coefficients and the observation-level error.", stacklevel=4)
    return np.array([levels.index(one) if one in levels else -1 for one in named] + [-1])[codes]


def _normal(stream: RStream, n: int, mean: Floats, S: Floats) -> Floats:
    """`n` draws of a multivariate normal, (n, k), by the pivoted Cholesky factor. R: mvtnorm's rmvnorm by "chol"."""
    from scipy.linalg.lapack import dpstrf

    k = len(mean)
    factor, pivot, rank, _ = dpstrf(np.asfortranarray(S), lower=0)
    R = np.triu(factor)
    R[rank:, rank:] = 0.0
    return stream.rnorm(n * k).reshape(n, k) @ R[:, np.argsort(pivot)] + mean


def _observed(means: Floats, sigma: Floats, with_error: bool, stream: RStream) -> Floats:
    if not with_error:
        return means
    return np.column_stack([stream.rnorm(len(means), mean, one) for mean, one in zip(means.T, sigma, strict=True)])


def _interval(draws: Floats, level: float, stat: str) -> pd.DataFrame:
    fit, upper, lower = np.quantile(draws, [0.5, (1 + level) / 2, (1 - level) / 2], axis=1)
    return pd.DataFrame({"fit": draws.mean(axis=1) if stat == "mean" else fit, "upr": upper, "lwr": lower})


def REimpact(m: LmerMod, newdata: Any, groupFctr: str | None = None, term: str | None = None, breaks: Any = 3,  # noqa: N802, N803
             **settings: Any) -> pd.DataFrame:
    """What a grouping factor's levels, from the lowest to the highest, make of the same rows. R: merTools::REimpact.

    m: a model by `lmer`. newdata: the rows, which are predicted at every level of `groupFctr`, by default the first.
    term: by whose expected rank the levels fall into bins, by default by all terms', so that with several each level
    counts once for each. breaks: how many bins of pctER, or their ends. settings: of `predictInterval`.

    Returns a frame, a row a case and bin: case, the row of newdata, bin, AvgFit, the predictions' mean weighted by one
    over the width of their intervals, AvgFitSE, which is merTools' estimate of the mean's variance, and nobs.

    Raises ValueError as `expectedRank` and `predictInterval`.

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.console(r.REimpact(m, r.sleepstudy().iloc[[0]], term="Days", n_sims=100, seed=5)))
      case bin   AvgFit  AvgFitSE nobs
    1    1   1 246.7480 136.85137    6
    2    1   2 254.4225  36.45851    7
    3    1   3 256.1013 134.48182    5
    """
    m = _linear_mixed(m, "REimpact")
    group = next(iter(ranef(m))) if groupFctr is None else _known(groupFctr, list(ranef(m)), "grouping factor")
    rows = as_frame(newdata)
    term_of = next(one for one in m.design.random.terms if one.group == group)
    levels = [term_of.levels[code] for code in dict.fromkeys(term_of.codes)]
    everywhere = pd.concat([rows.assign(**{group: level}) for level in levels], ignore_index=True)
    found = predictInterval(m, everywhere, **settings)
    cases = np.tile(np.arange(1, len(rows) + 1), len(levels))
    found = found.assign(groupLevel=np.repeat(levels, len(rows)), case=cases)
    merged = expectedRank(m, group, term)[["groupLevel", "pctER"]].merge(found, on="groupLevel")
    bins = cut(merged["pctER"], breaks, labels=False, include_lowest=True)
    out = []
    binned = merged.assign(bin=np.asarray(bins, dtype=float))
    for bin_, case in sorted(set(zip(binned["bin"], binned["case"], strict=True))):
        own = binned[(binned["bin"] == bin_) & (binned["case"] == case)]
        fit, weight = own["fit"].to_numpy(float), 1.0 / (own["upr"] - own["lwr"]).to_numpy(float)
        mean = float(np.average(fit, weights=weight))
        out.append((int(case), int(bin_), mean, _variance_of_mean(fit, weight, mean), len(fit)))
    return pd.DataFrame(out, columns=["case", "bin", "AvgFit", "AvgFitSE", "nobs"])


def _variance_of_mean(x: Floats, w: Floats, mean: float) -> float:
    """The variance of a weighted mean. Source: Cochran (1977), by Gatz & Smith (1995), Atmospheric Environment 29."""
    n, left, apart = len(x), w * x - w.mean() * mean, w - w.mean()
    squares = (left**2).sum() - 2 * mean * (apart * left).sum() + mean**2 * (apart**2).sum()
    return float(n / ((n - 1) * w.sum() ** 2) * squares)
