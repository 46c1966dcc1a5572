"""Models saved as JSON and read again: the same to the bit, refused where they are not what was saved."""
from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rparity as r

SLEEP = r.sleepstudy().assign(
    fast=lambda d: d.Reaction < 250,
    when=lambda d: pd.Timestamp("2024-01-01") + pd.to_timedelta(d.Days, unit="D"),
    w=lambda d: 1 + d.Days / 7,
    phase=lambda d: pd.Categorical(np.where(d.Days < 5, "early", "late"), ["late", "early"]))
MADE: dict[str, Callable[[], Any]] = {
    "lmer": lambda: r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP),
    "lmer by newton": lambda: r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP, control="newton"),
    "lmer with everything": lambda: r.lmer(
        "Reaction ~ phase * Days + (1 | Subject)", SLEEP, REML=False, weights="w", subset="Days > 1",
        contrasts={"phase": r.contr_sum(2)}, offset=np.linspace(0, 1, 180), na_action="na.exclude",
        control=r.lmerControl(optimizer="bobyqa", optCtrl={"maxfun": 500})),
    "lmer with a structure": lambda: r.lmer("Reaction ~ Days + diag(Days | Subject)", SLEEP),
    "lmer of a nested one": lambda: r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes()),
    "lmer with gaps": lambda: r.lmer("Reaction ~ Days + (1 | Subject)",
                                     SLEEP.assign(Days=SLEEP.Days.mask(SLEEP.Days == 3))),
    "lm": lambda: r.lm("Reaction ~ phase + when", SLEEP, weights=np.ones(180)),
    "glm": lambda: r.glm("fast ~ Days", r.binomial("probit"), SLEEP),
    "glm with counts": lambda: r.glm("round(Reaction / 50) ~ Days", "poisson", SLEEP),
    "glmer": lambda: r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), "binomial"),
    "glmer by newton": lambda: r.glmer("incidence ~ period + (1 | herd)", r.load("cbpp"), "poisson", control="newton"),
    "glmer, quadrature": lambda: r.glmer("incidence / size ~ period + (1 | herd)", r.load("cbpp"), r.binomial("probit"),
                                         weights="size", nAGQ=5, subset="size > 2", start={"theta": [0.5]},
                                         contrasts={"period": r.contr_sum(4)}),
    "glmer without steps": lambda: r.glmer("incidence ~ 1 + (1 | herd)", r.load("cbpp"), "poisson", nAGQ=0),
    "glmer with a dispersion": lambda: r.glmer("Reaction ~ Days + (1 | Subject)", SLEEP, r.Gamma("log")),
    "glmer_nb": lambda: r.glmer_nb("TICKS ~ (1 | BROOD)", r.load("grouseticks").head(100)),
    "glm, quasi": lambda: r.glm("Reaction ~ Days", r.quasi("log", "mu^2"), SLEEP),
}


@cache
def fitted(what: str) -> Any:
    return MADE[what]()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("kind", ["json", "parquet"])
@pytest.mark.parametrize("what", MADE)
def test_what_is_read_is_what_was_saved(what: str, kind: str, tmp_path: Path) -> None:
    model = fitted(what)
    again = r.load(r.save(model, tmp_path / f"model.{kind}"))
    assert str(again) == str(model) and str(r.summary(again)) == str(r.summary(model))
    assert np.array_equal(r.fitted(again), r.fitted(model), equal_nan=True)
    assert r.vcov(again).equals(r.vcov(model))
    r.save(again, tmp_path / "again.json")
    r.save(model, tmp_path / "model.json")
    assert (tmp_path / "again.json").read_text() == (tmp_path / "model.json").read_text()


def test_another_process_goes_on_with_it(tmp_path: Path) -> None:
    model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    r.save(model, tmp_path / "model.json")
    code = ("import rparity as r; m = r.load('model.json'); print(repr(r.sigma(r.update(m, '. ~ . - Days'))),"
            "repr(r.predict(m, {'Days': [3.0], 'Subject': ['308']}).item()), m.data.Subject.dtype.ordered)")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    sigma = r.sigma(r.update(model, ". ~ . - Days"))
    value = r.predict(model, {"Days": [3.0], "Subject": ["308"]}).item()
    assert done.stdout.split() == [repr(sigma), repr(value), "False"]


def changed(path: Path, change: Callable[[dict[str, Any]], Any], sealed: bool = True) -> None:
    """Change a saved model, and state its checksum anew where it is to be `sealed`."""
    from translations.saved import _digest

    told = json.loads(path.read_text())
    change(told)
    body = {name: value for name, value in told.items() if name != "sha256"}
    path.write_text(json.dumps(body | {"sha256": _digest(body) if sealed else told["sha256"]}))


def another_day(told: dict[str, Any]) -> None:
    told["data"]["Days"]["values"][0] = 1.0


@pytest.mark.parametrize(("change", "sealed", "said"), [
    (another_day, False, "was changed since it was saved"),
    (another_day, True, r"is .*, and was .* when the model was saved"),
    (lambda told: told["optimum"]["theta"].__setitem__(0, 0.5), True, "when the model was saved"),
    (lambda told: told.update(version=99), True, "version 99 of the format, and this rparity reads 1"),
    (lambda told: told.update(format="other"), True, "is no model that rparity saved"),
    (lambda told: told["gives"]["coefficients"].pop("Days"), True, "has coefficients .*, and was saved with"),
])
def test_what_is_not_what_was_saved_is_refused(change: Any, sealed: bool, said: str, tmp_path: Path) -> None:
    place = r.save(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy()), tmp_path / "model.json")
    changed(place, change, sealed)
    with pytest.raises(ValueError, match=said):
        r.load(place)


def test_what_cannot_be_saved_or_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="save\\(\\) takes a model of lmer, glmer, lm or glm, not dict"):
        r.save({}, tmp_path / "x.json")
    odd = r.sleepstudy().assign(Days=lambda d: [complex(one) for one in d.Days])
    model = r.lmer("Reaction ~ 1 + (1 | Subject)", r.sleepstudy())
    object.__setattr__(model, "arguments", {"contrasts": {"g": print}})
    with pytest.raises(ValueError, match=r"contrasts\['g'\] cannot be saved"):
        r.save(model, tmp_path / "x.json")
    from translations.saved import _column

    with pytest.raises(ValueError, match="column Days cannot be saved: it is a complex"):
        _column("Days", odd.Days)
    (tmp_path / "x.json").write_text("{")
    with pytest.raises(ValueError, match="is no JSON"):
        r.load(tmp_path / "x.json")
    assert r.load("Dyestuff").shape == (30, 2)


def test_columns_of_every_kind_come_back() -> None:
    from translations.saved import _column, _series

    day = pd.Timestamp("2024-03-31 02:30")
    frame = pd.DataFrame({
        "f": [1.5, np.nan, -np.inf], "i": [1, 2, 3], "b": [True, False, True], "t": ["a", None, "é"],
        "n": pd.array([1, None, 3], dtype="Int64"), "d": [day, pd.NaT, day],
        "z": pd.Series([day] * 3).dt.tz_localize("UTC"),
        "s": pd.to_timedelta([1, None, 3], unit="s"), "c": pd.Categorical([3, 1, None], [3, 1], ordered=True)})
    for name in frame:
        told = json.loads(json.dumps(_column(name, frame[name]), allow_nan=False))
        pd.testing.assert_series_equal(_series(told), frame[name], check_names=False)
