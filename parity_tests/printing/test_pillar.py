"""Tibbles as pillar prints them, old and new."""
from __future__ import annotations

from pathlib import Path

import pandas as pd

from translations.printing import console, tibble

CHAPTER = Path(__file__).parents[2] / "fixtures" / "chapter5"


def transcript(case: str) -> list[str]:
    return (CHAPTER / f"{case}.txt").read_text(encoding="utf-8").splitlines()


def test_a_tibble_prints_as_in_the_chapter_in_its_words():
    subjects = [line.split()[1] for line in transcript("no_pooling_lines")[3:]]
    grid = pd.DataFrame([(s, day) for s in subjects for day in range(8)], columns=["Subject", "days_deprived"])
    grid["Subject"] = pd.Categorical(grid["Subject"])
    lines = console(tibble(grid), release="chapter").splitlines()
    assert [line.rstrip() for line in lines] == transcript("newdata")


# The next two are what pillar publishes (tests/testthat/_snaps/tbl-format-footer.md).
def test_newer_pillar_gives_each_omission_a_bullet():
    letters = tibble(pd.DataFrame({c: [c] for c in "abcdefghijklmnopqrstuvwxyz"}))
    assert console(letters, release="2.1").splitlines()[4:] == [
        "# ℹ 13 more variables: n <chr>, o <chr>, p <chr>, q <chr>, r <chr>, s <chr>,",
        "#   t <chr>, u <chr>, v <chr>, w <chr>, x <chr>, y <chr>, z <chr>"]
    assert console(letters, width=30, release="2.1").splitlines()[4:] == [
        "# ℹ 22 more variables:", "#   e <chr>, f <chr>,", "#   g <chr>, h <chr>,", "#   i <chr>, j <chr>,",
        "#   k <chr>, l <chr>,", "#   m <chr>, n <chr>,", "#   o <chr>, p <chr>, …"]


def test_newer_pillar_keeps_a_name_with_blanks_whole():
    names = [*"abcdefghijklmnopqrstuvwxyz", " ".join("abcdefghijklmnopqrstuvwxyz")]
    shown = tibble(pd.DataFrame([[*"abcdefghijklmnopqrstuvwxyz", 2.0]], columns=names))
    assert console(shown, width=70, release="2.1").splitlines()[4:] == [
        "# ℹ 16 more variables: l <chr>, m <chr>, n <chr>, o <chr>, p <chr>,",
        "#   q <chr>, r <chr>, s <chr>, t <chr>, u <chr>, v <chr>, w <chr>,", "#   x <chr>, y <chr>, z <chr>,",
        "#   `a b c d e f g h i j k l m n o p q r s t u v w x y z` <dbl>"]
