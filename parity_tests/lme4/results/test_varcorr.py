"""Names of covariance parameters."""

from __future__ import annotations

import copy
import pickle

import pytest

import translations as r
from translations.lme4.criterion import sdcor
from translations.lme4.results.varcorr import unique_names

from ..stored_parts import COMPARED, STORED, model


@pytest.mark.parametrize("one", STORED["names"], ids=lambda one: one["given"][0])
def test_names_are_made_unique_as_r_makes_them(one: dict[str, list[str]]) -> None:
    assert unique_names(one["given"]) == one["unique"]


def test_names_of_the_covariance_parameters() -> None:
    structure = model("slopes").design.random
    assert sdcor.names(structure) == COMPARED["profnames"]["old"]
    assert sdcor.names(structure, old=False) == COMPARED["profnames"]["new"]


def test_copies_keep_what_a_matrix_is_asked_for() -> None:
    v = r.VarCorr(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    for again in (copy.copy(v), copy.deepcopy(v), pickle.loads(pickle.dumps(v))):
        assert again["Subject"].stddev.tolist() == v["Subject"].stddev.tolist() and again["Subject"].structure == "us"
        assert str(again) == str(v) and again.sc == v.sc


def test_components_are_shown_as_asked() -> None:
    v = r.VarCorr(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()))
    assert str(v.shown()) == str(v) and "Variance" not in str(v)
    both = ["Std.Dev.", "Variance"]
    assert str(v.shown(both)).split("\n")[0].split()[2:4] == both
    with r.options(lme4="2.1"):
        assert str(v.shown(both)).split("\n")[0].split()[2:4] == both[::-1]
