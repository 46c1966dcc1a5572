"""The page on Python's own tools says what they print: run by a Python that has them, which RPARITY_TOOLS_PYTHON names.

    python -m venv DIR; DIR/bin/pip install . scikit-learn great_tables marginaleffects "polars<2"
    RPARITY_TOOLS_PYTHON=DIR/bin/python pytest parity_tests/guide/pages/test_python_tools.py
"""
from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

import pytest

import translations as r
from translations.guide.site import PAGES

CHECKOUT = Path(r.__file__).parents[1]
PAGE = (PAGES / "python_tools.md").read_text(encoding="utf-8")
CODE, SAID = (re.findall(rf"```{kind}\n(.*?)```", PAGE, re.DOTALL) for kind in ("python", "text"))
BETWEEN = "=====\n"


def test_what_the_tools_say_is_what_the_page_shows() -> None:
    python = os.environ.get("RPARITY_TOOLS_PYTHON")
    if not python:
        pytest.skip("RPARITY_TOOLS_PYTHON names no Python that has scikit-learn, great_tables and marginaleffects")
    code = f"\nprint({BETWEEN.strip()!r})\n".join(CODE)
    done = subprocess.run([python, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True,
                          env=os.environ | {"PYTHONPATH": str(CHECKOUT)})
    said = [re.sub(r" +$", "", text, flags=re.MULTILINE) for text in done.stdout.split(BETWEEN)]
    assert said == SAID


def test_the_numbers_that_are_ours_too() -> None:
    """What marginaleffects makes of the model is what `emmeans` and `tidy` say, to the digits shown."""
    split = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake())
    means = r.emmeans(split, "recipe", lmer_df="asymptotic").as_data_frame()
    for row in means[["emmean", "SE", "asymp.LCL", "asymp.UCL"]].to_numpy():
        assert "  ".join(f"{number:.4f}" for number in row) in re.sub(" +", "  ", SAID[2])
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    assert str(r.predict(slopes).head(3).to_numpy().round(3)) in SAID[0]
