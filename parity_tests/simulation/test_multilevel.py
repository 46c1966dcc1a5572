"""The data-generating process and its studies: R's data sets, what theory says of them, any number of workers."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import translations as r
from translations.parity.cli import main
from translations.simulation import Design
from translations.simulation.studies import COLUMNS

IN_R = """
one <- function(gamma0, gamma1, tau00, tau11, rho, sigma, subjects, days, missing) {
  Sigma <- matrix(c(tau00^2, rho * tau00 * tau11, rho * tau00 * tau11, tau11^2), 2)
  S <- MASS::mvrnorm(subjects, c(0, 0), Sigma)
  e <- rnorm(subjects * days, 0, sigma)
  d <- data.frame(Subject = factor(rep(1:subjects, each = days)), days_deprived = rep(1:days - 1, subjects))
  d$Reaction <- gamma0 + S[d$Subject, 1] + (gamma1 + S[d$Subject, 2]) * d$days_deprived + e
  d$Reaction[sample(subjects * days, round(missing * (subjects * days)))] <- NA
  d
}
fit <- function(d) {
  m <- suppressWarnings(suppressMessages(lme4::lmer(Reaction ~ days_deprived + (days_deprived | Subject), d)))
  s <- as.data.frame(lme4::VarCorr(m))$sdcor
  c(lme4::fixef(m), s[1:2], s[3], s[4], sqrt(diag(as.matrix(vcov(m)))))
}
"""
SETTINGS = [
    {},
    {"missing": 0.1},
    {"rho": -0.6, "subjects": 7, "days": 5, "missing": 0.25},
    {"gamma0": 0.0, "gamma1": -3.0, "tau00": 2.0, "tau11": 0.5, "rho": 0.9, "sigma": 1.0, "subjects": 30, "days": 3},
    {"subjects": 35, "days": 15, "missing": 0.02},  # 10.5 observations are lost
    {"sigma": 0.0, "missing": 0.2},
]


def call(setting, function="one"):
    design = Design(**setting)
    return f"{function}({', '.join(f'{name} = {value}' for name, value in vars(design).items())})"


@pytest.mark.parametrize("setting", SETTINGS)
def test_data_sets_are_rs(live_r, setting):
    """mvrnorm's eigenvectors are LAPACK's, whose last bits differ from one library to another."""
    live_r.eval(IN_R)
    live_r.eval(f"set.seed(99); d <- {call(setting)}; e <- {call(setting)}")
    rng = r.set_seed(99)
    first, second = (r.simulate_multilevel(**setting, seed=rng) for _ in range(2))
    for ours, name in ((first, "d"), (second, "e")):
        np.testing.assert_allclose(ours["Reaction"], live_r.numbers(f"{name}$Reaction"), rtol=1e-13)
        assert list(ours["days_deprived"]) == list(live_r.numbers(f"{name}$days_deprived"))
        assert [int(s) for s in ours["Subject"]] == list(live_r.numbers(f"{name}$Subject"))
    assert rng.runif(1)[0] == live_r.numbers("runif(1)")[0]


@pytest.mark.parametrize("setting", SETTINGS[:3])
def test_studies_are_lmer_after_lmer(live_r, setting):
    live_r.eval(IN_R)
    theirs = live_r.numbers(f"set.seed(5); t(replicate(25, fit({call(setting)})))").reshape(8, 25).T
    ours = r.recovery_study(25, 5, **setting).estimates
    assert list(ours.columns) == COLUMNS
    order = [0, 1, 2, 3, 4, 5, 6, 7]
    singular = np.isnan(theirs).any(axis=1) | (theirs[:, [2, 3]] < 1e-6).any(axis=1)
    np.testing.assert_allclose(ours.to_numpy()[~singular][:, order], theirs[~singular], rtol=1e-6)
    assert singular.sum() < 5


def test_fits_are_lmers():
    """Through the batch and by the model, with observations missing."""
    rng = r.set_seed(12)
    frames = [r.simulate_multilevel(missing=0.2, seed=rng) for _ in range(6)]
    ours = r.recovery_study(6, 12, missing=0.2).estimates
    for frame, row in zip(frames, ours.itertuples(), strict=True):
        m = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", frame)
        sdcor = r.VarCorr(m).as_data_frame()["sdcor"]
        expected = [*m.beta, *sdcor, *np.sqrt(np.diag(r.vcov(m)))]
        np.testing.assert_allclose(row[1:], expected, rtol=1e-9)


def test_power_of_a_known_design():
    """Balanced and without variation of slopes the estimate's variance is known: power is the normal's."""
    from scipy.stats import norm

    design = {"gamma1": 2.0, "tau00": 20.0, "tau11": 2.0, "rho": 0.0, "sigma": 10.0, "subjects": 40, "days": 6}
    x = np.arange(6.0)
    se = np.sqrt((10.0**2 / ((x - x.mean()) ** 2).sum() + 2.0**2) / 40)
    expected = norm.sf(norm.ppf(0.975) - 2.0 / se) + norm.cdf(-norm.ppf(0.975) - 2.0 / se)
    table = r.power_study(2000, 31, **design)
    # the t with an estimated variance exceeds the normal quantile a little more often than the z with a known one
    assert abs(table["power"][0] - expected) < 3 * table["mcse"][0] + 0.015
    np.testing.assert_allclose(table["se_gamma1"][0], se, rtol=0.02)


def test_recovery_of_the_parameters():
    study = r.recovery_study(1000, 77, control="nloptwrap", subjects=40, days=8)
    table = study.recovery()
    assert list(table.index) == ["gamma0", "gamma1", "tau00", "tau11", "rho", "sigma"]
    exact = table.loc[["gamma0", "gamma1", "sigma"]]
    assert (abs(exact["bias"]) < 4 * exact["mcse"]).all()
    assert table.loc[["gamma0", "gamma1"], "coverage"].between(0.92, 0.97).all()
    assert np.isnan(table.loc["rho", "coverage"])


def test_settings_follow_each_other_on_one_stream():
    both = r.power_study(20, 3, subjects=[6, 9], gamma1=4.0)
    rng = r.set_seed(3)
    studies = [r.recovery_study(20, rng, subjects=n, gamma1=4.0) for n in (6, 9)]
    assert list(both["subjects"]) == [6, 9]
    assert list(both["power"]) == [study.power() for study in studies]


@pytest.mark.parametrize("missing", [0.0, 0.1])
def test_any_number_of_workers_gives_the_same_bits(missing):
    first, second = r.set_seed(4), r.set_seed(4)
    alone = r.recovery_study(40, first, missing=missing)
    together = r.recovery_study(40, second, missing=missing, n_jobs=2)
    pd.testing.assert_frame_equal(alone.estimates, together.estimates, check_exact=True)
    assert np.array_equal(first.random_seed, second.random_seed)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"rho": 1.5}, "rho"),
        ({"sigma": -1}, "sigma"),
        ({"subjects": 1}, "subjects"),
        ({"days": 2.5}, "days"),
        ({"missing": 1.0}, "missing"),
        ({"gamma0": float("nan")}, "gamma0"),
    ],
)
def test_bad_parameters_are_named(wrong, words):
    with pytest.raises(ValueError, match=f"{words} must"):
        r.simulate_multilevel(**wrong, seed=1)


def test_unknown_parameters_are_named():
    with pytest.raises(ValueError, match="slope"):
        r.recovery_study(5, 1, slope=3)
    with pytest.raises(ValueError, match="nsim"):
        r.recovery_study(0, 1)


# --- the command ---------------------------------------------------------------------------------------------------


def command(*arguments):
    from typer import Typer

    from translations.commands.simulate import register

    app = Typer()
    app.callback()(lambda: None)
    register(app)
    return CliRunner().invoke(app, ["simulate", *map(str, arguments)])


def test_command_writes_what_the_function_returns(tmp_path):
    out = tmp_path / "study.csv"
    done = command("--nsim", 30, "--seed", 8, "--gamma1", 4, "--subjects", 10, "--out", out, "--quiet")
    assert done.exit_code == 0, done.output
    study = r.recovery_study(30, 8, gamma1=4.0, subjects=10)
    written = pd.read_csv(out, index_col="replicate")
    assert list(written.index) == list(range(1, 31))
    np.testing.assert_array_equal(written.to_numpy(), study.estimates.to_numpy())
    assert f"power of the slope at alpha 0.05: {study.power():.4g} (30 data sets)" in done.output


def test_command_writes_parquet(tmp_path):
    out = tmp_path / "study.parquet"
    assert command("--nsim", 20, "--seed", 8, "--out", out, "--quiet").exit_code == 0
    written = pd.read_parquet(out).set_index("replicate").sort_index()
    np.testing.assert_array_equal(written.to_numpy(), r.recovery_study(20, 8).estimates.to_numpy())


def test_command_says_what_is_wrong(tmp_path):
    out = tmp_path / "study.csv"
    for arguments, words in (
        (("--days", 1), "days must"),
        (("--resume",), "--resume needs"),
        (("--optimizer", "bfgs"), "unknown optimizer"),
    ):
        done = command("--nsim", 2, "--quiet", *arguments)
        assert done.exit_code == 2 and words in done.output
    assert command("--nsim", 2, "--seed", 1, "--out", out, "--quiet").exit_code == 0
    assert "resume it" in command("--nsim", 2, "--seed", 1, "--out", out, "--quiet").output


def test_command_is_one_of_rparitys(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["rparity", "simulate", "--help"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0 and "--resume" in capsys.readouterr().out


def test_each_estimate_has_its_name_under_every_release() -> None:
    first = r.recovery_study(nsim=3, seed=1, n_jobs=1).estimates
    with r.options(lme4="2.1"):
        assert r.recovery_study(nsim=3, seed=1, n_jobs=1).estimates.equals(first)
