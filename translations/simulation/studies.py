"""Many data sets of one design, each fitted: are the parameters recovered, and how often is the slope found?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from dataclasses import asdict, dataclass
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from translations.lme4.bootstrap.refit_many import fit_many
from translations.lme4.bootstrap.replicates import sdcor_many
from translations.lme4.control import LmerControl, as_control
from translations.lme4.criterion import sdcor
from translations.lme4.criterion.lme4_order import MOST_ROWS
from translations.lme4.criterion.pls import PLS
from translations.lme4.results import identity
from translations.lme4.results.simulate import Batch, as_stream, stream_at
from translations.lme4.structure import RandomStructure, RandomTerm
from translations.parallel.checkpoint import Checkpoint, batch_size
from translations.parallel.jobs import run
from translations.parallel.progress import Progress
from translations.printing import html
from translations.random import RStream

from .multilevel import Design, Floats, parameters

ESTIMATES = ("gamma0", "gamma1", "tau00", "tau11", "rho", "sigma")
COLUMNS = [*ESTIMATES, "se_gamma0", "se_gamma1"]


@dataclass(frozen=True)
class Fitting:
    """What a worker does with a batch: draw data sets and fit `Reaction ~ days_deprived + (days_deprived | Subject)` to
    each."""

    design: Design
    REML: bool
    control: LmerControl

    @property
    def unlocked(self) -> bool:
        """See `jobs.run`."""
        return self.control.optimizer == "nloptwrap" and not self.design.lost and self.design.n <= MOST_ROWS

    def __call__(self, batch: Batch) -> Floats:
        Y = self.design.draw(stream_at(batch.states[0]), batch.count)
        if not self.design.lost:
            return self._fit(Y, np.ones(self.design.n, dtype=bool))
        return np.vstack([self._fit(y[None, seen], seen) for y, seen in zip(Y, ~np.isnan(Y), strict=True)])

    def _fit(self, Y: Floats, seen: np.ndarray) -> Floats:
        """(c, 8) estimates and standard errors from the observations `seen` (n,) of c data sets Y (c, seen)."""
        X = np.column_stack([np.ones(seen.sum()), self.design.x[seen]])
        levels = [str(s) for s in range(self.design.subjects)]
        term = RandomTerm(
            "days_deprived | Subject", "Subject", ["(Intercept)", "days_deprived"], levels, self.design.codes[seen], X
        )
        structure = RandomStructure((term,))
        fits = fit_many(PLS.of(structure, X, Y[0]), Y.T, self.REML, self.control)
        sd0, cor, sd1, sigma = sdcor_many(structure, fits)[:, np.argsort(sdcor.order(structure))].T
        return np.column_stack([fits.beta, sd0, sd1, cor, sigma, fits.se])


@dataclass(frozen=True)
class Study:
    """Fits of `nsim` data sets of one design: `estimates` (nsim, 8) bears the parameters' names and se_gamma0,
    se_gamma1."""

    design: Design
    estimates: pd.DataFrame

    def recovery(self, level: float = 0.95) -> pd.DataFrame:
        """One row a parameter: truth, mean, bias, its standard error `mcse`, sd, rmse, and of gamma0 and gamma1 the
        coverage of Wald intervals. Data sets whose fit has no such value (rho where a variance is 0) do not count.
        """
        from scipy.special import ndtri

        z, rows = ndtri((1.0 + level) / 2.0), {}
        for name, truth in self.design.truth.items():
            x = self.estimates[name].dropna().to_numpy()
            covered = np.nan
            if f"se_{name}" in self.estimates:
                covered = float((abs(self.estimates[name] - truth) <= z * self.estimates[f"se_{name}"]).mean())
            sd = x.std(ddof=1) if len(x) > 1 else np.nan
            rows[name] = (
                truth,
                x.mean(),
                x.mean() - truth,
                sd / np.sqrt(len(x)),
                sd,
                np.sqrt(((x - truth) ** 2).mean()),
                covered,
            )
        return pd.DataFrame.from_dict(
            rows, orient="index", columns=["truth", "mean", "bias", "mcse", "sd", "rmse", "coverage"]
        )

    def _repr_html_(self) -> str:
        return html.page(f"{len(self.estimates)} simulated data sets", [html.table(self.recovery())],
                         [f"power of the slope at 0.05: {self.power():.4g}"])

    def power(self, alpha: float = 0.05) -> float:
        """The share of data sets in which the slope's t exceeds the normal quantile, as the chapter judges it (section
        5.4)."""
        from scipy.special import ndtri

        return float((abs(self.estimates["gamma1"] / self.estimates["se_gamma1"]) > ndtri(1.0 - alpha / 2.0)).mean())


def recovery_study(
    nsim: int = 1000,
    seed: int | RStream | None = None,
    REML: bool = True,
    control: LmerControl | str | None = None,  # noqa: N803
    n_jobs: int | None = None,
    progress: Progress = None,
    out: str | Path | None = None,
    resume: bool = False,
    **design: Any,
) -> Study:
    """Simulate and fit `nsim` data sets of the chapter's design, as R would after one `set.seed`: lmer on each in turn.

    nsim: data sets. seed: as in `set_seed`, or a stream. REML, control: as in `lmer`. n_jobs, progress, out, resume: as
    in `bootMer`; results are the same to the bit for any number of workers, and after an interruption. design:
    parameters of `simulate_multilevel`.

    Returns the estimates, a row a data set, beside the true values. R has no such function.

    Raises ValueError for nsim below 1 or a parameter out of its range.

    >>> r.recovery_study(nsim=4, seed=1, n_jobs=1).estimates.shape
    (4, 8)
    """
    if nsim < 1:
        raise ValueError(f"nsim must be at least 1, not {nsim}")
    plan, stream = parameters(design), as_stream(seed)
    settings = as_control(control)
    question = {
        "study": "recovery",
        **asdict(plan),
        "REML": REML,
        **identity.of_control(settings),
        "stream": identity.digest(stream.random_seed),
    }
    todo = _batches(plan, stream, nsim)
    with Checkpoint(out, COLUMNS, nsim, question, resume) if out is not None else nullcontext() as checkpoint:
        values = run(Fitting(plan, REML, settings), todo, nsim, len(COLUMNS), n_jobs, progress, checkpoint)
    return Study(plan, pd.DataFrame(values, columns=COLUMNS))


def _batches(design: Design, stream: RStream, nsim: int) -> Iterable[Batch]:
    """The batches of `nsim` data sets; the stream is moved past them all as they are asked for."""
    size = batch_size(nsim)

    def walk() -> Iterator[Batch]:
        for start in range(0, nsim, size):
            count = min(size, nsim - start)
            yield Batch(start, count, (stream.random_seed,))
            design.skip(stream, count)

    return walk()


def power_study(
    nsim: int = 1000,
    seed: int | RStream | None = None,
    alpha: float = 0.05,
    n_jobs: int | None = None,
    progress: Progress = None,
    **design: Any,
) -> pd.DataFrame:
    """Power to find the slope, one row a setting, by simulation of the chapter's design. R has no such function.

    nsim, seed, n_jobs, progress: as in `recovery_study`. alpha: the test's level, two-sided. design: parameters of
    `simulate_multilevel`; one may be a list of values, and all combinations are studied. The settings' data sets follow
    each other on one stream, the last-named parameter changing fastest.

    Returns a frame with the parameters that vary, power, its standard error `mcse`, and the mean standard error of the
    slope (ms a day).

    Raises ValueError for nsim below 1 or a parameter out of its range.

    >>> r.power_study(nsim=4, seed=1, n_jobs=1, subjects=[6, 18]).columns.tolist()
    ['subjects', 'power', 'mcse', 'se_gamma1']
    """
    varied = {name: value for name, value in design.items() if np.ndim(value) > 0}
    stream, rows = as_stream(seed), []
    for values in product(*varied.values()):
        setting = dict(zip(varied, values, strict=True))
        caption = ", ".join(f"{name} {value}" for name, value in setting.items()) or "data sets"
        shown = caption if progress else progress
        study = recovery_study(nsim, stream, n_jobs=n_jobs, progress=shown, **{**design, **setting})
        power = study.power(alpha)
        rows.append(
            {
                **setting,
                "power": power,
                "mcse": np.sqrt(power * (1.0 - power) / nsim),
                "se_gamma1": study.estimates["se_gamma1"].mean(),
            }
        )
    return pd.DataFrame(rows)
