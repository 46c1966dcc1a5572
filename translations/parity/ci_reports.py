"""The parity table for machines that read tests: JUnit's XML, and annotations on GitHub."""
from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

from .check import Outcome


def as_junit(found: Sequence[Outcome], seconds: float, unchecked: Mapping[str, str]) -> str:
    """A test case a comparison, in a suite each; what was not checked is a skipped one.

    Source: the schema that Jenkins, GitLab and Azure read, https://github.com/testmoapp/junitxml.
    """
    root = ElementTree.Element("testsuites", name="rparity", tests=str(len(found) + len(unchecked)),
                               failures=str(_failed(found)), time=f"{seconds:.3f}")
    for name in dict.fromkeys(one.suite for one in found):
        own = [one for one in found if one.suite == name]
        suite = ElementTree.SubElement(root, "testsuite", name=name, tests=str(len(own)), failures=str(_failed(own)))
        for one in own:
            of = f" ({one.release})" if one.release else ""
            test = ElementTree.SubElement(suite, "testcase", classname=f"{one.suite}.{one.case}",
                                          name=f"{one.against}{of}")
            if not one.passed:
                failure = ElementTree.SubElement(test, "failure", message=_first_line(one))
                failure.text = _printable(one.explain())
    if unchecked:
        suite = ElementTree.SubElement(root, "testsuite", name="not checked", tests=str(len(unchecked)), failures="0")
        for what, why in unchecked.items():
            test = ElementTree.SubElement(suite, "testcase", classname="not checked", name=what)
            ElementTree.SubElement(test, "skipped", message=why)
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def as_annotations(found: Sequence[Outcome], places: Mapping[str, Path]) -> list[str]:
    """GitHub's workflow commands, one a comparison that fell short, each at its case's file where `places` has it.

    Source: GitHub's documentation, "Workflow commands for GitHub Actions".
    """
    lines = []
    for one in found:
        if one.passed:
            continue
        file = places.get(f"{one.suite}/{one.case}")
        at = f"file={_property(_relative(file))},line={_line(one, file)}," if file else ""
        title = _property(f"{one.suite}/{one.case} against {one.against}")
        lines.append(f"::error {at}title={title}::{_data(one.explain())}")
    return lines


def _failed(found: Sequence[Outcome]) -> int:
    return sum(not one.passed for one in found)


def _first_line(one: Outcome) -> str:
    return _printable(next((line.strip() for line in one.explain().splitlines()[1:]), "falls short"))


def _printable(text: str) -> str:
    """Without the characters that XML has no way to write."""
    return "".join(letter for letter in text if letter in "\t\n" or " " <= letter)


def _line(one: Outcome, file: Path) -> int:
    """The line that the error names, else that of the case's function, else the first."""
    _, there, rest = one.error.partition(", line ")
    number = rest.split(",")[0].split(":")[0]
    if there and number.isdigit():
        return int(number)
    lines = file.read_text(encoding="utf-8", errors="replace").splitlines() if file.is_file() else []
    return next((at for at, line in enumerate(lines, 1) if line.startswith(f"def {one.case}(")), 1)


def _relative(file: Path) -> str:
    return file.relative_to(Path.cwd()).as_posix() if file.is_relative_to(Path.cwd()) else file.as_posix()


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
