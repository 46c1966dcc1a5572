"""The certified files: every one has its case, says how sure it is, and is what the script computes."""
from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import pytest
from mpmath import mpf

from translations.data import fixtures_path
from translations.parity.cases import suite
from translations.parity.reference import load

FILES = sorted((fixtures_path() / "certified").glob("*/*.json"))
each_file = pytest.mark.parametrize("file", [pytest.param(f, id=f"{f.parent.name}/{f.stem}") for f in FILES])
CHEAP = (
    "chapter5/sigma", "chapter5/syntax_slopes", "chapter5/fixed_effects_table", "lme4/dyestuff", "lme4/dyestuff_ml",
    "lme4/dyestuff2", "lme4/pastes", "lme4/machines", "lme4/sleepstudy_offset", "lme4/exact_dyestuff2", "nist/sirstv",
)


def test_every_file_has_its_case_and_every_case_its_file(certify: ModuleType) -> None:
    assert {f"{file.parent.name}/{file.stem}" for file in FILES} == set(certify.CASES)


@each_file
def test_two_precisions_agree_and_the_derivatives_vanish(file: Path) -> None:
    said = json.loads(file.read_text(encoding="utf-8"))["provenance"]
    assert said["working_digits"] >= 50
    assert said["checked_against_working_digits"] >= said["working_digits"] + 20
    assert said["certified_digits"] >= 30
    if "zero of the analytic" in said["method"]:
        assert mpf(said["score_norm"]) < mpf(10) ** -40


@each_file
def test_values_are_a_subset_of_the_cases_labels(file: Path) -> None:
    values = json.loads(file.read_text(encoding="utf-8"))["values"]
    labels = load(suite(file.parent.name), file.stem).fits["default"].values
    assert values and set(values) <= set(labels)


@pytest.mark.parametrize("name", CHEAP)
def test_the_script_computes_what_is_stored(certify: ModuleType, name: str) -> None:
    assert certify.main(["--check", name]) == 0


def test_a_changed_digit_is_seen(
    certify: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "certified" / "chapter5"
    folder.mkdir(parents=True)
    text = (fixtures_path() / "certified" / "chapter5" / "sigma.json").read_text(encoding="utf-8")
    assert "25.5264220326241" in text
    (folder / "sigma.json").write_text(text.replace("25.5264220326241", "25.5264220326242"), encoding="utf-8")
    monkeypatch.setattr(certify, "FIXTURES", tmp_path)
    assert certify.main(["--check", "chapter5/sigma"]) == 1
    assert "differ: chapter5/sigma" in capsys.readouterr().out


def test_an_unknown_case_is_named(certify: ModuleType) -> None:
    with pytest.raises(SystemExit, match="no case called nothing"):
        certify.main(["--check", "nothing"])


def test_precisions_that_part_are_refused(certify: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    work = certify.Work(lambda: ({"x": mpf(1) + mpf(10) ** (-certify.mp.dps // 2)}, None), "one plus something")
    monkeypatch.setitem(certify.CASES, "chapter5/sigma", work)
    with pytest.raises(SystemExit, match="share only 25"):
        certify.record("chapter5/sigma")
