"""The parametric bootstrap likelihood ratio test of two mixed models. R: pbkrtest's PBmodcomp.

Halekoh & Højsgaard (2014), J. Stat. Softw. 59(9), section 5: responses are simulated from the small model, both models
are refitted to each, and the observed statistic is compared with those of the replicates.
"""

from __future__ import annotations

import time
import warnings
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.parallel.checkpoint import batch_size
from translations.parallel.jobs import run
from translations.parallel.progress import Progress
from translations.printing import html
from translations.printing.deparse import deparse
from translations.printing.tables import ModelComparison
from translations.random import RStream
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_count

from .. import generalized
from ..arguments import require_mixed
from ..checks import checked_start
from ..control import ConvergenceWarning, LmerControl
from ..fit import fit
from ..model import LmerMod
from ..refit import control_of_refit
from ..results.simulate import Batch, Simulator, as_stream, batches, draw, simulator_of
from .checks import findings, sentences
from .refit_many import Fits, leaves_lock, refit_many

UNCHECKED = LmerControl(calc_derivs=False, check_conv_singular=("ignore", 1e-4))


def _near(m: LmerMod, fits: Fits) -> Floats | None:
    """How far the parameters of covariance structures are from their bounds, where there are such."""
    parameters = m.design.random.parameters
    return parameters.distances(fits.theta) if parameters.structured else None


@dataclass(frozen=True)
class Ratios:
    """What a worker does with a batch: draw responses of the small model and fit both. Columns (count, 7): likelihood
    ratios, then what lme4's checks find in the small model's fits and in the large one's.

    anew: fit from lme4's start with its default control and no checks, as pbkrtest since 0.5.5, and not by `refit`.
    """

    large: LmerMod
    small: LmerMod
    simulator: Simulator
    anew: bool = False

    @property
    def unlocked(self) -> bool:
        """See `jobs.run`."""
        return not self.anew and all(leaves_lock(m.pls, m.control) for m in (self.small, self.large))

    def __call__(self, batch: Batch) -> Floats:
        Y = draw(self.simulator, batch).T
        models = (self.small, self.large)
        if self.anew:
            deviances = np.array([[_deviance(m, y) for m in models] for y in Y.T])
            nothing = np.tile([0.0, np.nan, 0.0] * 2, (len(deviances), 1))  # `findings` of fits that are not checked
            return np.column_stack([deviances[:, 0] - deviances[:, 1], nothing])
        small, large = fits = [refit_many(m, Y, checked=m.control.takes_derivatives(m.n, len(m.par))) for m in models]
        found = [findings(one, m.design.random.diagonal, m.control, _near(m, one))
                 for one, m in zip(fits, models, strict=True)]
        return np.column_stack([small.value - large.value, *found])


def _deviance(m: LmerMod, y: Floats) -> float:
    """The least deviance of the model with the response y (n,), from lme4's start."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        again = fit(m.design, y, False, UNCHECKED, m.pls.with_response(y), None, m.data_name, m.data, {"start": None})
    return again.optimum.value


@dataclass(frozen=True)
class PBComparison:
    """A bootstrap test. R: class PBmodcomp.

    test: rows LRT and PBtest, columns stat, df, p.value; LRTstat: tobs, df, p.value; ref (nsim,): the replicates'
    ratios; samples: nsim and npos, how many of them are above 0 (only these count); n_extreme: how many exceed the
    observed one.
    """

    formula_large: str
    formula_small: str
    test: pd.DataFrame
    LRTstat: pd.Series
    ref: Floats = field(repr=False)
    samples: dict[str, int]
    n_extreme: int
    ctime: float

    def summary(self) -> PBSummary:
        """The same test by other reference distributions, fitted to the replicates' moments. R: summary.PBmodcomp."""
        from scipy.stats import chi2, f, gamma

        stat, df = float(self.LRTstat["tobs"]), float(self.LRTstat["df"])
        positive = self.ref[self.ref > 0]
        mean, variance = positive.mean(), positive.var(ddof=1)
        ddf = 2.0 * mean / (mean - 1.0)
        rows = {
            "LRT": (stat, df, np.nan, self.test.loc["LRT", "p.value"]),
            "PBtest": (stat, np.nan, np.nan, self.test.loc["PBtest", "p.value"]),
            "Gamma": (stat, np.nan, np.nan, gamma.sf(stat, mean**2 / variance, scale=variance / mean)),
            "Bartlett": (df * stat / mean, df, np.nan, chi2.sf(df * stat / mean, df)),
            "F": (stat / df, df, ddf, f.sf(stat / df, df, ddf) if ddf > 0 else np.nan),
        }
        return PBSummary(self, pd.DataFrame.from_dict(rows, orient="index", columns=["stat", "df", "ddf", "p.value"]))

    @property
    def heading(self) -> list[str]:
        """The lines that R prints above the table."""
        nsim, used = self.samples["nsim"], self.samples["npos"]
        lines = [f"Bootstrap test; time: {self.ctime:.2f} sec; samples: {nsim}; extremes: {self.n_extreme};"]
        if used < nsim:
            lines.append(f"Requested samples: {nsim} Used samples: {used} Extremes: {self.n_extreme}")
        large, small = ("\n".join(deparse(text)) for text in (self.formula_large, self.formula_small))
        # pbkrtest has taken the class from the small formula: 0.5.2 prints it without its name, later ones not at all
        return [*lines, f"large : {large}", *([] if since("1.1-37") else [small])]

    def __str__(self) -> str:
        return str(ModelComparison(self.heading, self.test, (0,)))

    def _repr_html_(self) -> str:
        used = f"{self.samples['npos']} of {self.samples['nsim']} samples used, {self.n_extreme} as extreme"
        return html.comparison("Parametric bootstrap test", self.test, self.formula_large, self.formula_small, used)


@dataclass(frozen=True)
class PBSummary:
    """`test`: rows LRT, PBtest, Gamma, Bartlett, F; columns stat, df, ddf, p.value. R: class summary_PBmodcomp."""

    comparison: PBComparison
    test: pd.DataFrame

    def __str__(self) -> str:
        return str(ModelComparison(self.comparison.heading, self.test, (0,))) + "\n"

    def _repr_html_(self) -> str:
        x = self.comparison
        return html.comparison("Parametric bootstrap test", self.test, x.formula_large, x.formula_small)


def PBmodcomp(
    largeModel: LmerMod,
    smallModel: Any,
    nsim: int = 1000,
    seed: int | RStream | None = None,  # noqa: N802, N803
    n_jobs: int | None = None,
    progress: Progress = None,
) -> PBComparison:
    """Bootstrap test of a large against a nested small mixed model. R: pbkrtest::PBmodcomp; Halekoh & Højsgaard (2014).

    largeModel: a mixed model. smallModel: a model fitted to the same data, or a formula for `update` ('.' the large
    one's own sides). Both are fitted by maximum likelihood. nsim: replicates. seed: the place in the stream where the
    simulation begins. (pbkrtest 0.5.2 takes a `seed` and ignores it: there call `set.seed(seed)` first.) n_jobs,
    progress: as in `bootMer`; the ratios do not depend on them.

    Where lme4 2.1 is followed, so is pbkrtest 0.5.5, which fits each response from lme4's start. Models by glmer are
    refitted from their own estimates in every release (0.5.5 stops: "no such index at level 1").

    Returns the test, with the replicates' ratios (nsim,): `str()` is R's text.

    Raises ValueError for nsim below 1, or models of different numbers of observations or the same number of parameters.
    Warns with `ConvergenceWarning` of the replicates that lme4's checks warn of.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
    >>> len(r.PBmodcomp(model, ". ~ . - Days", nsim=5, seed=1, n_jobs=1).ref)
    5
    """
    from scipy.stats import chi2

    began = time.perf_counter()
    nsim = as_count(nsim, "nsim")
    require_mixed(largeModel, "PBmodcomp")
    large, small = _by_likelihood(largeModel), _by_likelihood(_small(largeModel, smallModel))
    df = large.p + len(large.par) - small.p - len(small.par)
    if large.n != small.n or df < 1:
        raise ValueError(
            f"the small model must be nested in the large one: they have {small.n} and {large.n} observations, and "
            f"the large one {df} parameters more"
        )
    of = generalized.ratios if large.generalized else partial(_ratios, n_jobs)
    ref, texts = of(small, large, nsim, as_stream(seed), progress)
    for text in dict.fromkeys(texts):
        warnings.warn(text, ConvergenceWarning, stacklevel=2)
    observed = float(small.criterion(REML=False) - large.criterion(REML=False))
    used, extreme = int((ref > 0).sum()), int((ref > max(observed, 0.0)).sum())
    p_chi = float(chi2.sf(observed, df))
    test = pd.DataFrame(
        [[observed, df, p_chi], [observed, np.nan, (1 + extreme) / (1 + used)]],
        index=["LRT", "PBtest"],
        columns=["stat", "df", "p.value"],
    )
    stat = pd.Series({"tobs": observed, "df": float(df), "p.value": p_chi})
    return PBComparison(
        large.design.formula.text,
        small.design.formula.text,
        test,
        stat,
        ref,
        {"nsim": nsim, "npos": used},
        extreme,
        time.perf_counter() - began,
    )


def _ratios(n_jobs: int | None, small: LmerMod, large: LmerMod, nsim: int, stream: RStream, progress: Progress
            ) -> tuple[np.ndarray, list[str]]:
    """The replicates' likelihood ratios (nsim,), and lme4's warnings of their fits."""
    simulator = simulator_of(small)
    todo = batches(simulator, stream, nsim, batch_size(nsim))
    small, large = (replace(m, control=control_of_refit(m)) for m in (small, large))
    both = run(Ratios(large, small, simulator, since("2.1")), todo, nsim, 7, n_jobs, progress)
    ref, *found = np.split(both, [1, 4], axis=1)
    said = [sentences(of, m.control)["warning"] for of, m in zip(found, (small, large), strict=True)]
    return ref[:, 0], [text for counts in said for text in counts]


def _small(large: LmerMod, small: Any) -> LmerMod:
    if not isinstance(small, str):
        require_mixed(small, "PBmodcomp")
        return small  # type: ignore[no-any-return]
    if large.generalized:
        return generics.update(large, small)  # type: ignore[no-any-return]
    from ..criterion.pls import PLS
    from ..inference.restrictions import small_design

    m = small_design(large, small)
    pls = PLS.of(m.design.random, m.design.X_fitted, m.y, m.design.frame.weights, m.design.frame.offset)
    return fit(m.design, m.y, False, m.control, pls, None, m.data_name, m.data, {**m.arguments, "start": None})


def _by_likelihood(m: LmerMod) -> LmerMod:
    """The model by maximum likelihood, from lme4's start (R: update(m, REML = FALSE))."""
    if not m.REML:
        return m
    start = checked_start(m.arguments.get("start"), m.design.random)
    return fit(m.design, m.y, False, m.control, m.pls, start, m.data_name, m.data, m.arguments)
