"""The certifying engine itself: its criterion is the likelihood, its zeros those of closed forms."""
from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction
from types import ModuleType

import numpy as np
import pytest
from mpmath import mp, mpf

from translations.data import fixtures_path

CERTIFIED = fixtures_path() / "certified"
NIST = json.loads((fixtures_path() / "nist" / "nist.json").read_text(encoding="utf-8"))["sets"]


def stored(name: str) -> dict[str, mpf]:
    with mp.workdps(40):
        values = json.loads((CERTIFIED / f"{name}.json").read_text(encoding="utf-8"))["values"]
        return {label: mpf(text) for label, text in values.items()}


def dense(model: object, theta: list[float]) -> tuple[np.ndarray, ...]:
    """X, y, relative V and weights of a model, written out."""
    X = np.array([[float(v) for v in column] for column in model.fixed.values()]).T
    y = np.array([float(v) for v in model.response])
    weights = np.array([float(w) for w in model.weights]) if model.weights else np.ones(len(y))
    V, left = np.diag(1 / weights), iter(theta)
    for term in model.terms:
        T = np.zeros((term.k, term.k))
        for j in range(term.k):
            for i in range(j, term.k):
                T[i, j] = next(left)
        Z = np.array([[float(v) for v in column] for column in term.columns.values()]).T
        codes = np.array(term.factor.codes)
        V += (Z @ T @ T.T @ Z.T) * (codes[:, None] == codes)
    return X, y, V


@pytest.mark.parametrize("name", ["penicillin", "pastes", "sleepstudy_weights", "sleepstudy_double_bar", "pixel",
                                  "sleepstudy_offset", "machines", "cake_linear"])
def test_criterion_is_the_likelihood_written_out(mixed: ModuleType, suites: ModuleType, name: str) -> None:
    """At a theta that is no optimum, against the n x n covariance matrix in doubles."""
    model = suites.LME4[name]()
    count = sum(term.k * (term.k + 1) // 2 for term in model.terms)
    theta = [0.7 + 0.3 * i for i in range(count)]
    value, _, _ = mixed.criterion(model, model.sums.to(mixed.big), [mpf(v) for v in theta])
    X, y, V = dense(model, theta)
    W = np.linalg.solve(V, X)
    e = y - X @ np.linalg.solve(X.T @ W, W.T @ y)
    rss, df = e @ np.linalg.solve(V, e), model.df
    expected = np.linalg.slogdet(V)[1] + df * (1 + np.log(2 * np.pi * rss / df))
    expected += np.linalg.slogdet(X.T @ W)[1] if model.reml else 0.0
    assert float(value) == pytest.approx(expected, rel=1e-11, abs=0)


@pytest.mark.parametrize("name", ["penicillin", "sleepstudy_weights", "pixel"])
def test_score_is_the_criterions_derivative(mixed: ModuleType, suites: ModuleType, name: str) -> None:
    model = suites.LME4[name]()
    sums = model.sums.to(mixed.big)
    theta = [mpf(9 + 2 * i) / 10 for i in range(sum(term.k * (term.k + 1) // 2 for term in model.terms))]
    _, score, _ = mixed.criterion(model, sums, theta)
    for i, slope in enumerate(score):
        h = mpf(10) ** -15
        up, down = ([v + s * h * (i == j) for j, v in enumerate(theta)] for s in (1, -1))
        difference = (mixed.criterion(model, sums, up)[0] - mixed.criterion(model, sums, down)[0]) / (2 * h)
        assert abs(difference - slope) < mpf(10) ** -25 * max(1, abs(slope))


def one_way(model: object) -> tuple[Fraction, Fraction, Fraction, int, int]:
    """SSW, SSB, mean, groups and group size of a balanced one-way layout, as rationals."""
    groups = [[y for y, code in zip(model.y, model.terms[0].factor.codes, strict=True) if code == g]
              for g in range(len(model.terms[0].factor.levels))]
    n = len(groups[0])
    assert all(len(group) == n for group in groups)
    means = [sum(group) / n for group in groups]
    mean = sum(means) / len(means)
    SSW = sum((y - m) ** 2 for group, m in zip(groups, means, strict=True) for y in group)
    return SSW, n * sum((m - mean) ** 2 for m in means), mean, len(groups), n


LAYOUTS = ["lme4/dyestuff", "lme4/dyestuff_ml", "lme4/dyestuff2", "nist/sirstv_replicates",
           *(f"nist/{name.lower()}" for name in NIST)]


@pytest.mark.parametrize("name", LAYOUTS)
def test_balanced_one_way_layouts_have_their_closed_form(suites: ModuleType, name: str) -> None:
    """sigma^2 = MSW and (MSB - MSW) / n, or the boundary; the mean's interval in closed form too."""
    suite, case = name.split("/")
    full = next((known for known in NIST if known.lower() == case), "")
    make = suites.nist(full) if full else getattr(suites, case, None) or suites.LME4[case]
    model = make()
    SSW, SSB, mean, a, n = one_way(model)
    values = stored(name)
    with mp.workdps(40):
        as_mp = lambda q: mpf(q.numerator) / q.denominator  # noqa: E731
        MSW, MSB = SSW / (a * (n - 1)), SSB / (a - 1 if model.reml else a)
        if MSB > MSW:
            between, within = (MSB - MSW) / n, MSW
        else:
            between, within = Fraction(0), (SSW + SSB) / (a * n - (1 if model.reml else 0))
        expected = {
            "VarCorr[1, vcov]": as_mp(between), "VarCorr[2, vcov]": as_mp(within), "fixef[(Intercept)]": as_mp(mean),
            "sigma": mp.sqrt(as_mp(within)), "se[(Intercept)]": mp.sqrt(as_mp((within + n * between) / (a * n))),
            f"theta[{model.terms[0].factor.name}.(Intercept)]": mp.sqrt(as_mp(between / within)),
        }
        for label, value in expected.items():
            assert abs(values[label] - value) <= mpf(10) ** -28 * max(abs(value), mpf(10) ** -3), label
        if suite == "nist" and SSB / a > MSW:
            reach = mp.sqrt(as_mp(SSB) * (mp.exp(2 * mp.erfinv(mpf("0.95")) ** 2 / a) - 1) / (a * n))
            for end, sign in (("2.5 %", -1), ("97.5 %", 1)):
                known = as_mp(mean) + sign * reach
                assert abs(values[f"ci[(Intercept), {end}]"] - known) < mpf(10) ** -28 * max(1, abs(known))


@pytest.mark.parametrize("name", NIST)
def test_nists_decimals_have_nists_analysis_of_variance(suites: ModuleType, name: str) -> None:
    """Read as decimals, not as doubles, the data give what NIST certifies: they are NIST's data."""
    model = suites.nist(name, centred=False)()
    frame = suites.read_nist(name)
    SSW, SSB, _, a, n = one_way(replace(model, y=[Fraction(cell) for cell in frame.cells["y"]]))
    assert a * n == NIST[name]["rows"]
    for label, value in (("SSB", SSB), ("SSW", SSW), ("MSB", SSB / (a - 1)), ("MSW", SSW / (a * (n - 1)))):
        certified = Fraction(NIST[name]["certified"][label])
        assert abs(value / certified - 1) < Fraction(1, 10**13), label


@pytest.mark.parametrize(("name", "model", "label", "held"), [
    ("exact_penicillin", "penicillin", ".sig02", 1), ("exact_pastes", "pastes", ".sig01", 0),
])
def test_ends_are_ends(suites: ModuleType, name: str, model: str, label: str, held: int) -> None:
    """At a stored end the ML deviance, all else at its best by another search, is 1.96 squared above its minimum."""
    from scipy.optimize import minimize

    whole = suites.LME4[model]()
    unit = [dense(whole, [float(i == j) for j in range(2)])[2] - np.eye(whole.n) for i in range(2)]
    X, y, _ = dense(whole, [1.0, 1.0])

    def deviance(sds: np.ndarray) -> float:
        V = sds[2] ** 2 * np.eye(len(y)) + sds[0] ** 2 * unit[0] + sds[1] ** 2 * unit[1]
        W = np.linalg.solve(V, X)
        e = y - X @ np.linalg.solve(X.T @ W, W.T @ y)
        return np.linalg.slogdet(V)[1] + e @ np.linalg.solve(V, e)

    def lowest(value: float | None) -> float:
        free = [i for i in range(3) if value is None or i != held]

        def f(u: np.ndarray) -> float:
            v = np.array([value if value is not None else 1.0] * 3)
            v[free] = u
            return deviance(v)

        at = np.ones(len(free))
        for _ in range(2):
            at = minimize(f, at, method="Nelder-Mead", options={"xatol": 1e-6, "fatol": 1e-10, "maxiter": 600}).x
        return f(at)

    ends = stored(f"lme4/{name}")
    bottom = lowest(None)
    for end in ("2.5 %", "97.5 %"):
        assert lowest(float(ends[f"ci[{label}, {end}]"])) - bottom == pytest.approx(1.959963984540054**2, abs=1e-6)
