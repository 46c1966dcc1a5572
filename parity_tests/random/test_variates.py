"""Draws at the edges of the samplers' branches: R's to the last bit.

Each line is an R expression, which is the Python one too, with the start of the SHA-256 of its draws in R 4.2.2, all
one after the other from `set.seed(20261124)`; a second sum where `sample.kind = "Rounding"` gives other draws. R's code
is the one of the live test below.
"""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.cases.random._shared import sha256
from translations.parity.cases import suite
from translations.random import set_seed

EDGES = [
    ("runif(5, c(-1, 0), c(1, 0, 3))", "072d161315a67be0"),
    ("rnorm(7, c(0, Inf, 3), c(1, 2, 0, 4))", "e38b7331d1cd443a"),
    ("rexp(9, c(0.5, 3))", "db184c77c7b6b8a4"),
    ("rexp(1e5, 1e-300)", "355d790fb30f7043"),
    ("rgamma(1e5, c(0.999999, 1, 1.000001), scale = 3)", "e3b2a88e5b17c5c0"),
    ("rgamma(1e5, c(3.685999, 3.686, 3.686001), c(2, 5))", "4b9308e0a13ef031"),
    ("rgamma(1e5, c(13.021999, 13.022, 13.022001))", "d7d0e16db5ebdb46"),
    ("rgamma(1e5, c(1.2, 2, 2.5, 3, 5, 7, 9, 11, 14, 20, 40), 0.1)", "811258fab33b8c4f"),
    ("rgamma(8, c(0, 2, 3), scale = c(1, 0, 4))", "d5fcdca287b376ae"),
    ("rchisq(1e5, c(0.1, 0.5, 1, 1.5), c(0.3, 2, 30))", "cc981c3d9f916ef7"),
    ("rchisq(1e5, c(0, 2), c(0, 1))", "d06de6c8ba2a7762"),
    ("rt(1e5, c(0.2, 0.7, 2.5, 40))", "b3df1d4a6bc494b1"),
    ("rt(1e4, 3, -2)", "81c6b0e20815ec9e"),
    ("rpois(1e5, c(0.001, 0.2, 1, 2, 5, 7, 8, 9, 9.999999))", "6f636e9287f7c97f"),
    ("rpois(1e5, c(10, 10.0001, 11, 12.5, 14, 20, 33))", "ef3b8038542f0c0b"),
    ("rpois(1e5, c(0, 1000, 12345.6, 1e6))", "74e446e90c85b8c7"),
    ("rbinom(1e5, c(1, 2, 5, 29, 31, 50), c(0.5, 0.49, 0.51))", "b59c433797d9ae7d"),
    ("rbinom(1e5, 60, c(0.49999999, 0.5, 0.50000001, 0.51))", "849d1ac5fb1a1812"),
    ("rbinom(1e5, c(100, 300, 3000), c(0.3, 0.31, 0.69, 0.7))", "7af89324ff620718"),
    ("rbinom(1e5, c(65, 70, 80, 90, 150), 0.47)", "2186c62b5f0071a7"),
    ("rbinom(1e5, c(1e5, 1e6, 4e6, 1e7), c(0.1, 0.35, 0.65, 0.9))", "47f9e63cf5c4621f"),
    ("rbinom(12, c(0, 3), c(0, 1, 0.4))", "47813a840d8aa29e"),
    ("sample(1)", "6c3c396ed6b5c36d"),
    ("sample(2, 40, TRUE)", "60d036179fedfb12", "0a9455f2ccbdafaa"),
    ("sample(65536, 1e5, TRUE)", "eed64c5f004835f2", "f2ae6845aae760f9"),
    ("sample(65537, 1e5, TRUE)", "36318a740118b88a", "8ffd0802a1b7e76f"),
    ("sample(2147483647, 1e4, TRUE)", "c29406d948421adc", "739f334e24cf5c88"),
    ("sample(2147483648, 1e4, TRUE)", "c4d6cb3393eb5a12", "a401c9a22c892faa"),
    ("sample(4294967297, 1e4, TRUE)", "a4936de23e797a50", "15e1ebabc462af6e"),
    ("sample(1e7, 1000)", "5d7a8c9554755254", "800b8b76910a24a0"),
    ("sample(10000001, 1000)", "89126244a837dbb6", "ca714662ba37aeaf"),
    ("sample(10000001, 5000000)", "f10f58d51765eae8", "f51401ed987c1aaf"),
    ("sample(10000001, 5000001)", "5a041770fc6acf01", "17b3c65b55172305"),
    ("sample(30, 1000, TRUE, c(seq_len(29), 0))", "02b8886d6b25fdda", "9ddac03c0f4abeed"),
    ("sample(30, 29, FALSE, c(seq_len(29), 0))", "a84b18b1234d3975", "974f100bb1f7aa83"),
    ("sample(200, 1e4, TRUE, seq_len(200) + 1000)", "0f23bd3db7b59d3b", "5aa3c1d7f047c007"),
    ("sample(201, 1e4, TRUE, seq_len(201) + 1000)", "9ebf64287bdc800e", "8c1334a868cbf827"),
    ("sample(300, 1e4, TRUE, rep(1, 300))", "2cc77a6acd81eb62", "ec67979ac176940d"),
    ("sample(300, 1e4, TRUE, c(rep(1e-9, 99), seq_len(201) + 1000))", "bcacbf2ae625419a", "f43d2382e628ae31"),
    ("sample(300, 1e4, TRUE, c(rep(1e-9, 100), seq_len(200) + 1000))", "40c8aee1c4d52855", "e9977f2443fed7d9"),
    ("sample(1000, 1e4, TRUE, seq_len(1000) ** 3)", "ed2fdadcfc190679", "bfc265a3c34814da"),
    ("sample(1000, 1000, FALSE, seq_len(1000) ** 3)", "10bbccbccd4114b9", "ff1ccc2704b3355d"),
    ("sample(7, 7, FALSE, c(3, 3, 3, 3, 3, 3, 3))", "344488f26fd0c2ab", "00155f6e03ed6f4a"),
    ("runif(3)", "80afb3def530ce5d", "0c893e91875fc9ee"),
    ("sample(101, 101, FALSE, c(7e15, rep(1, 100)))", "670d4607db1f464d", "68eb0b97740ffb26"),
]
NAMES = {"c": lambda *parts: np.hstack(parts), "seq_len": lambda n: np.arange(1, n + 1),
         "rep": lambda x, n: np.repeat(float(x), n), "Inf": np.inf, "TRUE": True, "FALSE": False}
KINDS = ("Rejection", "Rounding")


def sums(kind: str) -> list[str]:
    stream = r.set_seed(20261124, sample_kind=kind)
    whole = {"1e5": "10**5", "1e4": "10**4"}
    hashes = []
    for expression, *_ in EDGES:
        for r_text, python in whole.items():
            expression = expression.replace(f"({r_text},", f"({python},", 1)
        hashes.append(sha256(eval(f"stream.{expression}", NAMES | {"stream": stream}))[:16])
    return hashes


@pytest.mark.parametrize("kind", KINDS)
def test_draws_at_the_edges_are_r_s(kind):
    ours = sums(kind)
    theirs = [stored[KINDS.index(kind) % len(stored)] for _, *stored in EDGES]
    assert [edge[0] for edge, own, its in zip(EDGES, ours, theirs, strict=True) if own != its] == []


@pytest.mark.parametrize("kind", KINDS)
def test_draws_at_the_edges_are_live_r_s(live_r, kind):
    setup = (suite("random").references / "_setup.R").read_text(encoding="utf-8")
    draws = ", ".join(f"e{i} = sha256({expression})" for i, (expression, *_) in enumerate(EDGES))
    answers = live_r.values(f"{setup}\nsuppressWarnings(set.seed(20261124, sample.kind = '{kind}'))\nlist({draws})")
    assert sums(kind) == [answers[f"e{i}"][:16] for i in range(len(EDGES))]


CALLS = {
    "min": lambda s, x: s.runif(3, min=x), "max": lambda s, x: s.runif(3, max=x),
    "mean": lambda s, x: s.rnorm(3, mean=x), "sd": lambda s, x: s.rnorm(3, sd=x), "rate": lambda s, x: s.rexp(3, x),
    "shape": lambda s, x: s.rgamma(3, x), "scale": lambda s, x: s.rgamma(3, 1, scale=x),
    "df": lambda s, x: s.rchisq(3, x), "ncp": lambda s, x: s.rchisq(3, 1, x), "lambda_": lambda s, x: s.rpois(3, x),
    "size": lambda s, x: s.rbinom(3, x, 0.5), "prob": lambda s, x: s.rbinom(3, 5, x),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_missing_or_empty_parameter_is_named_first(name):
    for wrong in (np.nan, [1.0, np.nan], []):
        with pytest.raises(ValueError, match=f"^{name} must be "):
            CALLS[name](set_seed(1), wrong)
    for ncp in (None, 1.0):
        with pytest.raises(ValueError, match="^df must be above 0; got 0"):
            set_seed(1).rt(3, 0, ncp)
    for call in (lambda s: s.rgamma(3, 1, rate=0), lambda s: s.rexp(3, 0)):
        with pytest.raises(ValueError, match="^rate must be above 0; got 0"):
            call(set_seed(1))


def test_the_largest_integers_of_r():
    """R 4.2.2: set.seed and rbinom next to .Machine$integer.max."""
    largest = 2**31 - 1
    assert [r.set_seed(seed).runif(1)[0] for seed in (largest, -largest)] == [0.68966742674820125, 0.56201667874120176]
    assert r.set_seed(1).rbinom(1, largest - 1, 0.5) == 1073740771
    with pytest.raises(ValueError, match="size must be a whole number less than 2147483647"):
        r.set_seed(1).rbinom(1, largest, 0.5)
