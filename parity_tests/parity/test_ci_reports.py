"""Reports for CI."""
from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

from translations.parity.cases import Suite
from translations.parity.check import Outcome
from translations.parity.ci_reports import as_annotations, as_junit

from .made_up import rparity


def test_reports_for_ci(suite: Suite) -> None:
    code = (suite.code / "one.py").read_text()
    (suite.code / "one.py").write_text(code.replace("math.fsum(x)", "total(x)"))
    ran = rparity("check", "--suite", ".", "--github", "--junit", "made.xml", cwd=suite.code)
    assert ran.returncode == 1
    [line] = [line for line in ran.stdout.splitlines() if line.startswith("::error")]
    assert line.startswith("::error file=one.py,line=10,title=mine/one against R::mine/one against R:%0A  one.py, ")
    root = ElementTree.fromstring((suite.code / "made.xml").read_text())
    assert root.attrib | {"time": ""} == {"name": "rparity", "tests": "2", "failures": "1", "time": ""}
    [failure] = root.iter("failure")
    assert "NameError" in failure.attrib["message"] and "one.py, line 10" in str(failure.text)
    only = rparity("check", "spare", "--suite", ".", cwd=suite.code)
    assert only.returncode == 0 and "1 of 1 cases" in only.stdout
    assert "no case nobody in suite" in rparity("check", "nobody", "--suite", ".", cwd=suite.code).stderr


def test_what_a_report_must_escape() -> None:
    one = Outcome("s", "a", "R's text", note="100% of\x00 <it>")
    told = as_junit([one], 1.0, {"suite x": "why"})
    assert "100% of &lt;it&gt;" in told and '<skipped message="why" />' in told
    assert as_annotations([one], {"s/a": Path("b,c.R")}) == [
        "::error file=b%2Cc.R,line=1,title=s/a against R's text::s/a against R's text:%0A  100%25 of\x00 <it>"]
