"""What the caller wrote for an argument: the `Data:` line and others, as R deparses its calls."""
from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import translations as r
from translations.stats.calls import _inside

FIRST = r.sleepstudy()
FORMULA = "Reaction ~ Days"


def data_line(model: Any) -> str:
    """What a mixed model prints as its data."""
    return next(line.strip() for line in str(model).splitlines() if line.startswith("   Data: "))


def test_of_two_variables_that_are_one_frame_the_one_that_was_written() -> None:
    first = r.sleepstudy()
    second = first
    assert data_line(r.lmer(f"{FORMULA} + (1 | Subject)", second)) == "Data: second"
    assert data_line(r.lmer(f"{FORMULA} + (1 | Subject)", data=first)) == "Data: first"
    model = r.lm(FORMULA, first)
    assert (model.data_name, r.update(model, data=second).data_name) == ("first", "first")  # the data are the same
    third = fourth = first[:90]
    assert (r.update(model, data=fourth).data_name, r.update(model, ". ~ 1", data=third).data_name) == (
        "fourth", "third")
    assert r.t_test(first["Days"], second["Days"]).data_name == 'first["Days"] and second["Days"]'
    assert r.bootMer(r.lmer("Reaction ~ 1 + (1 | Subject)", first), nsim=1, seed=1).call.startswith(
        'bootMer(x = r.lmer("Reaction ~ 1 + (1 | Subject)", first)')


def test_an_expression_stands_as_it_was_written() -> None:
    assert r.lm(FORMULA, FIRST[FIRST["Days"] > 1]).data_name == 'FIRST[FIRST["Days"] > 1]'
    split = r.lm(FORMULA, FIRST.assign(
        one=1,
    ))
    assert split.data_name == "FIRST.assign( one=1, )"
    text = "é"; assert r.lm(FORMULA, {**FIRST, text: FIRST["Days"]}).data_name == '{**FIRST, text: FIRST["Days"]}'  # noqa: E702


def test_a_function_under_another_name_or_in_another_function() -> None:
    frame = FIRST
    fit, held = r.lm, [r.lm]
    assert fit(FORMULA, frame).data_name == "frame"
    assert (lambda given: r.lm(FORMULA, given))(frame).data_name == "given"
    assert held[0](FORMULA, frame).data_name == "frame"  # by looking for a variable: it is the only one here


@pytest.mark.parametrize("given", [[FORMULA, FIRST], [FORMULA, FIRST.copy()]])
def test_arguments_in_a_list_are_looked_for_among_the_variables(given: list[Any]) -> None:
    assert r.lm(*given).data_name == ("FIRST" if given[1] is FIRST else "data")
    assert r.lm(given[0], **{"data": given[1]}).data_name == ("FIRST" if given[1] is FIRST else "data")
    assert [model.data_name for model in map(r.lm, [FORMULA], [given[1]])] == [
        "FIRST" if given[1] is FIRST else "data"]


def test_without_source_variables_are_looked_for() -> None:
    scope: dict[str, Any] = {"r": r, "mine": FIRST, "other": FIRST}
    code = "a = r.lm('Reaction ~ Days', other)\nb = r.lm('Reaction ~ Days', other.copy())"
    exec(compile(code, "<none>", "exec"), scope)
    assert (scope["a"].data_name, scope["b"].data_name) == ("mine", "data")


PYTHONS = ["data.head(100)", "data[::2]", "{**data}", "(lambda: data)().dropna()", "data.loc[data['x'] > 1, :][::2]"]
PROGRAM = """
import numpy as np
import pandas as pd
import rparity as r
x = np.arange(40.0)
data = pd.DataFrame(dict(x=x, y=np.sin(x), n=x % 3, k=(x % 3 > 0) * 1, g=pd.Categorical(list("abcde") * 8)))
"""
FITTED = """
made = [r.lm("y ~ x", {0}), r.glm("k ~ x", "binomial", {0}), r.lmer("y ~ x + (1 | g)", {0}),
        r.glmer("n ~ x + (1 | g)", {0}, "poisson"), r.aov("y ~ g", {0}), r.aov("y ~ x + Error(g)", {0})]
print("\\n\\n".join(f"{{m}}\\n{{r.summary(m)}}" for m in made))
print(r.anova(made[2], r.update(made[2], ". ~ . - x")), r.TukeyHSD(made[4]))
"""


def test_what_only_python_has_is_printed_as_it_stands(tmp_path: Path) -> None:
    """R's grammar has no slices, dicts and chained calls: models of such data, and all that is told of them, print."""
    (tmp_path / "program.py").write_text("".join([PROGRAM, *(FITTED.format(written) for written in PYTHONS)]))
    done = subprocess.run([sys.executable, "-W", "ignore", "program.py"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-500:]
    said = {one: done.stdout.count(f"data = {one}") + done.stdout.count(f"Data: {one}") for one in PYTHONS}
    assert min(said.values()) >= 8, (said, done.stdout)
    assert "\N{LATIN SMALL LETTER LONG S}" not in done.stdout


@pytest.mark.parametrize(("module", "inside"), [
    ("translations.stats.linear.lm", True),
    ("translations.lme4.model", True), ("functools", True), ("translations", False),
    ("translations.cases.stats.model_parts", False), ("translations.cases.lme4.df_cake", False), ("__main__", False),
    ("translations.cases.chapter5.pooled", False),
])
def test_cases_are_users(module: str, inside: bool) -> None:
    assert _inside(module) is inside
