"""The 15th digit of a number as R writes it: R scales by a power of ten before it rounds, and its table has those from
10^23 to 10^27 as doubles, which are off by up to 1e-16 of them.
"""
from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath.libmp import from_rational, round_nearest, to_rational

from translations.printing import numbers
from translations.printing.numbers import format_number
from translations.stats.language.expressions import number_text

# R 4.2.2: as.character(x). Rounded correctly, all have another last digit.
IN_R = [
    ("0x1.c150814927279p-31", "8.1729826478121e-10"), ("0x1.8e9ff77e092b1p-37", "1.132960023208e-11"),
    ("0x1.560c4e16cedfdp-27", "9.9549089367797e-09"), ("-0x1.a37c286b2fc81p-31", "-7.6303875492228e-10"),
    ("-0x1.04230fcae7641p-41", "-4.620960675898e-13"), ("0x1.85c8b615f7a75p+125", "6.4763980358878e+37"),
    ("0x1.c2da9039e309cp+134", "3.8354396420584e+40"), ("0x1.2c2722a174679p+126", "9.9742900176661e+37")]


@pytest.mark.parametrize(("bits", "text"), IN_R)
def test_as_character(bits: str, text: str) -> None:
    x = float.fromhex(bits)
    assert number_text(x) == text != f"{x:.15g}"


@pytest.mark.parametrize("scale", [numbers._scale_extended, numbers._scale_rational])
def test_format(scale: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """R: format(x, digits = 15), of the first with its 15 digits."""
    monkeypatch.setattr(numbers, "_scale", scale)
    assert [format_number(float.fromhex(bits), 15) for bits, _ in IN_R[:2]] == [
        "8.1729826478121e-10", "1.132960023208e-11"]


def test_live(live_r: Any) -> None:
    """As many as hold some of those on which R and correct rounding differ (one in 1,000)."""
    draw = np.random.default_rng(20)
    x = np.concatenate([10.0 ** draw.uniform(-16, -6, 9000) * draw.choice([-1, 1], 9000),
                        10.0 ** draw.uniform(34, 44, 6000), draw.normal(size=3000)])
    live_r.eval(f"x <- as.numeric(strsplit('{' '.join(v.hex() for v in x.tolist())}', ' ')[[1]])")
    said = live_r.eval("cat(as.character(x))").split()
    assert [number_text(v) for v in x.tolist()] == said
    assert sum(f"{v:.15g}" != text for v, text in zip(x.tolist(), said, strict=True)) >= 10


@pytest.mark.skipif(not numbers._EXTENDED, reason="no 80-bit long double here to compare with")
@settings(derandomize=True, deadline=None)
@given(st.lists(st.floats(min_value=5e-324, max_value=1.7e308), min_size=1, max_size=20), st.integers(1, 15))
def test_rationals_round_as_the_80_bit_registers_do(x, digits):
    r = np.array(x)
    powers = np.floor(np.log10(r)).astype(int) - digits + 1
    within = np.abs(powers) <= 27                       # beyond, powl's own rounding comes in
    for got, expected in zip(numbers._scale_rational(r[within], powers[within], digits),
                             numbers._scale_extended(r[within], powers[within], digits), strict=True):
        assert got.tolist() == expected.tolist()


@settings(derandomize=True, deadline=None)
@given(st.integers(1, 10**40), st.integers(1, 10**40))
@example(2**65 - 1, 2)
def test_mantissas_of_64_bits_round_as_mpmath_does(numerator, denominator):
    theirs = to_rational(from_rational(numerator, denominator, 64, round_nearest))
    assert numbers._round64(Fraction(numerator, denominator)) == Fraction(*theirs)
