"""Parametric and semiparametric bootstrap of a fitted model. R: lme4's bootMer and confint.bootMer, and the parts of
boot behind them."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from translations.arrays import Floats
from translations.parallel.checkpoint import Checkpoint, batch_size
from translations.parallel.jobs import run, workers
from translations.parallel.progress import Progress
from translations.printing import Matrix, Vector, html
from translations.random import RStream
from translations.settings import option
from translations.stats import generics
from translations.stats.arguments import as_count
from translations.stats.calls import called

from .. import generalized
from ..arguments import require_mixed
from ..convergence import Diagnosis
from ..criterion import sdcor
from ..criterion.minimizers import Optimum
from ..inference.intervals import interval_matrix
from ..model import LmerMod
from ..refit import refit_df, warn_of_refit
from ..results import identity
from ..results.extract import fixef
from ..results.simulate import Batch, Simulator, as_stream, batches, draw, simulator_of, stream_at
from ..structure import RandomStructure, lower_triangle
from .checks import COLUMNS, findings, sentences, summary
from .refit_many import Fits, leaves_lock, refit_many

Statistic = Callable[[LmerMod], Any]


# --- statistics that are read off the arrays of a batch of fits ----------------------------------------------


def sdcor_many(structure: RandomStructure, fits: Fits) -> Floats:
    """Standard deviations, correlations and sigma (B, m + 1) of B fits, in `sdcor.order`."""
    if structure.parameters.structured:
        each = zip(fits.theta, fits.sigma, strict=True)
        return np.array([sdcor.from_theta(structure, par, sigma) for par, sigma in each])
    parts = []
    for term, start in zip(structure.terms, structure.theta_offsets, strict=False):
        rows, cols = lower_triangle(term.k)
        T = np.zeros((len(fits), term.k, term.k))
        T[:, rows, cols] = fits.theta[:, start : start + term.n_theta]
        sd = np.sqrt((T * T).sum(axis=2))
        with np.errstate(invalid="ignore", divide="ignore"):
            parts += [
                fits.sigma * sd[:, i] if i == j else (T[:, i] * T[:, j]).sum(axis=1) / sd[:, i] / sd[:, j]
                for i, j in zip(rows, cols, strict=True)
            ]
    return np.column_stack([*parts, fits.sigma])[:, sdcor.order(structure)]


@dataclass(frozen=True)
class Fast:
    """A statistic of many fits at once: `names` of its k values, `values` of B fits (B, k)."""

    names: Callable[[LmerMod], list[str]]
    values: Callable[[LmerMod, Fits], Floats]


FAST = {
    "fixef": Fast(lambda m: m.design.names, lambda m, fits: fits.beta),
    "theta": Fast(lambda m: m.design.random.parameters.lme4_theta(m.par)[0],
                  lambda m, fits: np.array([m.design.random.parameters.lme4_theta(par)[1] for par in fits.theta])),
    "sigma": Fast(lambda m: ["sigma"], lambda m, fits: fits.sigma[:, None]),
    "sdcor": Fast(lambda m: sdcor.names(m.design.random), lambda m, fits: sdcor_many(m.design.random, fits)),
    "parameters": Fast(
        lambda m: sdcor.names(m.design.random) + m.design.names,
        lambda m, fits: np.hstack([sdcor_many(m.design.random, fits), fits.beta]),
    ),
}
_BY_FUNCTION = {fixef: "fixef", generics.sigma: "sigma"}


# --- the draws -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Residuals:
    """The semiparametric bootstrap's responses: fitted values (n,) plus residuals (n,) drawn with replacement."""

    fitted: Floats
    residuals: Floats

    def batches(self, stream: RStream, nsim: int, size: int) -> Iterator[Batch]:
        """The batches of `nsim` replicates. How many words a draw takes depends on the draws, so the stream goes
        through them all."""
        n = len(self.fitted)
        found = []
        for start in range(0, nsim, size):
            count = min(size, nsim - start)
            found.append(Batch(start, count, (stream.random_seed,)))
            stream.sample_int(n, n * count, replace=True)
        return iter(found)

    def draw(self, batch: Batch) -> Floats:
        """The responses (count, n) of a batch."""
        n = len(self.fitted)
        which = stream_at(batch.states[0]).sample_int(n, n * batch.count, replace=True).reshape(batch.count, n)
        return self.fitted + self.residuals[which - 1]


@dataclass(frozen=True)
class Replicate:
    """What a worker does with a batch: draw responses, fit them, and take the statistic. Columns: k values, then
    whether singular."""

    m: LmerMod
    source: Simulator | Residuals
    statistic: str | Statistic
    width: int

    @property
    def unlocked(self) -> bool:
        """See `jobs.run`."""
        return isinstance(self.statistic, str) and leaves_lock(self.m.pls, self.m.control)

    def __call__(self, batch: Batch) -> Floats:
        Y = draw(self.source, batch) if isinstance(self.source, Simulator) else self.source.draw(batch)
        fits = refit_many(self.m, Y.T, checked=self.m.control.takes_derivatives(self.m.n, len(self.m.par)))
        if isinstance(self.statistic, str):
            values = FAST[self.statistic].values(self.m, fits)
        else:
            values = np.array([self._of_model(y, fits, i) for i, y in enumerate(Y)])
        random = self.m.design.random
        near = random.parameters.distances(fits.theta) if random.parameters.structured else None
        return np.column_stack([values, findings(fits, random.diagonal, self.m.control, near)])

    def _of_model(self, y: Floats, fits: Fits, i: int) -> Floats:
        """The statistic of replicate i's model; as in R a replicate whose statistic fails is NaN."""
        assert callable(self.statistic)
        if np.isnan(fits.sigma[i]):
            return np.full(self.width, np.nan)
        parameters, moved = self.m.design.random.parameters, fits.theta[i]
        optimum = Optimum(parameters.theta(moved), fits.value[i], int(fits.evaluations[i]), 0, "",
                          self.m.control.optimizer, par=moved if parameters.structured else None)
        model = replace(self.m, y=y, pls=self.m.pls.with_response(y), optimum=optimum, diagnosis=Diagnosis(),
                        criterion_df=refit_df(self.m, self.m.control))
        try:
            return _numbers(self.statistic(model))
        except (ArithmeticError, ValueError, KeyError, np.linalg.LinAlgError):
            return np.full(self.width, np.nan)


def _numbers(value: Any) -> Floats:
    values = np.atleast_1d(np.asarray(value))
    if not (np.issubdtype(values.dtype, np.number) or values.dtype == bool):
        raise ValueError("bootMer takes functions that return numbers")
    return values.astype(float).ravel()


# --- bootMer ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class BootMer:
    """Bootstrap replicates. R: class bootMer.

    t0: the statistic of the model (k,); t: of the replicates (nsim, k); seed: the place in the stream after the draws
    (626,); messages: how many replicates gave which of R's messages; failed: how many could not be fitted; call: as R
    would have it.
    """

    t0: Vector
    t: Matrix
    seed: np.ndarray = field(repr=False)
    messages: dict[str, dict[str, int]]
    failed: int
    call: str

    @property
    def R(self) -> int:  # noqa: N802
        """Number of replicates."""
        return len(self.t)

    def as_data_frame(self) -> pd.DataFrame:
        """The replicates, one a row. R: as.data.frame.bootMer."""
        return pd.DataFrame(self.t.to_numpy(), columns=list(self.t.columns))

    def __str__(self) -> str:
        rows = [f"t{i + 1}*" for i in range(len(self.t0))]
        statistics = Matrix(self._statistics(), index=rows, columns=["original", " bias  ", " std. error"])
        text = f"\nPARAMETRIC BOOTSTRAP\n\n\nCall:\n{self.call}\n\n\nBootstrap Statistics :\n{statistics}"
        said = summary(self.messages)  # R writes this on standard error
        return f"{text}\n{said}" if said else text

    def _statistics(self) -> Floats:
        """Of each parameter the estimate, its bias and its standard error, (k, 3)."""
        t, t0 = self.t.to_numpy(), self.t0.to_numpy()
        return np.column_stack([t0, np.nanmean(t, axis=0) - t0, np.nanstd(t, axis=0, ddof=1)])

    def _repr_html_(self) -> str:
        table = pd.DataFrame(self._statistics(), self.t0.index, ["original", "bias", "std. error"])
        return html.page(f"Parametric bootstrap, {self.R} replicates", [html.table(table)],
                         [self.call, *summary(self.messages).split("\n")])


def bootMer(
    m: LmerMod,
    FUN: str | Statistic | None = None,
    nsim: int = 1,
    seed: int | RStream | None = None,  # noqa: N802, N803
    use_u: bool = False,
    re_form: str | float | None = "~0",
    type: str = "parametric",
    n_jobs: int | None = None,
    progress: Progress = None,
    out: str | Path | None = None,
    resume: bool = False,
) -> BootMer:
    """Refit the model to `nsim` simulated responses and keep a statistic of each fit. R: lme4::bootMer.

    m: a mixed model. FUN: a function of the model that returns numbers, or, much faster, "fixef", "theta", "sigma",
    "sdcor" (standard deviations, correlations and sigma) or "parameters" (sdcor and fixef; the default). seed: as in
    `set.seed`, or a stream. use_u: keep the conditional modes as they are (re_form: those of some terms). type:
    "parametric", or "semiparametric" (with use_u: residuals are resampled). n_jobs: workers, as joblib takes it; None:
    those of `joblib.parallel_config`, else all cores where that pays. progress: a bar on standard error; None: one
    where that is a terminal or a notebook and the work takes more than two seconds; text: its caption. out: a .csv file
    or .parquet directory to which every finished batch goes at once, and from which `resume` takes what is there when
    it answers the same question of the same version of this program (see `checkpoint.Checkpoint`).

    Memory: the replicates themselves (8 bytes a number) beside one batch of at most 500 responses; 10^5 replicates of
    the chapter's six parameters take 26 MB more than 1,000 do.

    The replicates are lme4's, and so are the refits, see `refit`, whose `FollowedWarning` this gives too. Results do
    not depend on n_jobs, to the bit.

    Returns the statistic of the model, `.t0` (k,), and of the replicates, `.t` (nsim, k), for `confint`; `str()` is R's
    text.

    Raises ValueError for nsim below 1, an unknown FUN or type, a FUN that does not return numbers, or a file to resume
    that answers another question, and BlockingIOError for one that another run is writing.

    >>> model = r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy(), REML=False)
    >>> r.bootMer(model, "fixef", nsim=5, seed=1, n_jobs=1).t.shape
    (5, 2)
    """
    require_mixed(m, "bootMer")
    nsim = as_count(nsim, "nsim")
    call = _call(m, FUN, nsim, seed, use_u, type)
    if m.generalized:
        return generalized.replicates(m, FUN, nsim, seed, use_u, re_form, type, call, progress)
    statistic = _statistic(FUN)
    t0 = _original(m, statistic)
    stream = as_stream(seed)
    state = stream.random_seed
    unlocked = isinstance(statistic, str) and leaves_lock(m.pls, m.control)
    size = batch_size(nsim) if out is not None or unlocked else batch_size(nsim, workers(n_jobs))
    source = _source(m, type, use_u, re_form)
    todo = batches(source, stream, nsim, size) if isinstance(source, Simulator) else source.batches(stream, nsim, size)
    warn_of_refit(m, m.control)
    task = Replicate(m, source, statistic, len(t0))
    columns = [f"t{i + 1}" for i in range(len(t0))] if isinstance(t0.index, pd.RangeIndex) else list(map(str, t0.index))
    question = {
        "study": "bootMer",
        **identity.of_model(m),
        "FUN": statistic if isinstance(statistic, str) else identity.of_function(statistic),
        "use_u": use_u,
        "re_form": re_form,
        "type": type,
        "lme4": option("lme4"),
        "stream": identity.digest(state),
    }
    results = [*columns, *COLUMNS]
    with Checkpoint(out, results, nsim, question, resume) if out is not None else nullcontext() as checkpoint:
        values = run(task, todo, nsim, len(results), n_jobs, progress, checkpoint)
    t, found = values[:, : len(t0)], values[:, len(t0) :]
    failed = int(np.isnan(t).all(axis=1).sum())
    if failed:
        warnings.warn(f"some bootstrap runs failed ({failed}/{nsim})", stacklevel=2)
    return BootMer(t0, Matrix(t, columns=t0.index), stream.random_seed, sentences(found, m.control), failed, call)


def _source(m: LmerMod, type: str, use_u: bool, re_form: str | float | None) -> Simulator | Residuals:
    """What responses are drawn from. Raises ValueError for another type, or the semiparametric without `use_u`."""
    if type == "parametric":
        return simulator_of(m, None if use_u else re_form)
    if type == "semiparametric" and use_u:
        return Residuals(m.mu, m.y - m.mu)
    raise ValueError(
        f"type {type!r} with use_u={use_u} is not known: 'parametric', or 'semiparametric' with use_u=True, as in R"
    )


def _statistic(FUN: str | Statistic | None) -> str | Statistic:  # noqa: N803
    if FUN is None:
        return "parameters"
    if isinstance(FUN, str):
        if FUN not in FAST:
            raise ValueError(f"unknown statistic {FUN!r}: use {', '.join(FAST)}, or a function of the model")
        return FUN
    if not callable(FUN):
        raise ValueError(f"FUN must be a function of the model or one of {', '.join(FAST)}, not {FUN!r}")
    return _BY_FUNCTION.get(FUN, FUN)


def _original(m: LmerMod, statistic: str | Statistic) -> Vector:
    """The statistic of the model itself, labelled (k,)."""
    if isinstance(statistic, str):
        one = np.array([m.sigma])
        own = Fits(m.par[None], m.beta[None], m.beta[None], one, one, one.astype(int), m.par[None])
        return Vector(FAST[statistic].values(m, own)[0], index=FAST[statistic].names(m))
    value = statistic(m)
    return Vector(_numbers(value), index=value.index if isinstance(value, pd.Series) else None)


def _call(m: LmerMod, FUN: Any, nsim: int, seed: Any, use_u: bool, type: str) -> str:  # noqa: N803
    """The call as R prints it."""
    given = {"x": called(m, "m", "bootMer", 0, "m"),
             "FUN": str(getattr(FUN, "__name__", FUN or "parameters")).lstrip("_"), "nsim": str(nsim)}
    if isinstance(seed, int | np.integer):
        given["seed"] = str(seed)
    if use_u:
        given["use.u"] = "TRUE"
    if type != "parametric":
        given["type"] = f'"{type}"'
    return f"bootMer({', '.join(f'{name} = {value}' for name, value in given.items())})"


# --- intervals -------------------------------------------------------------------------------------------------


def order_statistics(t: Floats, alpha: Floats) -> Floats:
    """Quantiles alpha (2,) of t by order statistics, interpolated on the normal scale. R: boot's norm.inter; Davison &
    Hinkley (5.8)."""
    from scipy.special import ndtri

    t = np.sort(t[np.isfinite(t)])
    R = len(t)
    rank = (R + 1) * alpha
    if not ((rank > 1) & (rank < R)).all():
        warnings.warn("extreme order statistics used as endpoints", stacklevel=2)
    k = np.trunc(rank).astype(int)
    low, high = t[np.clip(k - 1, 0, R - 1)], t[np.clip(k, 0, R - 1)]
    inside = (k > 0) & (k < R)
    below, above = ndtri(np.clip(k, 1, R) / (R + 1)), ndtri(np.clip(k + 1, 1, R) / (R + 1))
    with np.errstate(invalid="ignore", divide="ignore"):
        between = low + (ndtri(alpha) - below) / (above - below) * (high - low)
    return np.where(inside & (rank != k), between, np.where(k == 0, t[0], low))


def _interval(t0: float, t: Floats, level: float, type: str) -> Floats:
    alpha = np.array([(1.0 - level) / 2.0, (1.0 + level) / 2.0])
    if type == "perc":
        return order_statistics(t, alpha)
    if type == "basic":
        return 2.0 * t0 - order_statistics(t, alpha[::-1])
    from scipy.special import ndtri

    t = t[np.isfinite(t)]
    return 2.0 * t0 - t.mean() + np.array([-1.0, 1.0]) * t.std(ddof=1) * ndtri(alpha[1])


@generics.confint.register(BootMer)
def _confint(b: BootMer, parm: Any = None, level: float = 0.95, type: str = "perc") -> Matrix:
    """Intervals, one row a statistic: "perc", "basic" or "norm". R: confint.bootMer, boot::boot.ci.

    parm: names or numbers from 1. Raises ValueError for an unknown type, a level outside (0, 1), or replicates that are
    all equal.
    """
    if type not in ("perc", "norm", "basic"):
        raise ValueError(f"unknown type of interval {type!r}: use 'perc', 'norm' or 'basic'")
    if not 0.0 < level < 1.0:
        raise ValueError(f"level must lie between 0 and 1, not {level}")
    names = [str(name) for name in b.t.columns]
    wanted = (
        names if parm is None else [names[p - 1] if isinstance(p, int) else p for p in np.atleast_1d(parm).tolist()]
    )
    intervals = {}
    for name in wanted:
        if name not in names:
            raise KeyError(f"no statistic {name!r}; there are {', '.join(names)}")
        t = b.t.to_numpy()[:, names.index(name)]
        if np.nanmax(t) - np.nanmin(t) < 1e-8:
            raise ValueError(f"all replicates of {name} are equal to {np.nanmean(t):.7g}: there is no interval")
        intervals[name] = _interval(float(b.t0.iloc[names.index(name)]), t, level, type)
    return interval_matrix(intervals, level)


def boot_intervals(
    m: LmerMod,
    names: list[str],
    level: float,
    nsim: int = 500,
    seed: int | RStream | None = None,
    boot_type: str = "perc",
    **settings: Any,
) -> Matrix:
    """Intervals of the model's parameters, called `names`; settings go to `bootMer`. R: confint.merMod(method =
    "boot")."""
    b = bootMer(m, "parameters", nsim, seed, **settings)
    if said := summary(b.messages):
        print(said, file=sys.stderr)
    intervals = generics.confint(b, level=level, type=boot_type)
    return Matrix(intervals.to_numpy(), index=names, columns=intervals.columns)
