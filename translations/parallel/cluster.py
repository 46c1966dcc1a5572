"""Work on the machines of a Dask cluster."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import metadata
from typing import Any

# What computes: other versions of these may change a last bit.
COMPUTING = ("rparity", "numpy", "scipy", "pandas")
PATIENCE = "10s"


@contextmanager
def dask_cluster(address: str) -> Iterator[int]:
    """Within, `jobs.run` hands its batches to the workers of the Dask scheduler at `address`, "tcp://host:8786".

    Yields how many threads these have. Raises ModuleNotFoundError without Dask, ConnectionError where no scheduler
    answers or it has no workers, and ValueError naming a worker whose versions differ from those here.
    """
    try:
        from distributed import Client
        from distributed.comm.addressing import parse_address, parse_host_port
        from distributed.comm.registry import get_backend
    except ModuleNotFoundError:
        raise ModuleNotFoundError("Dask is not installed: pip install 'rparity[dask]'") from None
    from joblib import parallel_config

    for name in ("distributed", "distributed.client"):  # which log tracebacks of what is told here
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    logging.getLogger("tornado.application").addFilter(no_lost_connection)  # also a notebook's, which keeps the rest
    try:
        scheme, place = parse_address(address)
        get_backend(scheme)
        parse_host_port(place)
    except ValueError as error:  # asked here: a Client that stops on it leaves a traceback behind, twenty seconds later
        raise ConnectionError(f"{address!r} is no address of a Dask scheduler, such as tcp://HOST:8786 ({error})"
                              ) from None
    try:
        client = Client(address, timeout=PATIENCE, set_as_default=False)
    except (OSError, ValueError) as error:
        raise ConnectionError(f"no Dask scheduler answers at {address} ({error}): start one by `dask scheduler`"
                              ) from None
    with client:
        try:
            workers = client.ncores()
            if not workers:
                raise ConnectionError(f"the scheduler at {address} has no workers: start some by `dask worker "
                                      f"{address} --nthreads 1`")
            check_versions(client)
        except OSError as error:
            if type(error) is ConnectionError:
                raise
            raise ConnectionError(f"the scheduler at {address} was lost before the work began: start it and its "
                                  "workers again, and ask the same once more") from None
        with parallel_config(backend="dask", client=client):
            yield sum(workers.values())


def no_lost_connection(record: logging.LogRecord) -> bool:
    """Whether a log's record is of something else than a connection that was lost: that is told here."""
    return not (record.exc_info and isinstance(record.exc_info[1], OSError))


def check_versions(client: Any) -> None:
    """Raise ValueError naming the first worker that has another version of what computes, or lacks it."""
    for name in COMPUTING:
        here = metadata.version(name)
        for worker, there in client.run(metadata.version, name, on_error="return").items():
            if isinstance(there, metadata.PackageNotFoundError):
                raise ValueError(f"worker {worker} has no {name}: pip install {name}=={here} there")
            if isinstance(there, Exception):
                raise ConnectionError(f"worker {worker} does not answer: {there}")
            if there != here:
                raise ValueError(f"worker {worker} has {name} {there}, and here is {here}: results could differ in "
                                 f"their last digits; pip install {name}=={here} there")
