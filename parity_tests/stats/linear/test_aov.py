"""Analyses of variance: what a balanced split plot's table is made of, and what is asked wrongly."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import translations as r


def cake_sums() -> tuple[Any, dict[str, float]]:
    """The cake's table, and the sums of squares of its means."""
    cake = r.cake()
    y = cake["angle"]
    mean = y.mean()

    def of(*by: str) -> float:
        return float(((cake.groupby(list(by), observed=True)["angle"].transform("mean") - mean) ** 2).sum())

    recipe, temperature, plot = of("recipe"), of("temperature"), of("recipe", "replicate")
    both = of("recipe", "temperature")
    sums = {"recipe": recipe, "plots": plot - recipe, "temperature": temperature,
            "recipe:temperature": both - recipe - temperature,
            "rest": float(((y - mean) ** 2).sum()) - plot - (both - recipe)}
    return r.summary(r.aov("angle ~ recipe * temperature + Error(recipe:replicate)", cake)), sums


@pytest.mark.filterwarnings("ignore:Error.. model is singular")
def test_a_balanced_split_plot_s_sums_of_squares_are_those_of_its_means() -> None:
    table, sums = cake_sums()
    plots, within = table["Error: recipe:replicate"], table["Error: Within"]
    np.testing.assert_allclose(plots["Sum Sq"], [sums["recipe"], sums["plots"]], rtol=1e-12)
    assert plots["Df"].tolist() == [2, 42] and within["Df"].tolist() == [5, 10, 210]
    np.testing.assert_allclose(within["Sum Sq"],
                               [sums["temperature"], sums["recipe:temperature"], sums["rest"]], rtol=1e-10)


def test_one_stratum_is_the_linear_model() -> None:
    machines = r.load("Machines")
    m, same = r.aov("score ~ Machine * Worker", machines), r.lm("score ~ Machine * Worker", machines)
    np.testing.assert_array_equal(r.coef(m), r.coef(same))
    np.testing.assert_allclose(r.summary(m)[""]["Sum Sq"], r.anova(same)["Sum Sq"], rtol=1e-12)


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: r.aov("angle ~ recipe + Error(replicate) + Error(recipe)", r.cake()), "2 Error terms: only 1"),
        (lambda: r.aov("angle ~ recipe + Error(replicate)", r.cake(), weights="temp"), "weights are not supported"),
        (lambda: r.boxcox("x ~ 1", data={"x": [1.0, 0.0, 2.0]}), "above 0; row 2"),
        (lambda: r.boxcox(3), "linear model"),
        (lambda: r.predict(r.lm("angle ~ recipe", r.cake()), type="terms", terms="temp"), "no term 'temp'.* recipe"),
        (lambda: r.predict(r.lm("angle ~ recipe", r.cake()), type="link"), "'response', 'terms', not 'link'"),
        (lambda: r.weights(r.lm("angle ~ recipe", r.cake()), type="working"), "'prior'"),
        (lambda: r.model_frame("angle ~ recipe"), "needs data"),
    ],
)
def test_errors(ask: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ask()


def test_a_stratum_that_there_is_not() -> None:
    m = r.aov("angle ~ recipe + Error(replicate)", r.cake())
    with pytest.raises(KeyError, match="no stratum 'within'; there are .*Within"):
        m["within"]


@pytest.mark.parametrize(("split", "words"), [
    ({"dose": {"L": 1}}, "split names dose; there are wool, tension, wool:tension"),
    ({"tension": {"L": 1, "C": 3}}, "names contrast 3; tension has 2"),
])  # fmt: skip
def test_contrasts_that_are_not_there_are_named(split, words) -> None:
    with pytest.raises(ValueError, match=words):
        r.summary(r.aov("breaks ~ wool * tension", r.load("warpbreaks")), split=split)


def test_contrasts_of_a_term_add_up_to_it_where_they_are_all_of_them() -> None:
    m = r.aov("breaks ~ wool * tension", r.load("warpbreaks"))
    table = r.summary(m, split={"tension": {"L": 1, "Q": 2}})[""]
    squares = table["Sum Sq"].set_axis(table.index.str.strip())
    for term in ("tension", "wool:tension"):
        assert squares[f"{term}: L"] + squares[f"{term}: Q"] == pytest.approx(squares[term])


def test_a_restricted_likelihood_is_a_mixed_model_s_whose_variance_is_nothing() -> None:
    d = r.load("Dyestuff2")
    with pytest.warns(r.SingularFitWarning):
        mixed = r.lmer("Yield ~ 1 + (1 | Batch)", d)
    assert float(r.logLik(r.lm("Yield ~ 1", d), REML=True)) == pytest.approx(float(r.logLik(mixed)), abs=1e-6)


def test_coefficients_that_the_data_cannot_tell_are_left_out_unless_asked_for() -> None:
    """coef(aov(breaks ~ wool + other, d)) and vcov() in R: other is NA with complete = TRUE alone."""
    data = r.load("warpbreaks").assign(other=lambda d: (d["wool"] == "B") * 2.0)
    m = r.aov("breaks ~ wool + other", data)
    assert list(r.coef(m).index) == list(r.vcov(m).index) == ["(Intercept)", "woolB"]
    assert list(r.coef(m, complete=True).index) == list(r.vcov(m, complete=True).index) == [*r.coef(m).index, "other"]


def test_coefficients_of_strata_print_one_below_the_other() -> None:
    """print(coef(aov(yield ~ N * P * K + Error(block), npk))) in R."""
    m = r.aov("yield ~ N * P * K + Error(block)", r.load("npk"))
    lines = ["(Intercept) :", "(Intercept) ", "     54.875 ", "", "block :", "N1:P1:K1 ", "9.933333 ", "", "Within :",
             "        N1         P1         K1      N1:P1      N1:K1      P1:K1 ",
             " 9.8500000  0.4166667 -1.9166667 -3.7666667 -4.7000000  0.5666667 ", ""]
    assert str(r.coef(m)).split("\n") == lines


def test_sums_of_squares_are_rounded_by_the_digits_that_are_shown() -> None:
    """print(aov(breaks ~ wool * tension, warpbreaks)) in R, digits 4 and 3."""
    m = r.aov("breaks ~ wool * tension", r.load("warpbreaks"))
    for digits in (4, 3):
        with r.options(digits=digits):
            assert "Sum of Squares   451    2034         1003      5745\n" in str(m)
