"""The structures of random effects' covariances: their sets of parameters, and the precision that EM has of each."""

from __future__ import annotations

import numpy as np
import pytest

from translations.nlme.covariances import CLASSES, Pd

FULL = np.array([[4.0, 0.6, -0.8], [0.6, 1.0, 0.2], [-0.8, 0.2, 2.25]])
OF = {"pdLogChol": FULL, "pdSymm": FULL, "pdDiag": np.diag([4.0, 1.0, 2.25]), "pdIdent": 2.0 * np.eye(3),
      "pdCompSymm": 1.5 * np.eye(3) + 0.5}


def structures() -> list[tuple[Pd, np.ndarray]]:
    """Each structure, of one effect and of three, with a covariance matrix that it has."""
    return [(CLASSES[kind]("~x"), S[:q, :q]) for kind, S in OF.items() for q in (1, 3)]


@pytest.mark.parametrize(("pd", "S"), structures())
def test_parameters_are_those_of_the_matrix(pd: Pd, S: np.ndarray) -> None:
    q, x = len(S), pd.parameters(S)
    assert len(x) == pd.deviations(q) + pd.correlations(q)
    root = pd.root(q, x)
    assert root.T @ root == pytest.approx(S, rel=1e-13)
    factor = pd.factor(q, pd.of_factor(S))
    assert factor @ factor.T == pytest.approx(S, rel=1e-13)
    sd, C = pd.natural(q, pd.symmetric(S))
    assert C * np.outer(sd, sd) == pytest.approx(S, rel=1e-13)
    assert len(pd.names([*"abc"][:q])) == len(pd.shown(sd, C)) == len(x)


@pytest.mark.parametrize(("pd", "S"), structures())
def test_em_keeps_mean_squares_that_the_structure_has(pd: Pd, S: np.ndarray) -> None:
    assert np.linalg.inv(pd.precision(S)) == pytest.approx(S, rel=1e-12)


@pytest.mark.parametrize("kind", ["pdDiag", "pdIdent", "pdCompSymm"])
def test_em_s_precision_has_the_greatest_likelihood_of_those_of_the_structure(kind: str) -> None:
    pd = CLASSES[kind]("~x")

    def likelihood(x: np.ndarray) -> float:
        root = pd.root(3, x)
        return float(2.0 * np.linalg.slogdet(root)[1] - np.trace(root.T @ root @ FULL))

    best = pd.parameters(pd.precision(FULL))
    for step in (*(1e-3 * np.eye(len(best))), *(-1e-3 * np.eye(len(best)))):
        assert likelihood(best + step) < likelihood(best)
