"""The chapter in one piece: its pages as one, and its cases as two Jupyter notebooks of the same cells."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from translations.parity import reference
from translations.parity.cases import Case

from . import cells, names, prose, python_source, r_source
from .names import Place

PARTS = ("chapter_data", "chapter_pooling", "chapter_partial", "chapter_fitting", "chapter_results")
KERNELS = {"python": ("python3", "Python"), "r": ("ir", "R")}
_FENCE = re.compile(r"^(`{3,})(.*)$")
_CELL = re.compile(r"^```\{code-cell\} python\n((?::[^\n]*\n)*)(.*?)^```\n", re.MULTILINE | re.DOTALL)
_NAMED = re.compile(r"^:name: .*\n", re.MULTILINE)
_DEFINES, _IMPORTS = ("def ", "class ", "@"), ("import ", "from ")
_ROLE = re.compile(r"\{\w+\}`([^`<]*?)(?:\s*<[^>`]*>)?`")


# One page


def one_page(pages: Path) -> str:
    """The chapter's pages in the directory `pages` as one, in Markdown, without the code that a later part repeats."""
    seen: dict[str, str] = {}

    def cell(found: re.Match[str]) -> str:
        code = fresh_python(found[2], seen)
        return f"```{{code-cell}} python\n{found[1]}{code}\n```\n" if code else ""

    head = ("# The chapter on one page\n\nAll of it, to read through or to print. As notebooks, with a cell for each "
            "computation:\n{download}`Python <notebooks/chapter_python.ipynb>`, "
            "{download}`R <notebooks/chapter_r.ipynb>`.\n")
    parts = [_deeper(_CELL.sub(cell, _NAMED.sub("", (pages / f"{name}.md").read_text(encoding="utf-8"))))
             for name in PARTS]
    return "\n\n".join([head, *parts])


def _deeper(text: str) -> str:
    """Markdown with each heading one level further down."""
    lines, within = [], ""
    for line in text.splitlines():
        fence = _FENCE.match(line)
        if fence and not within:
            within = fence[1]
        elif within and line.strip() == within:
            within = ""
        elif not within and line.startswith("#"):
            line = f"#{line}"
        lines.append(line)
    return "\n".join(lines)


# Two notebooks


@dataclass(frozen=True)
class Step:
    """One computation of the chapter, in both languages. Nothing is run to make it."""

    place: Place

    @cached_property
    def case(self) -> Case:
        """Its case."""
        return self.place.suite.load(self.place.file)

    @property
    def at(self) -> tuple[list[int], bool, float]:
        """Its place in the chapter: figures stand at the end of their section."""
        return [int(one) for one in self.case.section.split(".")], self.place.suite.name == "figures", self.case.order

    @property
    def text(self) -> str:
        """Its heading and what is said about it."""
        title, rest = prose.split(self.case.text)
        said = _ROLE.sub(r"`\1`", prose.markdown(rest))
        return f"## {prose.inline(title.rstrip('.'))}\n\nSection {self.case.section}.\n\n{said}".strip()

    @property
    def python(self) -> str:
        """Its code in Python; a figure's ends with the figure."""
        code = python_source.case_script(self.case).replace("import translations as r", "import rparity as r")
        return re.sub(r"^figure = ", "", code, flags=re.MULTILINE)

    @property
    def r(self) -> str:
        """Its code in R."""
        return r_source.script(self.place.r_file, keep_answer=not self.case.prints)

    @property
    def printed(self) -> str:
        """What R printed."""
        return "\n".join(reference.load(self.place.suite, self.case.name).fits[self.case.text_at].printed)


def steps() -> list[Step]:
    """The chapter's computations and figures, in its order."""
    found = [Step(place) for place in names.places().values() if place.suite.name in ("chapter5", "figures")]
    return sorted((one for one in found if one.case.section.startswith("5.")), key=lambda one: one.at)


def notebook(language: str) -> Any:
    """The chapter as a notebook of one language, "python" or "r": R's with what R printed, Python's not yet run."""
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

    fresh: Callable[[str, dict[str, str]], str] = {"python": fresh_python, "r": fresh_r}[language]
    other = "R" if language == "python" else "Python"
    install = "`pip install \"rparity[figures]\"`" if language == "python" else "lme4, dplyr, tidyr and ggplot2"
    head = (f"# Linear mixed models: the chapter in {KERNELS[language][1]}\n\n"
            f"The same computations, cell by cell, are in the notebook for {other}. It needs {install}.")
    made = [new_markdown_cell(head, id="head")]
    seen: dict[str, str] = {}
    for step in steps():
        code, name = fresh(getattr(step, language), seen), step.place.name.replace("/", "-")
        said = [new_output("stream", name="stdout", text=f"{step.printed}\n")] if step.printed.strip() else []
        made += [new_markdown_cell(step.text, id=f"{name}-text"[-64:]),
                 new_code_cell(code, id=f"{name}"[-64:], outputs=said if language == "r" else [])]
    kernel, shown = KERNELS[language]
    return new_notebook(cells=made, metadata={
        "kernelspec": {"name": kernel, "display_name": shown, "language": language.capitalize()},
        "language_info": {"name": language}})


def write_notebook(language: str, path: Path) -> Path:
    """Write a notebook; Python's is run first. Raises FailedCell or CellExecutionError for a cell that fails."""
    import nbformat

    made = notebook(language)
    if language == "python":
        made = cells.run(made) if cells.can_fork() else _run_by_a_kernel(made)
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(made, path)
    return path


def _run_by_a_kernel(made: Any) -> Any:
    from nbclient import NotebookClient

    NotebookClient(made, timeout=600, kernel_name="python3", extra_arguments=["--IPKernelApp.log_level=40"]).execute()
    for cell in made.cells:
        cell.metadata.pop("execution", None)  # times of the day
    return made


# What stands before need not be said again


def fresh_python(code: str, seen: dict[str, str]) -> str:
    """Code without the statements that bind names as `seen`, which is kept up to date, says they are bound already."""
    lines, kept, at = code.strip("\n").splitlines(), [], 0
    for statement in ast.parse(code.strip("\n")).body:
        text = "\n".join(lines[at : statement.end_lineno]).strip("\n")
        at = statement.end_lineno or at
        if _is_new(list(_bound(statement)), ast.unparse(statement), seen):
            kept.append(text)
    return _joined(kept)


def fresh_r(code: str, seen: dict[str, str]) -> str:
    """R code without the packages that are attached and the assignments that were made."""
    kept = []
    for one in r_source.expressions(code):
        bare = "\n".join(line for line in one.splitlines() if line.strip() and not line.startswith("#"))
        bound = re.match(r"([A-Za-z.][\w.]*) <- ", bare) or re.match(r"(library\(\w+\))", bare)
        if _is_new([bound[1]] if bound else [], bare, seen):
            kept.append(one.strip("\n"))
    return "\n".join(kept)


def _is_new(bound: list[str], text: str, seen: dict[str, str]) -> bool:
    """Whether a statement must be run: where it binds nothing, or otherwise than before. Notes what it binds."""
    if bound and all(seen.get(name) == text for name in bound):
        return False
    for name in bound:
        for part in [one for one in seen if one.startswith(f"{name}[")]:
            del seen[part]
        seen[name] = text
    return True


def _bound(statement: ast.stmt) -> Iterator[str]:
    """The names that a statement binds: by import, definition, assignment; of a column: `frame['column']`."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Import | ast.ImportFrom):
        for alias in statement.names:
            yield alias.asname or alias.name.split(".")[0]
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for target in targets:
            for one in target.elts if isinstance(target, ast.Tuple) else [target]:
                yield ast.unparse(one)


def _joined(statements: list[str]) -> str:
    """Statements below each other: definitions set apart, imports in a block of their own."""
    parts: list[str] = []
    for before, one in zip(["", *statements], statements, strict=False):
        apart = before.startswith(_DEFINES) or one.startswith(_DEFINES) or (
            before.startswith(_IMPORTS) != one.startswith(_IMPORTS))
        parts.append(f"\n{one}" if before and apart else one)
    return "\n".join(parts)
