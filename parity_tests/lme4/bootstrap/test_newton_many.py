"""Many responses on one design by compiled steps of Newton's method: each has the fit that it has by itself."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap.newton_many import NewtonBatch
from translations.lme4.bootstrap.refit_many import refit_many

from ..random_designs import frame

BATCHES = {
    "slopes": "y ~ x + (x | g)", "intercepts": "y ~ x + (1 | g)", "independent": "y ~ x + (x || g)",
    "ML": "y ~ 1 + (1 | g)", "means compete": "y ~ 1 + (x | g)",
    "no fixed effects": "y ~ 0 + (1 | g)", "three": "y ~ x + z + (x + z | g)",
}


@pytest.mark.parametrize("name", BATCHES)
def test_many_responses_by_compiled_steps_have_newtons_own_fits(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Weights, offsets, effects on the boundary and minima elsewhere included; few are left to `newton` itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        named = {"REML": name != "ML", "weights": "w", "offset": "o", "control": "newton"}
        m = r.lmer(BATCHES[name], frame(4, 14, 6, noise=1.5), **named)
    rng = np.random.default_rng(8)
    noise = rng.normal(size=(m.n, 12)) * rng.uniform(0.3, 3.0, size=12)
    Y = m.mu[:, None] + noise / np.sqrt(m.weights)[:, None]
    left: list[int] = []
    fit = NewtonBatch.fit

    def watched(self: NewtonBatch, *given: Any) -> Any:
        found = fit(self, *given)
        left.append(found is None)
        return found

    monkeypatch.setattr(NewtonBatch, "fit", watched)
    many = refit_many(m, Y)
    assert len(left) == 12 and sum(left) <= 4
    monkeypatch.setattr(NewtonBatch, "fit", lambda *_: None)
    single = refit_many(m, Y)
    # What depends on theta is as far from newton's last step in extended precision as a double's gradient leaves it.
    for attribute, digits in (("value", 1e-11), ("theta", 1e-6), ("beta", 1e-7), ("se", 1e-7), ("sigma", 1e-7)):
        ours, theirs = getattr(many, attribute), getattr(single, attribute)
        np.testing.assert_allclose(ours, theirs, rtol=digits, atol=digits)
    assert (many.evaluations > 0).all()


def test_at_the_start_the_expected_second_derivatives_serve_every_response() -> None:
    """They cost nothing there, where differences cost a gradient for each of theta: 17 criteria a fit, not 26."""
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), control="newton")
    many = refit_many(m, r.simulate(m, nsim=100, seed=1).to_numpy())
    assert 1.0 < many.evaluations.mean() < 20.0
