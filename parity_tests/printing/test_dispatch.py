"""The console's objects beside their text: classes that stay, short reprs, notebooks, releases, errors, arithmetic."""
from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mpmath.libmp import from_rational, round_nearest, to_rational

import translations as r
from translations.parity import reference
from translations.parity.cases import suite
from translations.printing import (
    NA,
    NAN,
    WORDINGS,
    Matrix,
    Style,
    Tibble,
    Vector,
    console,
    diag,
    numbers,
    render,
    summary_vector,
    tables,
    tibble,
)
from translations.printing.coefmat import symnum
from translations.printing.deparse import deparse, parse
from translations.printing.layout import matrix
from translations.printing.mixed import suppressed
from translations.printing.values import as_values
from translations.settings import RELEASES

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


def test_slices_keep_their_class():
    m = Matrix({"a": [1.0, 2.0], "b": [3.0, 4.0]}, index=["x", "y"])
    assert type(m.loc[["x"]]) is Matrix and type(m["a"]) is Vector and type(m.loc["x"]) is Vector
    assert type(m["a"].iloc[:1]) is Vector and type(m * 2) is Matrix
    t = tibble(pd.DataFrame({"g": ["u", "v"], "x": [1, 2]}), "g")
    assert type(t.head(1)) is Tibble and t.head(1).groups == ("g",)


@pytest.mark.parametrize("x, short", [
    (Vector([1.5], index=["a"]), "Vector({'a': 1.5})"),
    (Vector(range(9)), "<Vector of 9>"),
    (Matrix({"a": [1.0]}, index=["x"]), "<Matrix 1 x 1: a>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdefgh"})), "<Tibble 1 x 8: a, b, c, d, e, f, ...>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdefg"})), "<Tibble 1 x 7: a, b, c, d, e, f, ...>"),
    (tibble(pd.DataFrame({c: [1] for c in "abcdef"})), "<Tibble 1 x 6: a, b, c, d, e, f>"),
    (tables.Call("lm", {}), "<Call>")])
def test_repr_is_short_and_html_is_there(x, short):
    assert repr(x) == short
    assert "<" in x._repr_html_()


def test_html_of_a_printed_result_escapes_its_text():
    test = tables.HTest("t", "x < y", ("t", 1.0), ("df", 2.0), 0.5, None, None, None, 0.95, None)
    assert test._repr_html_() == f"<pre>{str(test).replace('<', '&lt;')}</pre>"


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


def test_a_tibble_prints_as_in_the_chapter_in_its_words():
    subjects = [line.split()[1] for line in transcript("no_pooling_lines").splitlines()[3:]]
    grid = pd.DataFrame([(s, day) for s in subjects for day in range(8)], columns=["Subject", "days_deprived"])
    grid["Subject"] = pd.Categorical(grid["Subject"])
    lines = console(tibble(grid), release="chapter").splitlines()
    assert [line.rstrip() for line in lines] == transcript("newdata").splitlines()


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
    (lambda: matrix([as_values([1, 2]), as_values([3, 4])], Style(), None, ["a"]), ValueError, "shorter"),
    (lambda: deparse("y ~ (x"), ValueError, r"\) expected"),
    (lambda: deparse("x[[1]"), ValueError, r"\] expected"),
    (lambda: deparse("f(a"), ValueError, ", expected"),
    (lambda: deparse("f(a b)"), ValueError, ", expected"),
    (lambda: deparse("a +"), ValueError, "more expected"),
    (lambda: deparse("a <- b"), ValueError, "'<-'"),
    (lambda: deparse("a # b"), ValueError, "'# b'"),
    (lambda: deparse("a b"), ValueError, "'b'"),
    (lambda: deparse("y ~ x }"), ValueError, "}"),
    (lambda: deparse("y + * x"), ValueError, r"\*")])
def test_bad_input_is_named(call, error, says):
    with pytest.raises(error, match=says):
        call()


@pytest.mark.parametrize("value, kind", [
    ([1, None], "integer"), ((1, 2), "integer"), (np.array([1, True], object), "integer"), (3, "integer"),
    (pd.Index([1, 2]), "integer"), ([1, 2.5], "double"), ([1.5, None], "double"),
    (np.array([1, 2.5], object), "double"),
    (np.array(1.5), "double"), (np.float32(1.5), "double"), ([True, None], "logical"), ([None], "logical"),
    (pd.NA, "logical"), ([pd.NA, None], "logical"), (pd.Series([True, False], dtype=object), "logical"),
    ("a", "character"), (["a", None], "character"), (["a", 1], "character"), ([1, "a", pd.NA], "character"),
    (pd.Series(["a", None]), "character"), (pd.Series([None, None]), "character"), (np.array(["a"]), "character"),
    (pd.Categorical(["a"]), "factor"), (DATES, "Date"), (pd.Series(pd.to_datetime(["2020-01-01 00:00:01"])), "POSIXct"),
    (pd.Series(pd.to_datetime(["2020-01-01"])).dt.tz_localize("UTC"), "POSIXct")])
def test_a_value_has_the_type_that_c_gives_it(value, kind):
    """R: typeof(c(1L, NA)) is integer, typeof(c(1L, 2.5)) double, typeof(c("a", 1)) character, ...: help("c")."""
    values = as_values(value)
    assert values.kind == kind and len(values) == len(values.missing) == np.size(value)
    assert values.missing.tolist() == np.atleast_1d(pd.isna([*value] if isinstance(value, tuple) else value)).tolist()


def test_the_package_gives_what_it_names():
    package = sys.modules["translations.printing"]
    assert all(hasattr(package, name) for name in package.__all__)
    assert not callable(package) and r.console is console


def test_the_suppressed_correlation_is_said_apart():
    from .test_models import corpus, mer_summary

    summaries = [mer_summary(entry["fields"]) for entry in corpus() if entry["kind"] == "mer_summary"]
    said = [suppressed(s) for s in summaries if len(s.coefficients) > 12]
    assert any("p = 13 > 12" in (text or "") for text in said)
    assert all(suppressed(s) is None for s in summaries if len(s.coefficients) <= 12)


def test_operators_bind_as_in_r():
    """Which operator is outermost, from the precedences and associativities of R's grammar (help("Syntax"))."""
    for text, outermost, left in (("a + b * c", "+", "a"), ("a * b + c", "+", "*"), ("a - b - c", "-", "-"),
                                  ("a^b^c", "^", "a"), ("a:b*c", "*", ":"), ("a %in% b:c", "%in%", "a"),
                                  ("a ~ b | c + d", "~", "a"), ("a == b + c", "==", "a"), ("a | b & c", "|", "a")):
        tree = parse(text)
        assert (tree.text, tree.children[0].text) == (outermost, left), text


def test_every_node_has_its_kind():
    for text, kind in (("a", "atom"), ("-a", "unary"), ("a + b", "binary"), ("(a)", "paren"), ("f(a)", "call"),
                       ("a[1]", "call"), ("a[[1]]", "call"), ("a$b", "binary")):
        assert parse(text).kind == kind, text


def test_other_rooms_register_their_classes():
    class Mine:
        pass

    render.register(Mine, lambda x, style: ["mine", str(style.width)])
    assert console(Mine(), width=50) == "mine\n50"


def test_each_release_has_its_words():
    assert [*WORDINGS] == [*RELEASES, "chapter"]


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
