"""The link checker finds what is broken, and nothing else; Sphinx's own warnings fail a build too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from translations.guide import links
from translations.guide.site import FRONT_MATTER, BrokenGuide, build, run_sphinx

GOOD = '<a href="b.html#here">b</a> <a href="#x">x</a> <p id="x"><img src="a.png"><a href="https://example.org">e</a>'


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    (tmp_path / "sub").mkdir()
    (tmp_path / "a.png").write_bytes(b"")
    (tmp_path / "a.html").write_text(GOOD)
    (tmp_path / "b.html").write_text('<h1 id="here"></h1><a href="sub/c.html">c</a>')
    (tmp_path / "sub" / "c.html").write_text('<a href="../a.html?q=1#x">a</a>')
    return tmp_path


def test_a_whole_site_has_no_problem(tiny: Path) -> None:
    assert links.check(tiny) == []


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<a href="no.html">x</a>', "bad.html: no.html is not there"),
        ('<a href="b.html#no">x</a>', "bad.html: b.html#no has no anchor no"),
        ('<a href="#no">x</a>', "bad.html: #no has no anchor no"),
        ('<img src="no.svg">', "bad.html: no.svg is not there"),
        ('<script src="no.js"></script>', "bad.html: no.js is not there"),
        ('<link rel="stylesheet" href="no.css">', "bad.html: no.css is not there"),
        ('<script src="https://cdn.example.org/x.js"></script>', "which is on the network"),
        ('<link rel="stylesheet" href="//fonts.example.org/x.css">', "which is on the network"),
    ],
)
def test_what_is_broken_is_named(tiny: Path, html: str, said: str) -> None:
    (tiny / "bad.html").write_text(html)
    (problem,) = links.check(tiny)
    assert said in problem


BAD = [
    ("# T\n\n```{code-cell} python\n1 / 0\n```\n", "ZeroDivisionError"),
    ("# T\n\n[x](nowhere.md)\n", "nowhere.md"),
    ("# T\n\n{fn}`lmerr`\n", "no fn 'lmerr'"),
    ("# T\n\n{case}`chapter5/nothing`\n", "no case 'chapter5/nothing'"),
    ("# T\n\n{stored}`chapter5/sigma nothing`\n", "no default value 'nothing'"),
    ("# T\n\n```{case-view} chapter5/nothing\n```\n", "no case 'chapter5/nothing'"),
    ("# T\n\n```{plot} figure_9\n```\n", "no figure 'figure_9'"),
]
GOOD_PAGES = {"index.md": "# T\n\n```{toctree}\n:glob:\n\n*\n```\n", "good.md": "# T\n\n[x](index.md)\n"}


@pytest.fixture(scope="module")
def problems(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What is said of each page by a build of all the bad ones and two good ones: any of it makes the build fail."""
    place = tmp_path_factory.mktemp("bad")
    source = place / "source"
    source.mkdir()
    pages = {f"bad{i}.md": (FRONT_MATTER if "code-cell" in text else "") + text for i, (text, _) in enumerate(BAD)}
    for name, text in (GOOD_PAGES | pages).items():
        (source / name).write_text(text)
    with pytest.raises(BrokenGuide) as broken:
        run_sphinx(source, place / "out", place / "trees", {})
    said: dict[str, str] = {}
    page = ""
    for line in str(broken.value).splitlines():
        if found := re.match(r"(\w+\.md)\b", line):
            page = found[1]
        said[page] = said.get(page, "") + line + "\n"
    return said


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_page_that_fails_fails_the_build(problems: dict[str, str], text: str, said: str) -> None:
    assert re.search(said, problems[f"bad{[bad for bad, _ in BAD].index(text)}.md"])
    assert not problems.keys() & GOOD_PAGES.keys()


def test_code_that_would_not_be_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# T\n\n```python\n1 / 0\n```\n")
    with pytest.raises(BrokenGuide, match="index.md:3: code that would not be run"):
        build(tmp_path / "out", pages=tmp_path)


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="no site of ours"):
        build(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
