"""`console(x)` of one of each kind of objects, as R prints it; what is missing, too long, or cannot be printed."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.parity import reference
from translations.parity.cases import suite
from translations.printing import NA, NAN, Matrix, Style, console, diag, render, summary_vector, tibble
from translations.printing.coefmat import symnum
from translations.printing.layout import matrix
from translations.printing.values import as_values

FIXTURES = Path(__file__).parents[2] / "fixtures"
CHAPTER = FIXTURES / "chapter5"


def transcript(case: str) -> str:
    return (CHAPTER / f"{case}.txt").read_text(encoding="utf-8").rstrip("\n")


def stored(case: str) -> dict[str, float]:
    return reference.load(suite("chapter5"), case).fits["default"].values


def covariance() -> Matrix:
    terms = ["(Intercept)", "days_deprived"]
    values = stored("standard_errors")
    return Matrix([[float(values[f"vcov[{a}, {b}]"]) for b in terms] for a in terms], terms, terms)


def test_missing_is_na_and_nan_is_nan():
    assert console(np.array([1.0, NA, np.nan])) == "[1]   1  NA NaN"
    assert console(pd.Series([1.0, np.nan, NAN])) == "[1]   1  NA NaN"
    assert console([1, None]) == "[1]  1 NA"
    assert console(["a", None]) == '[1] "a" NA '
    assert console([True, None]) == "[1] TRUE   NA"
    assert console([None]) == console(pd.NA) == "[1] NA"
    assert console([1e5, None]) == "[1] 1e+05    NA"
    assert console(pd.Series([1, None, True], dtype=object)) == "[1]  1 NA  1"       # c(1L, NA, TRUE)
    assert console(pd.DataFrame({"x": [True, None]})) == "     x\n1 TRUE\n2   NA"


DATES = pd.Series(pd.to_datetime(["2020-01-01", None, "2021-12-31"]))
KINDS = {
    "list": {"a": [1, 2, 3], "b": {"c": "x", "d": 2.5}, "e f": pd.DataFrame({"x": [1, 2]}), "n": {}, "z": None},
    "dates": DATES, "date_frame": pd.DataFrame({"d": DATES, "x": [1, 2, 3]}),
    "date_tibble": tibble(pd.DataFrame({"d": DATES})),
    "nine_rows": np.arange(1, 10)[:, None], "eight_rows": np.arange(1, 9)[:, None],
    "omitted_row": np.arange(33).reshape(3, 11).T,
    "mixed_matrix": Matrix({"a": [100000, 1], "b": [1.5, 2.0]}), "whole_matrix": Matrix({"a": [100000, 1]}),
    "long_level": pd.Categorical(["b"], ["a" * 90, "b", "c"]),
    "sliced": pd.DataFrame({"x": [5, 6, 7, 8]}).iloc[1:3], "no_frame": pd.DataFrame(),
    "one_row_no_column": pd.DataFrame(index=[0]),
    "no_rows": pd.DataFrame({"a": [1], "b": ["x"]}).iloc[:0], "text_matrix": np.array([["a", "b"]], object),
    "empty_matrix": np.zeros((0, 3)), "blank_head": Matrix(np.zeros((0, 2)), columns=["", "b"]),
    "nothing_by_nothing": np.zeros((0, 0)), "heads_only": Matrix({"a": [1, 2]}),
    "null": None, "integer": 3, "double": 1e5, "text": 'a"b', "named": pd.Series([1, 2, 3], ["a", None, "b"]),
    "empty_factor": pd.Categorical([]), "ordered": pd.Categorical(["lo", "hi"], ["lo", "hi"], ordered=True),
    "many_levels": pd.Categorical(range(1, 61)), "wide_default": np.arange(1, 41) / 7, "sequence": np.arange(1.0, 33.0),
    "just_fits": np.arange(1.0, 31.0), "omitted_matrix": np.arange(36).reshape(3, 12).T,
    "omitted_named": pd.Series(range(40), list("abcdefghij") * 4),
    "omitted_frame": pd.DataFrame(np.zeros((13, 3)), columns=list("abc")),
    "narrow_tibble": tibble(pd.DataFrame({"d": DATES})),
    "long_name_tibble": tibble(pd.DataFrame([[1.0, 2.0, 3.0]], columns=["a", "b", "long" * 20])),
    "names_in_a_list": {name: {"If": i} if name == "x y" else i for i, name in enumerate(
        "a_b,.c,.1d,_e,if,else,repeat,while,function,for,next,break,in,TRUE,FALSE,NULL,Inf,NaN,NA,NA_integer_,NA_real_,"
        "NA_character_,NA_complex_,x y,été,1x".split(","), 1)},
    "two_rows_no_column": pd.DataFrame(index=range(2)),
    "pairs": pd.DataFrame({"x": [1, 2]}, pd.MultiIndex.from_tuples([("a", 1), ("b", 2)])),
    "midnight_tibble": tibble(pd.DataFrame({"d": pd.to_datetime(["2020-01-01", "2020-01-02"]).tz_localize("UTC")})),
    "clock_frame": pd.DataFrame({"t": pd.to_datetime(["2020-01-01 10:20:30", None, "2020-01-01"], format="mixed")}),
    "empty_text": np.array([], object), "empty_whole": np.array([], int), "empty_truth": np.array([], bool),
    "empty_number": np.array([]), "two_omitted": np.arange(1, 33), "one_omitted": np.arange(1.0, 32.0),
    "few_columns": pd.DataFrame({"a": [1, 2, 3], "b": 2.0}),
    "summary_vector": summary_vector([1.5, 2, None, 1000]), "summary_numbers": summary_vector(np.arange(1, 11) * 1e-3),
}


def kinds() -> dict:
    return json.loads((FIXTURES / "console" / "kinds.json").read_text(encoding="utf-8"))["kinds"]


def printed(name: str, options: dict | None) -> str:
    return console(KINDS[name], **{option.replace(".", "_"): value for option, value in (options or {}).items()})


def test_one_of_each_kind_prints_as_r_printed():
    assert set(kinds()) == set(KINDS)
    for name, entry in kinds().items():
        assert printed(name, entry["options"]) == "\n".join(entry["text"]), name


def test_one_of_each_kind_prints_as_live_r_does(live_r):
    live_r.eval("suppressMessages(library(tibble))")
    for name, entry in kinds().items():
        chosen = "".join(f", {option} = {value}" for option, value in (entry["options"] or {}).items())
        code = f"old <- options(pillar.advice = FALSE{chosen}); print({entry['code']}); options(old)"
        assert printed(name, entry["options"]) == live_r.eval(code), name


def test_a_hundred_thousand_entries_are_the_most():
    assert console(np.zeros(100002)).endswith(' [ reached getOption("max.print") -- omitted 3 entries ]')
    assert "omitted" not in console(np.zeros(100000))


def test_standard_errors_print_as_in_the_chapter_in_its_words():
    se = np.sqrt(diag(covariance()))
    assert console(se, release="chapter") == transcript("standard_errors")
    assert console(se).splitlines()[0].split() == ["(Intercept)", "days_deprived"]


@pytest.mark.parametrize("call, error, says", [
    (lambda: console(1, release="S"), ValueError, "'S'.*'1.1-31'.*'chapter'"),
    (lambda: console(object()), ValueError, "'object'"),
    (lambda: console(np.zeros((2, 2, 2))), ValueError, "3 dimensions"),
    (lambda: tibble(pd.DataFrame({"x": [1]}), "y"), KeyError, "'y'.*x"),
    (lambda: diag(Matrix({"x": [1, 2]})), ValueError, "2 x 1"),
    (lambda: symnum(pd.DataFrame([[1.0, 2.0], [2.0, 1.0]])), ValueError, "between -1 and 1"),
    (lambda: symnum(pd.DataFrame([[1.0]]), (0.5,), (" ",)), ValueError, "one fewer"),
    (lambda: symnum(pd.DataFrame([[1.0]]), (0.0,), (" ", ".")), ValueError, "between 0 and 1"),
    (lambda: symnum(pd.DataFrame([[1.0]]), (1.0,), (" ", ".")), ValueError, "between 0 and 1"),
    (lambda: summary_vector(["a"]), ValueError, "character"),
    (lambda: summary_vector([True]), ValueError, "logical"),
    (lambda: matrix([as_values([1])], Style(), None, ["a", "b"]), ValueError, "longer"),
    (lambda: matrix([as_values([1, 2]), as_values([3, 4])], Style(), None, ["a"]), ValueError, "shorter")])
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


def test_the_package_gives_what_it_names():
    package = sys.modules["translations.printing"]
    assert all(hasattr(package, name) for name in package.__all__)
    assert not callable(package) and r.console is console


def test_other_packages_register_their_classes():
    class Mine:
        pass

    render.register(Mine, lambda x, style: ["mine", str(style.width)])
    assert console(Mine(), width=50) == "mine\n50"
