"""How a stream behaves: its state, recycling, draws that take nothing, errors that name the argument."""
from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pytest

from translations.random import RStream, set_seed
from translations.random.variates import normal_quantile


@pytest.mark.parametrize(("p", "z"), [
    (0.25, -0.6744897501960817), (0.001, -3.090232306167814), (1e-20, -9.262340089798408)])
def test_normal_quantile_has_the_published_values(p, z):
    """The check values of Wichura (1988), algorithm AS 241, PPND16."""
    assert normal_quantile(p) == pytest.approx(z, rel=1e-15, abs=0)
    if p > 1e-10:
        assert normal_quantile(1 - p) == pytest.approx(-z, rel=1e-13, abs=0)


def test_normal_quantile_of_one_is_infinite():
    """The two uniforms of a normal draw can round up to 1; R then returns Inf."""
    assert normal_quantile(1.0) == np.inf


def test_draws_do_not_depend_on_how_they_are_asked_for():
    """One call for many draws is many calls for one."""
    at_once, one_by_one = set_seed(4), set_seed(4)
    for draw in ("runif", "rnorm", "rexp"):
        singles = np.concatenate([getattr(one_by_one, draw)(1) for _ in range(700)])
        assert np.array_equal(getattr(at_once, draw)(700), singles)
    assert np.array_equal(at_once.random_seed, one_by_one.random_seed)


def test_a_copy_goes_on_alike_and_apart():
    stream = set_seed(11, sample_kind="Rounding")
    stream.rnorm(1000)
    twin, pickled = stream.copy(), pickle.loads(pickle.dumps(stream))
    draws = stream.sample(10**6)
    assert np.array_equal(draws, twin.sample(10**6))
    assert np.array_equal(draws, pickled.sample(10**6))
    assert not np.array_equal(draws, stream.sample(10**6))


def test_without_a_seed_streams_differ():
    assert not np.array_equal(RStream().runif(4), set_seed(None).runif(4))


@pytest.mark.parametrize("certain", [
    lambda s: s.runif(5, 2, 2), lambda s: s.rnorm(5, 2, 0), lambda s: s.rexp(5, np.inf), lambda s: s.rpois(5, 0),
    lambda s: s.rgamma(5, 0), lambda s: s.rbinom(5, 0, 0.5), lambda s: s.rbinom(5, 7, 1), lambda s: s.rchisq(5, 0),
    lambda s: s.rnorm(5, np.inf), lambda s: s.rgamma(5, np.inf), lambda s: s.rnorm(0), lambda s: s.sample(3, 0)])
def test_a_certain_value_takes_nothing_from_the_stream(certain):
    stream = set_seed(1)
    before = stream.random_seed
    assert len(set(certain(stream).tolist())) <= 1
    assert np.array_equal(stream.random_seed, before)


def test_a_vector_for_n_counts_by_its_length():
    assert len(set_seed(1).runif([3, 1, 4, 1])) == 4


def test_parameters_start_over_at_their_end():
    stream = set_seed(2)
    assert np.array_equal(stream.copy().rnorm(7, [10, 20], [1, 2, 3]),
                          np.resize([10, 20], 7) + np.resize([1, 2, 3], 7) * stream.rnorm(7))


def test_counts_beyond_the_integers_are_doubles():
    """R 4.2.2 after set.seed(1); in Python's integers they would wrap around."""
    large = set_seed(1).rpois(4, [1e18, 9e18, 1e19, 5])
    assert large.tolist() == [9.9999999937354624e17, 9.0000000039893975e18, 1.0000000004023775e19, 6]
    assert set_seed(1).rpois(2, 1e18).dtype == np.int64


def test_mvrnorm_is_labelled_by_mu_or_sigma():
    frame = pd.DataFrame(np.eye(2), index=["x", "y"], columns=["x", "y"])
    assert set_seed(1).mvrnorm(3, [0, 0], frame).columns.tolist() == ["x", "y"]
    assert set_seed(1).mvrnorm(1, pd.Series({"u": 0, "v": 0}), frame).index.tolist() == ["u", "v"]
    assert set_seed(1).mvrnorm(3, [0, 0], np.eye(2)).shape == (3, 2)


@pytest.mark.parametrize(("call", "message"), [
    (lambda s: set_seed(2**31), "seed"),
    (lambda s: set_seed(float("nan")), "seed"),
    (lambda s: set_seed(1, sample_kind="Rejected"), "Rejection, Rounding"),
    (lambda s: setattr(s, "random_seed", [10403, 624, 1]), "626"),
    (lambda s: s.runif(-1), "n must"),
    (lambda s: s.runif(3, 2, 1), "max"),
    (lambda s: s.runif(3, max=np.inf), "max must be finite"),
    (lambda s: s.rnorm(3, mean=np.nan), "mean"),
    (lambda s: s.rnorm(3, sd=-1), "sd must be at least 0; got -1$"),
    (lambda s: s.rnorm(3, sd=np.linspace(1, -1, 300)), r"sd must be at least 0; got -0.00334448 \(number 151 of 300\)"),
    (lambda s: s.rnorm(3, sd=[]), "sd"),
    (lambda s: s.rexp(3, 0), "rate must be above 0"),
    (lambda s: s.rgamma(3, -1), "shape"),
    (lambda s: s.rgamma(3, 1, rate=2, scale=2), "rate or scale"),
    (lambda s: s.rchisq(3, -1), "df"),
    (lambda s: s.rchisq(3, 1, ncp=-1), "ncp"),
    (lambda s: s.rt(3, 0), "df must be above 0"),
    (lambda s: s.rpois(3, -1), "lambda_"),
    (lambda s: s.rbinom(3, 1.5, 0.5), "size must be a whole number"),
    (lambda s: s.rbinom(3, 2**31, 0.5), "size"),
    (lambda s: s.rbinom(3, 5, 1.5), "prob"),
    (lambda s: s.sample(3, 4), "cannot draw 4 of 3"),
    (lambda s: s.sample([], 1), "cannot draw 1 of 0"),
    (lambda s: s.sample(3, prob=[1, 2]), "prob must have 3 elements"),
    (lambda s: s.sample(3, prob=[1, 2, -1]), "not negative"),
    (lambda s: s.sample(3, prob=[1, 2, 0]), "2 positive weights"),
    (lambda s: s.sample(pd.DataFrame({"a": [1, 2]})), "iloc"),
    (lambda s: s.mvrnorm(3, [0, 0], np.eye(3)), "Sigma must be 2 x 2"),
    (lambda s: s.mvrnorm(3, [0, 0, 0], np.eye(2)), "Sigma must be 3 x 3"),
    (lambda s: s.mvrnorm(3, [0, 0], [[1, 2], [2, 1]]), "not positive definite"),
])
def test_a_wrong_argument_is_named_and_costs_no_draw(call, message):
    stream = set_seed(1)
    before = stream.random_seed
    with pytest.raises(ValueError, match=message):
        call(stream)
    assert np.array_equal(stream.random_seed, before)
