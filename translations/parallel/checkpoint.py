"""A long study's results on disk: every finished batch is in the file, and a killed study goes on from there.

`study.csv` holds one line a replicate, numbers with 17 digits, so that what is read back is what was written to the
bit. `study.parquet` is a directory of parts, one a batch. Beside the results lies a record, as JSON: what was asked for
(model, seed, number of replicates, version of this program), what it was computed with, and of every batch a checksum
of its numbers. A study is continued only by the same question, and only where a few of its replicates, computed again,
come out the same; a batch whose checksum does not hold is computed again, and said. One run at a time has the file.
When the last batch is in, a CSV is put in order of replicates.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import platform
import re
import warnings
from functools import cache
from glob import escape
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np

from translations.arrays import Floats, Ints
from translations.files import TEMPORARY, naming, replace
from translations.version import __version__

from .lock import Lock

LIBRARIES = ("numpy", "scipy", "pandas", "nlopt")
PLAIN_NAN = np.float64(np.nan).view(np.uint64)  # what a CSV's NaN is read as; the bits of others are in the record


class DamagedBatchWarning(UserWarning):
    """Part of a study's file was not as it had been written; the text says what is computed again."""


class Checkpoint:
    """Results by batch, `done[start]` (count, k), in `path`: *.csv, or *.parquet (needs pyarrow).

    columns: names of the k columns; nsim: replicates in all. question: what the study is, JSON values only. resume: go
    on with what the file holds; else a file that is there already raises FileExistsError. The file is this checkpoint's
    until it is closed, or left as a context; BlockingIOError when another has it. Raises ValueError when the file
    answers another question, when its record is missing or damaged, and for another kind of file. Warns with
    DamagedBatchWarning.
    """

    def __init__(
        self, path: str | Path, columns: list[str], nsim: int, question: dict[str, Any], resume: bool = False
    ) -> None:
        self.path, self.columns, self.nsim = Path(path), columns, int(nsim)
        if self.path.suffix not in (".csv", ".parquet"):
            raise ValueError(f"results go into a .csv file or a .parquet directory, not {self.path.name}")
        self.parquet = self.path.suffix == ".parquet"
        self.record = self.path / "_study.json" if self.parquet else self.path.with_name(self.path.name + ".json")
        program = {"rparity": __version__}
        self._question = json.loads(json.dumps({**question, **program, "nsim": self.nsim, "columns": columns}))
        self._made_with = self._here = _made_with()
        self._batches: dict[int, dict[str, Any]] = {}
        self.done: dict[int, Floats] = {}
        self._lock = Lock(self.path.resolve())  # by whatever name or link it goes
        try:
            self._begin(resume)
        except BaseException:
            self.close()
            raise

    def _begin(self, resume: bool) -> None:
        if self.path.exists() and not resume:
            raise FileExistsError(f"{self.path} is there already: resume it, or choose another name")
        if resume and (self.path.exists() or self.record.exists()):
            self._read_record()
            found, stray = self._read_parts() if self.parquet else self._read_lines()
            for start, check in list(self._batches.items()):
                values = _with_bits(found.get(start), check)
                if values is not None and self._checksum(start, values) == check["checksum"]:
                    self.done[start] = values
                else:
                    del self._batches[start]
                    self._warn(f"the batch of {self._replicates(start)} is damaged: it is computed again")
            if stray:
                self._warn(f"{stray} {'line is' if stray == 1 else 'lines are'} none that was written: taken out")
        self._remove_temporaries()
        self._write_record()
        if not self.parquet:
            self._rewrite()

    # --- the record ---------------------------------------------------------------------------------------------

    def _read_record(self) -> None:
        """Take over the record's batches. Raises ValueError where it does not hold this study."""
        away = f"choose another file, or remove {self.path} and {self.record.name} to start anew"
        if not self.record.exists():
            raise ValueError(f"{self.record}, which says what {self.path} holds, is missing: put it back; or {away}")
        try:
            record = json.loads(self.record.read_text(encoding="utf-8"))
            question, made_with = record["question"], dict(record["made with"])
            batches = {int(start): dict(check) for start, check in record["batches"].items()}
            known = isinstance(question, dict) and all("checksum" in check for check in batches.values())
        except (ValueError, KeyError, TypeError, AttributeError):
            known = False
        if not known:
            raise ValueError(f"{self.record} is damaged, or of an earlier version: put back a whole copy; or {away}")
        differ = "; ".join(filter(None, (_difference(key, question, self._question)
                                         for key in sorted(question | self._question))))
        if differ:
            raise ValueError(f"{self.path} holds another study; they differ in {differ}. Ask the same again; or {away}")
        size = batch_size(self.nsim)
        self._batches = {start: check for start, check in batches.items() if start in range(0, self.nsim, size)}
        self._made_with = made_with

    def _write_record(self) -> None:
        batches = {str(start): self._batches[start] for start in sorted(self._batches)}
        about = {"question": self._question, "made with": self._made_with}
        lines = ",\n".join(f"  {json.dumps(start)}: {json.dumps(check)}" for start, check in batches.items())
        head = json.dumps(about, indent=1)[:-2]
        _write(self.record, f'{head},\n "batches": {{\n{lines}\n }}\n}}\n'.encode())

    def _checksum(self, start: int, values: Floats) -> str:
        """Of a batch's place and numbers, in this study."""
        hashed = hashlib.blake2b(json.dumps([self._question, start, values.shape]).encode(), digest_size=12)
        hashed.update(np.ascontiguousarray(values, "<f8").tobytes())
        return hashed.hexdigest()

    def confirm(self, start: int, values: Floats) -> None:
        """Raise ValueError unless `values` (c, k), computed again, are to the bit the first of the batch at `start`."""
        stored = self.done[start][: len(values)]
        same = (stored.view(np.uint64) == np.ascontiguousarray(values).view(np.uint64)) | (
            np.isnan(stored) & np.isnan(values)
        )
        if same.all():
            return
        row, column = np.argwhere(~same)[0]
        there, here = (" and ".join(f"{k} {v}" for k, v in made.items() if self._made_with.get(k) != self._here.get(k))
                       for made in (self._made_with, self._here))
        raise ValueError(
            f"{self.path}: {self.columns[column]} of replicate {start + row + 1} is {stored[row, column]:.17g} there, "
            f"and {values[row, column]:.17g} when it is computed again"
            + (f" (with {there} then, {here} now)" if there or here else "")
            + ": the file answers another question, or one whose answer changes from run to run. Choose another file, "
            f"or remove {self.path} and {self.record.name} to start anew"
        )

    # --- results ------------------------------------------------------------------------------------------------

    def append(self, start: int, values: Floats) -> None:
        """Add a batch (count, k) whose first replicate is `start`; it is on the disk when this returns."""
        values = np.ascontiguousarray(values, dtype=float)
        before = self.path.stat().st_size
        try:
            if self.parquet:
                self._write_part(start, values)
            else:
                with naming(self.path), self.path.open("ab") as file:
                    file.write(_lines(start, values))
                    file.flush()
                    os.fsync(file.fileno())
            self._batches[start] = {"checksum": self._checksum(start, values), **_bits(values)}
            self._write_record()
        except OSError:
            self._batches.pop(start, None)
            if not self.parquet:
                os.truncate(self.path, before)  # a full disk has taken some of the lines
            raise
        self.done[start] = values

    def finish(self) -> None:
        """Put the lines of a CSV in order."""
        if not self.parquet:
            self._rewrite()

    def close(self) -> None:
        """Let others have the file."""
        self._lock.release()

    def __enter__(self) -> Checkpoint:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _rewrite(self) -> None:
        _write(self.path, self._header() + b"".join(_lines(start, self.done[start]) for start in sorted(self.done)))

    def _header(self) -> bytes:
        return (",".join(["replicate", *(_quoted(c) for c in self.columns)]) + "\n").encode()

    def _read_lines(self) -> tuple[dict[int, Floats], int]:
        """The batches that are whole by their lines' numbers, and how many lines are nobody's.

        What a kill cuts off, the last line or a batch not yet in the record, is no damage.
        """
        content = self.path.read_bytes().replace(b"\r\n", b"\n") if self.path.exists() else b""
        *lines, last = content.removeprefix(self._header()).split(b"\n")
        rows: dict[int, list[list[float]]] = {}
        stray, size = 0, batch_size(self.nsim)
        for line in [*lines, *([] if re.fullmatch(rb"[-+.,0-9eaifnN]*", last) else [last])]:
            try:
                number, *values = map(float, line.decode("ascii").split(","))
            except ValueError:
                number, values = math.nan, []
            if 1 <= number <= self.nsim and number.is_integer():
                rows.setdefault((int(number) - 1) // size * size, []).append([number, *values])
            else:
                stray += 1
        batches = {start: self._whole(start, found) for start, found in rows.items()}
        return {start: batch for start, batch in batches.items() if batch is not None}, stray

    def _whole(self, start: int, rows: list[list[float]]) -> Floats | None:
        """A batch (count, k) from rows that begin with a replicate's number, if these are as they should be."""
        numbers = self._numbers(start)
        if [len(row) for row in rows] != [1 + len(self.columns)] * len(numbers):
            return None
        table = np.array(rows)
        return table[:, 1:] if np.array_equal(table[:, 0], numbers) else None

    def _write_part(self, start: int, values: Floats) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        columns = [pa.array(column) for column in (self._numbers(start), *values.T)]
        table = pa.Table.from_arrays(columns, names=["replicate", *self.columns])
        buffer = pa.BufferOutputStream()
        pq.write_table(table, buffer, use_dictionary=False)  # the numbers hardly repeat
        _write(self._part(start), buffer.getvalue().to_pybytes())

    def _read_parts(self) -> tuple[dict[int, Floats], int]:
        """The batches whose parts can be read. Raises ValueError for a part that is no batch's."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        own = {self._part(start): start for start in range(0, self.nsim, batch_size(self.nsim))}
        found = {}
        for part in sorted(self.path.glob("*.parquet")):
            if part not in own:
                raise ValueError(f"{part} is no part of the study that {self.path} holds: move it elsewhere")
            try:
                columns = pq.ParquetFile(part).read().columns
                rows = np.column_stack([column.to_numpy() for column in columns]).astype(float).tolist()
            except (pa.ArrowException, OSError, ValueError, TypeError):
                continue
            if (whole := self._whole(own[part], rows)) is not None:
                found[own[part]] = whole
        return found, 0

    def _part(self, start: int) -> Path:
        return self.path / f"part-{start:09d}.parquet"

    def _numbers(self, start: int) -> Ints:
        """The numbers, from 1, of the replicates of the batch at `start`."""
        return np.arange(start, min(start + batch_size(self.nsim), self.nsim)) + 1

    def _replicates(self, start: int) -> str:
        first, *rest = self._numbers(start)
        return f"replicates {first} to {rest[-1]}" if rest else f"replicate {first}"

    def _warn(self, what: str) -> None:
        warnings.warn(f"{self.path}: {what}", DamagedBatchWarning, stacklevel=4)

    def _remove_temporaries(self) -> None:
        """Remove what a killed run was about to rename; the lock says that nobody is."""
        for place, name in ((self.path, ""), (self.path.parent, self.path.name)):
            for left in place.glob(f".{escape(name)}*{TEMPORARY}") if place.is_dir() else ():
                left.unlink()


def batch_size(nsim: int, workers: int = 4) -> int:
    """Replicates a batch: a share for each worker, 500 at most. A killed study loses no more than this for each worker.

    Handing a batch to a worker costs about 5 ms: 1,000 replicates on two workers gain 1.58 times in eighths, 1.71 in
    quarters, 1.73 to 1.82 in halves. What a checkpoint holds must not depend on the workers: it keeps to quarters.
    """
    return max(1, min(500, -(-nsim // max(workers, 1))))


@cache
def _made_with() -> dict[str, str]:
    """What computes here, beside this program: it may show in a last bit."""
    return {
        "python": platform.python_version(),
        **{name: metadata.version(name) for name in LIBRARIES},
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _difference(key: str, there: dict[str, Any], here: dict[str, Any]) -> str:
    """A question's entry, with both its values where these are short; empty where these are the same."""
    values = [json.dumps(question[key]) if key in question else "nothing" for question in (there, here)]
    if values[0] == values[1]:
        return ""
    telling = max(map(len, values)) <= 40 and not re.search('"[0-9a-f]{16}"', values[0])  # lists and digests are not
    return f"{key} ({values[0]} there, {values[1]} here)" if telling else key


def _bits(values: Floats) -> dict[str, Any]:
    """The places (row by row) of NaNs that are not the plain one, by their bits."""
    flat = values.ravel()
    bits, places = flat.view(np.uint64), np.flatnonzero(np.isnan(flat))
    odd = places[bits[places] != PLAIN_NAN]
    by_bits = {f"{b:016x}": odd[bits[odd] == b].tolist() for b in np.unique(bits[odd])}
    return {"nan": by_bits} if by_bits else {}


def _with_bits(values: Floats | None, check: dict[str, Any]) -> Floats | None:
    """A batch as it was read, with the NaNs that the record has."""
    if values is None:
        return None
    values = np.ascontiguousarray(values)
    flat = values.reshape(-1)
    try:
        for bits, places in check.get("nan", {}).items():
            where = np.array(places, int)
            if not np.isnan(flat[where]).all():
                return None
            flat.view(np.uint64)[where] = int(bits, 16)
    except (ValueError, IndexError, OverflowError, AttributeError):
        return None  # the record's entry is damaged
    return values


def _lines(start: int, values: Floats) -> bytes:
    rows = (
        ",".join([str(start + 1 + i), *("NaN" if x != x else f"{x:.17g}" for x in row)])
        for i, row in enumerate(values.tolist())
    )
    return "".join(row + "\n" for row in rows).encode()


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"' if re.search(r'[",\s]', name) else name


def _write(path: Path, content: bytes) -> None:
    """Replace the file in one step, so that no kill leaves half of it; it is on the disk when this returns."""
    replace({path: content})
    if os.name == "posix":  # elsewhere a directory cannot be opened
        directory = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)
