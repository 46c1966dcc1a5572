"""lme4's last steps of a default fit: entries of theta next to zero are tried at zero (lme4:::check.boundary)."""
from __future__ import annotations

import math
import warnings
from dataclasses import replace

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap import refit_many
from translations.lme4.bootstrap.refit_many import fit_many
from translations.lme4.control import LmerControl
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


def test_which_thetas_lme4_looks_at_again() -> None:
    bounds, control = (np.array([0.0, -np.inf]), np.full(2, np.inf)), LmerControl()
    for theta, edge, near in ((0.0, True, False), (1e-9, False, True), (9.9e-6, False, True), (1.01e-5, False, False)):
        at = np.array([[theta, 0.0]])
        assert refit_many._at_boundary(at, bounds, control).tolist() == [(edge or near)]
        assert refit_many._at_boundary(at, bounds, replace(control, restart_edge=False)).tolist() == [near]
        assert refit_many._at_boundary(at, bounds, replace(control, boundary_tol=0.0)).tolist() == [edge]


@pytest.mark.parametrize("data", ["Dyestuff2", "Dyestuff"])
def test_many_fits_look_again_at_the_boundary_as_one_does(data: str) -> None:
    d = getattr(r, data)()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("Yield ~ 1 + (1 | Batch)", d)
        many = fit_many(m.pls, np.column_stack([m.y, m.y[::-1]]), True, m.control, m.pls.structure.start)
        alone = r.lmer("Yield ~ 1 + (1 | Batch)", d, start=[1.0])
    assert many.theta[0].tolist() == alone.theta.tolist() and many.value[0] == alone.optimum.value
    assert len(many) == 2 and math.isnan(many.derivatives[0, 0, 0])
    missing = np.full((30, 1), np.nan)
    for wrong, said in ((m.y, "the shape is"), (m.y[1:, None], "matrix of 30 rows"), (missing, "finite")):
        with pytest.raises(ValueError, match=said):
            fit_many(m.pls, wrong, True, m.control)
