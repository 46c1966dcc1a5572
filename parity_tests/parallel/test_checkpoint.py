"""Checkpoints keep every finished batch to the bit, whatever ends a run; workers that die lose theirs."""
from __future__ import annotations

import errno
import json
import os
import stat
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import translations
from translations.parallel import checkpoint
from translations.parallel.checkpoint import Checkpoint, batch_size

# --- checkpoints ---------------------------------------------------------------------------------------------------

COLUMNS = ["a", 'say "b"']
ROWS = {0: np.array([[1.0, 0.1], [2.0, np.nan]]), 2: np.array([[3.0, 1e-300], [np.pi, -0.0]]),
        4: np.array([[5.0, 6.0]])}


def kept(path: Path, resume: bool = False, **question: Any) -> Checkpoint:
    return Checkpoint(path, COLUMNS, 5, {"seed": 1, **question}, resume)


def begun(path: Path, *starts: int) -> None:
    """A study of which these batches are in the file."""
    with kept(path) as study:
        for start in starts:
            study.append(start, ROWS[start])


def held(path: Path) -> dict[int, np.ndarray]:
    """The batches that a run which resumes finds."""
    with kept(path, resume=True) as study:
        return study.done


def bits(values: np.ndarray) -> list[int]:
    return np.ascontiguousarray(values).view(np.uint64).ravel().tolist()


def part(path: Path, start: int) -> Path:
    return path / f"part-{start:09d}.parquet"


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_checkpoint_gives_back_every_bit(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "deep" / "er" / f"study.{kind}"
    begun(path, 4, 0)
    with kept(path, resume=True) as again:
        assert sorted(again.done) == [0, 4]
        again.append(2, ROWS[2])
        again.finish()
    whole = held(path)
    assert all(bits(whole[start]) == bits(ROWS[start]) for start in ROWS) and len(whole) == 3
    if kind == "csv":
        lines = path.read_text().splitlines()
        assert lines[0] == 'replicate,a,"say ""b"""' and lines[2] == "2,2,NaN"
        assert [line.partition(",")[0] for line in lines[1:]] == ["1", "2", "3", "4", "5"]
        record = path.parent / "study.csv.json"
    else:
        import pyarrow.parquet as pq

        parts = sorted(path.glob("part-*.parquet"))
        assert parts == [part(path, start) for start in (0, 2, 4)]
        assert pq.read_table(parts[1])["replicate"].to_pylist() == [3, 4]
        record = path / "_study.json"
    about = json.loads(record.read_text())
    assert about["question"] == {"seed": 1, "rparity": translations.__version__, "nsim": 5, "columns": COLUMNS}
    assert about["made with"]["numpy"] == np.__version__ and list(about["batches"]) == ["0", "2", "4"]
    assert {one.name for one in path.parent.iterdir()} == {path.name, *([record.name] if kind == "csv" else [])}


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("columns", [["a", "b"], ["a", "a"], ["replicate", "line\nbreak"]], ids=str)
def test_every_double_survives(tmp_path: Path, kind: str, columns: list[str]) -> None:
    """NaNs of either sign and any payload (R's NA is one), zeros of either sign, the ends of the range."""
    odd = [0xFFF8 << 48, 0x7FF8 << 48, (0x7FF0 << 48) + 1954, (0xFFF0 << 48) + 1, 2**64 - 1, 1 << 63, 0, 1,
           (1 << 63) + 1, 0x7FEF << 48, 0x7FF0 << 48, 0xFFF0 << 48]
    rng = np.random.default_rng(1)
    random = rng.integers(0, 2**64, 188, np.uint64)
    values = np.concatenate([np.array(odd, np.uint64), random]).view(float).reshape(100, 2)
    path = tmp_path / f"study.{kind}"
    for resume in (False, True):
        with Checkpoint(path, columns, 100, {}, resume) as study:
            for start in range(0, 100, 25):
                if not resume:
                    study.append(start, values[start:start + 25])
                assert bits(study.done[start]) == bits(values[start:start + 25])
            study.finish()


def test_what_a_kill_cuts_off_is_done_again_without_a_word(tmp_path: Path) -> None:
    """It comes after the last batch of the record: some of another batch's lines, all of them, or part of one."""
    path = tmp_path / "study.csv"
    begun(path, 0)
    whole = path.read_bytes()
    for more in (b"3,3,1", b"3,3,1e-300\n4,3.14", b"3,3,1e-300\n4,3.1415926535897931,-0\n", b"3,3,Na", b"3,-in"):
        path.write_bytes(whole + more)
        assert list(held(path)) == [0] and path.read_bytes() == whole
    record = (tmp_path / "study.csv.json").read_bytes()
    for left in (".study.csv.abcdefgh.rparity", ".study.csv.json.12345678.rparity"):
        (tmp_path / left).write_bytes(record[:100])
    held(path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["study.csv", "study.csv.json"]


HEAD = b'replicate,a,"say ""b"""\n'
ONE, TWO, THREE, FOUR, FIVE = LINES = [b"1,1,0.10000000000000001\n", b"2,2,NaN\n", b"3,3,1e-300\n",
                                       b"4,3.1415926535897931,-0\n", b"5,5,6\n"]
SAID = {0: "replicates 1 to 2", 2: "replicates 3 to 4", 4: "replicate 5"}
# What stands in the file, which batches are damaged, and how many lines are nobody's.
DAMAGES = {
    "a digit": ([HEAD, ONE, TWO, THREE, b"4,3.1415926535897932,-1\n", FIVE], [2], 0),
    "the last digit": ([HEAD, b"1,1,0.10000000000000002\n", TWO, THREE, FOUR, FIVE], [0], 0),
    "a sign": ([HEAD, ONE, TWO, THREE, b"4,3.1415926535897931,0\n", FIVE], [2], 0),
    "NaN": ([HEAD, ONE, b"2,2,2\n", THREE, FOUR, b"5,NaN,6\n"], [0, 4], 0),
    "zeros": ([HEAD, ONE, b"2,0,0\n", THREE, FOUR, FIVE], [0], 0),
    "all zeros": ([HEAD, ONE, b"0,0,0\n", THREE, FOUR, FIVE], [0], 1),
    "twice": ([HEAD, ONE, TWO, THREE, THREE, FOUR, FIVE], [2], 0),
    "a batch twice": ([HEAD, ONE, TWO, THREE, FOUR, ONE, TWO, FIVE], [0], 0),
    "in place of another": ([HEAD, ONE, ONE, THREE, FOUR, FIVE], [0], 0),
    "under another's number": ([HEAD, ONE, b"2,1,0.10000000000000001\n", THREE, FOUR, FIVE], [0], 0),
    "two lines exchanged": ([HEAD, TWO, ONE, THREE, FOUR, FIVE], [0], 0),
    "two numbers exchanged": ([HEAD, b"1,2,NaN\n", b"2,1,0.10000000000000001\n", THREE, FOUR, FIVE], [0], 0),
    "exchanged between batches": ([HEAD, ONE, b"2,3,1e-300\n", b"3,2,NaN\n", FOUR, FIVE], [0, 2], 0),
    "a line gone": ([HEAD, ONE, TWO, THREE, FIVE], [2], 0),
    "cut off": ([HEAD, ONE, TWO, THREE, FOUR[:-4]], [2, 4], 0),
    "cut off in the header": ([HEAD[:7]], [0, 2, 4], 1),
    "empty": ([], [0, 2, 4], 0),
    "a field more": ([HEAD, ONE, TWO, THREE, FOUR, b"5,5,6,7\n"], [4], 0),
    "a field less": ([HEAD, ONE, TWO, THREE, FOUR, b"5,5\n"], [4], 0),
    "a field empty": ([HEAD, ONE, TWO, THREE, FOUR, b"5,,6\n"], [4], 1),
    "garbage behind": ([HEAD, *LINES, b"\x00\xff garbage"], [], 1),
    "lines behind": ([HEAD, *LINES, b"6,1,2\n", b"inf,1,2\n", b"nan,1,2\n", b"1e99,1,2\n", b"1.5,1,2\n", b"\n"], [], 6),
    "garbage within": ([HEAD, ONE, b"2,2,x\n", THREE, FOUR, FIVE], [0], 1),
    "the header": ([b"replicate,a,b\n", *LINES], [], 1),
    "the header gone": (LINES, [], 0),
    "the header twice": ([HEAD, HEAD, *LINES], [], 1),
    "nothing": ([HEAD, *LINES], [], 0),
    "lines that end as elsewhere": ([line.replace(b"\n", b"\r\n") for line in [HEAD, *LINES]], [], 0),
}


@pytest.fixture
def quick_disk(monkeypatch: Any) -> None:
    """A disk that need not be waited for: what these tests look at is there without."""
    monkeypatch.setattr(os, "fsync", lambda descriptor: None)


@pytest.mark.usefixtures("quick_disk")
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_batch_is_computed_again_and_said(tmp_path: Path, damage: str) -> None:
    path = tmp_path / "study.csv"
    begun(path, 0, 2, 4)
    whole = path.read_bytes()
    assert whole == b"".join([HEAD, *LINES])
    lines, batches, stray = DAMAGES[damage]
    path.write_bytes(b"".join(lines))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        found = held(path)
    said = [f"{path}: the batch of {SAID[start]} is damaged: it is computed again" for start in batches]
    if stray:
        said.append(f"{path}: {stray} {'line is' if stray == 1 else 'lines are'} none that was written: taken out")
    assert [str(one.message) for one in caught] == said
    assert all(one.category is checkpoint.DamagedBatchWarning for one in caught)
    assert sorted(found) == sorted(ROWS.keys() - set(batches))
    assert all(bits(found[start]) == bits(ROWS[start]) for start in found)
    with kept(path, resume=True) as study:
        for start in batches:
            study.append(start, ROWS[start])
        study.finish()
    assert path.read_bytes() == whole


@pytest.mark.usefixtures("quick_disk")
def test_a_byte_changed_anywhere_changes_no_result(tmp_path: Path) -> None:
    """Whatever the damage, to the results or to the record: refused, or done again where it was."""
    path, record = tmp_path / "study.csv", tmp_path / "study.csv.json"
    begun(path, 0, 2, 4)
    rng, whole = np.random.default_rng(7), {one: one.read_bytes() for one in (path, record)}
    refused = again = 0
    for _ in range(int(os.environ.get("RPARITY_DAMAGES", "60"))):
        for one, content in whole.items():
            one.write_bytes(content)
        one = (path, record)[rng.integers(2)]
        at, what = rng.integers(len(whole[one])), rng.integers(3)
        damaged = bytearray(whole[one])
        damaged[at:at + int(what > 0)] = rng.bytes(int(what < 2))  # one more, another, or one less
        one.write_bytes(damaged)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                found = held(path)
        except ValueError as error:
            assert str(path) in str(error) and "to start anew" in str(error)
            refused += 1
            continue
        again += len(found) < 3
        assert all(bits(found[start]) == bits(ROWS[start]) for start in found)
    assert refused > 0 and again > 0


@pytest.mark.usefixtures("quick_disk")
def test_damaged_parts_are_computed_again_and_said(tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    path = tmp_path / "study.parquet"
    begun(path, 0, 2, 4)
    whole = {start: part(path, start).read_bytes() for start in ROWS}
    table = pq.read_table(part(path, 0))
    pq.write_table(table.set_column(1, "a", [[1.0, 2.5]]), tmp_path / "digit.parquet")
    pq.write_table(table.take([1, 0]), tmp_path / "order.parquet")
    pq.write_table(table.take([0, 0]), tmp_path / "twice.parquet")
    other = {name: (tmp_path / f"{name}.parquet").read_bytes() for name in ("digit", "order", "twice")}
    for content in (*other.values(), whole[0][:-30], b"", b"garbage", whole[2], whole[4]):
        part(path, 0).write_bytes(content)
        with pytest.warns(checkpoint.DamagedBatchWarning, match="study.parquet: the batch of replicates 1 to 2 is "):
            found = held(path)
        assert sorted(found) == [2, 4] and all(bits(found[start]) == bits(ROWS[start]) for start in found)
        with kept(path, resume=True) as study:
            study.append(0, ROWS[0])
        assert part(path, 0).read_bytes() == whole[0]
    part(path, 2).rename(part(path, 3))
    with pytest.raises(ValueError, match="part-000000003.parquet is no part of the study .*: move it elsewhere"):
        held(path)


def test_what_differs_between_two_studies_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    path, record = tmp_path / "study.csv", tmp_path / "study.csv.json"
    begun(path, 0)
    with pytest.raises(FileExistsError, match="study.csv is there already: resume it"):
        kept(path)
    anew = "choose another file, or remove .*study.csv and study.csv.json to start anew"
    with pytest.raises(ValueError, match="study.csv holds another study; they differ in more .nothing there, 3 here.; "
                                         f"seed .1 there, 2 here.*{anew}"):
        kept(path, resume=True, seed=2, more=3)
    with monkeypatch.context() as patched, pytest.raises(ValueError, match=f'differ in rparity .*"9.9" here.*{anew}'):
        patched.setattr(checkpoint, "__version__", "9.9")
        kept(path, resume=True)
    whole = record.read_text()
    earlier = '{"seed": 1, "nsim": 5, "columns": []}'
    for text in ("", whole[:-20], "[]", "{}", earlier, whole.replace("checksum", "sum")):
        record.write_text(text)
        with pytest.raises(ValueError, match=f"study.csv.json is damaged, or of an earlier version.*{anew}"):
            kept(path, resume=True)
    record.unlink()
    with pytest.raises(ValueError, match=f"study.csv.json, which says what .* is missing.*{anew}"):
        kept(path, resume=True)
    with pytest.raises(ValueError, match="a .csv file or a .parquet directory, not study.xlsx"):
        kept(tmp_path / "study.xlsx")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["study.csv"]


def test_a_full_disk_leaves_whole_lines(tmp_path: Path, monkeypatch: Any) -> None:
    path = tmp_path / "study.csv"
    with kept(path) as first:
        first.append(0, ROWS[0])
        before = path.read_bytes()

        def full(descriptor: int) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

        with monkeypatch.context() as patched:
            patched.setattr(checkpoint.os, "fsync", full)
            with pytest.raises(OSError, match="cannot write .*study.csv: No space left"):
                first.append(2, ROWS[2])
        assert path.read_bytes() == before and list(first.done) == [0]
    assert list(held(path)) == [0]


def test_a_batch_is_on_the_disk_when_append_returns(tmp_path: Path, monkeypatch: Any) -> None:
    """And only then in the record."""
    synced: list[tuple[bool, int]] = []
    real = os.fsync

    def noting(descriptor: int) -> None:
        found = os.fstat(descriptor)
        synced.append((stat.S_ISDIR(found.st_mode), found.st_size))
        real(descriptor)

    monkeypatch.setattr(checkpoint.os, "fsync", noting)
    path = tmp_path / "study.csv"
    with kept(path) as first:
        assert [is_directory for is_directory, _ in synced] == [False, True, False, True]
        synced.clear()
        first.append(0, ROWS[0])
    assert [is_directory for is_directory, _ in synced] == [False, False, True]
    assert [size for _, size in synced[:2]] == [path.stat().st_size, (tmp_path / "study.csv.json").stat().st_size]


def test_a_file_is_one_runs_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "study.csv"
    with kept(path):
        for resume in (False, True):
            with pytest.raises(BlockingIOError, match="study.csv is being written by another run .process "
                                                      f"{os.getpid()} on .*: wait for its end, or write elsewhere"):
                kept(path, resume)
        (tmp_path / "link.csv").symlink_to(path)
        (tmp_path / "there").symlink_to(tmp_path)
        for name in (tmp_path / "link.csv", tmp_path / "there" / "study.csv"):
            with pytest.raises(BlockingIOError, match="study.csv is being written by another run"):
                kept(name, resume=True)
        kept(tmp_path / "other.csv").close()
    assert held(path) == {}
    (tmp_path / "study.csv.lock").write_text("process 1 on a machine that is gone")
    assert held(path) == {}
    with pytest.raises(FileExistsError):
        kept(path)
    assert not list(tmp_path.glob("*.lock"))
    with pytest.raises(OSError, match="cannot write /proc/study.csv.lock"):
        kept(Path("/proc/study.csv"))


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: Any) -> None:
    def none(descriptor: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("translations.parallel.lock.fcntl.flock", none)
    with pytest.raises(OSError, match="cannot lock .*deep/study.csv .No locks available.: write to a disk whose"):
        kept(tmp_path / "deep" / "study.csv")
    monkeypatch.undo()
    kept(tmp_path / "deep" / "study.csv").close()


@pytest.mark.parametrize(("nsim", "workers", "size"), [(1, 4, 1), (5, 4, 2), (8, 4, 2), (1999, 4, 500), (2001, 4, 500),
                                                       (10, 1, 10), (501, 1, 500), (7, 2, 4), (3, 8, 1), (9, 0, 9)])
def test_batches_are_shares_of_a_worker(nsim: int, workers: int, size: int) -> None:
    assert batch_size(nsim, workers) == size
    assert batch_size(nsim) == max(1, min(500, int(np.ceil(nsim / 4))))
