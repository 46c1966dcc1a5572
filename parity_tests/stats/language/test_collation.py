"""The order of text: that of R, asked once about 2,900 strings, and by code point."""
from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.data_frames import count
from translations.stats.language.collation import collated, ranks
from translations.stats.language.evaluate import evaluate
from translations.stats.language.expressions import read

from ..designs import stored

TEXTS, R_SIDE = stored("texts.json"), stored("texts_r.json")
LETTERS = pd.DataFrame({"s": ["B", "a", "c", "B", "É", "e", None], "y": [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0]})


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    r.options(collate="R")


def test_order_is_r_s() -> None:
    assert collated(TEXTS) == [TEXTS[i - 1] for i in R_SIDE["order"]]
    assert r.factor(TEXTS).categories.tolist() == [TEXTS[i - 1] for i in R_SIDE["levels"]]
    assert R_SIDE["english"] == R_SIDE["order"]


def test_ascii_alone_is_sorted_as_among_the_others() -> None:
    plain = [text for text in TEXTS if text.isascii()]
    assert len(plain) > 1000
    assert collated(plain) == [text for text in collated(TEXTS) if text.isascii()]


def test_which_texts_r_finds_smaller_and_equal() -> None:
    place = ranks(TEXTS)
    assert [i + 1 for i, (b, a) in enumerate(zip(TEXTS, TEXTS[1:], strict=False)) if place[a] < place[b]] == (
        R_SIDE["smaller"])
    ours = pd.Series([place[text] for text in TEXTS]).rank().tolist()
    assert ours == R_SIDE["ranked"]


def test_by_code_point() -> None:
    with r.options(collate="C"):
        assert collated(TEXTS) == sorted(TEXTS)
        assert r.factor(LETTERS["s"]).cat.categories.tolist() == ["B", "a", "c", "e", "É"]
    assert r.factor(LETTERS["s"]).cat.categories.tolist() == ["a", "B", "c", "e", "É"]


# R 4.2.2: a <- c("B","a","c","B","É","e",NA); lm, table, `<`, interaction, dplyr::count
def test_everything_made_of_text_is_in_that_order() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", r.CollationWarning)
        assert r.coef(r.lm("y ~ s", LETTERS)).index.tolist() == ["(Intercept)", "sB", "sc", "se", "sÉ"]
        assert r.coef(r.lm("y ~ ordered(s)", LETTERS)).index[1] == "ordered(s).L"
    assert count(LETTERS, "s")["s"].tolist()[:5] == ["a", "B", "c", "e", "É"]
    assert count(LETTERS, "s")["n"].tolist() == [1, 2, 1, 1, 1, 1]
    for text, expected in (('s < "b"', [0, 1, 0, 0, 0, 0, -1]), ('s <= "A"', [0, 1, 0, 0, 0, 0, -1]),
                           ('"e" < s', [0, 0, 0, 0, 1, 0, -1]), ("s > s", [0, 0, 0, 0, 0, 0, -1])):
        assert evaluate(read(text), LETTERS).codes.tolist() == expected
    crossed = evaluate(read("interaction(s, s)"), LETTERS)
    assert crossed.levels[:6] == ["a.a", "B.a", "c.a", "e.a", "É.a", "a.B"]


def mixed() -> pd.DataFrame:
    y = np.random.default_rng(1).normal(size=60)
    groups = np.tile(["b1", "A1", "a2", "B2", "_x"], 12)
    return pd.DataFrame({"y": y, "s": np.repeat(["B", "a", "c"], 20), "g": groups})


def test_random_effects_are_in_that_order() -> None:
    data = mixed()
    with pytest.warns(r.CollationWarning, match=r"the text s has the levels a, B, c in R's order, so 'a' comes first; "
                                                r"by code point it would be 'B'.*collate='C'"):
        m = r.lmer("y ~ s + (1 | g)", data)
    assert list(r.ranef(m)["g"].index) == ["_x", "A1", "a2", "b1", "B2"]
    assert list(r.fixef(m).index) == ["(Intercept)", "sB", "sc"]
    assert list(r.coef(m)["g"].index) == ["_x", "A1", "a2", "b1", "B2"]


def test_only_what_changes_the_reference_is_told(recwarn: Any) -> None:
    data = mixed()
    r.lm("y ~ factor(s, levels = c('a', 'B', 'c'))", data)
    r.lm("y ~ s", data.assign(s=pd.Categorical(data["s"])))
    r.lm("y ~ s", data.assign(s=data["s"].str.upper()))
    r.lmer("y ~ 1 + (1 | g)", data)
    with r.options(collate="C"):
        assert r.coef(r.lm("y ~ s", data)).index.tolist() == ["(Intercept)", "sa", "sc"]
    assert not [one for one in recwarn if one.category is r.CollationWarning]


def test_two_samples_say_which_comes_first() -> None:
    data = mixed().query("s != 'c'")
    with pytest.warns(r.CollationWarning, match="levels a, B in R's order"):
        ours = r.t_test("y ~ s", data=data)
    with r.options(collate="C"):
        assert r.t_test("y ~ s", data=data).statistic["t"] == -ours.statistic["t"]
