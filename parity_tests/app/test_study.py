"""What the app shows, without a browser: against R, against our own fits, and for input that cannot be used."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import fields

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.app import scripts, tables, words
from translations.app.controls import BY_NAME, CONTROLS, DEFAULTS, BadControls, read
from translations.app.study import explore, own_lines, true_lines
from translations.parity import tolerances as tol
from translations.simulation import Design

USUAL = {control.name: f"{control.default:g}" for control in CONTROLS}
SETTINGS = {
    "usual": {},
    "missing": {"missing": "0.35", "seed": "99"},
    "subjects without data": {"missing": "0.75", "days": "10", "seed": "2"},
    "singular": {"tau11": "0", "seed": "3"},
    "few and steep": {"gamma1": "-7.25", "rho": "-0.9", "subjects": "7", "days": "5", "seed": "2147483647"},
    "half an observation lost": {"missing": "0.02", "subjects": "35", "days": "15"},
    "perfect correlation": {"rho": "1", "tau00": "12.5", "tau11": "12.5", "seed": "0"},
}


def settings(**changed):
    return read({**USUAL, **changed})


# --- against R ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("changed", SETTINGS.values(), ids=SETTINGS)
def test_the_r_script_gives_what_is_shown(live_r, parity, changed):
    shown = explore(settings(**changed))
    live_r.eval(scripts.r_script(shown.settings))
    # mvrnorm's eigenvectors are LAPACK's, whose last bits differ from one library to another
    np.testing.assert_allclose(shown.data["Reaction"], live_r.numbers("d$Reaction"), rtol=1e-12)
    np.testing.assert_allclose(shown.truth[:, 0], live_r.numbers("gamma0 + S[, 1]"), rtol=1e-12)
    np.testing.assert_allclose(shown.truth[:, 1], live_r.numbers("gamma1 + S[, 2]"), rtol=1e-9, atol=1e-9)
    parity.equal({"complete": shown.complete}, {"complete": live_r.numbers("coef(complete)")}, tol.LINALG)

    lines = live_r.numbers("matrix(coef(none), ncol = 2)").reshape(2, -1).T
    alone = ~np.isnan(shown.none[shown.observed > 0]).any(axis=1)
    np.testing.assert_allclose(shown.none[shown.observed > 0][alone], lines[alone], rtol=1e-9, atol=1e-9)
    assert np.isnan(lines[~alone, 1]).all()

    assert live_r.eval("print(summary(partial))").strip().endswith(shown.summary.strip())
    partial = live_r.numbers("as.matrix(coef(partial)$Subject)").reshape(2, -1).T
    parity.equal({"partial": shown.partial[shown.observed > 0]}, {"partial": partial}, tol.MODES)
    wald = live_r.numbers("confint(partial, parm = 'beta_', method = 'Wald')").reshape(2, 2).T
    parity.equal({"wald": np.array([[one.lower, one.upper] for one in shown.estimates[:2]])}, {"wald": wald}, tol.THETA)


def test_a_fit_that_ends_in_rounding_is_shown(live_r, parity):
    """NLopt gives up with status -4 here, and lme4 goes on with the best point."""
    given = {"gamma0": "78.25", "gamma1": "-30", "tau00": "96.9175936013", "tau11": "0", "rho": "-0.350442403519",
             "sigma": "0.5", "subjects": "42", "days": "19", "missing": "0.106598", "seed": "157856444"}  # fmt: skip
    shown = explore(settings(**given))
    live_r.eval(scripts.r_script(shown.settings))
    assert live_r.numbers("partial@optinfo$conv$opt") == -4
    assert "NLOPT_ROUNDOFF_LIMITED" in shown.summary and "NLOPT_ROUNDOFF_LIMITED" in words.notes(shown)[0]
    sdcor = live_r.numbers("as.data.frame(VarCorr(partial))$sdcor")
    parity.equal({"sdcor": np.array([one.value for one in shown.estimates[2:]])}, {"sdcor": sdcor}, tol.THETA)


@pytest.mark.parametrize("changed", [SETTINGS["usual"], SETTINGS["subjects without data"]])
def test_the_two_scripts_print_the_same(live_r, changed, tmp_path):
    given = settings(**changed)
    (tmp_path / "script.R").write_text(scripts.r_script(given))
    (tmp_path / "script.py").write_text(scripts.python_script(given))
    printed = [
        subprocess.run([*command, tmp_path / name], capture_output=True, text=True, check=True).stdout
        for command, name in ((["Rscript", "--vanilla"], "script.R"), ([sys.executable], "script.py"))
    ]
    assert printed[0] == printed[1]
    assert explore(given).summary.strip() in printed[1]


# --- against the project's own fits, which are tested against R elsewhere -------------------------------------------


def test_own_lines_are_the_no_pooling_models():
    shown = explore(settings(missing="0.4", seed="8"))
    model = r.lm("Reaction ~ 0 + Subject + Subject:days_deprived", shown.data)
    coefficients = r.coef(model)
    assert (shown.observed > 1).all()
    for s, line in enumerate(shown.none, start=1):
        expected = [coefficients[f"Subject{s}"], coefficients[f"Subject{s}:days_deprived"]]
        np.testing.assert_allclose(line, expected, rtol=1e-9)


def test_a_line_needs_two_observations():
    y = np.array([[1.0, 3.0, np.nan], [np.nan, np.nan, 4.0], [np.nan] * 3, [np.nan, 2.0, 5.0]])
    expected = [[1.0, 2.0], [np.nan] * 2, [np.nan] * 2, [-1.0, 3.0]]
    np.testing.assert_allclose(own_lines(np.arange(3.0), y), expected)


def test_partial_pooling_is_coef():
    shown = explore(settings(missing="0.75", days="10", seed="2"))
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", shown.data)
    lines = r.coef(m)["Subject"]
    seen = lines.index.astype(int) - 1
    np.testing.assert_allclose(shown.partial[seen], lines, rtol=1e-12)
    gone = np.flatnonzero(shown.observed == 0)
    assert len(gone) and not set(gone) & set(seen)
    np.testing.assert_array_equal(shown.partial[gone], np.tile(m.beta, (len(gone), 1)))


def test_without_noise_the_true_lines_are_found():
    shown = explore(settings(sigma="0.5", days="20"))
    assert np.abs(shown.none - shown.truth).max() < 1.5
    assert shown.misses["none"][1] < 0.05 < shown.misses["complete"][1]


def test_estimates_are_the_models():
    shown = explore(DEFAULTS)
    m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", shown.data)
    sdcor = r.VarCorr(m).as_data_frame()["sdcor"]
    assert [one.name for one in shown.estimates] == ["gamma0", "gamma1", "tau00", "tau11", "rho", "sigma"]
    np.testing.assert_allclose([one.value for one in shown.estimates], [*m.beta, *sdcor], rtol=1e-12)
    assert {one.name: one.truth for one in shown.estimates} == DEFAULTS.design.truth


def test_the_data_survive_the_csv():
    shown = explore(settings(missing="0.3"))
    text = scripts.csv(shown.data)
    back = pd.read_csv(io.StringIO(text))
    np.testing.assert_array_equal(back["Reaction"], shown.data["Reaction"])
    assert list(back.columns) == ["Subject", "days_deprived", "Reaction"] and ",NA\n" in text


def test_every_number_of_the_screen_is_in_a_table():
    shown = explore(settings(missing="0.6", seed="4"))
    assert tables.lines(shown).count("<tr>") == 19
    assert tables.data(shown).count("<td>–</td>") == shown.settings.design.lost
    assert f"<td>{words.number(shown.estimates[0].value, 1)}</td>" in tables.estimates(shown)
    assert f"<td>{words.number(shown.misses['none'][1], 2)}</td>" in tables.misses(shown)


# --- what cannot be used --------------------------------------------------------------------------------------------


def test_controls_are_the_simulations_arguments():
    assert {field.name for field in fields(Design)} | {"seed"} == set(BY_NAME)
    assert DEFAULTS.design == Design() and true_lines(DEFAULTS).shape == (18, 2)
    assert {control.name for control in CONTROLS if not control.least <= control.default <= control.most} == set()


@pytest.mark.parametrize("name", BY_NAME)
@pytest.mark.parametrize("given", ["", " ", None, "nan", "NaN", "abc", "1e999", "-inf", "1e18", "-1e18", "0x10", "1,5"])
def test_bad_input_is_named(name, given):
    with pytest.raises(BadControls) as caught:
        settings(**{name: given})
    assert list(caught.value.problems) == [name]
    assert caught.value.problems[name].startswith(BY_NAME[name].label)


@pytest.mark.parametrize(
    ("name", "given", "wanted"),
    [
        ("rho", "1.01", "a number between -1 and 1"),
        ("sigma", "0", "a number between 0.5 and 100"),
        ("subjects", "1", "a whole number between 2 and 60"),
        ("subjects", "7.5", "a whole number between 2 and 60"),
        ("days", "2", "a whole number between 3 and 20"),
        ("missing", "0.95", "a number between 0 and 0.9"),
        ("seed", "2147483648", "a whole number between 0 and 2147483647"),
    ],
)
def test_limits_are_told(name, given, wanted):
    with pytest.raises(BadControls, match=f"{BY_NAME[name].label} must be {wanted}, not {given}"):
        settings(**{name: given})


def test_all_problems_are_told_at_once():
    with pytest.raises(BadControls) as caught:
        settings(rho="2", days="", seed="x")
    assert list(caught.value.problems) == ["rho", "days", "seed"]


@pytest.mark.parametrize("seed", ["1", "3", "5"])
def test_too_few_observations_are_told(seed):
    given = settings(missing="0.6", days="4", subjects="8", seed=seed)
    with pytest.raises(BadControls, match=r"Missing fraction leaves 13 observations of \d subjects; lmer") as caught:
        explore(given)
    assert list(caught.value.problems) == ["missing"]


def test_notes_name_the_controls():
    def notes(**changed):
        return words.notes(explore(settings(**changed)))

    assert notes() == []
    (singular,) = notes(tau11="0", seed="3")
    assert "correlation is −1.00" in singular and "Intercept sd and Slope sd" in singular
    (flat,) = notes(tau00="0", tau11="0", seed="4")
    assert "Slope sd τ₁₁ is zero" in flat
    _, gone, one = notes(missing="0.75", days="10", seed="2")
    assert gone.startswith("Missing fraction: subject 5 has no observation left")
    assert one.startswith("Missing fraction: subjects 8, 14 and 18 have one observation left")
    (stopped,) = notes(days="20", sigma="0.5", tau00="100", gamma0="600", tau11="0.1", seed="5")
    assert "failed to converge" in stopped and "Residual sd is small" in stopped


def test_random_settings_are_shown_or_explained():
    """Anything that the controls allow gives a screen or names a control."""
    rng = np.random.default_rng(20)
    shown = 0
    for _ in range(150):
        given = {
            control.name: f"{rng.choice([control.least, control.most, rng.uniform(control.least, control.most)]):.10g}"
            for control in CONTROLS
        }
        given |= {name: str(int(float(given[name]))) for name, control in BY_NAME.items() if control.whole}
        try:
            screen = explore(read(given))
        except BadControls as error:
            assert set(error.problems) <= set(BY_NAME)
        else:
            shown += 1
            assert np.isfinite(screen.partial).all() and np.isfinite(screen.misses["none"]).all()
            assert words.result(screen) and words.notes(screen) is not None
    assert shown > 75
