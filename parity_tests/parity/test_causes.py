"""How often the likely cause of a failure is right: a table of faults, each with its hit, miss or wrong guess."""
from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.parity import tolerances as tol
from translations.parity.cases import suites
from translations.parity.causes import likely_cause
from translations.parity.compare import match
from translations.parity.flatten import Values, flatten
from translations.parity.reference import parse, reference_path

GENERATOR = np.random.default_rng(20)
X = GENERATOR.normal(50, 10, 23)
G = np.array([*"abcd"])[np.arange(23) % 4]
DATA = pd.DataFrame({"y": X + 3 * (G == "b") - 2 * (G == "d"), "x": GENERATOR.normal(size=23), "g": pd.Categorical(G)})
MISSING = pd.Series([1.5, np.nan, 2.25, np.nan, 7.125, 3.0])
WORDS = ["alpha", "beta", "gamma rays", "delta"]


def fault(got: Any, expected: Any, right: str, **context: Any) -> tuple[Any, Any, str, dict[str, Any]]:
    return got, expected, right, context


def spread(x: np.ndarray, ddof: int) -> dict[str, Any]:
    return {"mean": x.mean(), "var": x.var(ddof=ddof), "sd": x.std(ddof=ddof), "n": len(x)}


def line(**given: Any) -> dict[str, Any]:
    m = r.lm("y ~ g + x" if "contrasts" not in given else "y ~ g", given.pop("data", DATA), **given)
    return {"coef": m.coefficients, "sigma": r.sigma(m), "fitted": r.fitted(m).to_numpy()}


def relabelled(data: pd.DataFrame) -> dict[str, Any]:
    return {"coef": pd.Series(r.lm("y ~ g", data).coefficients, index=["(Intercept)", "g1", "g2", "g3"])}


def mixed(**given: Any) -> dict[str, Any]:
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2(), **given)
    V = r.vcov(m)
    return {"fixef": r.fixef(m), "sdcor": r.VarCorr(m).as_data_frame()["sdcor"], "sigma": r.sigma(m),
            "se": pd.Series(np.sqrt(np.diag(V)), index=V.index)}


FAULTS: dict[str, Callable[[], tuple[Any, Any, str, dict[str, Any]]]] = {
    "population variance": lambda: fault(spread(X, 0), spread(X, 1), "divisor n against n - 1"),
    "population covariance": lambda: fault({"S": np.cov(X, DATA.x, ddof=0)}, {"S": np.cov(X, DATA.x)},
                                           "n - 1 for n = 23"),
    "percent": lambda: fault({"share": X}, {"share": X / 100}, "percent"),
    "degrees": lambda: fault({"angle": np.degrees(X)}, {"angle": X}, "degrees against radians"),
    "milliseconds": lambda: fault({"t": X * 1000}, {"t": X}, "factor of 1000"),
    "hours": lambda: fault({"t": X / 3600}, {"t": X}, "hours against seconds"),
    "inches": lambda: fault({"t": X / 2.54}, {"t": X}, "inches"),
    "log10": lambda: fault({"b": np.log10(X)}, {"b": np.log(X)}, "base 10"),
    "log2": lambda: fault({"b": np.log2(X)}, {"b": np.log(X)}, "base 2"),
    "not back-transformed": lambda: fault({"b": np.log(X)}, {"b": X}, "natural logarithms"),
    "variance for sd": lambda: fault({"v": X**2}, {"v": X}, "variances against standard deviations"),
    "rate for scale": lambda: fault({"v": 1 / X}, {"v": X}, "reciprocals"),
    "other tail": lambda: fault({"p": 1 - X / 99}, {"p": X / 99}, "other tail"),
    "one-sided": lambda: fault({"p": X / 198}, {"p": X / 99}, "one-sided"),
    "log-likelihood": lambda: fault({"deviance": X / -2}, {"deviance": X}, "log-likelihood"),
    "sign": lambda: fault({"b": -X}, {"b": X}, "signs"),
    "fahrenheit": lambda: fault({"t": X * 1.8 + 32}, {"t": X}, "Fahrenheit"),
    "kelvin": lambda: fault({"t": X + 273.15}, {"t": X}, "kelvin"),
    "centred": lambda: fault({"x": X - X.mean()}, {"x": X}, "centring"),
    "scaled": lambda: fault({"x": (X - X.mean()) / X.std()}, {"x": X}, "scaling"),
    "counted from 0": lambda: fault({"at": np.arange(5)}, {"at": np.arange(1, 6)}, "off by one"),
    "lagged": lambda: fault({"x": X[:-1]}, {"x": X[1:]}, "shifted by one place"),
    "cumulated": lambda: fault({"x": np.cumsum(X)}, {"x": X}, "cumulated"),
    "overflow": lambda: fault({"n": [7 * 10**9 - 2**33, 5 * 10**9 - 2**32]}, {"n": [7 * 10**9, 5 * 10**9]}, "overflow"),
    "overflow in R": lambda: fault({"n": 3 * 10**9, "m": 1}, {"n": pd.NA, "m": 1}, "overflow"),
    "float32": lambda: fault({"x": X.astype("float32")}, {"x": X}, "single precision"),
    "rounded": lambda: fault({"x": X.round(3)}, {"x": X}, "rounded to 3 decimals here"),
    "printed": lambda: fault({"x": X}, {"x": [float(f"{v:.7g}") for v in X]}, "rounded to"),
    "truncated": lambda: fault({"x": np.trunc(X)}, {"x": X}, "cut to whole"),
    "sorted": lambda: fault({"x": np.sort(X)}, {"x": X}, "sorted here"),
    "reversed": lambda: fault({"x": X[::-1]}, {"x": X}, "reverse"),
    "swapped rows": lambda: fault({"x": X[[1, 0, *range(2, 23)]]}, {"x": X}, "x[1] and x[2] are swapped"),
    "levels' order": lambda: fault({"m": pd.Series(X[:4], index=[*"bacd"])}, {"m": pd.Series(X[:4], index=[*"abcd"])},
                                   "swapped"),
    "shuffled levels": lambda: fault({"m": pd.Series(X[:5], index=[*"bcade"])},
                                     {"m": pd.Series(X[:5], index=[*"abcde"])}, "another order"),
    "transposed": lambda: fault({"m": X[:9].reshape(3, 3).T}, {"m": X[:9].reshape(3, 3)}, "transposed"),
    "transposed, not square": lambda: fault({"m": X[:6].reshape(3, 2)}, {"m": X[:6].reshape(3, 2).T}, "transposed"),
    "renamed column": lambda: fault({"d": pd.DataFrame({"X": X})}, {"d": pd.DataFrame({"x": X})}, "another name"),
    "missing item": lambda: fault({"a": 1.5}, {"a": 1.5, "b": 2.5}, "b is missing here"),
    "NA dropped": lambda: fault({"x": MISSING.dropna().to_numpy()}, {"x": MISSING}, "missing values are left out here"),
    "NA as 0": lambda: fault({"x": MISSING.fillna(0.0)}, {"x": MISSING}, "taken as 0"),
    "NaN for NA": lambda: fault({"x": MISSING.to_numpy()}, {"x": MISSING}, "missing (NA)"),
    "one row less": lambda: fault({"x": X[:-1]}, {"x": X}, "ends early"),
    "duplicates dropped": lambda: fault({"x": [1.5, 2.5, 3.5]}, {"x": [1.5, 2.5, 2.5, 3.5]}, "left out"),
    "truncated text": lambda: fault({"w": [w[:4] for w in WORDS]}, {"w": WORDS}, "cut short here"),
    "capitals": lambda: fault({"w": [w.upper() for w in WORDS]}, {"w": WORDS}, "upper and lower case"),
    "blanks": lambda: fault({"w": [f"{w} " for w in WORDS]}, {"w": WORDS}, "blanks"),
    "encoding": lambda: fault({"w": ["MÃ¼ller", "a"]}, {"w": ["Müller", "a"]}, "encoding"),
    "codes": lambda: fault({"g": [1, 2, 1, 3]}, {"g": ["a", "b", "a", "c"]}, "codes"),
    "text for numbers": lambda: fault({"x": ["1.5", "2"]}, {"x": [1.5, 2.0]}, "text"),
    "negated": lambda: fault({"x": X > 50}, {"x": X <= 50}, "negated"),
    "changed number": lambda: fault({"x": [*X[:7], 1.234, *X[8:]]}, {"x": X}, "x[8] alone"),
    "decimal point": lambda: fault({"x": [*X[:7], X[7] * 10, *X[8:]]}, {"x": X}, "decimal point"),
    "sum contrasts": lambda: fault(relabelled(DATA), relabelled_by_sum(), "sum contrasts"),
    "another reference level": lambda: fault(relabelled(DATA.assign(g=DATA.g.cat.reorder_categories([*"cabd"]))),
                                             relabelled(DATA), "reference level"),
    "ML for REML": lambda: fault(mixed(REML=False), mixed(), "maximum likelihood", fitted=True),
    "another optimizer": lambda: fault(mixed(), mixed(control=r.lmerControl(optimizer="newton")), "optimizer noise",
                                       fitted=True),
    "wrong seed": lambda: fault({"x": r.set_seed(1).rnorm(9)}, {"x": r.set_seed(2).rnorm(9)}, "seed", random=True),
    "one draw before": lambda: fault({"x": r.set_seed(1).rnorm(10)[1:]}, {"x": r.set_seed(1).rnorm(10)[:-1]}, "shifted",
                                     random=True),
    "standard errors for deviations": lambda: fault({"s": X / math.sqrt(23)}, {"s": X}, "a scale or a divisor"),
    "sum for mean": lambda: fault({"s": X * 60}, {"s": X}, "a divisor"),
    "a tax": lambda: fault({"s": X * 1.1}, {"s": X}, "one factor, 1.1"),
    # Faults that leave no mark: whatever is said of them is wrong.
    "another model": lambda: fault(line(), {**line(data=DATA.assign(x=DATA.x**2))}, ""),
    "one observation less": lambda: fault({"coef": r.lm("y ~ g + x", DATA[1:]).coefficients},
                                          {"coef": r.lm("y ~ g + x", DATA).coefficients}, ""),
    "weights": lambda: fault({"coef": r.lm("y ~ x", DATA, weights=np.arange(1, 24)).coefficients},
                             {"coef": r.lm("y ~ x", DATA).coefficients}, ""),
    "winsorized": lambda: fault({"x": np.clip(X, 45, 55)}, {"x": X}, ""),
    "three changed numbers": lambda: fault({"x": [1.1, 2.2, 3.3, *X[3:]]}, {"x": X}, ""),
    "three small changes": lambda: fault({"x": X * np.repeat([1 + 1e-7, 1 - 3e-6, 1], [1, 2, 20])}, {"x": X}, ""),
    "another model's fit": lambda: fault(
        {"fixef": [1.0, 2.0], "sdcor": [3.25, 1.125]}, {"fixef": [1.0, 2.5], "sdcor": [3.0, 1.5]}, "", fitted=True),
    "one number of a fit": lambda: fault({"sigma": 25.50001}, {"sigma": 25.5}, "", fitted=True),
    "another model of random numbers": lambda: fault(
        {"u": X + 0.3 * DATA.x.to_numpy()}, {"u": X}, "", random=True),
    "Spearman for Pearson": lambda: fault({"r": DATA[["x", "y"]].corr("spearman")}, {"r": DATA[["x", "y"]].corr()}, ""),
    "another quantile": lambda: fault({"q": np.quantile(X, [0.1, 0.5, 0.9], method="weibull")},
                                      {"q": np.quantile(X, [0.1, 0.5, 0.9])}, ""),
    "ties": lambda: fault({"r": pd.Series([3, 1, 1, 2]).rank()}, {"r": pd.Series([3, 1, 1, 2]).rank(method="min")}, ""),
    "median for mean": lambda: fault({"m": [np.median(X), np.median(DATA.x)]}, {"m": [X.mean(), DATA.x.mean()]}, ""),
}


def relabelled_by_sum() -> dict[str, Any]:
    m = r.lm("y ~ g", DATA, contrasts={"g": "contr.sum"})
    return {"coef": pd.Series(m.coefficients, index=["(Intercept)", "g1", "g2", "g3"])}


def said_of(got: Any, expected: Any, against: str = "R", **context: Any) -> str:
    ours, theirs = flatten(got), flatten(expected)
    return likely_cause(match(ours, theirs, tol.LINALG, "default").short, ours, theirs, against, **context)


def test_a_table_of_faults(capsys: pytest.CaptureFixture[str]) -> None:
    """Of the faults that leave a mark nine in ten are named, and none of all is called what it is not."""
    hits, misses, wrong, lines = 0, 0, 0, []
    for name, make in FAULTS.items():
        got, expected, right, context = make()
        said = said_of(got, expected, **context)
        hit, miss = bool(right) and right in said, not said
        hits, misses, wrong = hits + hit, misses + miss, wrong + (not hit and not miss)
        lines.append(f"{'hit' if hit else 'silent' if miss else 'WRONG':7} {name}: {said}")
    marked = sum(bool(make()[2]) for make in FAULTS.values())
    with capsys.disabled():
        print("", *lines, f"{hits} of {marked} faults named, {misses} of {len(FAULTS)} unsaid, {wrong} wrong", sep="\n")
    assert wrong == 0 and marked >= 50 and hits >= 0.9 * marked


def test_a_single_changed_number_is_never_called_noise() -> None:
    """One value of each stored answer changed, in five ways: what is said is that it alone differs, or how it does."""
    ways: dict[str, Callable[[float], float]] = {
        "alone differs": lambda x: x * 1.0371, "decimal point": lambda x: x * 10, "signs": lambda x: -x,
        "alone differs ": lambda x: x * (1 + 3e-6), " alone differs": lambda x: x + 1.2345}
    rng = np.random.default_rng(21)
    asked, said_nothing = 0, 0
    for suite in suites():
        for case in suite.cases():
            stored = parse(reference_path(suite, case.name).read_text(encoding="utf-8"))
            values: Values = dict(stored.fits["default"].values)
            labels = [label for label, value in values.items() if isinstance(value, float) and value != 0]
            for right, change in ways.items() if labels else ():
                label = labels[rng.integers(len(labels))]
                got = values | {label: change(float(values[label]))}
                short = match(got, values, 13, "default").short
                said = likely_cause(short, got, values, "R", case.takes_control)
                asked, said_nothing = asked + 1, said_nothing + (not said)
                assert not said or right.strip() in said, (case.name, label, said)
    assert asked > 700 and said_nothing < 0.1 * asked


def test_nothing_short_has_no_cause() -> None:
    assert likely_cause((), {"a": 1.0}, {"a": 1.0}, "R") == ""


@pytest.mark.parametrize(("against", "said"), [
    ("R", "optimizer noise"), ("live R tight", "an optimizer that stopped early")])
def test_noise_against_a_tight_fit_is_an_early_stop(against: str, said: str) -> None:
    near = {"a": 1.23456799123, "b": 2.3456788, "c": 3.45678912}
    assert said_of(near, {"a": 1.23456789123, "b": 2.3456789, "c": 3.4567891}, against, fitted=True) == said
    assert said_of(near, {"a": 1.23456789123, "b": 2.3456789, "c": 3.4567891}, against) == ""


@pytest.mark.parametrize(("got", "expected", "said"), [
    ({"a": "u"}, {"a": "v"}, ""), ({"a": True}, {"a": False}, ""), ({"a": True, "b": 1.5}, {"a": 1.0, "b": 1.0}, ""),
    ({"a": True}, {"a": 1}, "a boolean on one side, 0 or 1 on the other"), ({"a": 2.0}, {"a": pd.NA}, ""),
    ({"a": pd.NA}, {"a": 2.0}, ""), ({"a": pd.NA}, {"a": 0.0}, "missing values are taken as 0 there"),
    ({"a": ["u", "v"]}, {"a": ["v", "u"]}, "'v' and 'u' are swapped"), ({"a": [1, 2]}, {"a": ["v", "v"]}, ""),
    ({"a": 1.1}, {"a": 1.0}, ""), ({"a": 2.0, "b": 3.0}, {"a": 1.0, "b": 1.5}, ""),
    ({"a": 2.0, "b": 3.0, "c": 4.5}, {"a": 1.0, "b": 1.5, "c": 2.25}, "all differ by one factor, 2: a unit"),
    ({"x": 1.0, "y": 2.0}, {"x": 1.0, "z": 3.0}, ""), ({"x": [1.0, 2.0]}, {"x": [1.0, 3.0, 4.0]}, ""),
    ({"a": math.inf}, {"a": 1.0}, ""), ({"a": 0.75000001}, {"a": 0.75}, "")])
def test_what_is_said_of_little(got: Any, expected: Any, said: str) -> None:
    assert said_of(got, expected).startswith(said) and (said or not said_of(got, expected))


def test_the_worst_come_first_and_an_empty_comparison_is_none() -> None:
    found = match({"a": 1.1, "b": 1.001, "c": 3.0}, {"a": 1.0, "b": 1.0, "c": 3.0}, 12, "default")
    assert [one.label for one in found.short] == ["a", "b"] and found.worst == "a" and found.compared == 3
    assert str(found.short[0]) == "a: 1.1000000000000001 where 1 is expected (1.0 digits of 12)"
    assert (match({}, {}, 12, "default").compared, match({}, {}, 12, "default").short) == (0, ())


def test_demanded_digits_are_met_when_reached_exactly() -> None:
    got, expected = {"a": 1.001}, {"a": 1.0}
    reached = match(got, expected, 12, "default").fewest
    assert not match(got, expected, 12, "default", demanded=reached).short
    assert match(got, expected, 0, "default", demanded=reached + 1e-9).short
    assert not match(got, expected, reached, "default").short


@pytest.mark.parametrize(("sigma", "other", "said"), [(3.1e-7, 1.0, True), (3.1e-5, 1.0, False), (3.1e-7, 2.0, False)])
def test_degrees_of_freedom_where_sigma_is_smaller_than_lmertests_steps(sigma: float, other: float, said: bool) -> None:
    expected = {"coef": pd.Series({"df": 0.456, "Pr(>|t|)": 0.2}), "estimate": 1.0, "sigma": sigma}
    got = {**expected, "coef": pd.Series({"df": 161.0, "Pr(>|t|)": 1e-9}), "estimate": other}
    assert said_of(got, expected).startswith("lmerTest's numerical derivatives") == said
