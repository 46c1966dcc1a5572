"""What is said of gradients and Hessians, against lme4's own words."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path
from translations.lme4.convergence import gradient_words, hessian_words, of_gradients, of_hessians

STORED = json.loads((fixtures_path() / "lme4" / "core_parts.json").read_text())


@pytest.mark.parametrize("stored", STORED["hessians"], ids=lambda s: str(s["values"]))
def test_what_is_said_of_a_hessian(stored: dict[str, Any]) -> None:
    H = np.diag(np.array(stored["values"], dtype=float))
    codes = of_hessians(np.stack([H, np.eye(len(H)), H]), 1e-6)
    assert hessian_words(int(codes[0])) == hessian_words(int(codes[2])) == stored["messages"]
    assert codes[1] == 0 and hessian_words(0) == []


def test_what_is_said_where_derivatives_are_not_finite() -> None:
    """R: checkHess asks for infinite or missing values before all else; without a Cholesky factor there is no Newton
    step to scale a gradient by.
    """
    H, gradient = np.stack([np.diag([np.inf, 1.0]), np.diag([2.0, -1.0]), np.eye(2)]), np.array([[0.1, 0.002]] * 3)
    assert [hessian_words(int(code)) for code in of_hessians(H[[0, 2]], 1e-6)] == [
        ["Problem with Hessian check (infinite or missing values?)"], []]
    assert gradient_words(float(of_gradients(H, gradient, 0.002)[1]), 0.002) == ["unable to evaluate scaled gradient"]
    said = "Model failed to converge with max|grad| = 0.1 (tol = 0.002, component 1)"
    assert gradient_words(float(of_gradients(H, gradient, 0.002)[2]), 0.002) == [said]
    assert gradient_words(float(of_gradients(H, gradient, 0.2)[2]), 0.2) == []
