"""An evaluation by passes over the observations, where effects are intercepts: against dense algebra, and against the
iteration that looks at each observation.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import special

import translations as r
from translations.generalized.fit import begin_of
from translations.lme4.control import LmerControl
from translations.lme4.design import Design, build_design
from translations.lme4.formula import split
from translations.lme4.glmer.laplace import Laplace
from translations.lme4.glmer.nodes import Nodes
from translations.lme4.glmer.state import Problem, new_laplace

PAR = np.array([0.8, 0.5, 0.3, -0.6])
MODELS = {"ones": "y ~ x + offset(o)", "trials": "cbind(y, n - y) ~ x"}


def data(kind: str) -> pd.DataFrame:
    """Forty persons by twelve items, some cells without an observation, some with two."""
    s = r.set_seed(11)
    person, item = (x.ravel() for x in np.meshgrid(np.arange(40), np.arange(12)))
    keep = np.repeat(np.arange(480), 1 + (np.arange(480) % 7 == 3))[5:]
    frame = pd.DataFrame({"person": person[keep], "item": item[keep]})
    frame["x"], frame["o"], frame["n"] = s.rnorm(len(keep)), 0.1 * s.rnorm(len(keep)), 1 + np.arange(len(keep)) % 4
    frame["n"] = frame["n"] if kind == "trials" else 1
    eta = 0.3 - 0.6 * frame["x"] + s.rnorm(40)[frame["person"]] + 0.5 * s.rnorm(12)[frame["item"]]
    draws = s.runif(len(keep))
    frame["y"] = (draws < special.expit(eta)) * frame["n"]
    return frame


def kernel(kind: str, bars: str, kind_of: type[Laplace] = Laplace) -> tuple[Laplace, Design, Any]:
    """A criterion whose iteration goes to the last digits, ready for theta and beta."""
    family = r.binomial()
    built = build_design(split(MODELS[kind] + bars), data(kind), LmerControl(), generalized=True)
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    made = new_laplace(problem, begun, family, 1e-14, True, False, 1.0, kind_of=kind_of)
    made.begin(family.link.linkfun(begun.mustart))
    made.iterate(built.random.start, True)
    made.keep_predictor()
    return made.at_stage(1), built, begun


@pytest.mark.parametrize("kind", list(MODELS))
@pytest.mark.parametrize("bars", [" + (1 | person) + (1 | item)", " + (1 | person)"])
def test_a_pass_is_dense_algebra(kind: str, bars: str) -> None:
    made, built, begun = kernel(kind, bars)
    theta, beta = PAR[: len(built.random.terms)], PAR[2:]
    value = made(np.concatenate([theta, beta]))
    assert made.together and made.complete == ("item" in bars)
    U = np.hstack([np.eye(len(t.levels))[t.codes] * s for t, s in zip(built.random.terms, theta, strict=True)])
    eta0 = built.X_fitted @ beta + (0.0 if built.frame.offset is None else built.frame.offset)
    y, w, u = begun.y, begun.weights, np.zeros(U.shape[1])
    for _ in range(60):
        eta = eta0 + U @ u
        mu = special.expit(eta)
        H = U.T @ ((w * mu * (1.0 - mu))[:, None] * U) + np.eye(len(u))
        u = u + np.linalg.solve(H, U.T @ (w * (y - mu)) - u)
    choose = special.gammaln(w + 1.0) - special.gammaln(w * y + 1.0) - special.gammaln(w - w * y + 1.0)
    density = choose + w * (y * eta - np.logaddexp(0.0, eta))
    assert value == pytest.approx(np.linalg.slogdet(H)[1] + u @ u - 2.0 * density.sum(), rel=1e-12)


@pytest.mark.parametrize("kind", list(MODELS))
def test_means_near_their_ends_are_left_to_the_guarded_way(kind: str) -> None:
    """From a start with linear predictors of 40 and more, and where theta takes a later step there."""
    bars = " + (1 | person) + (1 | item)"
    made, other = kernel(kind, bars)[0], kernel(kind, bars, Nodes)[0]
    for par, left in (([0.8, 0.5, -39.0, 3.0], True), ([9.0, 0.5, 0.3, -0.6], False)):
        value = made(np.array(par))
        assert not (left and made.together) and not other.together
        assert value == pytest.approx(other(np.array(par)), rel=1e-12)
