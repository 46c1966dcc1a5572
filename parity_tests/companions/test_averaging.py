"""Averages of models: by the sums that define them, beside R's printed ones elsewhere."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r

BIRTHS = r.load("birthwt")
WHOLE = r.lm("bwt ~ lwt + age + smoke", BIRTHS)


def test_averages_are_sums_over_models_by_weight() -> None:
    table = r.dredge(WHOLE)
    found = r.model_avg(table)
    models, w = r.get_models(table), table["weight"].to_numpy()
    each = np.array([r.coef(m).get("age", np.nan) for m in models.values()])
    errors = np.array([np.sqrt(r.diag(r.vcov(m))).get("age", np.nan) for m in models.values()])
    there = ~np.isnan(each)
    full = w @ np.where(there, each, 0.0)
    assert r.coef(found, full=True)["age"] == pytest.approx(full, rel=1e-12)
    some = w[there] / w[there].sum()
    mean = some @ each[there]
    assert r.coef(found)["age"] == pytest.approx(mean, rel=1e-12)
    spread = np.sqrt(some @ (errors[there] ** 2 + (each[there] - mean) ** 2))
    assert r.summary(found).coefmat_subset.loc["age", "Std. Error"] == pytest.approx(spread, rel=1e-12)
    assert r.sw(found)["age"] == pytest.approx(w[there].sum(), rel=1e-12)
    assert r.sw(list(models.values())).to_dict() == pytest.approx(r.sw(table).to_dict())


def test_weights_of_chosen_rows_are_of_these_alone() -> None:
    table = r.dredge(WHOLE)
    some = table[table["delta"] < 3.0]
    assert some["weight"].sum() == pytest.approx(1.0) and table["weight"].sum() == pytest.approx(1.0)
    assert some["weight"].tolist() == pytest.approx(table["weight"][:len(some)] / table["weight"][:len(some)].sum())
    assert table[["df", "weight"]]["weight"].tolist() == table["weight"].tolist()
    assert r.sw(some).to_dict() == r.sw(r.model_avg(table, subset="delta < 3")).to_dict()


def test_predictions_are_averages_of_the_models() -> None:
    table = r.dredge(WHOLE)
    found, new = r.model_avg(table), BIRTHS.head(5)
    each = np.array([np.asarray(r.predict(m, new)) for m in r.get_models(table).values()])
    assert np.asarray(r.predict(found, new)) == pytest.approx(table["weight"].to_numpy() @ each, rel=1e-12)
    X = np.asarray(r.model_matrix(WHOLE))[:5]
    by_coefficients = X @ r.coef(found, full=True)[r.coef(WHOLE).index].to_numpy()
    assert np.asarray(r.predict(found, new)) == pytest.approx(by_coefficients, rel=1e-12)


@pytest.mark.parametrize(("subset", "gone"), [
    ("!(lwt & age)", {"lwt", "age"}), ("xor(lwt, age) || !smoke", {"smoke"})])
def test_a_condition_leaves_models_out(subset: str, gone: set[str]) -> None:
    everyone, some = r.dredge(WHOLE), r.dredge(WHOLE, subset=subset)
    lost = everyone.loc[[one for one in everyone.index if one not in set(some.index)]]
    terms = ["age", "lwt", "smoke"]
    assert len(lost) and all(gone <= {t for t in terms if pd.notna(row[t])} for _, row in lost.iterrows())


def test_models_of_one_set_of_terms_have_letters() -> None:
    again = r.lm("bwt ~ age + smoke + lwt", BIRTHS)
    found = r.model_avg({"first": WHOLE, "second": again})
    assert found.msTable.index.tolist() == ["123a", "123b"] and found.weights.tolist() == pytest.approx([0.5, 0.5])
    assert r.coef(found).to_dict() == pytest.approx(r.coef(WHOLE).to_dict())


def test_models_of_different_data_are_refused() -> None:
    with pytest.raises(ValueError, match="different numbers of observations: 100, 189"):
        r.model_avg(WHOLE, r.lm("bwt ~ lwt", BIRTHS.head(100)))
