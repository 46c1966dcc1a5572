"""Files written whole or not at all: a full disk, a read-only directory or a kill leaves what was there before."""
from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

TEMPORARY = ".rparity"  # how the name of a hidden file ends that is about to be moved to its place


@contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn an OSError within into one whose text is a sentence that names `path`."""
    try:
        yield
    except OSError as error:
        told = type(error)(f"cannot write {path}: {error.strerror or error}")
        told.errno = error.errno
        raise told from error


def replace(contents: Mapping[Path, str | bytes]) -> None:
    """Write every content beside its path, and only then move them there, each in one step.

    Directories are made as needed, and taken away again when nothing could be written. What a link points to is
    replaced, not the link; a device or pipe (/dev/stdout) is written to. Raises OSError naming the path.
    """
    contents = {path.resolve() if path.is_file() else path: content for path, content in contents.items()}
    streams = [path for path in contents if path.exists() and not (path.is_file() or path.is_dir())]
    temporary: dict[Path, str] = {}
    made: list[Path] = []
    try:
        for path, content in contents.items():
            if path in streams:
                continue
            with naming(path):
                made += make(path.parent)
                handle, temporary[path] = tempfile.mkstemp(TEMPORARY, f".{path.name}.", path.parent)
                with os.fdopen(handle, "wb") as file:
                    file.write(_bytes(content))
                    file.flush()
                    os.fsync(file.fileno())
                os.chmod(temporary[path], 0o644)
        for path, content in contents.items():
            with naming(path):
                if path in streams:
                    path.write_bytes(_bytes(content))
                else:
                    os.replace(temporary[path], path)
    except BaseException:
        for name in temporary.values():
            Path(name).unlink(missing_ok=True)
        for directory in reversed(made):
            if not any(directory.iterdir()):
                directory.rmdir()
        raise


def _bytes(content: str | bytes) -> bytes:
    return content.encode("utf-8") if isinstance(content, str) else content


def make(directory: Path) -> list[Path]:
    """Make a directory and what is missing above it; returns what was made, outermost first."""
    missing = [one for one in (directory, *directory.parents) if not one.exists()][::-1]
    for one in missing:
        one.mkdir(exist_ok=True)
    return missing
