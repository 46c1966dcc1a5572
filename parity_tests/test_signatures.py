"""What `help()`, an editor and the guide show of every public function: its parameters, types and docstring."""

from __future__ import annotations

import doctest
import inspect
import re
import warnings
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest

import translations as r

KIND = inspect.Parameter
FLAGS = doctest.NORMALIZE_WHITESPACE


def is_warning(name: str) -> bool:
    """Whether a name is a class of warnings, which nobody calls."""
    return inspect.isclass(getattr(r, name)) and issubclass(getattr(r, name), Warning)


FUNCTIONS = [name for name in r.__all__ if not is_warning(name)]
GENERICS = [name for name in FUNCTIONS if hasattr(getattr(r, name), "registry")]


def methods() -> Iterator[tuple[str, type, Callable[..., Any]]]:
    """Every method of every public generic function, those of all modules with a public name."""
    for module in set(r._HOME.values()):
        import_module(module)
    for name in GENERICS:
        found = getattr(r, name).registry.items()
        yield from ((name, kind, function) for kind, function in found if kind is not object)


METHODS = list(methods())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_parameters_have_names_and_types(name: str) -> None:
    found = inspect.signature(getattr(r, name))
    parameters = [one for one in found.parameters.values() if one.name != "self"]
    assert not {"args", "kwargs"} & {one.name for one in parameters}
    assert not [one.name for one in parameters if one.annotation is KIND.empty]
    assert found.return_annotation is not inspect.Signature.empty


# No annotation says which of several unlike classes these return, and a union would have type checkers refuse right
# code, `summary(m).coefficients` for one: the first argument's class decides, or a name or formula that is text.
ANY = {"summary", "predict", "step", "update", "influence"} | {"load", "getME", "emmeans", "emtrends", "to_native"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_returned_has_a_type(name: str) -> None:
    returned = str(inspect.signature(getattr(r, name)).return_annotation)
    assert (re.search(r"\bAny\b", returned.split("[")[0]) is not None) == (name in ANY), returned


@pytest.mark.parametrize(("name", "kind", "method"), METHODS, ids=[f"{n}-{k.__name__}" for n, k, _ in METHODS])
def test_a_method_takes_what_is_declared(name: str, kind: type, method: Callable[..., Any]) -> None:
    """Every parameter behind the first is declared, at the same place or by name alone, with the same default."""
    _, *declared = inspect.signature(getattr(r, name)).parameters.values()
    _, *taken = inspect.signature(method).parameters.values()
    places = [one.name for one in declared if one.kind is KIND.POSITIONAL_OR_KEYWORD]
    known = {one.name: one for one in declared}
    for place, one in enumerate(taken):
        if one.kind in (KIND.VAR_POSITIONAL, KIND.VAR_KEYWORD):
            assert one.name in known or method.__name__ == "_of_no_deletions"
            continue
        assert one.name in known, f"{name} does not declare {one.name} of {kind.__name__}"
        assert one.default == known[one.name].default
        if one.kind is KIND.POSITIONAL_OR_KEYWORD and one.name in places:
            assert places.index(one.name) == place, f"{one.name} of {name} has another place in {kind.__name__}"


@pytest.mark.parametrize("name", GENERICS)
def test_every_declared_parameter_is_some_method_s(name: str) -> None:
    _, *declared = inspect.signature(getattr(r, name)).parameters
    assert set(declared) <= {one for known, _, method in METHODS if known == name
                             for one in inspect.signature(method).parameters}


# These take whatever they are given.
NEVER_RAISE = {"is_factor", "is_ordered", "levels", "pnorm", "qnorm", "pt", "qt", "pf", "pchisq", "qchisq"}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_docstring_is_whole(name: str) -> None:
    """Every argument, what is returned, what is raised, the source, an example."""
    said = inspect.getdoc(getattr(r, name)) or ""
    parameters = inspect.signature(getattr(r, name)).parameters.keys() - {"self"}
    assert not [one for one in parameters if not re.search(rf"\b{one}\b", said)]
    for part in ("Returns ", ">>> ") + (("Raises ",) if parameters and name not in NEVER_RAISE else ()):
        assert re.search(rf"^{part}|\. {part}", said, re.MULTILINE), part
    assert re.search(r"R: \w+::|R:\s+lme4(::|'s)|R:\s+\w+::|R has no", said)


def examples() -> list[doctest.DocTest]:
    """The examples of all public docstrings."""
    parser = doctest.DocTestParser()
    found = [parser.get_doctest(inspect.getdoc(getattr(r, name)) or "", {"r": r}, name, None, 0) for name in r.__all__]
    return [one for one in found if one.examples]


@pytest.mark.parametrize("example", examples(), ids=lambda one: one.name)
def test_an_example_prints_what_it_says(example: doctest.DocTest) -> None:
    said: list[str] = []
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = doctest.DocTestRunner(optionflags=FLAGS, verbose=False).run(example, out=said.append)
    assert found.failed == 0, "".join(said)
