"""The case: one computation, translated, under the name that its R script and its reference bear too."""
from __future__ import annotations

import ast
import contextlib
import importlib
import importlib.util
import inspect
import io
import os
import re
import sys
import tomllib
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

from translations import releases, settings

from . import paths
from .blame import blame, line_of
from .flatten import Values, flatten
from .tolerances import THETA, Tolerance, Tolerances
from .warned import PYTHONS_OWN

Function = Callable[..., Any]
_DECLARES = re.compile(r"^@(\w+\.)*case\b", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """What a translation answered: labelled values, the text it printed, and the warnings it raised."""

    values: Values
    printed: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Library:
    """The same computation by another Python package: a subset of the labels, and what it cannot do."""

    name: str
    function: Function
    cannot: str | None
    digits: float | None

    def run(self) -> Answer:
        """The library's own answer."""
        return _captured(self.function)


@dataclass(eq=False)
class Case:
    """One computation. Calling it runs the translation and returns what it returns.

    section     where the chapter has it, "5.5.1"
    order       its position in the suite
    tolerance   one for all its values, or a dict by item of the answer; what any mixed model's values share, if none
    text_at     which fit's printed text is compared: "default", or "tight" where lme4's stopping noise shows
    in_words_of whose words its text is in when it is compared with the chapter: "chapter", where the chapter's older R
                printed otherwise than today's; "" for the release's own
    releases    those in which its R exists, where it does not in all of them: "4.6" for what came with lme4 2.0
    because     why not in the others: "structured covariances came with lme4 2.0"
    libraries   the same by other packages, in order of declaration

    Raises KeyError for a release that there is not, ValueError where some are named without the reason or out of
    order, TypeError for a tolerance that is none.
    """

    function: Function
    section: str = ""
    order: float = 0
    tolerance: Tolerances = THETA
    in_words_of: str = ""
    text_at: str = "default"
    releases: tuple[str, ...] = ()
    because: str = ""
    libraries: list[Library] = field(default_factory=list)

    def __post_init__(self) -> None:
        if not inspect.isfunction(self.function):
            raise TypeError("a case is a function, def NAME(): ..., not a class or another object")
        self.name: str = self.function.__name__
        self.path = Path(self.function.__code__.co_filename)
        self.__doc__ = self.function.__doc__
        each = self.tolerance.values() if isinstance(self.tolerance, Mapping) else [self.tolerance]
        if odd := [one for one in each if not isinstance(one, Tolerance | int | float)]:
            raise TypeError(f"case {self.name}: {odd[0]!r} is no tolerance; write a named one (tol.LINALG), a number "
                            "of decimal digits, or a dict of these by item of the answer")
        if odd := [one for one in each if not isinstance(one, Tolerance) and not one >= 1]:
            raise TypeError(f"case {self.name}: a tolerance of {odd[0]!r} lets anything pass; a number is of decimal "
                            "digits that agree, 6 where values may differ by a millionth of themselves")
        named = {releases.release(name).name for name in self.releases}
        if self.releases != tuple(one.name for one in releases.releases() if one.name in named):
            raise ValueError(f"case {self.name}: releases are a tuple in their order, not {self.releases!r}")
        if bool(self.releases) != bool(self.because):
            raise ValueError(f'case {self.name}: releases=("4.6",) and because="..." go together: why its R is not in '
                             "the other releases")

    def lacks(self, release: str) -> str:
        """Why a release of R has not what the case computes; "" where it has."""
        return f"not in {release}: {self.because}" if self.releases and release not in self.releases else ""

    @property
    def option(self) -> str:
        """The lme4 option under which it runs: the one followed here, or that of the nearest release that has its R."""
        here = settings.option("lme4")
        followed = releases.of_option(here).name
        return releases.release(releases.nearest(followed, self.releases)).option if self.lacks(followed) else here

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def by(self, library: str, cannot: str | None = None,
           digits: float | None = None) -> Callable[[Function], Function]:
        """Declare the same computation by another package.

        `cannot` says in one sentence what that package has no way to compute; `digits` is what it must reach (its
        measured figure), else the tolerance's own `library` digits.
        """

        def declare(function: Function) -> Function:
            self.libraries.append(Library(library, function, cannot, digits))
            return function

        return declare

    @cached_property
    def takes_control(self) -> bool:
        """Whether the case fits with `lmer`, and so is run once with each optimizer."""
        return "control" in inspect.signature(self.function).parameters

    @cached_property
    def fits_twice(self) -> bool:
        """Whether the optimizer that `run` is given counts."""
        return not {"control", "optimizer"}.isdisjoint(inspect.signature(self.function).parameters)

    @cached_property
    def prints(self) -> bool:
        """Whether the translation calls `print`, and so has a text to compare: as its source says."""
        tree = ast.parse(self.path.read_bytes())
        own = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == self.name)
        return any(isinstance(node, ast.Call) and ast.unparse(node.func) == "print"
                   for function in own for node in ast.walk(function))

    @property
    def text(self) -> str:
        """The module's docstring: what the guide says about this case."""
        return inspect.getdoc(inspect.getmodule(self.function)) or inspect.getdoc(self.function) or ""

    def run(self, optimizer: str | None = None) -> Answer:
        """Run the translation, with `optimizer` "nloptwrap" or "newton" where it takes a control, with "newton" or the
        default (None) where it takes an optimizer, under a release that has its R.
        """
        with settings.options(lme4=self.option):
            if "optimizer" in inspect.signature(self.function).parameters:
                return _captured(self.function, optimizer="newton" if optimizer == "newton" else None)
            if not self.takes_control or optimizer is None:
                return _captured(self.function)
            from translations.lme4.control import lmerControl

            return _captured(self.function, control=lmerControl(optimizer=optimizer))


def case(section: str = "", order: float = 0, tolerance: Tolerances = THETA,
         in_words_of: str = "", text_at: str = "default", releases: tuple[str, ...] = (),
         because: str = "") -> Callable[[Function], Case]:
    """Declare a function as a case: `@case(section="5.5.1", order=17, tolerance=tol.PROFILE)`.

    The function prints what R prints and returns a dict of what the R script returns, with R's labels: numbers, text,
    booleans, dates, lists, dicts, arrays, Series and frames of them (CONTRIBUTING.md has the labels' rule).

    section      where the chapter has it, text: "5.5.1"; "" for a case of your own
    order        its place in the table, a number
    tolerance    a named one (`tol.LINALG`), a number of decimal digits, or a dict of these by item of the answer
    in_words_of, text_at, releases, because    see `Case`

    Raises TypeError where it is written without parentheses.
    """
    if callable(section):
        raise TypeError("write @case(), with parentheses: @case(tolerance=tol.LINALG)")
    return lambda function: Case(function, section, order, tolerance, in_words_of, text_at, releases, because)


@dataclass(frozen=True)
class Suite:
    """Cases that belong together: where their code and their references lie (for a user's suite, in one directory)."""

    name: str
    code: Path
    references: Path
    certified: Path

    @property
    def built_in(self) -> bool:
        """Whether the suite is ours."""
        return self.code.is_relative_to(paths.PACKAGE)

    @property
    def handle(self) -> str:
        """What `--suite` takes: the name of a built-in suite, the directory of a user's."""
        return self.name if self.built_in else str(self.code)

    @property
    def options(self) -> str:
        """The options by which `rparity regenerate` asks R about the suite."""
        return f"--built-in --suite {self.name}" if self.built_in else f"--suite {self.code}"

    @property
    def release(self) -> str | None:
        """The release of R that a user's suite is held to: `release = "4.6"` in its `rparity.toml`; None without one.

        Raises KeyError for a release that there is not, ValueError for a file that cannot be read.
        """
        file = self.code / "rparity.toml"
        if self.built_in or not file.is_file():
            return None
        try:
            said = tomllib.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from None
        if unknown := said.keys() - {"release"}:
            raise ValueError(f"{file}: no setting {', '.join(sorted(unknown))}; there is release")
        told = said.get("release")
        return None if told is None else releases.release(str(told)).name

    @property
    def lacks(self) -> str:
        """What the suite needs and is not installed, with the cure; "" where nothing is lacking.

        A suite of ours that needs an extra of `rparity` says so in its package: `NEEDS = {"plotnine": "figures"}`.
        """
        if not self.built_in:
            return ""
        package = importlib.import_module(_module_name(self.code))
        absent = [name for name in getattr(package, "NEEDS", {}) if importlib.util.find_spec(name) is None]
        return "".join(f"{name} is not installed: pip install 'rparity[{package.NEEDS[name]}]'" for name in absent[:1])

    def files(self) -> list[Path]:
        """The Python files that declare a case."""
        return list(filter(declares_case, sorted(self.code.glob("*.py"))))

    def scripts(self) -> list[Path]:
        """The R scripts, one a case. Names that start with an underscore are helpers."""
        found = (file for file in self.references.glob("*.R") if file.is_file() and not file.name.startswith("_"))
        return sorted(found)

    def cases(self) -> list[Case]:
        """Every case, in reading order. Raises ValueError when a file's case does not bear the file's name."""
        found = [self.load(file) for file in self.files()]
        return sorted(found, key=lambda one: (one.order, one.name))

    def readable(self) -> tuple[list[Case], dict[str, str]]:
        """Every case that can be loaded, in reading order; and of the other files that declare one, by name, what is
        wrong with them, with the line.
        """
        found, broken = [], {}
        for file in self.files():
            try:
                found.append(self.load(file))
            except Exception as error:  # whatever a file may do that is being written
                broken[file.stem] = blame(error, self.code, file)
        return sorted(found, key=lambda one: (one.order, one.name)), broken

    def stored(self) -> dict[str, list[Path]]:
        """The references and certified values that lie in the suite, by the case whose they are."""
        files = [*filter(is_reference, sorted(self.references.glob("*.json"))), *sorted(self.certified.glob("*.json"))]
        names = dict.fromkeys(file.stem for file in files)
        return {name: [file for file in files if file.stem == name] for name in names}

    def incomplete(self) -> dict[str, str]:
        """What no case translates, by its name with what is missing: R scripts, and references without a script too."""
        whole = {file.stem for file in self.files()}
        scripts, stored = {script.stem for script in self.scripts()}, self.stored()
        return {name: self._missing(name, [*([f"{name}.R"] if name in scripts else []),
                                           *(file.name for file in stored.get(name, [])[:1])])
                for name in sorted((scripts | set(stored)) - whole)}

    def _missing(self, name: str, left: list[str]) -> str:
        there = (self.code / f"{name}.py").is_file()
        what = f"{name}.py declares no case" if there else f"no {name}.py is here"
        cure = f"; write @case() above def {name}" if there else ""
        return f"{what}: nothing translates {' and '.join(left)}{cure}"

    def without_control(self) -> set[str]:
        """The cases that take no control and so are run with R's default optimizer alone; read off the files, which may
        be half-written.
        """
        def fits(file: Path) -> bool:
            code = file.read_text(encoding="utf-8", errors="replace")
            return bool(re.search(rf"(?m)^def {file.stem}\([^)]*\bcontrol\b", code))

        return {file.stem for file in self.files() if not fits(file)}

    def load(self, file: Path) -> Case:
        """The case that a file declares. Raises ValueError when it does not bear the file's name."""
        if file.is_relative_to(paths.PACKAGE):
            module = importlib.import_module(_module_name(file))
        else:
            module = _import(file, f"_rparity_{self.name}_{file.stem}")
        declared = getattr(module, file.stem, None)
        if not isinstance(declared, Case):
            raise ValueError(_nameless(file, vars(module).values()))
        if again := _second_definition(file):
            raise ValueError(f"{file.name}, line {again}: {file.stem} is defined a second time, and the first would "
                             "never run; give one a file of its own")
        others = [one for one in vars(module).values()
                  if isinstance(one, Case) and one is not declared and one.path == declared.path]
        if others:
            second = others[0]
            raise ValueError(f"{file.name}, line {line_of(second.function)}: {second.name} is a second case, which "
                             "would never run; give it a file of its own")
        return declared


def _nameless(file: Path, declared: Iterable[Any]) -> str:
    """What is said of a file that declares no case of its name."""
    if not file.stem.isidentifier():
        return (f"{file}: no function can be named {file.stem}, as a case is by its file: rename the file, its .R and "
                ".json")
    found = [one for one in declared if isinstance(one, Case) and one.path == file]
    so = f"; the one on line {line_of(found[0].function)} is named {found[0].name}" if found else ", under @case()"
    return f"{file}: the case must be a function named {file.stem}, as its file is{so}"


def _second_definition(file: Path) -> int | None:
    """The line on which the function that a file is named for is defined again."""
    body = ast.parse(file.read_bytes()).body
    lines = [one.lineno for one in body if isinstance(one, ast.FunctionDef) and one.name == file.stem]
    return lines[1] if len(lines) > 1 else None


def suites() -> list[Suite]:
    """The built-in suites: every directory of fixtures whose cases, or stored answers, are of its name."""
    root = paths.fixtures()
    found = [Suite(place.name, paths.PACKAGE / "cases" / place.name, place, root / "certified" / place.name)
             for place in sorted(root.iterdir()) if place.is_dir()]
    return [suite for suite in found if suite.files() or suite.stored()]


def suite(name: str) -> Suite:
    """A built-in suite by its name or its cases' directory, or a user's by its directory.

    Raises KeyError naming the suites there are.
    """
    place = Path(name).resolve()
    for known in suites():
        if known.name == name or known.code.resolve() == place:
            return known
    if place.is_dir():
        return directory_suite(place)
    raise KeyError(f"no suite or directory {name!r}; the built-in suites are {[known.name for known in suites()]}")


def declares_case(file: Path) -> bool:
    """Whether a Python file declares a case."""
    return _DECLARES.search(file.read_text(encoding="utf-8", errors="replace")) is not None


def is_reference(file: Path) -> bool:
    """Whether a JSON file is what `rparity regenerate` writes; its head says so, since others may be large."""
    with file.open(encoding="utf-8", errors="replace") as opened:
        head = opened.read(100_000)
    return '"provenance": {' in head and '"beside": [' in head


def directory_suite(place: Path) -> Suite:
    """A directory in which a user keeps both sides of each case together."""
    return Suite(place.name, place, place, place / "certified")


def _module_name(place: Path) -> str:
    return ".".join(("translations", *place.relative_to(paths.PACKAGE).with_suffix("").parts))


def _import(file: Path, name: str) -> Any:
    if name in sys.modules and Path(str(sys.modules[name].__file__)) == file:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"cannot import {file}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        with _going_on(), _alone(file.parent):
            spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """What a case changes for the whole process ends with it, as in R's side: the working directory, options, helpers.

    Modules that lie beside it are found after all others, and read anew for each case: two suites may have `_helpers`.
    `input()` finds nobody to answer: its question would not be seen.
    """
    here, asked, known = Path.cwd(), sys.stdin, {*sys.modules}
    sys.stdin = io.StringIO()
    sys.path.append(str(folder))
    try:
        with settings.options(**settings.options()):
            yield
    finally:
        sys.path.remove(str(folder))
        os.chdir(here)
        sys.stdin = asked
        for name in {*sys.modules} - known:
            file = getattr(sys.modules[name], "__file__", None)
            if "." not in name and not name.startswith("_rparity_") and file and Path(file).parent == folder:
                del sys.modules[name]


@contextlib.contextmanager
def _going_on() -> Iterator[None]:
    """`sys.exit()` and `os._exit()` in a case are that case's error: a program that they end has compared nothing, and
    may end with 0. Processes that a case forks end as they like.

    A subclass of SystemExit is a signal's (`cli.Told`), and ends the program.
    """
    here, ends = os.getpid(), os._exit

    def told(call: str, code: object) -> RuntimeError:
        return RuntimeError(f"{call}({'' if code is None else code}) would end the check; leave it out, or return")

    def refused(status: int) -> NoReturn:
        if os.getpid() != here:
            ends(status)
        raise told("os._exit", status)

    os._exit = refused
    try:
        yield
    except SystemExit as error:
        if type(error) is not SystemExit:
            raise
        raise told("sys.exit", error.code).with_traceback(error.__traceback__) from None
    finally:
        os._exit = ends


def _captured(function: Function, **arguments: Any) -> Answer:
    """Run `function` with what it prints kept, on either stream: R's console shows messages between what is printed.

    A warning whose class says `r_message` is one that R says as a message, and stands in the text where it was raised.
    Those that say `ours`, what is said here of R's answer, are left out, and Python's own, such as deprecations
    (`warned.PYTHONS_OWN`).
    """
    out = io.StringIO()
    said: list[str] = []

    def show(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
        if getattr(category, "r_message", False):
            print(message, file=out)
        elif not getattr(category, "ours", False) and not issubclass(category, PYTHONS_OWN):
            said.append(str(message))

    beside = Path(function.__code__.co_filename).parent
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(out), warnings.catch_warnings(), _alone(beside):
        warnings.simplefilter("always")
        warnings.showwarning = show
        with _going_on():
            answer = function(**arguments)
    return Answer(flatten(answer), out.getvalue(), tuple(said))


def all_cases(only: str | None = None) -> Iterator[tuple[Suite, Case]]:
    """Every case of every suite (or of the one named), in order."""
    for one in suites() if only in (None, "all") else [suite(str(only))]:
        for found in one.cases():
            yield one, found
