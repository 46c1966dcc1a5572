"""Joint tests of terms."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r


def test_a_joint_test_of_cells_is_the_table_of_a_balanced_lm() -> None:
    model = r.lm("angle ~ recipe * temperature", r.cake())
    table, tests = r.anova(model), r.joint_tests(model)
    assert np.allclose(tests["F.ratio"], table["F value"].iloc[:3], atol=5e-4)
    assert np.allclose(tests["p.value"], table["Pr(>F)"].iloc[:3], rtol=1e-9)


COUNTS = pd.DataFrame({"y": [4.0, 7, 6, 4, 10, 10, 3, 8, 6, 6, 6, 4, 8, 4, 5, 9, 11, 4],
                       "a": list("aaaaaabbbbbbcccccc"), "b": list("uvwuvwuvwuvwuvwuvw")})
HOLED = COUNTS.drop(index=[0, 3])  # no rows of a with u


@pytest.mark.parametrize("release", ["1.1-37", "2.1"])
def test_chi_squared_is_as_r_4_5_and_4_6_print_it(release: str) -> None:
    """Rounded once in a test of rows (from F it would be 1.108); of the confounded, that of all terms together."""
    with r.options(lme4=release):
        table = r.test(r.contrast(r.emmeans(r.glm("y ~ a", r.poisson, COUNTS), "a"), "consec"), joint=True)
        terms = r.joint_tests(r.glm("y ~ a * b", r.poisson, HOLED))
    assert (table["F.ratio"][0], table["Chisq"][0]) == (0.554, 1.109)
    assert np.allclose(terms["Chisq"], [0.693, 1.752, 2.277, 6.262], rtol=1e-12, atol=0.0)
    assert list(terms["df1"]) == [1, 1, 3, 2]


@pytest.mark.parametrize(("side", "open_end", "closed"),
                         [(">", "upper.CL", [3.67, 5.00]), ("<", "lower.CL", [7.33, 8.66])])
def test_what_cannot_be_estimated_has_no_open_end(side: str, open_end: str, closed: list[float]) -> None:
    """R: 3.67 and 5.00 from below, 7.33 and 8.66 from above, NA on both sides of the mean with an empty cell."""
    table = r.summary(r.emmeans(r.lm("y ~ a * b", HOLED), "a"), infer=True, side=side)
    other = "lower.CL" if open_end == "upper.CL" else "upper.CL"
    assert np.isnan(table[[open_end, other]].iloc[0].astype(float)).all()
    assert np.isinf(table[open_end].iloc[1:].astype(float)).all()
    assert np.allclose(table[other].iloc[1:].astype(float), closed, rtol=0.0, atol=0.005)


def test_groups_of_a_nested_factor_have_their_own_tests() -> None:
    """Nested contrasts come in another order than the grid; R 4.2 and 4.6 have 1, 1 and 2 degrees of freedom."""
    a = "a1 a0 a1 a2 a0 a1 a0 a0 a2 a1 a2 a1 a2 a0 a0 a2 a0 a0 a1 a2 a2 a0 a0 a1 a2 a1 a0".split()
    b = "b2 b1 b2 b0 b2 b0 b1 b1 b2 b2 b0 b0 b0 b1 b2 b0 b1 b1 b0 b1 b2 b1 b2 b2 b2 b2 b1".split()
    y = [1, 1, 1, 3, 1, 2, 1, 1, 3, 1, 2, 3, 2, 2, 1, 3, 2, 0, 2, 4, 6, 1, 1, 2, 4, 5, 0]
    data = pd.DataFrame({"y": map(float, y), "a": pd.Categorical(a), "b": pd.Categorical(b)})
    tests = r.joint_tests(r.lm("y ~ b + a:b", data), by="b")
    assert list(zip(tests["b"], tests["df1"], strict=True)) == [("b1", 1.0), ("b2", 2.0), ("b0", 1.0)]


def test_where_nothing_can_be_tested_it_refuses_as_r_does() -> None:
    data = pd.DataFrame({"y": np.arange(8.0) ** 2, "a": list("abababab"), "b": list("cdcdcdcd")})
    with pytest.raises(ValueError, match="nothing can be tested: .*show0df=True"):
        r.joint_tests(r.lm("y ~ a / b", data), by="b")
