"""Certified generalized models: quadrature is the integral, Laplace's criterion is written out, the optimum is one."""
from __future__ import annotations

import importlib
import json
import math
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from translations.data import fixtures_path, load

STORED = fixtures_path() / "certified" / "glmer"


@pytest.fixture
def exact(scripts: Any) -> Any:
    """The modules, with 30 digits in each library."""
    counts, generalized = importlib.import_module("exact.counts"), importlib.import_module("exact.generalized")
    generalized.flint.ctx.dps = 30
    with generalized.mp.workdps(30):
        yield SimpleNamespace(counts=counts, generalized=generalized, mp=generalized.mp)


def test_hermite_integrates_polynomials(exact: Any) -> None:
    """n nodes integrate powers up to 2n - 1 against the normal density: (k - 1)!! where k is even."""
    nodes = exact.generalized.hermite(7)
    for power in range(14):
        moment = math.prod(range(power - 1, 0, -2)) if power % 2 == 0 else 0
        assert abs(sum(w * z**power for z, w in nodes) - moment) < 1e-20


@pytest.mark.parametrize("family", ["BINOMIAL", "CLOGLOG", "POISSON"])
def test_quadrature_tends_to_the_integral(exact: Any, family: str) -> None:
    """Three herds, each integral by mpmath's own quadrature."""
    g, mp, counts = exact.generalized, exact.mp, exact.counts
    f = counts.read_frame("cbpp").subset(lambda row: row <= 11)
    herd = counts.term(f, "herd")
    model = g.Generalized(f.one, f.values("incidence"), [herd], getattr(g, family), f.values("size"))
    criterion = g.Criterion(model.to(g.ball))
    phi = [g.arb("0.8"), g.arb("-1.3")]
    value = g.quadrature(criterion, 40)(phi)
    mp.dps = 15

    def density(i: int, u: Any) -> Any:
        eta, y, n = mp.mpf("-1.3") + mp.mpf("0.8") * u, int(model.counts[i]), int(model.trials[i])
        if family == "POISSON":
            return mp.exp(y * eta - mp.exp(eta)) / mp.factorial(y)
        p = 1 / (1 + mp.exp(-eta)) if family == "BINOMIAL" else 1 - mp.exp(-mp.exp(eta))
        return mp.binomial(n, y) * p**y * (1 - p) ** (n - y)

    total = mp.mpf(0)
    for code in range(len(herd.factor.levels)):
        rows = [i for i, own in enumerate(herd.factor.codes) if own == code]
        total += mp.log(mp.quad(
            lambda u, rows=rows: mp.npdf(u) * mp.fprod(density(i, u) for i in rows), [-9, -3, 0, 3, 9]))
    assert float(g.to_mpf(value)) == pytest.approx(float(-2 * total), rel=1e-9)


def laplace(theta: float, beta: np.ndarray) -> float:
    """cbpp's criterion in doubles, herd by herd."""
    cbpp = load("cbpp")
    X = np.column_stack([np.ones(len(cbpp))] + [(cbpp["period"] == level).to_numpy(float) for level in "234"])
    y, n, total = cbpp["incidence"].to_numpy(float), cbpp["size"].to_numpy(float), 0.0
    for herd in cbpp["herd"].cat.categories:
        own, u = (cbpp["herd"] == herd).to_numpy(), 0.0
        for _ in range(50):
            p = 1.0 / (1.0 + np.exp(-(X[own] @ beta + theta * u)))
            information = 1.0 + theta**2 * (n[own] * p * (1.0 - p)).sum()
            u += (theta * (y[own] - n[own] * p).sum() - u) / information
        log_f = sum(math.log(math.comb(int(m), int(k))) for m, k in zip(n[own], y[own], strict=True))
        log_f += float((y[own] * np.log(p) + (n[own] - y[own]) * np.log1p(-p)).sum())
        total += -2.0 * log_f + u * u + math.log(information)
    return total


def test_the_stored_optimum_is_the_least_of_the_criterion_written_out() -> None:
    values = {k: float(v) for k, v in json.loads((STORED / "cbpp.json").read_text())["values"].items()}
    theta = values["theta[herd.(Intercept)]"]
    beta = np.array([values[f"fixef[{name}]"] for name in ("(Intercept)", "period2", "period3", "period4")])
    assert laplace(theta, beta) == pytest.approx(values["criterion"], rel=1e-14)
    for i in range(5):
        for step in (-1e-4, 1e-4):
            moved = np.array([theta, *beta])
            moved[i] += step
            assert laplace(moved[0], moved[1:]) > values["criterion"] + 1e-8


def test_without_a_variance_it_is_the_model_without_effects(exact: Any) -> None:
    """theta = 0: -2 log-likelihood of glm(cbind(incidence, size - incidence) ~ 1), in closed form."""
    g = exact.generalized
    model = exact.counts.cbpp("herd", period=False)
    successes, trials = sum(model.counts), sum(model.trials)
    p = float(successes / trials)
    value = g.Criterion(model.to(float))([0.0, math.log(p / (1.0 - p))])
    expected = float(model.constant) + float(successes) * math.log(p) + float(trials - successes) * math.log(1.0 - p)
    assert value == pytest.approx(-2.0 * expected, rel=1e-13)


@pytest.mark.parametrize("angle", ["0", "0.4", "1.1", "2.0", "3.0"])
def test_along_the_ridge_of_the_mined_streams_the_criterion_is_one(exact: Any, angle: str) -> None:
    """(mined | site): whatever the slope, where intercept and slope together vary as the certified term of the streams
    that are not mined, the criterion is the certified one, to 24 digits."""
    g, mp = exact.generalized, exact.mp
    values = {k: mp.mpf(v) for k, v in json.loads((STORED / "salamanders_mined.json").read_text())["values"].items()}
    yes, no = (values[f'theta[site.dummy(mined, "{level}")]'] for level in ("yes", "no"))
    apart = exact.counts.salamanders_mined()
    f = exact.counts.read_frame("Salamanders")
    both = exact.counts.term(f, "site", columns=f.one | f.treatment("mined"))
    model = g.Generalized(apart.fixed, apart.counts, [both], apart.family)
    theta = [yes, no * mp.cos(angle) - yes, no * mp.sin(angle)]
    beta = [v for k, v in values.items() if k.startswith("fixef")]
    value = g.to_mpf(g.Criterion(model.to(g.ball))([g.ball(x) for x in [*theta, *beta]]))
    assert abs(value - values["criterion"]) < 1e-24 * value


def test_alike_components_are_integrated_once(exact: Any) -> None:
    """294 patients of 75 kinds: the criterion is that of 294 by themselves."""
    g = exact.generalized
    model = exact.counts.toenail()
    criterion = g.Criterion(model.to(float))
    assert len(criterion.like) == 294 and len(set(criterion.like)) == 75
    phi = [4.1, -0.5, 0.2, -0.8, -0.2]
    value = g.quadrature(criterion, 3)(phi)
    criterion.like = list(range(294))
    assert g.quadrature(criterion, 3)(phi) == pytest.approx(value, rel=1e-13)
