"""Every case of every built-in suite: one test for each thing that it is compared with."""
from __future__ import annotations

import pytest

from translations.parity.cases import Case, Suite, suites
from translations.parity.check import comparisons
from translations.parity.plugin import Parity
from translations.parity.reference import load, sources

SUITES = suites()
CASES = [(suite, case) for suite in SUITES for case in suite.cases()]


@pytest.mark.parametrize(
    ("suite", "case", "against"),
    [pytest.param(suite, case, against, id=f"{suite.name}/{case.name}[{against}]")
     for suite, case in CASES for against in comparisons(suite, case, live=True)],
)
def test_parity(suite: Suite, case: Case, against: str, parity: Parity) -> None:
    parity.case(suite, case, against)


@pytest.mark.parametrize(("suite", "case"), [pytest.param(*one, id=f"{one[0].name}/{one[1].name}") for one in CASES])
def test_reference_was_made_from_the_scripts_and_data_that_are_here(suite: Suite, case: Case) -> None:
    made_from = load(suite, case.name).provenance["sources"]
    assert made_from == sources(suite.references / f"{case.name}.R"), f"rparity regenerate {case.name}"


@pytest.mark.parametrize("suite", [pytest.param(suite, id=suite.name) for suite in SUITES])
def test_every_script_is_translated(suite: Suite) -> None:
    assert not suite.untranslated()
