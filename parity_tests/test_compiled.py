"""Modules that run compiled where they were compiled of the source that is here, and as Python everywhere else."""
from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zlib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import Cython
import pytest

from translations import compiled, cython_stand_in

ONE = "translations.lme4.criterion.cross_sums"
ASK = f"""import numpy as np, {ONE} as m; a = np.array([[0.1], [0.2]]); out = np.empty((1, 1, 1))
m.level_products(np.zeros(2, dtype=np.int64), a, a + a, out, True); print(m.__file__, float(out.item()).hex())"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the module above needs, with what was compiled of it."""
    for name in ("translations.compiled", "translations.cython_stand_in", ONE):
        source = compiled.source_of(name)
        place = tmp_path / source.relative_to(compiled.ROOT.parent)
        place.parent.mkdir(parents=True, exist_ok=True)  # packages without their __init__, which import others
        shutil.copy2(source, place)
    shutil.copy2(compiled.source_of(ONE).with_suffix(".pxd"), tmp_path / "translations" / "lme4" / "criterion")
    for name in (ONE, compiled.SHARED):
        built = compiled.source_of(name).with_suffix(compiled.SUFFIX)
        shutil.copy2(built, tmp_path / built.relative_to(compiled.ROOT.parent))
    (tmp_path / "translations" / "__init__.py").write_text("from . import compiled\ncompiled.guard()\n")
    record = f"{compiled.recorded()[ONE]} {ONE}\n1 {compiled.SHARED}\n"
    (tmp_path / "translations" / compiled.RECORD.name).write_text(record)
    return tmp_path


def asked(checkout: Path) -> tuple[str, str, str]:
    """The file of the module, a sum of its, and what was said on standard error, in a fresh process."""
    environment = {name: value for name, value in os.environ.items() if name != compiled.SAID}
    environment.pop("PYTHONPATH", None)
    ran = subprocess.run([sys.executable, "-c", ASK], cwd=checkout, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    file, value = ran.stdout.split()
    return Path(file).suffix, value, ran.stderr


def test_every_module_is_compiled_here() -> None:
    assert set(compiled.states().values()) == {"compiled"}, "python -m pip install -e . compiles them"
    assert ONE in compiled.states()


def test_compiled_changed_and_never_compiled(checkout: Path) -> None:
    """The same bits each way; whoever runs Python's is told once, why and what to do."""
    source = checkout / "translations" / "lme4" / "criterion" / "cross_sums.py"
    suffix, value, said = asked(checkout)
    assert suffix != ".py" and said == ""
    text = source.read_bytes()
    source.write_bytes(text.replace(b"\n", b"\r\n"))
    assert asked(checkout) == (suffix, value, "")
    source.write_bytes(text + b"# another\n")
    changed = asked(checkout)
    assert changed[:2] == (".py", value)
    assert len(changed[2].splitlines()) == 1 and "changed since compiled" in changed[2] and "pip" in changed[2]
    for built in source.parent.glob("*" + compiled.SUFFIX):
        built.unlink()
    never = asked(checkout)
    assert never[:2] == (".py", value)
    assert len(never[2].splitlines()) == 1 and "never compiled" in never[2] and "gcc" in never[2]


def test_what_modules_use_of_cython_is_there_without_it() -> None:
    """But for annotations, which nobody evaluates, and for C's pointers."""
    used = set()
    for name in compiled.modules():
        tree = ast.parse(compiled.source_of(name).read_text("utf-8"))
        written = {id(part) for node in ast.walk(tree)
                   for kind in ("annotation", "returns") for part in ast.walk(getattr(node, kind, None) or ast.Pass())}
        used |= {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and id(node) not in written
                 and isinstance(node.value, ast.Name) and node.value.id == "cython"}
    assert {"declare", "cclass"} < used and used - set(dir(cython_stand_in)) == {"pointer"}


SCRIPT = """
import warnings, numpy as np, pandas as pd, translations as r, sys
from translations.lme4.bootstrap import refit_many
from translations.lme4.criterion import sparse_head
warnings.simplefilter("ignore")
said = []
rng = r.set_seed(3)
for draws in (rng.runif(3), rng.rnorm(5), rng.rexp(5), rng.rgamma(5, [0.3, 3, 30]), rng.rchisq(4, 3, ncp=2),
              rng.rt(3, 4), rng.rpois(6, [2, 12, 300]), rng.rbinom(6, [9, 400, 10**6], 0.4), rng.sample(30),
              rng.sample_int(1e9, 3), rng.sample_int(5, 9, True, [1, 2, 3, 4, 5]),
              rng.sample_int(5, 4, False, [1, 2, 3, 4, 5]),
              rng.sample_int(300, 5, True, np.arange(1, 301)), rng.sample_int(10**7 + 9, 4)):
    said += [float(x).hex() for x in draws]
data = r.sleep2()[lambda d: d["Subject"].isin(d["Subject"].cat.categories[:7])].assign(a=lambda d: d.index % 3)
slopes = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", data)
models = [slopes, r.lmer("Reaction ~ 1 + (1 | Subject) + (1 | a)", data, control="newton"),
          r.lmer("Reaction ~ days_deprived + (1 | Subject/a)", data),
          r.lmer("Reaction ~ days_deprived + (days_deprived || Subject)", data, control="newton")]
for m in models:
    said += [float(x).hex() for x in (*m.theta, *m.beta, m.sigma, m.criterion(m.REML))]
for m in (slopes, models[3]):
    fits = refit_many.refit_many(m, r.simulate(m, 2, seed=1).to_numpy(), checked=True)
    said += [float(x).hex() for values in vars(fits).values() for x in np.ravel(values)]
said += [float(x).hex() for x in np.ravel(r.confint(slopes, parm=[".sig02", "days_deprived"], quiet=True))]
sparse_head.LARGE, i = 20, np.arange(60)
a, b = i // 2, (i + 1) // 2 % 30
chain = pd.DataFrame({"a": a.astype(str), "b": b.astype(str), "y": np.sin(3.0 * i) + a % 4 + b % 7})
said += [float(x).hex() for x in r.lmer("y ~ 1 + (1 | a) + (1 | b)", chain, control="newton").theta]
said += [float(x).hex() for x in r.allFit(slopes, ["bobyqa"])["bobyqa"].theta]
print(*said)
"""


def test_as_python_every_bit_is_the_same() -> None:
    """Draws of every law, models of every kind of random effects, refits and a profile."""
    printed = []
    for setting in ("", "1"):
        ran = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True,
                             env={**os.environ, compiled.AS_PYTHON: setting})
        assert ran.returncode == 0, ran.stderr
        printed.append(ran.stdout.split())
        assert len(ran.stderr.splitlines()) == bool(setting), ran.stderr
    assert printed[0] == printed[1] and len(printed[0]) > 100


FIT = "import translations as r; print(r.lmer('Reaction ~ Days + (Days | Subject)', r.sleepstudy()).theta[0].hex())"


@pytest.mark.parametrize("changed", ["lme4/criterion/columns.py", "optim/quadratic.py"])
def test_a_change_of_one_module_leaves_the_others_right(changed: str, tmp_path: Path) -> None:
    """They read each other's attributes in C: those of one that runs as Python are not where they look."""
    shutil.copytree(compiled.ROOT, tmp_path / "translations", ignore=shutil.ignore_patterns("__pycache__", "guide"))
    (tmp_path / "fixtures").symlink_to(compiled.ROOT.parent / "fixtures")
    environment = {name: value for name, value in os.environ.items() if name not in (compiled.SAID, "PYTHONPATH")}

    def fitted() -> tuple[str, str]:
        ran = subprocess.run([sys.executable, "-c", FIT], cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout, ran.stderr

    before, said = fitted()
    assert said == ""
    with (tmp_path / "translations" / changed).open("a") as file:
        file.write("# another\n")
    after, said = fitted()
    assert after == before and "runs as Python, right but slow" in said and len(said.splitlines()) == 1


def script() -> ModuleType:
    """`scripts/compile_modules.py`, which no package holds."""
    spec = spec_from_file_location("compile_modules", compiled.ROOT.parent / "scripts" / "compile_modules.py")
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERSION = f"{zlib.crc32(Cython.__version__.encode())} {compiled.SHARED}\n"


def test_a_module_that_is_compiled_no_more_is_run_as_its_source_says(tmp_path: Path) -> None:
    """Python prefers what was compiled to a source beside it: `compile_modules.py` takes it away."""
    (tmp_path / "translations").mkdir()
    shutil.copy2(compiled.ROOT / "compiled.py", tmp_path / "translations")
    past, shared = (tmp_path / "translations" / f"{name}{compiled.SUFFIX}" for name in ("past", "_cython"))
    for file in (past, shared, past.with_name("past.py")):
        file.touch()
    record = tmp_path / "translations" / compiled.RECORD.name
    record.write_text(f"1 translations.past\n{VERSION}")
    script().compile_modules(tmp_path)
    assert not past.exists() and record.read_text() == VERSION


def test_a_source_that_changes_while_it_is_compiled_is_compiled_again(tmp_path: Path,
                                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "translations").mkdir()
    shutil.copy2(compiled.ROOT / "compiled.py", tmp_path / "translations")
    source, module = tmp_path / "translations" / "one.py", script()
    source.write_text("# cython: language_level=3\n")
    asked: list[str] = []

    def edited(name: str, path: Path, scratch: Path) -> None:
        asked.append(name)
        if asked.count(name) == 1 and path == source:
            path.write_text(path.read_text() + "# another\n")
        path.with_suffix(compiled.SUFFIX).touch()

    monkeypatch.setattr(module, "_compile", edited)
    for _ in range(3):
        module.compile_modules(tmp_path)
    assert asked.count("translations.one") == 2


NOWHERE_TO_WRITE = """
import os, sys

def deny(event, arguments):
    writes = event == "open" and isinstance(arguments[1], str) and set(arguments[1]) & set("wax+")
    if writes and arguments[0] != os.devnull or event in ("os.mkdir", "os.rename"):
        raise PermissionError(13, "Permission denied", str(arguments[0]))

sys.addaudithook(deny)
import translations as r
for optimizer in ("nloptwrap", "newton"):
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control=optimizer)
    r.bootMer(m, "fixef", 3, seed=1)
r.confint(m, parm="days_deprived", quiet=True)
r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin())
print(r.summary(m))
"""


def test_where_nothing_can_be_written_models_are_fitted() -> None:
    """An installation that belongs to root, run by another user who has no home, as in most containers."""
    environment = {**os.environ, "HOME": "/nonexistent", "PYTHONDONTWRITEBYTECODE": "1"}
    ran = subprocess.run([sys.executable, "-W", "ignore", "-c", NOWHERE_TO_WRITE], capture_output=True, text=True,
                         env=environment, cwd="/")
    assert ran.returncode == 0 and ran.stderr == "", ran.stderr
    assert "days_deprived" in ran.stdout


def test_what_is_said_of_it_is_no_part_of_what_a_case_prints(tmp_path: Path) -> None:
    """Where the first module that runs as Python is one that a case asks for."""
    (tmp_path / "one.R").write_text("print(1)\nlist(x = 1)\n")
    (tmp_path / "one.py").write_text("""import translations as r
from translations.parity import case


@case()
def one():
    r.lmer("Reaction ~ 1 + (1 | Subject)", r.sleepstudy())
    print("[1] 1")
    return {"x": 1}
""")
    ask = f"""from translations.parity.cases import suite
[one] = suite({str(tmp_path)!r}).cases()
print(one.run())"""
    environment = {**os.environ, compiled.AS_PYTHON: "1"}
    environment.pop(compiled.SAID, None)
    ran = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, env=environment)
    assert ran.returncode == 0, ran.stderr
    assert "runs as Python" in ran.stderr and "runs as Python" not in ran.stdout
