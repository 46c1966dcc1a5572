"""An orthonormal basis of a matrix's columns, by either route."""
from __future__ import annotations

import numpy as np
import pytest

from translations.stats.formulas.rank import TALL, orthonormal


@pytest.mark.parametrize("n", [1_000, TALL])
def test_a_basis_is_orthonormal_and_gives_the_columns_back(n: int) -> None:
    """Columns of other units, and one that a millionth tells from another: as R keeps them."""
    random = np.random.default_rng(1)
    x = random.normal(size=n)
    X = np.asfortranarray(np.column_stack([np.ones(n), 1e6 + x, 1e-9 * x + 1e-15 * random.normal(size=n)]))
    given = X.copy()
    Q, R = orthonormal(X)
    np.testing.assert_array_equal(X, given)
    np.testing.assert_allclose(Q.T @ Q, np.eye(3), atol=1e-12)
    size = np.abs(X).max(axis=0)
    np.testing.assert_allclose(Q @ R / size, X / size, atol=1e-12)
    np.testing.assert_array_equal(R, np.triu(R))
    assert (np.abs(np.diagonal(R)) > 0).all()
