"""Streams whose uniforms are round numbers, where a sampler's comparisons are ties: R's draws to the last bit.

An ordinary stream never hits 1/2 exactly; these hold nothing but sixteenths, and what rounds up to 1 and down to 0.
Each state's words are such that tempering turns them into the uniforms wanted. The sums are R 4.2.2's, from the code
of the live test below.
"""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.cases.random._shared import sha256
from translations.parity.cases import suite

from .test_variates import NAMES

STATES = 40
SUMS = {
    "runif(50, -1, 1)": "8d92f15048e20727",
    "rnorm(60)": "709c426f6444e60a",
    "rexp(60)": "741291685ff8916d",
    "rgamma(40, c(0.25, 0.5, 0.75))": "779fed5542b81774",
    "rgamma(40, c(1, 1.5, 2, 3, 3.686))": "8882e5f8c6b062f5",
    "rgamma(40, c(4, 5.5, 9, 13.022))": "5c10a4c4e4115bc8",
    "rgamma(40, c(14, 20, 100))": "6e9c1ca787776cec",
    "rchisq(40, c(0, 1, 3))": "f1aeb003500c1c99",
    "rchisq(40, c(0, 2), c(1, 0, 4))": "2f85e85b3e95d9ba",
    "rt(40, c(1, 2, 8))": "85827f4b67d7e9dc",
    "rpois(60, c(0.25, 0.5, 1, 3, 9.5))": "7ea28f903dde586f",
    "rpois(60, c(10, 10.5, 12, 16, 24))": "5f759629d88aefc4",
    "rpois(60, c(50, 100, 1000))": "01fd4d250b714840",
    "rbinom(60, c(1, 2, 3, 4), c(0.5, 0.25, 0.75))": "c7758c8c48fd3b9c",
    "rbinom(60, c(20, 59), c(0.5, 0.25, 0.75))": "eb5e39636765eeae",
    "rbinom(60, c(60, 64, 100, 121), c(0.5, 0.75))": "3e928a3fa2a5090f",
    "rbinom(60, c(400, 1000, 10000), c(0.5, 0.25, 0.75))": "1e4417fe5d45f293",
    "sample(16)": "898adcbe6bfe581f",
    "sample(17)": "2b33f0d702e154df",
    "sample(2, 60, TRUE)": "c44d3c569c89df9b",
    "sample(5, 60, TRUE)": "82480129a1cf2c04",
    "sample(16, 60, TRUE)": "ca307b8c7440d1fd",
    "sample(65536, 60, TRUE)": "8b8859330e71ff73",
    "sample(65537, 60, TRUE)": "3f1392b54ff4ea32",
    "sample(4294967296, 40, TRUE)": "701b91ecc7e02692",
    "sample(20000000, 10)": "a4237429f0274817",
    "sample(4, 60, TRUE, c(4, 2, 1, 1))": "5743b62e8024e2e8",
    "sample(8, 60, TRUE, c(1, 1, 1, 1, 1, 1, 1, 1))": "504c3844e7513f5c",
    "sample(5, 4, FALSE, c(8, 4, 2, 1, 1))": "d5df1b01eb43edd4",
    "sample(8, 8, FALSE, c(1, 1, 1, 1, 1, 1, 1, 1))": "f540f7cf519a7d84",
    "sample(256, 60, TRUE, rep(1, 256))": "8f13a9f5dcc543cb",
    "sample(256, 60, TRUE, c(rep(1, 128), rep(3, 128)))": "17985e0c16b1dc6c",
}


def untempered(words: np.ndarray) -> np.ndarray:
    """The Mersenne-Twister's words (uint32) whose tempering gives `words`."""
    y = words.copy()
    y ^= y >> np.uint32(18)
    y ^= (y << np.uint32(15)) & np.uint32(0xEFC60000)
    for shift, mask in ((7, 0x9D2C5680), (-11, 0xFFFFFFFF)):
        x = y
        for _ in range(5):
            moved = x << np.uint32(shift) if shift > 0 else x >> np.uint32(-shift)
            x = y ^ (moved & np.uint32(mask))
        y = x
    return y


def states() -> list[np.ndarray]:
    """`.Random.seed`s, each of 623 uniforms to come: sixteenths, one in ten as near to 0 or 1 as they get."""
    draw = np.random.default_rng(20261124)
    found = []
    for _ in range(STATES):
        words = draw.integers(0, 16, 624).astype(np.uint32) << np.uint32(28)
        ends = draw.random(624) < 0.1
        words[ends] = draw.choice(np.array([0, 1, 2**32 - 2, 2**32 - 1], np.uint32), ends.sum())
        found.append(np.concatenate(([10403, 1], untempered(words).view(np.int32))).astype(np.int32))
    return found


def computed(expression: str) -> str:
    stream, parts = r.set_seed(0), []
    for state in states():
        stream.random_seed = state
        parts.append(np.asarray(eval(f"stream.{expression}", NAMES | {"stream": stream}), float))
    return sha256(np.concatenate(parts))[:16]


def test_the_uniforms_are_round():
    stream = r.set_seed(0)
    stream.random_seed = states()[0]
    x = stream.runif(623)
    ends = np.minimum(x, 1 - x) < 1e-9
    assert 30 < ends.sum() < 100 and (x[~ends] * 16 == np.round(x[~ends] * 16)).all()


@pytest.mark.parametrize("expression", SUMS)
def test_ties_fall_as_in_r(expression):
    assert computed(expression) == SUMS[expression]


def test_ties_fall_as_in_live_r(live_r):
    setup = (suite("random").references / "_setup.R").read_text(encoding="utf-8")
    live_r.assign("states", np.concatenate(states()))
    draws = ", ".join(f"e{i} = each(function() {expression})" for i, expression in enumerate(SUMS))
    answers = live_r.values(
        f"{setup}\neach <- function(draw) sha256(unlist(lapply(seq_len({STATES}), function(i) {{\n"
        "    assign('.Random.seed', states[626 * (i - 1) + 1:626], globalenv())\n"
        f"    as.double(draw())\n}})))\nlist({draws})")
    assert {e: computed(e) for e in SUMS} == {e: answers[f"e{i}"][:16] for i, e in enumerate(SUMS)}
