"""Simulated residuals: uniform where the model is true."""
from __future__ import annotations

import numpy as np
import pytest
from matplotlib.text import Text

import translations as r
from translations.companions.dharma import SimulatedResiduals
from translations.figures.built import layers


@pytest.fixture
def sleep():
    return r.simulateResiduals(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))


def simulated(u: np.ndarray, predictions: np.ndarray) -> SimulatedResiduals:
    return SimulatedResiduals(None, u, np.tile(u[:, None], 2), u, predictions, False)


def test_quantiles_that_move_are_found_and_those_that_stay_are_not() -> None:
    rng = np.random.default_rng(5)
    x = np.linspace(0.0, 1.0, 400)
    u = rng.uniform(size=400)
    assert r.testQuantiles(simulated(u, x)).p_value > 0.05
    assert r.testQuantiles(simulated(u**2, x)).p_value < 1e-4
    bent = r.testQuantiles(simulated(0.25 + 0.5 * np.abs(x - 0.5) + u / 4.0, x), quantiles=[0.5])
    assert bent.p_value < 1e-4
    middle = bent.predictions["1"].to_numpy()
    assert middle[200] < middle[0] - 0.15 and middle[200] < middle[-1] - 0.15


def test_predictions_equal_but_for_rounding_are_one_value(sleep) -> None:
    moved = sleep.fittedPredictedResponse * (1.0 + 1e-16 * np.arange(180))
    other = SimulatedResiduals(sleep.fittedModel, sleep.scaledResiduals, sleep.simulatedResponse,
                               sleep.observedResponse, moved, False)
    found = r.testQuantiles(other)
    assert found.predictions["pred"].nunique() == 10 < len(np.unique(moved))
    np.testing.assert_allclose(found.pvals, r.testQuantiles(sleep).pvals, rtol=1e-4)


def test_too_few_predictions_have_no_curve_and_are_groups_in_the_figure() -> None:
    d = r.load("warpbreaks")
    s = r.simulateResiduals(r.glm("breaks ~ wool", r.poisson(), d))
    assert np.isnan(r.testQuantiles(s).p_value)
    title = r.plotResiduals(s).labels.title.splitlines()
    assert title[:2] == ["DHARMa residual vs. predicted", "Within-group deviations from uniformity significant"]
    assert title == ["DHARMa residual vs. predicted", *str(r.testCategorical(s, d["wool"])).splitlines()]
    assert r.plotResiduals(s, quantreg=False, asFactor=False).labels.title == "DHARMa residual vs. predicted"


def test_the_figure_has_both_panels_with_their_tests(sleep) -> None:
    _, points, _, rows, *_ = layers(r.plot(sleep))
    np.testing.assert_array_equal(np.sort(rows["y"]), points["y"])
    texts = [one.get_text() for one in r.plot(sleep).draw().findobj(Text)]
    assert "DHARMa residual vs. predicted\nNo significant problems detected" in texts
    uniform = f"KS test: p= {r.testUniformity(sleep).p_value:.5f}, deviation n.s."
    assert any(uniform in one.splitlines() for one in texts)


@pytest.mark.parametrize(("call", "words"), [
    (lambda s: r.testQuantiles(s, predictor=[1.0, 2.0]), "2 values for 180 residuals"),
    (lambda s: r.testQuantiles(s, quantiles=[0.5, 1.0]), "between 0 and 1, not 0.5, 1"),
    (lambda s: r.testCategorical(s, ["a"] * 3), "3 values for 180 residuals"),
    (lambda s: r.plotResiduals(s, ["a"] * 3), "3 values for 180 residuals"),
    (lambda s: r.recalculateResiduals(s, group=["a"] * 3), "3 values for 180 residuals"),
    (lambda s: r.testOutliers(s, type="exact"), "type"),
    (lambda s: r.testGeneric(s, np.mean, alternative="more"), "alternative"),
])  # fmt: skip
def test_what_does_not_fit_is_said(sleep, call, words) -> None:
    with pytest.raises(ValueError, match=words):
        call(sleep)


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


def test_each_row_for_itself_is_the_same_again_where_there_are_no_ties(sleep) -> None:
    np.testing.assert_array_equal(r.recalculateResiduals(sleep).scaledResiduals, sleep.scaledResiduals)
    half = r.recalculateResiduals(sleep, sel=np.arange(90))
    np.testing.assert_array_equal(half.scaledResiduals, sleep.scaledResiduals[:90])


def test_what_is_printed_of_simulated_residuals_and_their_test_is_r_s():
    """R 4.5.0, DHARMa 0.4.7: set.seed(1); s <- simulateResiduals(lm(Reaction ~ Days, sleepstudy)); print(s)."""
    s = r.simulateResiduals(r.lm("Reaction ~ Days", r.sleepstudy()))
    shown = ("0.5 0.528 0.332 0.76 0.892 0.992 0.916 0.224 0.972 0.996 0.256 0.1 0.112 0.056 0.044 0.052 0.012 0.028 "
             "0.008 0")
    assert str(s).split("\n") == [
        "Object of Class DHARMa with simulated residuals based on 250 simulations with refit = FALSE . See "
        "?DHARMa::simulateResiduals for help. ", " ", f"Scaled residual values: {shown} ...",
    ]
    assert r.residuals(s).head(3).tolist() == [0.5, 0.528, 0.332]
    assert r.testOutliers(s).data_name == "s"
