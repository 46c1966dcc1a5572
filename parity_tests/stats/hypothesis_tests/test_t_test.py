"""`t_test` against R's t.test: every kind, every part of the answer, and the printed text."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import translations as r

from ..designs import mixture, stored

TESTS = stored("linear_models_r.json")["tests"]
DATA = mixture()
x, y = (DATA[name].to_numpy() for name in "xy")
GAPS = mixture("gaps")

OURS: dict[str, Any] = {
    "one": lambda: r.t_test(x),
    "mu_less": lambda: r.t_test(x, mu=8, alternative="less"),
    "greater": lambda: r.t_test(x, mu=3, alternative="greater", conf_level=0.99),
    "welch": lambda: r.t_test(x, y),
    "welch_mu": lambda: r.t_test(x, y, mu=-2, alternative="greater"),
    "pooled": lambda: r.t_test(x, y, var_equal=True, conf_level=0.9),
    "paired": lambda: r.t_test(x, y, paired=True),
    "paired_less": lambda: r.t_test(x, y, paired=True, mu=-3, alternative="less"),
    "formula": lambda: r.t_test("y ~ g", data=DATA),
    "formula_equal": lambda: r.t_test("log(x) ~ l", data=DATA, var_equal=True, alternative="less"),
    "formula_one": lambda: r.t_test("z ~ 1", data=DATA),
    "gaps": lambda: r.t_test(GAPS["x"], GAPS["z"], data_name="gappy$x and gappy$z"),
    "far": lambda: r.t_test(x, mu=100),
    "formula_subset": lambda: r.t_test("y ~ f", data=DATA, subset="f != 'b'"),
}
LINALG, PVALUE = 1e-12, 1e-10  # means and variances summed in another order; tail areas of them


def number(value: Any) -> float:
    return {"Inf": np.inf, "-Inf": -np.inf}.get(value, value) if isinstance(value, str) else float(value)


def test_every_kind_is_compared() -> None:
    assert set(OURS) == set(TESTS)


@pytest.mark.parametrize("kind", OURS)
def test_values(kind: str) -> None:
    ours, theirs = OURS[kind](), TESTS[kind]
    for name in ("statistic", "parameter", "estimate", "null_value"):
        expected = theirs[name.replace("_", ".")]
        found = getattr(ours, name)
        assert list(found.index) == list(expected)
        np.testing.assert_allclose(found.to_numpy(float), [number(v) for v in expected.values()], rtol=LINALG)
    np.testing.assert_allclose(ours.conf_int, [number(v) for v in theirs["conf.int"]], rtol=LINALG)
    np.testing.assert_allclose(ours.stderr, number(theirs["stderr"][0]), rtol=LINALG)
    np.testing.assert_allclose(ours.p_value, number(theirs["p.value"][0]), rtol=PVALUE)


@pytest.mark.parametrize("kind", OURS)
def test_printed(kind: str) -> None:
    assert str(OURS[kind]()).rstrip("\n") == TESTS[kind]["printed"].rstrip("\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"x": [1.0]}, "not enough observations"),
        ({"x": [2.0, 2.0, 2.0]}, "constant"),
        ({"x": x, "y": y[:5], "paired": True}, "one length"),
        ({"x": x, "paired": True}, "needs y"),
        ({"x": x, "alternative": "bigger"}, "alternative"),
        ({"x": x, "conf_level": 95}, "conf_level"),
        ({"x": ["a", "b"]}, "numbers"),
        ({"x": "y ~ f", "data": DATA}, "exactly 2 levels"),
        ({"x": "y ~ f + g", "data": DATA}, "response ~ group"),
        ({"x": "y ~ g"}, "needs data"),
    ],
)
def test_errors(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        r.t_test(**arguments)
