"""Modules that run compiled where they were compiled of the source that is here, and as Python everywhere else."""
from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from translations import compiled

ONE = "translations.lme4.ordered_sums"
ASK = f"import numpy as np, {ONE} as m; a = np.array([0.1, 0.2]); print(m.__file__, float(m.dot(a, a + a)).hex())"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A copy of what the module above needs, with what was compiled of it."""
    for name in ("translations", "translations.compiled", "translations.cython_stand_in", ONE):
        source = compiled.source_of(name)
        source = source if source.exists() else source.with_suffix("") / "__init__.py"
        place = tmp_path / source.relative_to(compiled.ROOT.parent)
        place.parent.mkdir(exist_ok=True)  # a package without its __init__, which would import its other modules
        shutil.copy2(source, place)
    built = compiled.source_of(ONE).with_suffix(compiled.SUFFIX)
    shutil.copy2(built, tmp_path / built.relative_to(compiled.ROOT.parent))
    (tmp_path / "translations" / compiled.RECORD.name).write_text(f"{compiled.recorded()[ONE]} {ONE}\n")
    return tmp_path


def asked(house: Path) -> tuple[str, str, str]:
    """The file of the module, a sum of its, and what was said on standard error, in a fresh process."""
    environment = {name: value for name, value in os.environ.items() if name != compiled.SAID}
    environment.pop("PYTHONPATH", None)
    ran = subprocess.run([sys.executable, "-c", ASK], cwd=house, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    file, value = ran.stdout.split()
    return Path(file).suffix, value, ran.stderr


def test_every_module_is_compiled_here() -> None:
    assert set(compiled.states().values()) == {"compiled"}, "python -m pip install -e . compiles them"
    assert ONE in compiled.states()


def test_compiled_changed_and_never_compiled(house: Path) -> None:
    """The same bits each way; whoever runs Python's is told once, why and what to do."""
    source = house / "translations" / "lme4" / "ordered_sums.py"
    suffix, value, said = asked(house)
    assert suffix != ".py" and said == ""
    text = source.read_bytes()
    source.write_bytes(text.replace(b"\n", b"\r\n"))
    assert asked(house) == (suffix, value, "")
    source.write_bytes(text + b"# another\n")
    changed = asked(house)
    assert changed[:2] == (".py", value)
    assert len(changed[2].splitlines()) == 1 and "changed since compiled" in changed[2] and "pip" in changed[2]
    for built in source.parent.glob("*" + compiled.SUFFIX):
        built.unlink()
    never = asked(house)
    assert never[:2] == (".py", value)
    assert len(never[2].splitlines()) == 1 and "never compiled" in never[2] and "gcc" in never[2]
