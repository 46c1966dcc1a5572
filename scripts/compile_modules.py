"""Compile the modules whose first line is a `# cython:` comment, each beside its source.

    python scripts/compile_modules.py [--all]     those that changed, or all; asks for Cython, setuptools, a C compiler

`pip install` does it by itself (`build_hook.py`). Never with fast-math or fused multiply-adds: a digit would go.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

HOUSE = Path(__file__).resolve().parent.parent
FLAGS = ["-O3", "-ffp-contract=off", "-g0"]
FLAGS_MSVC = ["/O2", "/fp:precise"]


def states_of(house: Path) -> ModuleType:
    """`translations/compiled.py`, which imports nothing else of the package."""
    spec = importlib.util.spec_from_file_location("_compiled", house / "translations" / "compiled.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def compile_modules(house: Path = HOUSE, everything: bool = False) -> list[Path]:
    """Compile what has changed (or all) and return the files that make it up; raises where there is no compiler."""
    compiled = states_of(house)
    states = compiled.states()
    todo = [name for name, state in states.items() if everything or state != "compiled"]
    record = {name: code for name, code in compiled.recorded().items() if name in states and name not in todo}
    suffix = sysconfig.get_config_var("EXT_SUFFIX")
    if todo:
        _write(compiled.RECORD, record)  # an interrupted compilation leaves none that would pass for done
        with tempfile.TemporaryDirectory() as scratch, ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(lambda name: _compile(house, name, compiled.source_of(name), Path(scratch)), todo))
        _write(compiled.RECORD, record | {name: compiled.checksum(compiled.source_of(name)) for name in todo})
    return [compiled.RECORD, *(compiled.source_of(name).with_suffix(suffix) for name in states)]


def _write(record: Path, codes: dict[str, int]) -> None:
    record.write_text("".join(f"{code} {name}\n" for name, code in sorted(codes.items())), encoding="utf-8")


def _compile(house: Path, name: str, source: Path, scratch: Path) -> None:
    """One module, in a process of its own: Cython and setuptools keep their state in globals."""
    import subprocess

    command = [sys.executable, __file__, "--one", name, str(source), str(scratch / name)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=house)
    if done.returncode:
        raise RuntimeError(f"{name} could not be compiled:\n{done.stdout[-2000:]}{done.stderr[-4000:]}")


def _one(name: str, source: Path, scratch: Path) -> None:
    from Cython.Build import cythonize
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    flags = FLAGS_MSVC if os.name == "nt" else FLAGS
    extension = Extension(name, [str(source.relative_to(HOUSE))], extra_compile_args=flags)
    extensions = cythonize([extension], build_dir=str(scratch), force=True, quiet=True, include_path=[str(HOUSE)])
    command = build_ext(Distribution({"name": "rparity", "ext_modules": extensions}))
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
            print(path.relative_to(HOUSE))
