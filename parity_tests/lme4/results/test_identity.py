"""What tells two questions of a stored study apart, and what does not."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.results import identity

from ... import warm


def code(function: Any) -> str:
    return identity.of_function(function)["code"]


def times(k: float) -> Any:
    return lambda m: m.beta * k


class Power:
    """A statistic with a setting."""

    def __init__(self, k: float) -> None:
        self.k = k

    def __call__(self, m: Any) -> Any:
        return m.beta**self.k

    def of(self, m: Any) -> Any:
        return m.beta**self.k


def defined(source: str, **around: Any) -> Any:
    """The function f that a script defines."""
    space: dict[str, Any] = {"__name__": "__main__", "np": np, **around}
    exec(compile(source, "script.py", "exec"), space)
    return space["f"]


DIFFERENT = {
    "formula": ("f = lambda m: m.beta", "f = lambda m: -m.beta"),
    "constant": ("f = lambda m: m.beta + 1", "f = lambda m: m.beta + 2"),
    "zero's sign": ("f = lambda m: 0.0", "f = lambda m: -0.0"),
    "type of a constant": ("f = lambda m: 1", "f = lambda m: 1.0"),
    "attribute": ("f = lambda m: m.beta", "f = lambda m: m.theta"),
    "function used": ("f = lambda m: np.exp(m.beta)", "f = lambda m: np.log(m.beta)"),
    "default": ("def f(m, k=1): return m.beta * k", "def f(m, k=2): return m.beta * k"),
    "keyword default": ("def f(m, *, k=1): return m.beta * k", "def f(m, *, k=2): return m.beta * k"),
    "one's own function": ("g = lambda x: x\nf = lambda m: g(m)", "g = lambda x: x * 2\nf = lambda m: g(m)"),
    "within": ("f = lambda m: [(lambda x: x)(b) for b in m]", "f = lambda m: [(lambda x: -x)(b) for b in m]"),
    "a global": ("k = 1\nf = lambda m: m.beta * k", "k = 2\nf = lambda m: m.beta * k"),
    "an array": ("k = np.ones(3)\nf = lambda m: k", "k = np.ones(4)\nf = lambda m: k"),
    "a last bit": ("k = np.ones(3)\nf = lambda m: k", "k = np.nextafter(np.ones(3), 2)\nf = lambda m: k"),
    "in a table": ("k = {'a': [1, (2,)]}\nf = lambda m: k", "k = {'a': [1, (3,)]}\nf = lambda m: k"),
    "set": ("f = lambda m: 1 in {1, 2}", "f = lambda m: 1 in {1, 3}"),
}
SAME = {
    "line": ("f = lambda m: m.beta", "# said\n\n\nf = lambda m: m.beta"),
    "names of variables": ("def f(m):\n    x = m.beta\n    return x", "def f(m):\n    y = m.beta\n    return y"),
    "spaces": ("f = lambda m: m.beta", "f = (lambda m:\n     m.beta)"),
    "a global that is not used": ("beta = 1\nf = lambda m: m.beta", "beta = 2\nf = lambda m: m.beta"),
    "order of a table": ("k = {'a': 1, 'b': 2}\nf = lambda m: k", "k = {'b': 2, 'a': 1}\nf = lambda m: k"),
    "one that calls itself": ("f = lambda m: f(m) if m else 1", "f = lambda m: f(m) if m else 1"),
}


@pytest.mark.parametrize("what", DIFFERENT)
def test_what_computes_otherwise_is_told_apart(what: str) -> None:
    one, other = map(defined, DIFFERENT[what])
    assert code(one) != code(other)
    assert code(one) == code(defined(DIFFERENT[what][0]))


@pytest.mark.parametrize("what", SAME)
def test_what_computes_the_same_is_not(what: str) -> None:
    one, other = map(defined, SAME[what])
    assert code(one) == code(other)


def test_what_a_function_takes_from_outside() -> None:
    for make in (times, Power, lambda k: Power(k).of, lambda k: partial(pow, k), lambda k: partial(times(1), k=k),
                 lambda k: lru_cache(times(k)), lambda k: np.vectorize(times(k))):
        assert code(make(1.0)) == code(make(1.0)) != code(make(2.0))
    found = {code(one) for one in (np.mean, np.exp, max, r.fixef, r.VarCorr, len, Power)}
    assert len(found) == 7


def test_a_model_that_a_function_takes_is_known_by_its_content() -> None:
    """What has been asked of it before does not count."""
    formula = "Reaction ~ days_deprived + (days_deprived | Subject)"
    one, other = r.lmer(formula, r.sleep2()), r.lmer(formula, r.sleep2(), REML=False)

    def distance(m: Any) -> Any:
        return lambda x: x.beta - m.beta

    before = code(distance(one))
    r.summary(one), r.ranef(one)
    assert code(distance(one)) == before != code(distance(other))
    assert before == code(distance(r.lmer(formula, r.sleep2())))


@pytest.mark.parametrize(("one", "other"), [
    (pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"x": [1.0, 2.0]})),
    (pd.DataFrame({"x": [1, 2]}), pd.DataFrame({"y": [1, 2]})),
    (pd.Series(["a", "b"]), pd.Series(["a", "c"])),
    (pd.Series(["a", None]), pd.Series(["a", "None"])),
    (pd.Categorical(["a"], ["a", "b"]), pd.Categorical(["a"], ["b", "a"])),
    (pd.Categorical(["a", "b"]), pd.Categorical(["a", "b"], ordered=True)),
    (pd.Series(pd.date_range("2020", periods=2)), pd.Series(pd.date_range("2021", periods=2))),
    (pd.Timestamp("2020"), pd.Timestamp("2021")),
    (np.zeros((2, 3)), np.zeros((3, 2))),
    (np.array(["a", 1], object), np.array(["a", 2], object)),
    ([1, [2]], [[1], 2]),
    ([[1, 2], 3], [[1], 2, 3]),
    ("1", 1),
    (None, np.nan),
])
def test_values_that_differ(one: Any, other: Any) -> None:
    assert identity.digest(one) != identity.digest(other)
    assert identity.digest(one) == identity.digest(one)


SCRIPT = """
import numpy as np, pandas as pd
from translations.lme4.results import identity
table = {"b": {"x", "y", "z"}, "a": pd.DataFrame({"g": pd.Categorical(["u", None]), "s": ["p", "q"]})}
def f(m):
    return m.beta if m.name in {"one", "two", "three"} else table
print(identity.of_function(f)["code"])
"""


def test_another_process_says_the_same() -> None:
    """Whatever its seed of hashes: sets and tables have another order there."""
    there = warm.run("-c", SCRIPT, after=warm.MODELS, check=True).stdout.strip()
    assert len(there) == 16 and there == code(defined(SCRIPT))
