"""Model frames by R's rules: what is kept, what is refused by an error that names it, and what new data may be."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.formulas.design import design
from translations.stats.formulas.frame import model_frame
from translations.stats.formulas.terms import parse

from ..designs import mixture

GAPS = mixture("gaps")
FULL = mixture()


def test_rows_with_missing_values_are_left_out() -> None:
    frame = model_frame("y ~ x + f", GAPS, weights="w", extra=["0 + z | k"])
    assert frame.omitted.tolist() == [2, 5, 8, 11, 14, 17]
    assert frame.n == 18 and set(frame.rows) == set(range(24)) - {2, 5, 8, 11, 14, 17}
    assert set(frame.variables) == {"y", "x", "f", "z", "k"}


def test_exclude_pads_and_omit_does_not() -> None:
    values = np.arange(22.0)
    assert model_frame("y ~ x", GAPS).pad(values) is values
    padded = model_frame("y ~ x", GAPS, na_action="na.exclude").pad(values)
    assert len(padded) == 24 and np.flatnonzero(np.isnan(padded)).tolist() == [2, 8]


def test_pass_keeps_missing_values() -> None:
    frame = model_frame("y ~ x + f", GAPS, na_action="na.pass")
    X = design(frame.formula, frame).values
    assert np.isnan(X[2, 1]) and np.isnan(X[5, 2:]).all() and np.isnan(X).sum() == 3


def test_subset_and_missing_values_together() -> None:
    frame = model_frame("y ~ x", GAPS, subset="g == 'yes'", na_action="na.exclude")
    rows = np.flatnonzero(GAPS["g"] == "yes")
    assert frame.rows.tolist() == [row for row in rows if row not in (2, 8)]
    assert frame.padded_index.tolist() == rows.tolist()


def test_a_mapping_to_single_values_is_one_row() -> None:
    model = r.lm("Reaction ~ Days", r.sleepstudy())
    assert r.predict(model, newdata={"Days": 3}).equals(r.predict(model, newdata={"Days": [3]}))


def test_a_mapping_of_columns_is_data() -> None:
    frame = model_frame("y ~ x", {"y": [1, 2, 3], "x": np.array([1.0, 4.0, 9.0])})
    assert frame.response.tolist() == [1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("column", "levels"),
    [
        (pd.Series(["b", "a", "b"]), ["a", "b"]),
        (pd.Series(["b", "a", "b"], dtype=object), ["a", "b"]),
        (pd.Series([True, False, True], dtype="boolean"), ["FALSE", "TRUE"]),
        (pd.Series([True, False, True], dtype=object), ["FALSE", "TRUE"]),
        (pd.Series(pd.Categorical([3, 1, 3], categories=[3, 2, 1])), ["3", "1"]),
    ],
)
def test_kinds_of_columns_that_are_factors(column: pd.Series, levels: list[str]) -> None:
    frame = model_frame("y ~ g", pd.DataFrame({"y": [1.0, 2.0, 3.0], "g": column}))
    assert frame.variables["g"].levels == levels


@pytest.mark.parametrize("dtype", ["int64", "Int64", "Float64", "float32", object])
def test_kinds_of_columns_that_are_numbers(dtype: Any) -> None:
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0], "x": pd.Series([3, 1, 2], dtype=dtype)})
    frame = model_frame("y ~ x", data)
    assert frame.variables["x"].tolist() == [3.0, 1.0, 2.0]


def test_missing_values_of_nullable_columns() -> None:
    data = pd.DataFrame({"y": [1.0, 2.0, 3.0], "x": pd.array([3, None, 2], dtype="Int64")})
    assert model_frame("y ~ x", data).omitted.tolist() == [1]


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"formula": "y ~ xx"}, KeyError, "no column 'xx'; did you mean 'x'"),
        ({"formula": "y ~ days"}, KeyError, "no column 'days'"),
        ({"formula": "y ~ x", "weights": "weight"}, KeyError, "no column 'weight'"),
        ({"formula": "y ~ x", "weights": [1.0, 2.0]}, ValueError, "one value for each of the 24 rows"),
        ({"formula": "y ~ x", "offset": "f"}, ValueError, "factors"),
        ({"formula": "y ~ x", "subset": "x"}, ValueError, "subset must be a condition"),
        ({"formula": "y ~ x", "subset": "x > 1000"}, ValueError, "no rows are left"),
        ({"formula": "y ~ x", "na_action": "omit"}, ValueError, "na_action must be one of"),
        ({"formula": "y ~ mean(x)"}, ValueError, "variable lengths differ: mean"),
        ({"formula": "y ~ logg(x)"}, ValueError, r"unknown function logg\(\).*did you mean log"),
        ({"formula": "y ~ log(f)"}, ValueError, r"cannot evaluate log\(f\): .*factors"),
        ({"formula": "y ~ poly(k, 9)"}, ValueError, r"poly\(k, 9\).*distinct points"),
        ({"formula": "y ~ x + (x | g)"}, ValueError, r"random-effects term \(x \| g\)"),
        ({"formula": "y ~ x^1.5"}, ValueError, "positive whole number"),
        ({"formula": "y ~ x + 2"}, ValueError, "2 is not a term"),
        ({"formula": "y ~ x + offset(g)"}, ValueError, "offset|factors"),
    ],
)
def test_errors(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        model_frame(data=FULL, **arguments)


def test_missing_values_may_be_refused() -> None:
    with pytest.raises(ValueError, match=r"missing values in y, x \(na_action"):
        model_frame("y ~ x + g", GAPS, na_action="na.fail")
    with pytest.raises(ValueError, match="missing values are not allowed"):
        model_frame("y ~ poly(x, 2)", GAPS)


@pytest.mark.parametrize(
    ("formula", "message"),
    [
        ("f ~ x", "response f must be numeric, but is a factor or text"),
        ("s ~ x", "response s must be numeric, but is a factor or text"),
        ("poly(x, 2) ~ z", "a matrix of 2 columns"),
        ("log(x - x) ~ z", r"response log\(x - x\) has an infinite value \(row 1"),
        ("y ~ log(k)", r"log\(k\) has an infinite value"),
    ],
)
def test_what_cannot_be_fitted(formula: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        r.lm(formula, FULL)


def test_a_factor_with_one_level() -> None:
    with pytest.raises(ValueError, match="2 or more levels: g has \\['yes'\\]"):
        r.lm("y ~ x + g", FULL, subset="g == 'yes'")


def test_negative_weights() -> None:
    with pytest.raises(ValueError, match="weights must be finite and not negative; row"):
        r.lm("y ~ x", FULL, weights="z")


def test_lm_cannot_pass_missing_values() -> None:
    with pytest.raises(ValueError, match="na.exclude"):
        r.lm("y ~ x", GAPS, na_action="na.pass")


MODEL = r.lm("y ~ x + f + l", FULL)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"f": ["a", "d"]}, ValueError, "factor f has new level 'd'"),
        ({"f": ["d", "e"]}, ValueError, "factor f has new levels 'd', 'e'"),
        ({"f": [1.0, 2.0]}, ValueError, "variable f was fitted as a factor"),
        ({"x": ["a", "b"]}, ValueError, "variable x was fitted as numeric"),
        ({"l": ["a", "b"]}, ValueError, "variable l was fitted as logical"),
    ],
)
def test_new_data_of_another_kind(change: dict[str, Any], error: type[Exception], message: str) -> None:
    new = {"x": [1.0, 2.0], "f": ["a", "b"], "l": [True, False]}
    with pytest.raises(error, match=message):
        r.predict(MODEL, pd.DataFrame(new | change))


def test_new_data_without_a_column() -> None:
    with pytest.raises(KeyError, match="no column 'l'"):
        r.predict(MODEL, pd.DataFrame({"x": [1.0], "f": ["a"]}))


def test_new_data_may_have_fewer_levels_and_missing_values() -> None:
    new = pd.DataFrame({"x": [1.0, np.nan], "f": ["c", "c"], "l": [True, True]})
    b, found = r.coef(MODEL), r.predict(MODEL, new)
    np.testing.assert_allclose(found.iloc[0], b["(Intercept)"] + b["x"] + b["fc"] + b["lTRUE"], rtol=1e-14)
    assert np.isnan(found.iloc[1])


def test_contrasts_of_what_is_no_factor() -> None:
    with pytest.warns(UserWarning, match="variable 'g' is absent, its contrast will be ignored"):
        r.lm("y ~ x", FULL, contrasts={"g": "contr.sum"})
    with pytest.raises(ValueError, match="contrasts apply only to factors, which x is not"):
        r.lm("y ~ x", FULL, contrasts={"x": "contr.sum"})
    with pytest.raises(ValueError, match="unknown contrasts 'contr.none' for f"):
        r.lm("y ~ f", FULL, contrasts={"f": "contr.none"})
    with pytest.raises(ValueError, match="contrasts for f need one row a level"):
        r.lm("y ~ f", FULL, contrasts={"f": np.eye(2)})


def test_formulas_are_parsed_once() -> None:
    assert parse("y ~ x*f") is parse("y ~ x*f")
    with pytest.raises(ValueError, match="pass the data"):
        parse("y ~ .")


def test_permuted_rows_permute_the_design() -> None:
    order = np.random.default_rng(3).permutation(len(FULL))
    for formula in ("y ~ poly(x, 2) * f", "y ~ o:s", "y ~ scale(z) + factor(k)"):
        one, other = (design(f.formula, f).values for f in (model_frame(formula, d) for d in (FULL, FULL.iloc[order])))
        np.testing.assert_allclose(other, one[order], rtol=0, atol=1e-12)


def test_two_columns_of_one_name() -> None:
    with pytest.raises(ValueError, match="2 columns called 'x'"):
        model_frame("y ~ x", pd.concat([FULL, FULL[["x"]]], axis=1))


def test_levels_that_do_not_occur_are_no_news() -> None:
    m = r.lm("y ~ x + f", mixture())
    new = pd.DataFrame({"x": [1.0, 2.0], "f": pd.Categorical(["c", "a"], ["zzz", "c", "a"])})
    np.testing.assert_array_equal(r.predict(m, new), r.predict(m, new.astype({"f": object})))


def test_a_frame_has_numbers_of_its_own() -> None:
    """What is written into the data later is no news to a model that was made of them, weights and offsets included."""
    data = pd.DataFrame({"x": [1.0, 2.0, 4.0], "whole": [1, 2, 4], "y": [3.0, 5.0, 6.0]})
    weights, offset = np.ones(3), np.zeros(3)
    frame = model_frame("y ~ x + whole + I(x) + cbind(x, y)", data, weights=weights, offset=offset)
    whole = data["whole"].to_numpy()
    data.loc[0, "y"] = data.loc[0, "x"] = data.loc[0, "whole"] = weights[0] = offset[0] = 99.0
    made = {label: np.asarray(getattr(value, "values", value)) for label, value in frame.variables.items()}
    assert made["y"].tolist() == [3.0, 5.0, 6.0] and made["cbind(x, y)"][0].tolist() == [1.0, 3.0]
    assert all(made[label].tolist() == [1.0, 2.0, 4.0] for label in ("x", "whole", "I(x)"))
    assert not np.shares_memory(made["whole"], whole)
    assert frame.weights is not None and frame.offset is not None
    assert frame.weights.tolist() == [1.0] * 3 and frame.offset.tolist() == [0.0] * 3
