"""lme4's last steps of a default fit: entries of theta next to zero are tried at zero (lme4:::check.boundary)."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.criterion import optimize
from translations.lme4.criterion.minimizers import Optimum

LOWER = np.array([0.0, -np.inf, 0.0])


@pytest.mark.parametrize(("near", "falls", "ends_at"), [
    (9e-6, True, 0.0), (1.1e-5, True, 1.1e-5), (9e-6, False, 9e-6), (0.0, True, 0.0)])
def test_theta_within_the_tolerance_of_its_bound_is_tried_there(monkeypatch, near, falls, ends_at):
    """lmerControl(boundary.tol = 1e-5): taken at the bound where the criterion is lower there, and not else."""
    def criterion(theta):
        return float((theta[0] - 1.0) ** 2 + theta[1] ** 2 + (theta[2] if falls else -theta[2]))

    stopped = np.array([1.0, 2e-6, near])
    optimum = Optimum(stopped, criterion(stopped), 7, 0, "", "nloptwrap")
    monkeypatch.setattr(optimize, "bobyqa", lambda *_, **__: optimum)
    found = optimize.nloptwrap(criterion, stopped, LOWER, r.lmerControl(restart_edge=False))
    assert found.theta.tolist() == [1.0, 2e-6, ends_at]
    assert found.value == criterion(found.theta) and found.evaluations == 7
    off = optimize.nloptwrap(criterion, stopped, LOWER, r.lmerControl(restart_edge=False, boundary_tol=0.0))
    assert off.theta.tolist() == stopped.tolist()
