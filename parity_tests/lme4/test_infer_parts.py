"""Parts by themselves against what R answered (fixtures/lme4/_infer_parts.R): formulas taken apart, checks of
derivatives, scales of the covariance parameters, order statistics, comparisons of models, printed tables."""
from __future__ import annotations

import json
import os
import re
import subprocess
import warnings
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.data import fixtures_path
from translations.lme4.criterion import scales, sdcor
from translations.lme4.formula import split
from translations.lme4.inference.batch import Fits
from translations.lme4.inference.boot_checks import findings, sentences, summary
from translations.lme4.inference.bootstrap import order_statistics
from translations.lme4.model import LmerMod
from translations.lme4.results.update import update_mixed
from translations.lme4.results.varcorr import unique_names

HERE = fixtures_path() / "lme4"
STORED = json.loads((HERE / "infer_parts.json").read_text(encoding="utf-8"))
COMPARED = STORED["comparisons"]
LINALG = 1e-12
OPTIMISER = 1e-8  # both optimizers are NLopt's BOBYQA; models of one grouping factor stop at the same theta
RATIO = 1e-9  # differences of deviances near 1800


def listed(x: Any) -> list[Any]:
    return x if isinstance(x, list) else [x]


def floats(x: Any) -> np.ndarray:
    return np.array(x, dtype=float)


@pytest.mark.parametrize("formula", STORED["formulas"])
def test_formulas_are_taken_apart_as_lme4_takes_them(formula: str) -> None:
    ours, theirs = split(formula), STORED["formulas"][formula]
    fixed = ours.fixed if re.search(r"~.*[^\s(]", theirs["fixed"]) else theirs["fixed"]
    assert [bar.label for bar in ours.bars] == listed(theirs["bars"])
    assert ours.text == theirs["text"] and fixed == theirs["fixed"]
    assert ours.written == formula


@pytest.mark.parametrize("number", range(len(STORED["derivatives"])))
def test_derivatives_are_judged_as_lme4_judges_them(number: int) -> None:
    one, control = STORED["derivatives"][number], r.lmerControl()
    H, g = floats(one["H"]), floats(one["g"])
    theta, nothing = np.ones((1, len(g))), np.zeros(1)
    fits = Fits(theta, theta, theta, nothing, nothing, nothing.astype(int), np.column_stack([H, g])[None])
    said = sentences(findings(fits, np.ones(len(g), dtype=bool), control), control)
    assert said == {"message": {}, "warning": dict.fromkeys(listed(one["said"]), 1)}


@pytest.mark.parametrize("one", STORED["heard"], ids=lambda one: one["said"].strip() or "nothing")
def test_what_replicates_said_is_summed_up(one: dict[str, Any]) -> None:
    counts = dict(one["counts"])
    heard = {kind: dict(counts.get(f"factory-{kind}", {})) for kind in ("message", "warning")}
    assert summary(heard) == one["said"]


def test_a_singular_replicate_is_said_and_not_judged_further() -> None:
    control = r.lmerControl()
    theta = np.array([[1.0, 0.0, 9.9e-5], [9.9e-5, 1.0, 1.0], [1.0, 0.0, 1.1e-4]])
    bad = np.broadcast_to(np.column_stack([-np.eye(3), np.ones(3)]), (3, 3, 4))
    fits = Fits(theta, theta, theta, np.zeros(3), np.zeros(3), np.zeros(3, dtype=int), bad)
    said = sentences(findings(fits, np.array([True, False, True]), control), control)
    assert said["message"] == {"boundary (singular) fit: see help('isSingular')": 2}
    assert set(said["warning"].values()) == {1} and len(said["warning"]) == 2


@pytest.mark.parametrize("one", STORED["scales"], ids=lambda one: str(one["sizes"]))
def test_theta_as_standard_deviations_and_correlations(one: dict[str, Any]) -> None:
    theta, sizes = floats(listed(one["theta"])), np.array(listed(one["sizes"]))
    x = np.empty(len(theta) + 1)
    scales.sdcor_of(theta, float(one["sigma"]), sizes, x, np.empty((4, sizes.max(), sizes.max())), 1)
    np.testing.assert_allclose(x, floats(one["x"]), rtol=LINALG, atol=LINALG)


@pytest.mark.parametrize("one", STORED["scales"] + STORED["thetas"], ids=lambda one: str(one["x"]))
def test_standard_deviations_and_correlations_as_theta(one: dict[str, Any]) -> None:
    back = floats(listed(one["back"]))
    theta, sizes = np.empty(len(back)), np.array(listed(one["sizes"]))
    scales.theta_of(floats(one["x"]), sizes, theta, True, np.empty((4, sizes.max(), sizes.max())))
    np.testing.assert_allclose(theta, back, rtol=LINALG, atol=LINALG)


@pytest.mark.parametrize("one", STORED["order_statistics"], ids=lambda one: f"{one['n']} {one['alpha'][1]:.4g}")
def test_order_statistics(one: dict[str, Any]) -> None:
    t, alpha = floats(STORED["t"])[: one["n"]], floats(one["alpha"])
    rank = (one["n"] + 1) * alpha
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        ends = order_statistics(np.append(t, [np.nan, np.inf]), alpha)
    np.testing.assert_allclose(ends, floats(one["ends"]), rtol=LINALG)
    extreme = bool(rank[0] <= 1 or rank[1] >= one["n"])
    assert ["extreme order statistics" in str(w.message) for w in said] == [True] * extreme


# --- comparisons of models ----------------------------------------------------------------------------------------


cake = r.cake()
uneven = cake[(np.arange(len(cake)) + 1) % 7 != 0]
ROOT = "(1 | recipe:replicate)"


@cache
def model(name: str) -> LmerMod:
    machines = r.load("Machines").assign(w=lambda d: 1.0 + (np.arange(len(d)) + 1) % 3)
    sleep2 = r.sleep2()
    return {
        "large": lambda: r.lmer(f"angle ~ recipe * temp + {ROOT}", uneven),
        "small": lambda: r.lmer(f"angle ~ recipe + temp + {ROOT}", uneven),
        "tiny": lambda: r.lmer(f"angle ~ temp + {ROOT}", uneven),
        "a": lambda: r.lmer(f"angle ~ recipe * temp + {ROOT}", uneven, REML=False),
        "b": lambda: r.lmer(f"angle ~ recipe + temp + {ROOT}", uneven, REML=False),
        "part": lambda: r.lmer(f"angle ~ temp + {ROOT}", cake, subset='recipe != "C"'),
        "less": lambda: r.lmer(f"angle ~ 1 + {ROOT}", cake, subset='recipe != "C"'),
        "weighted": lambda: r.lmer("score ~ Machine + (1 | Worker)", machines, weights="w"),
        "slopes": lambda: r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", sleep2),
    }[name]()


def same_table(ours: pd.DataFrame, theirs: dict[str, Any], rtol: float = OPTIMISER) -> None:
    assert list(ours.columns) == list(theirs)
    for column in ours:
        np.testing.assert_allclose(ours[column], floats(listed(theirs[column])), rtol=rtol, atol=1e-9, err_msg=column)


KR = {
    "models": lambda: r.KRmodcomp(model("large"), model("small")),
    "reversed": lambda: r.KRmodcomp(model("small"), model("large")),
    "two": lambda: r.KRmodcomp(model("large"), model("tiny")),
    "formula": lambda: r.KRmodcomp(model("large"), ". ~ . - recipe:temp"),
    "matrix": lambda: r.KRmodcomp(model("slopes"), [[0, 1]]),
    "held": lambda: r.KRmodcomp(model("slopes"), [[0, 1]], betaH=[0, 5]),
    "dependent": lambda: r.KRmodcomp(model("large"), [[0, 1, 0, 0, 0, 0], [0, 2, 0, 0, 0, 0]]),
    "likelihood": lambda: r.KRmodcomp(model("a"), model("b")),
    "weighted": lambda: r.KRmodcomp(model("weighted"), [[0, 1, -1]], ignore_weights=True),
}


@pytest.mark.parametrize("name", KR)
def test_kenward_roger_comparisons(name: str) -> None:
    ours, theirs = KR[name](), COMPARED[name]
    same_table(ours.test, theirs["test"])
    assert list(ours.aux.index) == list(theirs["aux"])
    np.testing.assert_allclose(ours.aux, floats(list(theirs["aux"].values())), rtol=1e-7)
    # pbkrtest fits by REML what was not, and its update() writes the formula out.
    shown, printed = (text.rstrip().split("\n")[name == "likelihood":] for text in (str(ours), theirs["printed"]))
    assert shown == printed


def test_weights_are_left_out_when_asked_and_else_warned_about() -> None:
    theirs = floats(COMPARED["vcovAdj"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(r.vcovAdj(model("weighted"), ignore_weights=True), theirs, rtol=1e-7)
        r.vcovAdj(model("slopes"))
    with pytest.warns(UserWarning, match="prior weights.*ignore_weights=True"):
        assert not np.allclose(r.vcovAdj(model("weighted")), theirs, rtol=1e-3)


def test_likelihood_ratios_and_deletions(capsys: Any) -> None:
    a, b, part, less, small = (model(name) for name in ("a", "b", "part", "less", "small"))
    linear = r.lm("angle ~ recipe + temp", uneven)
    assert str(r.anova(a, b)) == COMPARED["anova"]["printed"]
    same_table(r.anova(a, b), COMPARED["anova"]["table"])
    assert str(r.anova(a, b, linear)) == COMPARED["with_linear"]["printed"]
    same_table(r.anova(a, linear), COMPARED["with_linear"]["table"])
    assert capsys.readouterr().err == ""  # nothing was refitted
    assert str(r.anova(part, less)) == COMPARED["subset"]["printed"]
    same_table(r.anova(part, less), COMPARED["subset"]["table"])
    assert capsys.readouterr().err.count("refitting model(s) with ML") == 2
    with pytest.warns(UserWarning, match="some models fit with REML = TRUE, some not"):
        same_table(r.anova(a, small, refit=False), COMPARED["restricted"]["table"])
    assert str(r.drop1(a, test="Chisq")) == COMPARED["dropped"]["printed"]
    same_table(r.drop1(b, test="Chisq"), COMPARED["dropped"]["table"], rtol=1e-7)
    same_table(r.drop1(a, scope="~ recipe + temp"), COMPARED["scope"]["table"], rtol=1e-7)
    same_table(r.drop1(a, "temp"), COMPARED["scope"]["one"], rtol=1e-7)
    same_table(r.drop1(a, ["temp"]), COMPARED["scope"]["one"], rtol=1e-7)


def test_random_terms_left_out() -> None:
    assert str(r.ranova(model("slopes"))) == COMPARED["ranova"]["printed"]
    same_table(r.ranova(model("slopes"), reduce_terms=False), COMPARED["ranova"]["whole"])
    same_table(r.ranova(model("small")), COMPARED["ranova"]["last"])


def test_tables_of_lmertest_as_printed() -> None:
    large, printed = model("large"), COMPARED["F"]
    assert str(r.anova(large, ddf="Satterthwaite")) == printed["printed"]
    assert str(r.anova(large, ddf="Kenward-Roger", type=2)) == printed["kr"]
    assert str(r.anova(large, ddf="lme4")) == printed["sequential"] == str(r.anova(large))
    assert str(r.ls_means(large)).rstrip() == COMPARED["means"]["printed"].rstrip()
    apart = r.difflsmeans(large, level=0.9, ddf="Kenward-Roger")
    assert str(apart).rstrip() == COMPARED["means"]["apart"].rstrip()


def test_bootstrap_replicates_messages_and_intervals() -> None:
    m, theirs = model("slopes"), COMPARED["boots"]
    boots = r.bootMer(m, r.fixef, nsim=150, seed=3)
    assert np.array_equal(boots.t.to_numpy()[147:], floats(theirs["t"]))
    assert boots.messages == {kind: dict(theirs["said"][f"factory-{kind}"]) for kind in ("message", "warning")}
    table = theirs["printed"].split("Bootstrap Statistics")[1]
    assert table.strip() in str(boots)
    assert str(boots).endswith("\n6 message(s): boundary (singular) fit: see help('isSingular')\n")
    assert "bootMer(x = m, FUN = fixef, nsim = 150, seed = 3)" in str(boots)
    assert boots.R == 150 and boots.failed == 0 and list(boots.as_data_frame().columns) == m.design.names
    assert np.array_equal(boots.as_data_frame().to_numpy(), boots.t.to_numpy())
    for one in theirs["ends"]:
        ends = r.confint(boots, level=one["level"], type=one["type"])
        np.testing.assert_allclose(ends, floats(one["ends"]), rtol=LINALG)
    slope = floats(theirs["ends"][0]["ends"])[1]
    np.testing.assert_allclose(r.confint(boots, parm=2).to_numpy()[0], slope, rtol=LINALG)


def test_bootstrap_comparison_and_how_it_prints() -> None:
    theirs = COMPARED["PBmodcomp"]
    test = r.PBmodcomp(model("slopes"), ". ~ . - days_deprived", nsim=20, seed=7)
    np.testing.assert_allclose(test.ref, floats(theirs["ref"]), atol=1e-10)
    assert re.sub(r"time: [0-9.]+ sec", "time: - sec", str(test)).rstrip() == theirs["printed"].rstrip()
    assert re.sub(r"time: [0-9.]+ sec", "time: - sec", str(test.summary())).rstrip() == theirs["summary"].rstrip()
    assert 0 < test.ctime < 60


def test_warnings_of_replicates_bear_rs_numbers() -> None:
    boots, theirs = r.bootMer(model("slopes"), "sigma", nsim=400, seed=3), COMPARED["noisy"]
    assert boots.messages == {kind: dict(theirs["said"][f"factory-{kind}"]) for kind in ("message", "warning")}
    assert boots.messages["warning"] and boots.t.iloc[399, 0] == theirs["last"]


@pytest.mark.parametrize("one", STORED["names"], ids=lambda one: one["given"][0])
def test_names_are_made_unique_as_r_makes_them(one: dict[str, list[str]]) -> None:
    assert unique_names(one["given"]) == one["unique"]


def test_names_of_the_covariance_parameters() -> None:
    structure = model("slopes").design.random
    assert sdcor.names(structure) == COMPARED["profnames"]["old"]
    assert sdcor.names(structure, old=False) == COMPARED["profnames"]["new"]


def test_updates() -> None:
    small = model("small")
    changes = [(small, ". ~ . - temp"), (small, "log(.) ~ ."), (model("large"), ". ~ . - recipe:temp")]
    assert [r.formula(r.update(m, change)) for m, change in changes] == COMPARED["updated"]
    assert update_mixed(r.formula(small), "~ .") == r.formula(small)


@pytest.mark.long
@pytest.mark.usefixtures("live_r")
def test_stored_answers_are_live_answers(tmp_path: Path) -> None:
    environment = os.environ | {"LC_ALL": "C.UTF-8", "LANGUAGE": "en"}
    subprocess.run(["Rscript", "--vanilla", "_infer_parts.R", str(tmp_path)], cwd=HERE, env=environment, check=True,
                   capture_output=True)
    live = json.loads((tmp_path / "infer_parts.json").read_text(encoding="utf-8"))
    for part in STORED.keys() - {"provenance", "comparisons"}:
        assert live[part] == STORED[part]
    assert live["comparisons"].keys() == COMPARED.keys()
    for name in ("anova", "subset", "F", "ranova", "profnames", "updated"):
        assert live["comparisons"][name] == COMPARED[name]
