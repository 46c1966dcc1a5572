"""The four plots of linear models: what the case does not reach."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r

pytest.importorskip("plotnine")


def test_without_factors_equal_leverages_leave_three_plots() -> None:
    above, below = r.plot(r.lm("Reaction ~ 1", r.sleepstudy())).items
    assert len(above.items) == 2
    assert below.labels.title == "Scale-Location"


def test_a_row_of_leverage_one_is_in_no_plot_of_standardized_residuals() -> None:
    data = r.sleepstudy().head(20).assign(alone=np.arange(20) == 7)
    model = r.lm("Reaction ~ Days + alone", data)
    above, below = r.plot(model).items
    assert len(above.items[0].data) == 20
    assert len(above.items[1].data) == 19
    assert below.items[1].data["leverage"].isna().sum() == 1


def test_rows_that_na_exclude_left_out_are_not_drawn() -> None:
    data = r.load("airquality")
    excluded = r.plot(r.lm("Ozone ~ Wind", data, na_action="na.exclude"))
    omitted = r.plot(r.lm("Ozone ~ Wind", data))
    assert excluded.items[0].items[0].data.equals(omitted.items[0].items[0].data)


def test_a_figure_can_be_saved(tmp_path) -> None:  # type: ignore[no-untyped-def]
    r.plot(r.lm("breaks ~ wool + tension", r.load("warpbreaks"))).save(tmp_path / "four.png", dpi=40, verbose=False)
    assert (tmp_path / "four.png").read_bytes()[:4] == b"\x89PNG"
