"""`rparity simulate`: simulate the chapter's design, fit every data set, and say what was recovered."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    nsim: Annotated[int, typer.Option(help="number of data sets")] = 1000,
    seed: Annotated[int | None, typer.Option(help="as in R's set.seed; a random one when not given")] = None,
    gamma0: Annotated[float | None, typer.Option(help="grand intercept, ms")] = None,
    gamma1: Annotated[float | None, typer.Option(help="grand slope, ms a day")] = None,
    tau00: Annotated[float | None, typer.Option(help="standard deviation of the subjects' intercepts")] = None,
    tau11: Annotated[float | None, typer.Option(help="standard deviation of the subjects' slopes")] = None,
    rho: Annotated[float | None, typer.Option(help="their correlation")] = None,
    sigma: Annotated[float | None, typer.Option(help="residual standard deviation")] = None,
    subjects: Annotated[int | None, typer.Option(help="number of subjects")] = None,
    days: Annotated[int | None, typer.Option(help="days of each subject")] = None,
    missing: Annotated[float | None, typer.Option(help="fraction of observations that is lost")] = None,
    alpha: Annotated[float, typer.Option(help="level of the test of the slope")] = 0.05,
    ml: Annotated[bool, typer.Option("--ml", help="fit by maximum likelihood, not REML")] = False,
    optimizer: Annotated[str, typer.Option(help="nloptwrap (lme4's estimates) or newton (the optimum)")] = "nloptwrap",
    out: Annotated[Path | None, typer.Option(help="write every data set's estimates: .csv or .parquet")] = None,
    resume: Annotated[bool, typer.Option("--resume", help="go on with the study that --out holds")] = False,
    jobs: Annotated[int | None, typer.Option(help="worker processes")] = None,
    dask: Annotated[str | None, typer.Option(help="a Dask scheduler whose workers fit: tcp://HOST:8786")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="no progress bar")] = False,
) -> None:
    """Power and recovery of parameters of the chapter's design, from simulated data sets.

    What is not given is as in `simulate_multilevel`. A study that was interrupted goes on with --resume, to the same
    result.
    """
    from translations.parallel.cluster import dask_cluster
    from translations.parallel.jobs import SchedulerLost
    from translations.simulation.studies import recovery_study

    given = {
        "gamma0": gamma0,
        "gamma1": gamma1,
        "tau00": tau00,
        "tau11": tau11,
        "rho": rho,
        "sigma": sigma,
        "subjects": subjects,
        "days": days,
        "missing": missing,
    }
    if resume and (out is None or seed is None):
        _stop("--resume needs the --out and the --seed of the study that it goes on with")
    if dask is not None and jobs is not None:
        _stop("--jobs is for workers on this machine, and --dask for those of a cluster: give one of them")
    try:
        with _plain_warnings(), dask_cluster(dask) if dask is not None else nullcontext():
            study = recovery_study(
                nsim,
                seed,
                REML=not ml,
                control=optimizer,
                n_jobs=jobs,
                progress=not quiet and "data sets",
                out=out,
                resume=resume,
                **{name: value for name, value in given.items() if value is not None},
            )
    except SchedulerLost as error:
        _stop(f"{error.said}. {error.cure('--out FILE and --seed', '--resume')}")
    except (ValueError, OSError, ModuleNotFoundError) as error:
        _stop(str(error))
    print(study.recovery().to_string(float_format=lambda x: f"{x:.4g}"))
    print(f"\npower of the slope at alpha {alpha:g}: {study.power(alpha):.4g} ({nsim} data sets)")


@contextmanager
def _plain_warnings() -> Iterator[None]:
    """Warnings as sentences, without the place in the code; what was damaged is said in any case."""
    from translations.parallel.checkpoint import DamagedBatchWarning

    with warnings.catch_warnings():
        warnings.simplefilter("always", DamagedBatchWarning)
        warnings.showwarning = lambda message, *_, **__: typer.echo(f"rparity: {message}", err=True)
        yield


def _stop(message: str) -> None:
    typer.echo(f"rparity: {message}", err=True)
    raise typer.Exit(2)
