"""Every case of every built-in suite: one test for each thing that it is compared with."""
from __future__ import annotations

import pytest

from translations.parity.cases import Case, Suite, suites
from translations.parity.check import comparisons
from translations.parity.plugin import Parity

SUITES = suites()
CASES = [(suite, case) for suite in SUITES for case in suite.cases()]


@pytest.mark.parametrize(
    ("suite", "case", "against"),
    [pytest.param(suite, case, against, id=f"{suite.name}/{case.name}[{against}]")
     for suite, case in CASES for against in comparisons(suite, case, live=True)],
)
def test_parity(suite: Suite, case: Case, against: str, parity: Parity) -> None:
    parity.case(suite, case, against)


@pytest.mark.parametrize("suite", [pytest.param(suite, id=suite.name) for suite in SUITES])
def test_every_script_and_every_reference_has_its_case(suite: Suite) -> None:
    assert not suite.incomplete()
