"""How a question is read: slips of the keys, words written together, and a function that is all that is asked for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from translations.guide import asked, names
from translations.guide.elsewhere import Elsewhere
from translations.guide.names import Name


@pytest.mark.parametrize(("one", "other", "same"), [
    ("colmun", "column", True), ("colum", "column", True), ("collumn", "column", True), ("colvmm", "column", False),
    ("mutale", "mutate", True), ("plot", "plots", True), ("ab", "ba", True), ("abc", "cba", False),
    ("same", "same", True),
])
def test_one_slip_of_the_keys(one: str, other: str, same: bool) -> None:
    assert asked.one_slip(one, other) is same and asked.one_slip(other, one) is same


def test_a_word_is_mended_only_where_a_known_one_is_a_slip_away() -> None:
    assert asked.mended("facotr", {"factor": 1.0, "vector": 1.0}) == "factor"
    assert asked.mended("zebra", {"factor": 1.0, "vector": 1.0}) == "zebra"
    assert asked.mended("reoder", {"reader": 2.0, "reorder": 1.0}) == "reorder"  # the commoner one
    assert asked.mended("plto", {"plot": 1.0}) == "plto"  # too short to be sure of


@pytest.mark.parametrize(("question", "name"), [
    ("how to use pivot_wider in python", "pivot_wider"), ("dplyr::case_when equivalent?", "case_when"),
    ("lmer in Python", "lmer"), ("read.csv example", "read.csv"), ("t.test by group", ""), ("mean in python", ""),
    ("pivot_wider", ""),
])
def test_a_function_that_is_all_that_is_asked_for(question: str, name: str) -> None:
    assert asked.only_function(question) == name


@pytest.mark.parametrize(("question", "wanted"), [
    ("reoder facotr levels", "reorder_categories"), ("remove dupilcate rows", "drop_duplicates"),
    ("scater plot", "geom_point"), ("bar plot with standart error", "geom_errorbar"),
    ("how to use pivot_longer in python", "melt"), ("singluar fit", "isSingular"),
])
def test_questions_with_slips_are_answered(question: str, wanted: str) -> None:
    found = names.find(question)
    assert isinstance(found, Elsewhere) and wanted in found.use


def test_an_exported_name_is_found_in_a_question() -> None:
    found = names.find("how do I use lmer in Python?")
    assert isinstance(found, Name) and found.python == "lmer"


def test_what_the_site_asks_of_is_the_same_in_every_process() -> None:
    code = "from translations.guide import render; print(render.words_data())"
    first, second = (subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True,
                                    env={**os.environ, "PYTHONHASHSEED": seed}).stdout for seed in "12")
    assert first == second
