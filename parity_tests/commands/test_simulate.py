"""`rparity simulate`: it writes what the function returns."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

import translations as r
from translations.parity.cli import main


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
