"""Responses simulated of formulas and parameters that nobody has fitted, as to plan a study.

theta are the entries of the relative covariance factor, column by column: standard deviations over sigma where effects
are independent. `newparams` of a fitted model takes the place of its estimates.
"""
import itertools

import pandas as pd

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def rows():
    d = pd.DataFrame(itertools.product(range(1, 6), range(4)), columns=["g", "Days"])
    d = d.assign(y=range(1, 21), k=d["Days"], n=4, h=r.factor(d["Days"]))
    d["g"], d["yes"] = r.factor(d["g"]), r.factor(["a", "b"] * 10)
    return d


@case(section="lme4", order=462, tolerance=tol.LINALG)
def simulate_of_formula():
    d = rows()
    slopes = {"beta": [250, 10], "theta": [0.9, 0.1, 0.3], "sigma": 25}
    named = {"beta": {"Days": 0.5, "(Intercept)": 1}, "theta": {"g.(Intercept)": 0.8}, "sigma": 1}
    crossed = {"beta": [1, 0.5], "theta": [0.8, 0.1], "sigma": 1}
    answers = {"beta": [-1, 0.5], "theta": [0.8]}
    binomial = {"newdata": d, "newparams": answers, "family": r.binomial, "seed": 1}
    planned = r.simulate("~ Days + (Days | g)", 2, seed=1, newdata=d, newparams=slopes)
    of_factor = r.simulate("yes ~ Days + (1 | g)", 2, **binomial)
    print(r.console(planned.head(6)))
    print(r.console(of_factor.head(6)))
    successes = r.simulate("cbind(k, n - k) ~ Days + (1 | g)", **binomial)
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    g = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family=r.binomial)
    herds = r.simulate(g, 1, seed=3, newparams={"beta": [1, 0, 0, 0], "theta": [0.1]})
    return {
        "slopes": planned, "of_response": r.simulate("y ~ Days + (1 | g)", seed=1, newdata=d, newparams=named),
        "crossed": r.simulate("~ Days + (1 | g) + (1 | h)", seed=1, newdata=d, newparams=crossed),
        "answers": r.simulate("~ Days + (1 | g)", 2, **binomial),
        "shares": r.simulate("~ Days + (1 | g)", 2, weights=[10] * 20, **binomial),
        "successes": successes.to_numpy().ravel(order="F"),
        "counts": r.simulate("~ Days + (1 | g)", 2, **{**binomial, "family": r.poisson}),
        "fitted": r.simulate(m, 2, seed=3, newparams={"beta": [1, 2], "theta": [1, 0, 1], "sigma": 2}),
        "herds": herds.to_numpy().ravel(order="F"),
    }
