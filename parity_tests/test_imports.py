"""Imports point one way: the table of CONTRIBUTING.md, and no circle.

Imports inside functions count, and those for type checkers alone.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

CHECKOUT = Path(__file__).parents[1]
FILES = {".".join(path.relative_to(CHECKOUT).with_suffix("").parts).removesuffix(".__init__"): path
         for path in sorted((CHECKOUT / "translations").rglob("*.py"))}
ROWS = re.findall(r"^\| (`.*?) \|", (CHECKOUT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.MULTILINE)
LINE = {f"translations.{name}".removesuffix(".translations"): i for i, row in enumerate(ROWS)
        for name in re.findall("`(.*?)`", row)}

def line(module: str) -> int:
    """The line of the table that a module is on."""
    own = {name: at for name, at in LINE.items() if module == name or module.startswith(f"{name}.")}
    longest = max(own, key=len, default="translations")
    assert longest != "translations" or module == longest, f"no line of CONTRIBUTING.md names {module}"
    return LINE[longest]


def imported(module: str) -> Iterator[str]:
    """The modules of the package that a module imports, wherever in it."""
    tree = ast.parse(FILES[module].read_text(encoding="utf-8"))
    package = module.split(".") if FILES[module].stem == "__init__" else module.split(".")[:-1]
    for node in statements(tree):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names if one.name in FILES)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            names = (f"{base}.{one.name}" if f"{base}.{one.name}" in FILES else base for one in node.names)
            yield from (name for name in names if name in FILES)


def statements(node: ast.AST) -> Iterator[ast.stmt]:
    """All statements within."""
    for block in ("body", "orelse", "finalbody", "handlers", "cases"):
        for one in getattr(node, block, []):
            yield one
            yield from statements(one)


def test_imports_point_downwards_and_never_in_a_circle() -> None:
    found = {module: set(imported(module)) - {module} for module in FILES}
    assert [] == [f"{one} imports {other}" for one in found for other in found[one] if line(other) < line(one)]
    TopologicalSorter(found).prepare()


def test_a_package_names_its_own_modules_by_dots() -> None:
    """All but compiled modules, whose imports Cython reads, and cases, which users read."""
    for module, path in FILES.items():
        top = ".".join(module.split(".")[:2])
        text = path.read_text("utf-8")
        if top.count(".") and top != "translations.cases" and not text.startswith("# cython:"):
            absolute = [node.module for node in statements(ast.parse(text)) if isinstance(node, ast.ImportFrom)
                        and not node.level and f"{node.module}.".startswith(f"{top}.")]
            assert absolute == [], f"{module} imports {absolute} by their whole names"


def test_files_and_the_folders_of_lme4_and_stats_are_small() -> None:
    """At most 500 lines, and 25 modules."""
    assert [] == [module for module, path in FILES.items() if len(path.read_text("utf-8").splitlines()) > 500]
    folders = Counter(path.parent for module, path in FILES.items() if module.split(".")[1:2] in (["lme4"], ["stats"]))
    assert [] == [str(folder) for folder, count in folders.items() if count > 25]


FIRST_FIT = """
import sys, translations as r
r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
heavy = {"scipy", "statsmodels", "plotnine", "matplotlib", "nlopt"}
print(sorted(heavy & {name.partition(".")[0] for name in sys.modules}))
"""


def test_a_first_fit_imports_no_heavy_library() -> None:
    """They would take longer than the fit: a tenth of a second and more each."""
    ran = subprocess.run([sys.executable, "-c", FIRST_FIT], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"
