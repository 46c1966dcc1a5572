"""Simulated residuals: uniform where the model is true."""
from __future__ import annotations

import translations as r


def test_residuals_of_data_drawn_from_the_model_are_uniform() -> None:
    rows = r.sleepstudy()
    model = r.lmer("Reaction ~ Days + (1 | Subject)", rows)
    simulated = r.simulate(model, 1, seed=4)["sim_1"].to_numpy()
    m = r.lmer("Reaction ~ Days + (1 | Subject)", rows.assign(Reaction=simulated))
    s = r.simulateResiduals(m, n=100)
    assert r.testUniformity(s).p_value > 0.05 and r.testOutliers(s).p_value > 0.05
    wrong = r.simulateResiduals(r.glm("TICKS ~ YEAR", r.poisson(), r.load("grouseticks")), n=100)
    assert r.testUniformity(wrong).p_value < 1e-6 and r.testDispersion(wrong).p_value < 0.05
    assert r.testDispersion(wrong, alternative="less").p_value > 0.95
