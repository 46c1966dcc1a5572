"""An exclusive lock on a file that is written over a long time: the operating system holds it, and frees it however its
holder ends."""

from __future__ import annotations

import errno
import os
import platform
import sys
from contextlib import suppress
from pathlib import Path

from translations.files import make, naming

if sys.platform == "win32":
    import msvcrt

    TAKEN = (errno.EACCES, errno.EDEADLK)

    def _seize(descriptor: int) -> None:
        os.lseek(descriptor, 1 << 20, os.SEEK_SET)  # far behind the text, which others may read
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    TAKEN = (errno.EWOULDBLOCK, errno.EACCES)

    def _seize(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


class Lock:
    """The right to write `path`, which one run has at a time; `path` itself need not exist.

    It is held on the file `<path>.lock`, which says who holds it and is removed at the end. One that a killed run has
    left hinders nobody. Directories are made as needed. Raises BlockingIOError, naming the holder, when another run has
    it, and OSError naming the path where it cannot be had.
    """

    def __init__(self, path: Path) -> None:
        self._place = path.with_name(path.name + ".lock")
        self._descriptor = -1
        with naming(self._place):
            self._made = make(path.parent)
        try:
            self._take(path)
            with naming(self._place):
                os.ftruncate(self._descriptor, 0)
                os.lseek(self._descriptor, 0, os.SEEK_SET)
                os.write(self._descriptor, f"process {os.getpid()} on {platform.node()}".encode())
        except OSError:
            self.release()
            raise

    def _take(self, path: Path) -> None:
        """Lock the file that bears the name: its last holder may remove one between its opening and its locking."""
        while self._descriptor < 0:
            with naming(self._place):
                descriptor = os.open(self._place, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                _seize(descriptor)
                if self._place.exists() and os.path.samestat(os.fstat(descriptor), os.stat(self._place)):
                    self._descriptor = descriptor
            except FileNotFoundError:
                pass
            except OSError as error:
                raise _refusal(path, descriptor, error) from error
            finally:
                if self._descriptor < 0:
                    os.close(descriptor)

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()

    def release(self) -> None:
        """Give the lock up; directories that were made for it go again if nothing has come into them."""
        if self._descriptor >= 0:
            if sys.platform != "win32":  # removed while it is held, so that no other's is removed
                self._place.unlink(missing_ok=True)
            os.close(self._descriptor)
            self._descriptor = -1
            if sys.platform == "win32":
                with suppress(OSError):  # another run has opened it by now
                    self._place.unlink(missing_ok=True)
        with suppress(OSError):
            for directory in reversed(self._made):
                directory.rmdir()
        self._made = []


def _refusal(path: Path, descriptor: int, error: OSError) -> OSError:
    """What to raise where the lock was not to be had."""
    if error.errno not in TAKEN:
        told = OSError(f"cannot lock {path} ({error.strerror}): write to a disk whose file system has locks")
        told.errno = error.errno
        return told
    os.lseek(descriptor, 0, os.SEEK_SET)
    holder = os.read(descriptor, 200).decode(errors="replace") or "it has just begun"
    return BlockingIOError(f"{path} is being written by another run ({holder}): wait for its end, or write elsewhere")
