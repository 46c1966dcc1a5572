"""Compile the modules whose first line is a `# cython:` comment, each beside its source.

    python scripts/compile_modules.py [--all]     those that changed, or all; asks for Cython, setuptools, a C compiler

`pip install` does it by itself (`build_hook.py`). Never with fast-math or fused multiply-adds: a digit would go.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
FLAGS = ["-O3", "-ffp-contract=off", "-g0", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"]
FLAGS_MSVC = ["/O2", "/fp:precise"]


def states_of(root: Path) -> ModuleType:
    """`translations/compiled.py`, which imports nothing else of the package."""
    spec = importlib.util.spec_from_file_location("_compiled", root / "translations" / "compiled.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_modules(root: Path = ROOT, everything: bool = False) -> list[Path]:
    """Compile what has changed (or all) and return the files that make it up; raises where there is no compiler."""
    import Cython

    compiled = states_of(root)
    version = zlib.crc32(Cython.__version__.encode())
    if f"{version} {compiled.SHARED}\n" not in (compiled.RECORD.read_text("utf-8") if compiled.RECORD.exists() else ""):
        everything = True
    states = compiled.states()
    todo = [name for name, state in states.items() if everything or state != "compiled"]
    done = {name: code for name, code in compiled.recorded().items() if name in states and name not in todo}
    codes = {name: compiled.checksum(compiled.source_of(name)) for name in todo}  # a source may change meanwhile
    everything = bool(todo) and len(todo) == len(states)
    past = compiled.recorded().keys() - states.keys()  # Python would take what was compiled of them before their source
    for name in past:
        compiled.source_of(name).with_suffix(compiled.SUFFIX).unlink(missing_ok=True)
    if todo or past:
        compiled.RECORD.unlink(missing_ok=True)  # an interrupted compilation leaves none that would pass for done
        with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as threads:
            names = [compiled.SHARED, *todo] if everything else todo
            list(threads.map(lambda name: _compile(name, compiled.source_of(name), Path(scratch)), names))
        done |= codes | {compiled.SHARED: version}
        compiled.RECORD.write_text("".join(f"{code} {name}\n" for name, code in sorted(done.items())), encoding="utf-8")
    files = [compiled.source_of(name).with_suffix(compiled.SUFFIX) for name in (compiled.SHARED, *states)]
    return [compiled.RECORD, *files]


def _compile(name: str, source: Path, scratch: Path) -> None:
    """One module, in a process of its own: Cython and setuptools keep their state in globals."""
    command = [sys.executable, __file__, "--one", name, str(source), str(scratch / name)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"{name} could not be compiled:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def _one(name: str, source: Path, scratch: Path) -> None:
    """C by Cython, with what its modules share in one of their own, which spares half the time; then the compiler."""
    from Cython.Compiler.Main import setuptools_main
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    scratch.mkdir()
    written, shared = scratch / f"{source.stem}.c", "translations._cython"
    if name == shared:
        sys.argv[1:] = ["--generate-shared", str(written)]
    else:
        # No compiled class is pickled: the code that could would be two fifths of a module.
        options = ["-3", "-X", "auto_pickle=False", "-I", str(ROOT), "--shared", shared]
        sys.argv[1:] = [*options, str(source.relative_to(ROOT)), "-o", str(written)]
    if setuptools_main():
        raise SystemExit(1)
    # Without symbols, half the size. With -lm the C library's present exp and log: an unnamed library gets its oldest.
    linking = ["-Wl,-s,-z,noseparate-code"] if sys.platform.startswith("linux") else []
    libraries = [] if os.name == "nt" else ["m"]
    flags = FLAGS_MSVC if os.name == "nt" else FLAGS
    extension = Extension(name, [str(written)], extra_compile_args=flags, extra_link_args=linking, libraries=libraries)
    command = build_ext(Distribution({"name": "rparity", "ext_modules": [extension]}))
    command.build_lib, command.build_temp = str(scratch / "lib"), str(scratch / "temp")
    command.ensure_finalized()
    command.run()
    made = next((scratch / "lib").rglob(f"*{sysconfig.get_config_var('EXT_SUFFIX')}"))
    place = source.with_suffix(sysconfig.get_config_var("EXT_SUFFIX"))
    beside = place.with_suffix(place.suffix + ".new")  # a process may have the old one open
    beside.write_bytes(made.read_bytes())
    beside.replace(place)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        _one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
    else:
        for path in compile_modules(everything="--all" in sys.argv):
            print(path.relative_to(ROOT))
