"""The code of a case as a script that a reader can run: the harness gone, the helpers it calls in front of it."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import textwrap
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any, TypeGuard

from translations import settings
from translations.parity.cases import Case

_CONTROL = re.compile(r",\s*control=(?:control|optimizer)\b")
ANSWER = "result"
# The chapter's data in pandas' words, where a translation says `r.sleep2()`: R's side has dplyr's.
SLEEP2 = """\
sleep2 = r.sleepstudy().query("Days >= 2").reset_index(drop=True)
sleep2["days_deprived"] = sleep2["Days"] - 2"""
_SLEEP2 = "r.sleep2()"
_SLEEP2_LINE = re.compile(r"^[ \t]*sleep2 = r\.sleep2\(\)\n", re.MULTILINE)
_BUILT = re.compile(rf"^{ANSWER} = built\((.*)\)\Z", re.MULTILINE | re.DOTALL)


def case_script(case: Case) -> str:
    """A case's translation as a script. What it returns to the harness is left out when it prints something."""
    return case_scripts(case)[0]


def case_scripts(case: Case) -> tuple[str, str | None]:
    """A case's translation as a script, and what to run behind it, in the same names, for the answer that it leaves
    out, `result`: "" where it leaves out none, None where that can only be had from the whole.
    """
    return _scripts(case.function, keep_answer=not case.prints, tight=case.text_at == "tight",
                    option="" if case.option == settings.option("lme4") else case.option)


def library_script(function: Callable[..., Any]) -> str:
    """Another package's translation as a script that ends in `result = ...`."""
    return _scripts(function, keep_answer=True)[0]


def _scripts(function: Callable[..., Any], keep_answer: bool, tight: bool = False, option: str = ""
             ) -> tuple[str, str | None]:
    """The body of `function` behind the imports and helpers that it needs, and what `case_scripts` says.

    keep_answer: what it returns is called `result`, else left out. tight: fits are `newton`'s instead of the default's.
    option: the release of lme4 that the script sets, if any.
    """
    module = _Module.of(Path(function.__code__.co_filename))
    node = module.bound[function.__name__]
    assert isinstance(node, ast.FunctionDef)
    documented = ast.get_docstring(node) is not None
    statements = node.body[documented:]
    start = (node.body[0].end_lineno or 0) + 1 if documented else _after_signature(node)
    lines = module.lines[start - 1 : node.end_lineno]
    last, kept = _tail(statements), len(lines)
    if isinstance(last[-1], ast.Return):
        at = last[-1].lineno - start
        lines[at] = lines[at].replace("return ", f"{ANSWER} = ", 1)
    if not keep_answer:
        shown = list(last)
        while isinstance(shown[-1], (ast.Return, ast.Assign)):
            shown.pop()
        kept = (shown[-1].end_lineno or 0) - start + 1
    code, rest = (_plain(part, tight) for part in (lines[:kept], lines[kept:]))
    if _BUILT.search(code):  # the harness wants what a plot draws, a reader the plot
        code, rest = _BUILT.sub(r"figure = \1", code), f"{ANSWER} = built(figure)"
    tree = ast.parse(code)
    own = {one.id for one in ast.walk(tree) if _stored(one)}
    found = _Shaken()
    found.add(module, _names(tree) - own)
    if option:
        found.follow(option)
    whole = found.in_front_of(code, tree)
    if rest and last is not statements:  # within a `with`, whose end comes behind it
        return whole, None
    left = ast.parse(rest)
    own |= {one.id for one in ast.walk(left) if _stored(one)}
    return whole, found.further(module, _names(left) - own, rest) if rest else ""


def _plain(lines: list[str], tight: bool) -> str:
    """Lines of a case's function as a reader would write them."""
    code = textwrap.dedent("\n".join(lines)).strip("\n")
    return _CONTROL.sub(', control="newton"' if tight else "", code)


@cache
def uses(path: Path) -> set[str]:
    """The names of `translations` that a case's file calls as `r.NAME`, helpers of its suite included."""
    own = _Module.of(path)
    names = _attributes(own.tree)
    for helper, wanted in own.helpers():
        module, todo, seen = _Module.of(helper), list(wanted), set()
        while todo:
            name = todo.pop()
            if name not in seen and name in module.bound:
                seen.add(name)
                names |= _attributes(module.bound[name])
                todo += _names(module.bound[name])
    return names


@cache
def direct_uses(path: Path) -> set[str]:
    """The names of `translations` that stand as `r.NAME` in a case's own file."""
    return _attributes(_Module.of(path).tree)


def _tail(statements: list[ast.stmt]) -> list[ast.stmt]:
    """The statements at whose end a function's answer is returned: within a last `with`, its own."""
    while isinstance(statements[-1], ast.With):
        statements = statements[-1].body
    return statements


class _Module:
    """A module's source, and the statement that binds each of its names."""

    def __init__(self, path: Path) -> None:
        self.path = path
        text = path.read_text(encoding="utf-8")
        self.lines = text.splitlines()
        self.tree = ast.parse(text)
        self.bound: dict[str, ast.stmt] = {}
        for statement in self.tree.body:
            for name in _binds(statement):
                self.bound[name] = statement

    @staticmethod
    @cache
    def of(path: Path) -> _Module:
        return _Module(path)

    def source(self, node: ast.stmt) -> str:
        decorators = getattr(node, "decorator_list", [])
        return "\n".join(self.lines[min([node.lineno, *(d.lineno for d in decorators)]) - 1 : node.end_lineno])

    def helpers(self) -> Iterable[tuple[Path, set[str]]]:
        """Modules of helpers that it imports from, and the names that it takes."""
        for node in self.tree.body:
            if isinstance(node, ast.ImportFrom) and (path := _helper(node, self.path)) is not None:
                yield path, {alias.name for alias in node.names}


class _Shaken:
    """What of some modules a script needs: import lines, and definitions in order."""

    def __init__(self) -> None:
        self.imports: dict[str, None] = {}
        self.definitions: list[str] = []
        self._seen: set[tuple[int, str]] = set()

    def add(self, module: _Module, names: Iterable[str]) -> None:
        for name in sorted(names):
            node = module.bound.get(name)
            if node is None or (id(module), name) in self._seen:
                continue
            self._seen.add((id(module), name))
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(module, node, name)
            else:
                self.add(module, _names(node))
                self.definitions.append(module.source(node))

    def _import(self, module: _Module, node: ast.Import | ast.ImportFrom, name: str) -> None:
        alias = next(one for one in node.names if (one.asname or one.name.split(".")[0]) == name)
        if isinstance(node, ast.ImportFrom) and alias.asname is None and (path := _helper(node, module.path)):
            self.add(_Module.of(path), [alias.name])
            return
        line = ast.unparse(type(node)(**{**vars(node), "names": [alias]}))
        self.imports[line] = None

    def follow(self, option: str) -> None:
        """Have the script follow a release of lme4."""
        self.imports["import translations as r"] = None
        self.definitions.append(f'r.options(lme4="{option}")')

    def in_front_of(self, code: str, tree: ast.Module) -> str:
        """The whole script: imports in three groups (the code's own among them), definitions, code."""
        lines = code.splitlines()
        for node in reversed([one for one in tree.body if isinstance(one, (ast.Import, ast.ImportFrom))]):
            self.imports |= dict.fromkeys(lines[node.lineno - 1 : node.end_lineno])
            del lines[node.lineno - 1 : node.end_lineno]
        groups: list[list[str]] = [[], [], []]
        for line in sorted(self.imports, key=lambda line: (line.startswith("from"), line)):
            package = line.split()[1].split(".")[0]
            groups[2 if package == "translations" else package not in sys.stdlib_module_names].append(line)
        own = [*self.definitions, "\n".join(lines).strip("\n") + "\n"]
        if any(_SLEEP2 in part for part in own):
            own = [_SLEEP2_LINE.sub("", part).replace(_SLEEP2, "sleep2") for part in own]
            own.insert(len(own) - 1 if not any("sleep2" in part for part in own[:-1]) else 0, SLEEP2)
            own[-2:] = ["\n".join(own[-2:])] if own[-2] == SLEEP2 else own[-2:]
        parts = ["\n".join(group) for group in groups] + own
        return "\n\n".join(part for part in map(str.rstrip, parts) if part) + "\n"


    def further(self, module: _Module, names: Iterable[str], rest: str) -> str:
        """The code `rest` that is run behind the script, in front of it what it needs and the script has not."""
        imports, definitions = set(self.imports), len(self.definitions)
        self.add(module, names)
        new = [line for line in self.imports if line not in imports]
        return "\n".join([*new, *self.definitions[definitions:], rest])


def _binds(statement: ast.stmt) -> list[str]:
    if isinstance(statement, (ast.FunctionDef, ast.ClassDef)):
        return [statement.name]
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return [alias.asname or alias.name.split(".")[0] for alias in statement.names]
    if not isinstance(statement, (ast.Assign, ast.AnnAssign)):
        return []
    targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
    return [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]


def _stored(node: ast.AST) -> TypeGuard[ast.Name]:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _names(tree: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def _attributes(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "r"
    }


def _helper(node: ast.ImportFrom, within: Path) -> Path | None:
    """The file that an import in the file `within` takes helpers from: a module of ours whose name starts with an
    underscore.
    """
    module = node.module or ""
    if node.level:
        file = within.parents[node.level - 1].joinpath(*module.split(".")).with_suffix(".py")
        return file if file.stem.startswith("_") and file.is_file() else None
    if not module.startswith("translations.") or not module.rsplit(".", 1)[-1].startswith("_"):
        return None
    spec = importlib.util.find_spec(module)
    return Path(spec.origin) if spec and spec.origin else None


def _after_signature(node: ast.FunctionDef) -> int:
    """The first line behind `def ...:`, comments included."""
    return max([node.lineno, *(one.lineno for one in ast.walk(node.args) if hasattr(one, "lineno"))]) + 1
