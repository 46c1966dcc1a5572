"""Tables of models: what R does not print in the case, and what is asked wrongly."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import translations as r

SLEEP = r.sleepstudy()
SLOPES = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)
LINE = r.lm("Reaction ~ Days", SLEEP)
THREE: Any = 3


def test_the_rows_of_several_models_are_joined_by_coefficient() -> None:
    table = r.tab_model([LINE, r.lm("Reaction ~ 0 + Days", SLEEP)], show_ci=False).as_data_frame()
    assert table.columns.tolist() == ["Predictors", "Estimates 1", "p 1", "Estimates 2", "p 2"]
    assert table.iloc[0].tolist() == ["(Intercept)", "251.41", "<0.001", "", ""]
    assert table.iloc[1].tolist()[0::3] == ["Days", "50.16"]


def test_the_page_is_written_and_shown(tmp_path: Path) -> None:
    found = r.tab_model(SLOPES, file=tmp_path / "table.html")
    assert (tmp_path / "table.html").read_text("utf-8") == found.page_complete
    assert found.page_content in found.page_complete
    assert found._repr_html_() == found.page_content


def test_labels_are_given_by_name_or_in_order() -> None:
    named = r.tab_model(SLOPES, pred_labels={"Days": "days without sleep"}).as_data_frame()
    ordered = r.tab_model(SLOPES, pred_labels=["(Intercept)", "days without sleep"]).as_data_frame()
    assert named.equals(ordered)
    swapped = r.tab_model(SLOPES, order_terms=[2, 1]).as_data_frame()
    assert swapped["Predictors"].tolist() == ["Days", "(Intercept)"]


@pytest.mark.parametrize(("wrong", "words"), [
    (lambda: r.tab_model(), "a model or more"),
    (lambda: r.tab_model(THREE), "tab_model"),
    (lambda: r.tab_model(SLOPES, p_style="bold"), "numeric_stars"),
    (lambda: r.tab_model(SLOPES, p_val="exact"), "satterthwaite"),
    (lambda: r.tab_model(SLOPES, transform="log"), "transform"),
    (lambda: r.tab_model(SLOPES, show_ci=95), "show_ci"),
    (lambda: r.tab_model(SLOPES, digits=-1), "digits"),
    (lambda: r.tab_model(SLOPES, pred_labels=["a"]), "1 labels for 2 coefficients"),
    (lambda: r.tab_model(SLOPES, LINE, dv_labels=["a"]), "1 labels for 2 models"),
    (lambda: r.tab_model(SLOPES, order_terms=[1, 3]), "order_terms"),
])
def test_what_is_asked_wrongly_is_named(wrong: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()


def test_a_page_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "a_file").write_text("")
    with pytest.raises(OSError, match="a_file"):
        r.tab_model(LINE, file=tmp_path / "a_file" / "table.html")
    r.tab_model(LINE, file=tmp_path / "new" / "table.html")
    assert (tmp_path / "new" / "table.html").read_text("utf-8").rstrip().endswith("</html>")


def test_as_text_each_model_has_its_columns() -> None:
    data = r.load("warpbreaks")
    models = [r.lm(formula, data) for formula in ("breaks ~ wool", "breaks ~ wool + tension")]
    responses, headings, *rows = str(r.tab_model(models)).splitlines()
    second = headings.rindex("Estimates")
    assert responses.rindex("breaks") == second
    below = [row for row in rows if row.startswith(("Observations", "R2"))]
    assert [row[second:].split()[0] for row in below] == ["54", "0.269"]
