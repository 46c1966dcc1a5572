"""Mutation testing: a seeded sample of mutants of one package, each run against the tests that reach its line.

    pip install cosmic-ray pytest-cov
    python scripts/mutate.py run printing --number 150 --seed 8     # resumes where it stopped
    python scripts/mutate.py run printing --stage suite             # the recorded survivors again; so with --stage live
    python scripts/mutate.py run printing --stage again             # and with the tests written since
    python scripts/mutate.py table                                 # of parity_tests/mutation/mutants.json

A place (a token that some operator changes) is drawn first, then one of the changes that are possible there, so that
seven replacements of one `+` weigh as much as one of an `and`. The operators are cosmic-ray's, less those that only a
type error can follow (`x << y` for `x + y`) or none (`is` for `==`), and the two below. No mutants: docstrings,
annotations, decorators, `__repr__`, help texts, and the wording of errors and warnings.

The mutant lives in a clone under `--work`, of the commit that was the last when the clone was made. Stage "own" gives
it to those tests of its package, and of the cases, whose coverage contexts hold its line (to all of them where lines
are not traced: compiled functions, import time, other processes); "suite" to those of the whole suite; "live" to the
tests of its package that need R; "again" to its package's tests as they are committed now, which the record tells
apart: `killed_by` is first contact, `killed_later` a test written since. Survivors that no test could kill are listed
with the reason in parity_tests/mutation/equivalent.json.
"""

from __future__ import annotations

import argparse
import ast
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

os.environ |= {"OPENBLAS_NUM_THREADS": "1"}  # a fork has none of its parent's threads, and would wait for them

# Loaded before the forks, none of ours among them: what the tests would spend their first seconds on.
import dask.distributed  # noqa: F401
import hypothesis  # noqa: F401
import nlopt  # noqa: F401
import pytest
import scipy.stats  # noqa: F401
import statsmodels.api  # noqa: F401
import typer.testing  # noqa: F401

HERE = Path(__file__).resolve().parent
RECORD, EQUIVALENT = (HERE.parent / "parity_tests/mutation" / f"{name}.json" for name in ("mutants", "equivalent"))
PACKAGES = ("printing", "random", "stats", "parity", "lme4", "optim", "parallel", "nlme", "marginal", "generalized",
            "companions")
COMPILED = re.compile("# cython:")
SPARED_WORDS = re.compile(r"\braise\b|\bhelp=|\bTypeVar\b|__all__")
UNLIKELY = re.compile(
    r"(?<!Is)(?<!IsNot)_Is(Not)?$|_(Add|Sub|Mul|Div|FloorDiv|Mod|Pow)_(.Shift|Bit)|_USub_(Invert|Not)"
)
SPARED_TESTS = ("app", "guide")  # a browser and a site built anew, minutes for each mutant
WHOLE_SUITE = "parity_tests/test_suites.py"


@dataclass(frozen=True)
class Mutant:
    """One change: `line` (1-based) of `file` turned from `before` into `after` by `operator`."""

    file: str
    line: int
    operator: str
    before: str
    after: str
    source: str = field(repr=False, compare=False)

    @property
    def key(self) -> str:
        """What identifies the change when lines have moved."""
        return f"{self.file}: {self.before} -> {self.after}"


# ---------------------------------------------------------------------------------------------------- the mutants


def operators() -> list[Any]:
    """Cosmic-ray's operators without arguments, one for text, and one that drops a call or an augmented assignment."""
    import cosmic_ray.plugins
    from cosmic_ray.operators.operator import Operator
    from parso.python.tree import Keyword, String

    class Text(Operator):
        def mutation_positions(self, node: Any) -> Iterator[Any]:
            if isinstance(node, String) and node.parent.type not in ("simple_stmt", "strings"):
                yield node.start_pos, node.end_pos

        def mutate(self, node: Any, index: int) -> Any:
            quote = node.value[-1]
            at = node.value.index(quote) + (3 if node.value.endswith(quote * 3) and len(node.value) > 5 else 1)
            node.value = f"{node.value[:at]}XX{node.value[at:]}"
            return node

        @classmethod
        def examples(cls) -> tuple[()]:
            return ()

    class DropStatement(Operator):
        def mutation_positions(self, node: Any) -> Iterator[Any]:
            augmented = node.type == "expr_stmt" and node.children[1].type == "operator" and \
                node.children[1].value not in "=:"
            call = node.type in ("power", "atom_expr") and node.parent.type == "simple_stmt"
            if augmented or call:
                yield node.start_pos, node.end_pos

        def mutate(self, node: Any, index: int) -> Any:
            return Keyword("pass", node.start_pos, prefix=node.get_first_leaf().prefix)

        @classmethod
        def examples(cls) -> tuple[()]:
            return ()

    found = [cosmic_ray.plugins.get_operator(name) for name in sorted(cosmic_ray.plugins.operator_names())]
    found = [kind for kind in found if not kind.arguments() and kind.__name__ != "RemoveDecorator"]
    return [kind() for kind in (*found, Text, DropStatement) if not UNLIKELY.search(kind.__name__)]


def mutants(package: str, tree: Path, number: int, seed: int, files: str = "") -> Iterator[Mutant]:
    """The sample: `number` mutants of `translations/<package>`, the same ones for a seed, files and a commit."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.mutating import mutate_code

    kinds, places = operators(), defaultdict(list)
    for file in sorted((tree / "translations" / package).rglob("*.py")):
        if files and file.stem not in files.split(","):
            continue
        source = file.read_text(encoding="utf-8")
        spared, root = spared_lines(source), get_ast(source)
        seen: Counter[Any] = Counter()
        for node in ast_nodes(root):
            for kind in kinds:
                for start, _ in kind.mutation_positions(node):
                    words = source.splitlines()[start[0] - 1]
                    if start[0] not in spared and not is_annotation(node) and not SPARED_WORDS.search(words):
                        places[file, start].append((kind, seen[kind]))
                    seen[kind] += 1
    draw = random.Random(seed)
    order = draw.sample(sorted(places), len(places))
    print(f"{len(places)} places in translations/{package}")
    for file, start in order:
        if number == 0:
            return
        kind, occurrence = draw.choice(places[file, start])
        source = file.read_text(encoding="utf-8")
        mutated = mutate_code(source, kind, occurrence)
        try:
            same = ast.dump(ast.parse(mutated)) == ast.dump(ast.parse(source))
        except SyntaxError:
            continue
        if same:
            continue
        number -= 1
        before, after = difference(source, mutated)
        yield Mutant(str(file.relative_to(tree)), start[0], type(kind).__name__, before, after, mutated)


def spared_lines(source: str) -> set[int]:
    """Lines of docstrings, decorators, `__repr__`, raise and warn statements, TYPE_CHECKING blocks, imports, types."""
    spared: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        constant = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        typing = isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        wording = isinstance(node, ast.Raise) or isinstance(node, ast.Expr) and "warn" in ast.unparse(node)[:20]
        alias = isinstance(node, ast.Assign) and re.match(r"[A-Z][a-z]\w* = (NDArray|Callable|Literal|TypeVar)\b",
                                                          ast.unparse(node))
        shown = isinstance(node, ast.FunctionDef) and node.name == "__repr__"
        if constant or typing or wording or alias or shown or isinstance(node, ast.Import | ast.ImportFrom):
            spared.update(range(node.lineno, node.end_lineno + 1))
        for decorator in getattr(node, "decorator_list", ()):
            spared.update(range(decorator.lineno, decorator.end_lineno + 1))
    return spared


def is_annotation(node: Any) -> bool:
    """Whether a node of parso's tree stands in an annotation of a variable, a parameter or a result."""
    while node.parent is not None:
        parent = node.parent
        at = parent.children.index(node)
        if parent.type == "annassign" and at == 1 or parent.type == "tfpdef" and at == 2:
            return True
        if parent.type == "funcdef" and at > 0 and getattr(parent.children[at - 1], "value", "") == "->":
            return True
        node = parent
    return False


def difference(source: str, mutated: str) -> tuple[str, str]:
    """The lines that a mutation changed, as they were and as they are."""
    old, new = source.splitlines(), mutated.splitlines()
    first = next(i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b)
    last = next(i for i, (a, b) in enumerate(zip(old[::-1], new[::-1], strict=False)) if a != b)
    return tuple(" ".join(" ".join(lines[first:len(lines) - last]).split()) for lines in (old, new))


# ----------------------------------------------------------------------------------------------------- the tests


class Tests:
    """The tests of a tree, and which of them reach which line."""

    def __init__(self, tree: Path, work: Path, of: str) -> None:
        """`of`: the package whose own tests are wanted, or "suite"."""
        import coverage

        self.tree, self.work = tree, work
        self.contexts, self.times = work / f"contexts-{of}", work / f"times-{of}.xml"
        if not self.contexts.exists():
            self.measure(["parity_tests"] if of == "suite" else [f"parity_tests/{of}", WHOLE_SUITE])
        self.data = coverage.CoverageData(str(self.contexts))
        self.data.read()
        self.seconds: dict[str, float] = {}
        for case in ElementTree.parse(self.times).iter("testcase"):
            parts = case.get("classname", "").split(".")
            depth = next(n for n in range(1, len(parts) + 1) if tree.joinpath(*parts[:n]).with_suffix(".py").is_file())
            name = "::".join(["/".join(parts[:depth]) + ".py", *parts[depth:], case.get("name", "")])
            self.seconds[name] = float(case.get("time", 0))

    def measure(self, chosen: list[str]) -> None:
        """Run the tests once, and note each one's time and the lines it runs."""
        os.environ["COVERAGE_FILE"] = str(self.contexts)
        options = ["-p", "pytest_cov", "--cov=translations", "--cov-context=test", "--cov-report=", "-nauto"]
        spared = [f"--ignore=parity_tests/{folder}" for folder in SPARED_TESTS]
        status, output = self.pytest([*options, *spared, f"--junitxml={self.times}", *chosen], 7200)
        if status:
            raise SystemExit(f"the suite fails without a mutation:\n{output[-3000:]}")

    def reaching(self, mutant: Mutant, stage: str) -> list[str]:
        """Arguments for pytest: the package's own tests first, quick files first."""
        package = mutant.file.split("/")[1]
        if stage == "live":
            return [f"parity_tests/{package}"]
        lines = self.data.contexts_by_lineno(str(self.tree / mutant.file))
        names = {context.rpartition("|")[0] for context in lines.get(mutant.line, ()) if context}
        if not names:
            everywhere = {context.rpartition("|")[0] for found in lines.values() for context in found if context}
            folders = (f"parity_tests/{package}/", WHOLE_SUITE, "parity_tests/simulation/")
            names = everywhere | {name for name in self.seconds if name.startswith(folders)}
        measured = {name.partition("::")[0] for name in self.seconds}
        added = {str(file.relative_to(self.tree)) for file in (self.tree / "parity_tests" / package).glob("test_*.py")}
        files: dict[str, list[str]] = defaultdict(list, {file: [] for file in added - measured})
        for name in sorted(names & set(self.seconds)):
            if stage == "own" and not name.startswith((f"parity_tests/{package}/", WHOLE_SUITE)):
                continue
            files[name.partition("::")[0]].append(name)

        def order(file: str) -> tuple[bool, float]:
            return f"/{package}/" not in file, sum(self.seconds[name] for name in files[file])

        sizes = Counter(name.partition("::")[0] for name in self.seconds)
        return [one for file in sorted(files, key=order)
                for one in ([file] if sizes[file] == len(files[file]) else files[file])]

    def pytest(self, arguments: list[str], seconds: float) -> tuple[int, str]:
        """Pytest in the tree with so much processor time, in a fork that finds the libraries loaded: status, output."""
        output = self.work / "output.txt"
        shutil.rmtree(self.tree / ".hypothesis", ignore_errors=True)
        if (child := os.fork()) == 0:
            status = 70
            try:
                resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
                resource.setrlimit(resource.RLIMIT_AS, (12 * 2**30, 12 * 2**30))
                os.environ |= {"PYTHONPATH": str(self.tree)}
                sys.dont_write_bytecode = True
                sys.path[:] = [str(self.tree), *sys.path[1:]]
                os.chdir(self.tree)
                to = os.open(output, os.O_CREAT | os.O_TRUNC | os.O_WRONLY)
                os.dup2(to, 1), os.dup2(to, 2)
                os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
                status = int(pytest.main(["-q", "-p", "no:cacheprovider", "--tb=line", "-x", *arguments]))
                sys.stdout.flush()
            finally:
                os._exit(status)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status, output.read_text(encoding="utf-8", errors="replace")

    @contextmanager
    def compiled(self, changed: Path) -> Iterator[None]:
        """The tree with the file compiled as it is now, where it is one that is; what was compiled before comes back.
        One that cannot be compiled runs as Python.
        """
        made = [*(self.tree / "translations").glob("_compiled*.txt"), *changed.parent.glob(f"{changed.stem}.*.so")]
        if not COMPILED.match(changed.read_text(encoding="utf-8")):
            made = []
        before = {file: file.read_bytes() for file in made}
        if made:
            compiling = [sys.executable, self.tree / "scripts" / "compile_modules.py"]
            subprocess.run(compiling, capture_output=True, check=False)
        try:
            yield
        finally:
            for file, content in before.items():
                file.unlink(missing_ok=True)  # a process may have the other open
                file.write_bytes(content)

    def killer(self, mutant: Mutant, stage: str) -> str | None:
        """The test that fails with the mutant in place ("time" when it hangs), or None."""
        file, chosen = self.tree / mutant.file, self.reaching(mutant, stage)
        if not chosen:
            return None
        original, compiled = file.read_text(encoding="utf-8"), Path(cache_from_source(str(file)))
        expected = sum(time for name, time in self.seconds.items() if {name, name.partition("::")[0]} & set(chosen))
        with tempfile.TemporaryDirectory() as scratch:
            arguments = Path(scratch) / "tests"
            arguments.write_text("\n".join(chosen), encoding="utf-8")
            options, seconds = (["-m", "live", "--require-r"], 1200) if stage == "live" else ([], 60 + 2 * expected)
            try:
                compiled.unlink(missing_ok=True)
                file.write_text(mutant.source, encoding="utf-8")
                with self.compiled(file):
                    status, output = self.pytest([*options, f"@{arguments}"], seconds)
            finally:
                file.write_text(original, encoding="utf-8")
        if status in (0, 5):
            return None
        failed = re.search(r"^(?:FAILED|ERROR) (\S+)", output, re.MULTILINE)
        return failed.group(1) if failed else "time" if status < 0 else "pytest itself"


# ---------------------------------------------------------------------------------------------------- the record


def run(package: str, number: int, seed: int, files: str, work: Path, stage: str, record: Path) -> None:
    """Test the sample; each result is written when it is there."""
    tree = work / "tree"
    if not tree.exists():
        subprocess.run(["git", "clone", "--quiet", HERE.parent, tree], check=True)
    subprocess.run(["git", "-C", tree, "checkout", "--quiet", "."], check=True)  # what a killed run left behind
    commit = subprocess.run(["git", "-C", tree, "rev-parse", "--short", "HEAD"], check=True, capture_output=True)
    if stage == "again":
        subprocess.run(["git", "-C", tree, "fetch", "--quiet"], check=True)
        newest = ["checkout", "--quiet", "origin/main", "--", "parity_tests", "fixtures"]
        subprocess.run(["git", "-C", tree, *newest], check=True)
        (work / f"contexts-{package}").unlink(missing_ok=True)
    subprocess.run([sys.executable, tree / "scripts" / "compile_modules.py"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run([sys.executable, "-m", "compileall", "-q", tree], check=True)
    tests = Tests(tree, work, "suite" if stage == "suite" else package)
    results = json.loads(record.read_text()) if record.exists() else []
    for mutant in mutants(package, tree, number, seed, files):
        told = asdict(mutant)
        del told["source"]
        told |= {"package": package, "seed": seed}
        known = next((one for one in results if told.items() <= one.items()), None)
        if (known is None) != (stage == "own"):
            continue
        if known is None:
            results.append(known := told | {"commit": commit.stdout.decode().strip(), "killed_by": None})
        if known["killed_by"] is None and "killed_later" not in known:
            killer = tests.killer(mutant, stage)
            if stage != "again":
                known["killed_by"] = killer
            elif killer:
                known["killed_later"] = killer
            print("killed" if killer else "SURVIVED", f"{mutant.line} {mutant.key}  ({killer})")
        record.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


def table(record: Path) -> str:
    """One line a sample: how many mutants, how many of them equivalent, the share of the others that was killed at
    first contact and that is killed now, and how many survive.
    """
    results = json.loads(record.read_text()) if record.exists() else []
    reasons = json.loads(EQUIVALENT.read_text()) if EQUIVALENT.exists() else {}
    headings = ("package", "seed", "sampled", "equivalent", "at first contact", "now", "surviving")
    lines = ["{:10}{:>6}{:>9}{:>12}{:>18}{:>8}{:>11}".format(*headings)]
    for package, seed in sorted({(one["package"], one["seed"]) for one in results}):
        own = [one for one in results if (one["package"], one["seed"]) == (package, seed)]
        killable = [one for one in own if f"{one['file']}: {one['before']} -> {one['after']}" not in reasons]
        first = sum(one["killed_by"] is not None for one in killable)
        now = sum(one["killed_by"] is not None or "killed_later" in one for one in killable)
        n = len(killable)
        lines.append(f"{package:10}{seed:6}{len(own):9}{len(own) - n:12}{first / n:18.1%}{now / n:8.1%}{n - now:11}")
    return "\n".join(lines)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    runner = commands.add_parser("run", help="test a sample of mutants of one package")
    runner.add_argument("package", choices=PACKAGES)
    runner.add_argument("--number", type=int, default=150)
    runner.add_argument("--seed", type=int, default=8)
    runner.add_argument("--files", default="", help="only these files of the package: names, with commas between")
    runner.add_argument("--work", type=Path, default=Path("/tmp/mutants"), help="where the clone and its caches live")
    stages = ("own", "suite", "live", "again")
    runner.add_argument("--stage", choices=stages, default="own", help="which tests (see above)")
    shower = commands.add_parser("table", help="print the record as a table")
    for command in (runner, shower):
        command.add_argument("--record", type=Path, default=RECORD)
    chosen = parser.parse_args()
    sys.stdout.reconfigure(line_buffering=True)  # a fork writes nothing of ours again
    if chosen.command == "run":
        run(chosen.package, chosen.number, chosen.seed, chosen.files, chosen.work, chosen.stage, chosen.record)
    print(table(chosen.record))


if __name__ == "__main__":
    main()
