"""Random small designs against live lme4: unbalanced, crossed, nested, vector-valued, weighted, shifted, singular."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

import translations as r
from translations.parity import tolerances as tol

from .random_designs import FORMULAS, Problem, examples, frame, problems

LIBRARY = """
suppressPackageStartupMessages(library(lme4))
quietly <- function(expression) suppressWarnings(suppressMessages(expression))
"""


# What a fit says, and what it says of the same rows in five other orders.
NOISE = """
items <- function(m) list(criterion = if (isREML(m)) REMLcrit(m) else deviance(m), fixef = fixef(m),
                          theta = getME(m, "theta"), se = sqrt(diag(as.matrix(vcov(m)))),
                          modes = unlist(ranef(m, condVar = FALSE)))
reordered <- function(fit) { set.seed(1)
  lapply(1:5, function(i) quietly(items(fit(d[sample(nrow(d)), ])))) }
"""


def r_fit(live: Any, problem: Problem) -> bool:
    """R's model of the problem, `m` in `live`; False where lme4 refuses it."""
    live.eval(LIBRARY)
    live.assign("d", problem.data)
    return not live.numbers(f"inherits(m <- try(quietly({problem.r_call()}), silent = TRUE), 'try-error')")[0]


@settings(**examples(in_ci=40))
@given(problem=problems())
def test_newton_is_never_above_lme4(live_r: Any, problem: Problem) -> None:
    if not r_fit(live_r, problem):
        with pytest.raises(ValueError):
            problem.fit()
        return
    m = problem.fit()
    theirs = float(live_r.numbers("if (isREML(m)) REMLcrit(m) else deviance(m)")[0])
    assert m.criterion(problem.REML) <= theirs + 1e-9 * abs(theirs)
    scaled = m.pls.gradient(m.theta, problem.REML)[1] / m.pls.structure.theta_scale
    if m.optimum.code == 0:
        assert np.abs(scaled).max() <= 1e-8
    else:  # only where the random effects could fit every observation does the criterion have no minimum
        assert m.design.random.q + m.p >= m.n


@settings(**examples(in_ci=40))
@given(problem=problems())
def test_criterion_at_the_theta_of_lme4_is_that_of_lme4(live_r: Any, problem: Problem) -> None:
    """Tells a wrong criterion from an optimizer that stopped elsewhere: lme4's theta, put into ours."""
    if not r_fit(live_r, problem):
        return
    m = problem.fit(control=None)
    theta = live_r.numbers("getME(m, 'theta')")
    ours = m.pls.solve(theta)
    theirs = live_r.numbers("c(if (isREML(m)) REMLcrit(m) else deviance(m), getME(m, 'beta'))")
    assert m.pls.deviance(theta, problem.REML) == pytest.approx(theirs[0], rel=1e-11, abs=1e-10)
    np.testing.assert_allclose(ours.beta, theirs[1:], rtol=1e-8, atol=1e-8 * np.abs(theirs[1:]).max())


PLAIN = [formula for formula in FORMULAS if formula not in ("y ~ x * f + (0 + f | g) + (1 | h)", "y ~ f + (f | g)")]


@pytest.mark.parametrize("REML", [True, False], ids=["REML", "ML"])
@pytest.mark.parametrize("formula", PLAIN)
def test_nloptwrap_stops_where_lme4_stops(live_r: Any, formula: str, REML: bool) -> None:  # noqa: N803
    """Two BOBYQA runs that differ by rounding alone stop up to the tolerances apart (see `tolerances.py`)."""
    problem = Problem(formula, frame(11, 12, 9, noise=1.0), REML, weighted=REML, shifted=not REML)
    assert r_fit(live_r, problem)
    m = problem.fit(control=None)
    modes = np.concatenate([frame.to_numpy().ravel(order="F") for frame in r.ranef(m).values()])
    ours = {"criterion": (m.criterion(REML), 11), "fixef": (m.beta, tol.FIXEF.default),
            "theta": (m.theta, tol.THETA.default),
            "se": (np.sqrt(np.diag(r.vcov(m).to_numpy())), tol.THETA.default), "modes": (modes, tol.MODES.default)}
    live_r.eval(f"{NOISE}\nkept <- items(m); others <- reordered(function(d) {problem.r_call()})")
    for item, (values, digits) in ours.items():
        theirs = live_r.numbers(f"kept[['{item}']]")
        noise = live_r.numbers(f"max(sapply(others, function(o) max(abs(o[['{item}']] - kept[['{item}']]))))")[0]
        # Where lme4, given the rows in another order, moves by more than the tolerance, no one can be nearer to it.
        allowed = max(10.0**-digits * np.abs(theirs).max(), 3.0 * noise)
        np.testing.assert_allclose(values, theirs, rtol=0, atol=allowed, err_msg=item)
    assert r.isSingular(m) == bool(live_r.numbers("isSingular(m)")[0])
