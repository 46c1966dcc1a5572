"""The draws are R's: equal (==), not close. The references are in fixtures/random; the live tests take other seeds."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.cases.random._shared import sha256
from translations.parity import reference
from translations.parity.cases import suite
from translations.parity.check import compare

SUITE = suite("random")
CASES = {case.name: case for case in SUITE.cases()}
EXACT = sorted(set(CASES) - {"multivariate_draws"})  # whose eigenvectors come from this machine's LAPACK


def stored(case: str) -> dict:
    return reference.load(SUITE, case).fits["default"].values


@pytest.mark.parametrize("case", EXACT)
def test_every_value_of_the_reference_is_met_to_the_last_bit(case):
    assert CASES[case].run().values == stored(case)


def test_mvrnorm_with_this_machine_s_eigenvectors_is_r_s_to_rounding():
    assert compare(SUITE, CASES["multivariate_draws"], "R").passed


def test_mvrnorm_with_the_stored_eigenvectors_is_equal_to_r():
    values = stored("multivariate_draws")
    eigenvalues = [values[f"values[{i}]"] for i in (1, 2)]
    vectors = [[values[f"vectors[{i}, {j}]"] for j in (1, 2)] for i in (1, 2)]
    draws = r.set_seed(62).mvrnorm(18, mu=[0, 0], Sigma=[[958, 36], [36, 46]], eigen=(eigenvalues, vectors))
    assert draws.shape == (18, 2)
    assert {f"draws[{i + 1}, {j + 1}]": x for (i, j), x in np.ndenumerate(draws)} == {
        label: x for label, x in values.items() if label.startswith("draws")}


HASH = (SUITE.references / "_setup.R").read_text(encoding="utf-8")

# Each R expression is also the Python one, once the stream's name is put before it.
MILLION = ["runif(1e6)", "rnorm(1e6)", "rexp(1e6)", "sample(1e6)", "sample(12345, 1e6, TRUE)", "runif(1e6, -3, 7)"]
REJECTION = [
    *(f"rgamma(1e5, {shape})" for shape in (1e-3, 0.3, 1, 2, 3.686, 9, 13.022, 50, 1e7)),
    *(f"rchisq(1e5, {df})" for df in (0.1, 2, 17, 174)),
    *(f"rt(1e5, {df})" for df in (0.4, 2, 17)),
    *(f"rpois(1e5, {mean})" for mean in (0.2, 2, 9.5, 10, 11, 77, 1e5, 1e12)),
    *(f"rbinom(1e5, {size}, {prob})" for size in (1, 20, 200, 1e4, 1e6, 2e9) for prob in (0.02, 0.4, 0.5, 0.85)),
]


def here(stream, expression):
    return sha256(eval(f"stream.{expression.replace('TRUE', 'True').replace('1e6', '10**6')}", {"stream": stream}))


@pytest.mark.parametrize("seed", [0, 1, -1, 2**31 - 1, 1 - 2**31, 314159265])
def test_a_million_draws_of_live_r(live_r, seed):
    answers = live_r.values(f"{HASH}\nset.seed({seed})\n"
                            f"list({', '.join(f'e{i} = sha256({e})' for i, e in enumerate(MILLION))})")
    stream = r.set_seed(seed)
    assert [here(stream, e) for e in MILLION] == [answers[f"e{i}"] for i in range(len(MILLION))]


@pytest.mark.parametrize("seed", [7, -20261123])
def test_a_hundred_thousand_draws_by_rejection_of_live_r(live_r, seed):
    answers = live_r.values(f"{HASH}\nset.seed({seed})\n"
                            f"list({', '.join(f'e{i} = sha256({e})' for i, e in enumerate(REJECTION))})")
    stream = r.set_seed(seed)
    ours = {e: here(stream, e) for e in REJECTION}
    assert {e for i, e in enumerate(REJECTION) if ours[e] != answers[f"e{i}"]} == set()


def test_a_thousand_seeds_of_live_r(live_r):
    seeds = np.random.default_rng(20261123).integers(-(2**31) + 1, 2**31, 1000)
    answers = live_r.values(
        f"{HASH}\nseeds <- c({', '.join(map(str, seeds))})\n"
        "each <- function(draw) sha256(vapply(seeds, function(s) { set.seed(s); as.double(draw()) }, numeric(300)))\n"
        "list(runif = each(function() runif(300)), rnorm = each(function() rnorm(300)),"
        " rexp = each(function() rexp(300)), sample = each(function() sample(300)))")
    for name in ("runif", "rnorm", "rexp", "sample"):
        assert sha256(np.concatenate([getattr(r.set_seed(s), name)(300) for s in seeds])) == answers[name], name


def test_the_state_of_live_r_goes_over(live_r):
    """A stream that R began is carried on here."""
    answers = live_r.values("set.seed(5); x <- c(rnorm(1001), sample(99)); state <- .Random.seed\n"
                            "list(state = state, after = runif(3))")
    state = [int(answers[f"state[{i + 1}]"]) for i in range(626)]
    stream = r.set_seed(0)
    stream.random_seed = state
    assert stream.runif(3).tolist() == [answers[f"after[{i}]"] for i in (1, 2, 3)]


def test_mvrnorm_with_live_r_s_eigenvectors(live_r):
    """Five variables, where the signs of the eigenvectors are rounding's to choose."""
    answers = live_r.values("set.seed(8); S <- crossprod(matrix(rnorm(25), 5)); e <- eigen(S, symmetric = TRUE)\n"
                            "x <- MASS::mvrnorm(1000, 1:5, S)\n"
                            "list(S = S, values = e$values, vectors = e$vectors, x = x)")
    table = {name: np.array([[answers[f"{name}[{i}, {j}]"] for j in range(1, 6)] for i in range(1, rows + 1)])
             for name, rows in (("S", 5), ("vectors", 5), ("x", 1000))}
    stream = r.set_seed(8)
    stream.rnorm(25)
    values = [answers[f"values[{i}]"] for i in range(1, 6)]
    draws = stream.mvrnorm(1000, np.arange(1, 6), table["S"], eigen=(values, table["vectors"]))
    assert np.array_equal(draws, table["x"])
