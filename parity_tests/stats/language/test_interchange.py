"""Frames of Polars and Arrow: the same models as of pandas' own, column type by column type."""
from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.stats.formulas.frame import as_frame

DAYS = [dt.date(2020, 1, 30), None, dt.date(2020, 2, 1), dt.date(2020, 2, 5)]
TIMES = [dt.datetime(2020, 1, 30, 12, 30), None, dt.datetime(2020, 2, 1), dt.datetime(2020, 2, 5)]
COLUMNS: dict[str, list[Any]] = {
    "whole": [1, 2, 3, 4], "gaps": [1, None, 3, 4], "real": [0.5, None, float("nan"), 1e300],
    "text": ["b", "a", None, "B"], "truth": [True, None, False, True], "day": DAYS, "time": TIMES,
    "span": [dt.timedelta(hours=h) for h in (1, 2, 30, 4)],
}


def polars() -> Any:
    return pytest.importorskip("polars", reason="polars is not here: pip install -e '.[test]' brings it")


def arrow() -> Any:
    return pytest.importorskip("pyarrow", reason="pyarrow is not here: pip install -e '.[test]' brings it")


MAKERS = {
    "polars": lambda columns: polars().DataFrame(columns, strict=False),
    "arrow": lambda columns: arrow().table(columns),
}


@pytest.mark.parametrize("library", MAKERS)
def test_columns(library: str) -> None:
    taken = as_frame(MAKERS[library](COLUMNS))
    assert list(taken.columns) == list(COLUMNS) and list(taken.index) == [0, 1, 2, 3]
    assert taken["whole"].dtype == np.int64 and taken["whole"].tolist() == [1, 2, 3, 4]
    np.testing.assert_array_equal(taken["gaps"], [1, np.nan, 3, 4])
    np.testing.assert_array_equal(taken["real"], [0.5, np.nan, np.nan, 1e300])
    for name in ("text", "truth", "day"):
        assert [None if pd.isna(one) else one for one in taken[name]] == COLUMNS[name]
    assert taken["time"].tolist()[0] == pd.Timestamp("2020-01-30 12:30") and pd.isna(taken["time"][1])
    assert taken["span"].tolist() == [pd.Timedelta(one) for one in COLUMNS["span"]]


@pytest.mark.parametrize("library", MAKERS)
def test_models_are_the_same(library: str) -> None:
    data = r.sleepstudy().assign(Subject=lambda d: d["Subject"].astype(str))
    other = MAKERS[library]({name: data[name].tolist() for name in data})
    ours, theirs = (r.lmer("Reaction ~ Days + (Days | Subject)", d) for d in (data, other))
    np.testing.assert_array_equal(r.fixef(ours), r.fixef(theirs))
    assert list(r.ranef(theirs)["Subject"].index) == list(r.ranef(ours)["Subject"].index)
    fit, same = (r.lm("Reaction ~ Days * (Subject > '350')", d) for d in (data, other))
    np.testing.assert_array_equal(r.coef(fit), r.coef(same))
    new = {"Days": [10.0, 11.0], "Subject": ["308", "309"]}
    np.testing.assert_array_equal(r.predict(ours, pd.DataFrame(new)), r.predict(theirs, MAKERS[library](new)))
    np.testing.assert_array_equal(r.predict(fit, pd.DataFrame(new)), r.predict(same, MAKERS[library](new)))


@pytest.mark.parametrize("library", MAKERS)
def test_what_else_takes_data(library: str) -> None:
    columns = {"y": [1.0, 2.0, 3.0, 5.0, 4.0], "g": ["b", "a", "b", "B", "a"], "w": [1.0, 2.0, 1.0, 1.0, 3.0]}
    data, other = pd.DataFrame(columns), MAKERS[library](columns)
    assert list(map(int, r.count(data, "g")["n"])) == [2, 2, 1]
    for of in (lambda d: r.t_test("y ~ g", data=d, subset="g != 'B'").statistic, lambda d: r.model_matrix("~ y", d),
               lambda d: r.coef(r.lm("y ~ 1", d, weights=d["w"])),
               lambda d: r.coef(r.update(r.lm("y ~ w", d), ". ~ 1"))):
        np.testing.assert_array_equal(of(data), of(other))


def test_polars_categories() -> None:
    pl = polars()
    levels = pl.Series(["low", "high", "mid", None], dtype=pl.Enum(["low", "mid", "high", "top"]))
    taken = as_frame(pl.DataFrame({"e": levels, "c": pl.Series(["b", "a", "b", None], dtype=pl.Categorical)}))
    assert r.levels(taken["e"]) == ["low", "mid", "high", "top"] and taken["e"].isna().tolist() == [False] * 3 + [True]
    assert r.levels(r.factor(taken["c"])) == ["a", "b"]


def test_what_cannot_be_taken() -> None:
    pl = polars()
    with pytest.raises(ValueError, match=r"collect\(\) the lazy frame"):
        r.lm("y ~ x", pl.DataFrame({"y": [1.0], "x": [2.0]}).lazy())
    with pytest.raises(ValueError, match="column 'x' has type List"):
        r.lm("y ~ x", pl.DataFrame({"y": [1.0], "x": [[2.0]]}))
    for data in (3, "frame.csv", [1, 2], np.eye(2), object()):
        with pytest.raises(ValueError, match="data must be a DataFrame or a mapping of columns"):
            r.lm("y ~ x", data)


@pytest.mark.parametrize("library", MAKERS)
def test_summaries_and_tests_are_the_same(library: str) -> None:
    days = [dt.date(2019, 11, 20), dt.date(2019, 12, 30), dt.date(2020, 2, 28), dt.date(2020, 12, 24), None]
    columns = {"x": [1.5, 2.0, 4.0, None, 8.0], "g": ["u", "v", "u", "v", "u"], "d": days}
    other = MAKERS[library](columns)
    assert str(r.summary(other)) == str(r.summary(pd.DataFrame(columns)))
    assert str(r.summary(other["x"])) == str(r.summary(pd.Series(columns["x"])))
    with_v = {"x": [1.5, 2.0, 4.0, 7.0, 8.0], "g": columns["g"]}
    assert str(r.t_test("x ~ g", MAKERS[library](with_v))) == str(r.t_test("x ~ g", data=pd.DataFrame(with_v)))
    with pytest.raises(ValueError, match="no applicable method for 'vcov'"):
        r.vcov(other)


@pytest.mark.parametrize("library", MAKERS)
def test_who_gives_a_frame_gets_one_back(library: str) -> None:
    """Frames of the rows of the data are of the library that the data came from, as narwhals' users expect."""
    import narwhals as nw

    data = r.sleepstudy().assign(Subject=lambda d: d["Subject"].astype(str))
    other = MAKERS[library]({name: data[name].tolist() for name in data})
    for fit in (lambda d: r.lm("Reaction ~ Days", d), lambda d: r.lmer("Reaction ~ Days + (1 | Subject)", d),
                lambda d: r.glm("Days ~ Reaction", "poisson", d),
                lambda d: r.glmer("Days ~ 1 + (1 | Subject)", d, "poisson")):
        ours, theirs = r.augment(fit(data)), r.augment(fit(other))
        assert type(theirs) is type(other)
        frame = nw.from_native(theirs)
        assert frame.columns == list(ours) and frame[".fitted"].to_list() == ours[".fitted"].tolist()
    counted = nw.from_native(r.count(other, "Subject"))
    assert type(counted.to_native()) is type(other) and counted["n"].to_list() == [10] * 18
    assert type(r.count(data, "Subject")) is pd.DataFrame


@pytest.mark.parametrize("library", MAKERS)
def test_results_as_frames_of_another_library(library: str) -> None:
    import narwhals as nw

    data = r.sleepstudy()
    other = MAKERS[library]({"Reaction": data.Reaction.tolist(), "Days": data.Days.tolist(),
                             "Subject": data.Subject.astype(str).tolist()})
    model = r.lmer("Reaction ~ Days + (Days | Subject)", other)
    fixed = nw.from_native(r.to_native(r.fixef(model), other))
    assert fixed.rows() == list(r.fixef(model).items()) and fixed.columns == [".rownames", "value"]
    assert nw.from_native(r.to_native(r.vcov(model), model)).columns == [".rownames", "(Intercept)", "Days"]
    modes = r.to_native(r.ranef(model), model)
    assert type(modes) is type(other) and nw.from_native(modes).shape == (36, 5)
    assert nw.from_native(r.to_native(r.VarCorr(model), model))["grp"].to_list() == ["Subject"] * 3 + ["Residual"]
    fitted = nw.from_native(r.to_native(r.fitted(model), model), series_only=True)
    assert fitted.to_list() == r.fitted(model).tolist()
    assert nw.from_native(r.to_native(r.coef(model), model)["Subject"]).shape == (18, 3)
    means = r.to_native(r.emmeans(model, "Days", at={"Days": [0, 9]}), model)
    assert nw.from_native(means)["Days"].to_list() == [0, 9]
    missing = nw.from_native(r.to_native(pd.DataFrame({"t": ["a", None], "f": pd.Categorical(["x", None]),
                                                       "n": [1.5, np.nan]}), other))
    assert [row[:2] for row in missing.rows()] == [("a", "x"), (None, None)] and np.isnan(missing["n"].to_list()[1])


def test_what_cannot_be_a_frame_is_named() -> None:
    with pytest.raises(ValueError, match="to_native\\(\\) takes a result with labels, not float"):
        r.to_native(1.5, "pandas")
    with pytest.raises(ValueError, match="no library 'dplyr': polars, pyarrow and pandas are known"):
        r.to_native(r.sleepstudy(), "dplyr")
    with pytest.raises(ValueError, match="like must be a frame, a model of one, or a library's name, not int"):
        r.to_native(r.sleepstudy(), 3)
