"""The data are R's: every value, every level, their order."""
from __future__ import annotations

import pandas as pd
import pytest

import translations as r
from translations import data
from translations.data import fixtures_path
from translations.parity.flatten import flatten


def test_sleep2_is_the_chapters_recoding():
    sleep2 = r.sleep2()
    assert list(sleep2.columns) == ["Reaction", "Days", "Subject", "days_deprived"]
    assert len(sleep2) == 144 and list(sleep2.index) == list(range(144))
    assert (sleep2["days_deprived"] == sleep2["Days"] - 2).all() and sleep2["days_deprived"].between(0, 7).all()


def test_a_data_set_is_the_callers_own():
    first = r.sleepstudy()
    first.loc[0, "Reaction"] = -1.0
    assert r.sleepstudy().loc[0, "Reaction"] == 249.56


def test_every_data_set_has_a_function_of_its_name():
    assert {name for name in data.data_sets() if not callable(getattr(data, name, None))} == set()


@pytest.mark.parametrize("name", data.data_sets())
def test_reads_as_described(name):
    frame, about = data.load(name), data.data_sets()[name]
    assert len(frame) == about["rows"] and list(frame.columns) == list(about["columns"])
    for column, how in about["columns"].items():
        if how["class"] == "factor":
            assert list(frame[column].cat.categories) == how["levels"] and frame[column].cat.ordered == how["ordered"]
        else:
            assert pd.api.types.is_numeric_dtype(frame[column])


# Of a package that Debian does not have: fixtures/data/export.R says what it was compared with.
NOT_TO_BE_HAD = {"salamander"}


def test_the_others_packages_are_installed():
    """Which come with R, with lme4, or are named."""
    named = (fixtures_path().parent / "scripts" / "r_packages.txt").read_text(encoding="utf-8").split()
    packages = {name: about["package"] for name, about in data.data_sets().items()}
    missing = {name for name, one in packages.items() if one != "datasets" and f"r-cran-{one.lower()}" not in named}
    assert missing == NOT_TO_BE_HAD


@pytest.mark.parametrize("name", [name for name, about in data.data_sets().items()
                                  if about["rows"] < 500 and name not in NOT_TO_BE_HAD])
def test_equals_the_data_set_of_the_r_package(name, live_r):
    package, frame = data.data_sets()[name]["package"], data.load(name)
    levels = {column: list(frame[column].cat.categories) for column in frame if frame[column].dtype == "category"}
    theirs = live_r.values(
        f"""local({{
          e <- new.env()
          suppressWarnings(data(list = "{name}", package = "{package}", envir = e))
          found <- exists("{name}", e, inherits = FALSE)
          x <- as.data.frame(if (found) e[["{name}"]] else getExportedValue("{package}", "{name}"))
          rownames(x) <- NULL
          list(frame = x, levels = lapply(Filter(is.factor, x), function(f) unname(levels(f)))) }})"""
    )
    assert flatten({"frame": frame, "levels": levels}) == theirs
