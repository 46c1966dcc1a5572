"""A wrong input is refused by an error that names it."""
from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations import data

FORMULA = "Reaction ~ days_deprived + (days_deprived | Subject)"


@pytest.fixture
def sleep2():
    return r.sleep2()


@pytest.mark.parametrize("column", ["Reaction", "days_deprived", "Subject"])
def test_missing_column(sleep2, column):
    with pytest.raises((KeyError, ValueError), match=column):
        r.lmer(FORMULA, sleep2.drop(columns=column))


@pytest.mark.parametrize("column", ["Reaction", "days_deprived"])
def test_missing_column_of_lm(sleep2, column):
    with pytest.raises((KeyError, ValueError), match=column):
        r.lm("Reaction ~ days_deprived", sleep2.drop(columns=column))


def test_text_response(sleep2):
    spoiled = sleep2.assign(Reaction=sleep2["Reaction"].astype(str))
    with pytest.raises(ValueError, match="Reaction"):
        r.lmer(FORMULA, spoiled)
    with pytest.raises(ValueError, match="Reaction"):
        r.lm("Reaction ~ days_deprived", spoiled)


def test_subject_with_one_level(sleep2):
    with pytest.raises(ValueError, match="Subject"):
        r.lmer(FORMULA, sleep2[sleep2["Subject"] == "308"])


def test_as_many_levels_as_observations(sleep2):
    with pytest.raises(ValueError, match="row"):
        r.lmer("Reaction ~ days_deprived + (1 | row)", sleep2.assign(row=pd.Categorical(range(len(sleep2)))))


def test_infinite_response(sleep2):
    spoiled = sleep2.assign(Reaction=sleep2["Reaction"].where(sleep2.index != 5, np.inf))
    with pytest.raises(ValueError, match="Reaction"):
        r.lmer(FORMULA, spoiled)


def test_response_that_is_all_missing(sleep2):
    with pytest.raises(ValueError, match="every row has a missing value"):
        r.lmer(FORMULA, sleep2.assign(Reaction=np.nan))


def test_missing_value_refused_on_request(sleep2):
    spoiled = sleep2.assign(Reaction=sleep2["Reaction"].where(sleep2.index != 5))
    with pytest.raises(ValueError, match="Reaction"):
        r.lmer(FORMULA, spoiled, na_action="na.fail")


def test_new_level_in_newdata(sleep2):
    m = r.lmer(FORMULA, sleep2)
    unseen = pd.DataFrame({"Subject": ["308", "999"], "days_deprived": [0, 1]})
    with pytest.raises(ValueError, match="(?s)Subject.*999|999.*Subject"):
        r.predict(m, unseen)
    allowed = r.predict(m, unseen, allow_new_levels=True)
    assert allowed.iloc[1] == pytest.approx(r.fixef(m).sum(), rel=1e-14)


def test_new_level_in_newdata_of_lm(sleep2):
    m = r.lm("Reaction ~ Subject", sleep2)
    with pytest.raises(ValueError, match="(?s)Subject.*999|999.*Subject"):
        r.predict(m, pd.DataFrame({"Subject": ["999"]}))


def test_newdata_without_a_column(sleep2):
    m = r.lmer(FORMULA, sleep2)
    with pytest.raises((KeyError, ValueError), match="days_deprived"):
        r.predict(m, pd.DataFrame({"Subject": ["308"]}))


NO_MIXED_MODEL = ["Reaction ~ days_deprived", "Reaction ~ (days_deprived | )", "Reaction ~ days_deprived +", ""]


@pytest.mark.parametrize("formula", NO_MIXED_MODEL)
def test_formula_that_is_no_mixed_model(sleep2, formula):
    with pytest.raises(ValueError):
        r.lmer(formula, sleep2)


def test_unknown_optimizer(sleep2):
    with pytest.raises(ValueError, match="bobby"):
        r.lmer(FORMULA, sleep2, control="bobby")


def test_unknown_data_set_names_those_there_are():
    with pytest.raises(KeyError, match="sleepstudy"):
        data.load("sleepwalk")


def test_data_file_that_was_changed(monkeypatch, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for name in ("data.json", "sleepstudy.csv"):
        (folder / name).write_bytes((data.fixtures_path() / "data" / name).read_bytes())
    file = folder / "sleepstudy.csv"
    file.write_text(file.read_text().replace("249.56", "249.57", 1))
    monkeypatch.setattr(data, "fixtures_path", lambda: tmp_path)
    with pytest.raises(ValueError, match=re.escape(str(file))):
        data._read.__wrapped__("sleepstudy")
