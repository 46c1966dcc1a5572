"""The pages that a newcomer follows, as scripts: their code runs to the last cell, and says what they say.

The engineer's journey, from nothing to a green suite with its CI, is `pages/test_your_own_case.py`, what goes wrong on
it `parity/test_cases_mistakes.py`; the notebook of the data scientist `journeys/test_data_scientist.py`.
"""

from __future__ import annotations

import contextlib
import io
import re
import warnings
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from translations.commands.simulate import simulate
from translations.guide import both_sides
from translations.guide.elsewhere import elsewhere
from translations.guide.site import PAGES

from .page_commands import steps

_CELL = re.compile(r"^```\{code-cell\} python\n(?::[^\n]*\n)*(.*?)^```$", re.MULTILINE | re.DOTALL)


def follow(page: str, place: Path) -> tuple[dict[str, Any], str]:
    """Run a page's cells one after another in a directory; the names that are left, and what was printed."""
    names: dict[str, Any] = {"__name__": "page"}
    cells = _CELL.findall((PAGES / page).read_text(encoding="utf-8"))
    with contextlib.chdir(place), contextlib.redirect_stdout(io.StringIO()) as said, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for cell in cells:
            exec(compile(cell, page, "exec"), names)
    return names, said.getvalue()


def test_the_psychologist_goes_from_a_csv_to_a_report(tmp_path: Path) -> None:
    names, said = follow("csv_to_report.md", tmp_path)
    text = " ".join((PAGES / "csv_to_report.md").read_text(encoding="utf-8").split())
    fixed, table = names["fixed"], names["table"]
    found = (f"rose by {fixed.Estimate['Days']:.1f} ms a day (SE {fixed['Std. Error']['Days']:.1f}, "
             f"t({fixed.df['Days']:.0f}) = {fixed['t value']['Days']:.1f}, p < .001)")
    assert found in text and fixed["Pr(>|t|)"]["Days"] < 0.001
    assert (tmp_path / "fixed_effects.csv").read_text().startswith(",Estimate,Std. Error,df,t value,Pr(>|t|),2.5 %")
    assert list(table.index) == ["(Intercept)", "Days"] and "singular: False" in said
    level, rate = (f"{value:.1f}" for value in names["r"].VarCorr(names["model"])["Subject"].stddev)
    assert f"level (SD {level} ms)" in text and f"rate (SD {rate} ms a day)" in text


def test_contrasts_are_those_that_the_page_names(tmp_path: Path) -> None:
    names, said = follow("comparisons.md", tmp_path)
    assert "P value adjustment: tukey method for comparing a family of 4 estimates" in said
    means = names["means"].as_data_frame().emmean
    late = names["r"].contrast(names["means"], {"late": [-0.5, -0.5, 0.5, 0.5]}).as_data_frame().estimate.item()
    assert late == pytest.approx((means[2] + means[3] - means[0] - means[1]) / 2, rel=1e-9)


SAID = [
    "SingularFitWarning: boundary (singular) fit",
    "ConvergenceWarning: Model failed to converge",
    "ScaleWarning: Some predictor variables",
    "RankDeficiencyWarning: fixed-effect model matrix",
    "number of levels of each grouping factor must be < number of observations",
]


def test_each_warning_that_is_explained_is_given(tmp_path: Path) -> None:
    said = follow("warnings.md", tmp_path)[1]
    assert not [one for one in SAID if one not in said]


def test_forty_idioms_of_dplyr_are_shown_from_both_sides() -> None:
    text = (PAGES / "from_dplyr.md").read_text(encoding="utf-8")
    shown = re.split(r",\s*", ", ".join(re.findall(r"^```\{idiom\} (.*)$", text, re.MULTILINE)))
    assert len(set(shown)) == len(shown) >= 40
    answers = both_sides.stored()["answers"]
    assert not [one for one in shown if not elsewhere()[one].in_r or not answers[one]["printed"]]


def test_what_the_page_on_clusters_tells_to_run_is_there() -> None:
    commands = [text for what, text in steps("more_machines.md") if what == "run"]
    known = {f"--{one}" for one in signature(simulate).parameters}
    ours = [one for one in commands if one.startswith("rparity simulate")]
    assert ours and not {option for one in ours for option in re.findall(r"--\w+", one)} - known
    assert [one.split()[1] for one in commands if one.startswith("dask ")] == ["scheduler", "worker"]
    assert "study_on" in follow("more_machines.md", Path())[0]
