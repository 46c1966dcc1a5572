"""The link checker finds what is broken, and nothing else; Sphinx's own warnings fail a build too."""

from __future__ import annotations

from pathlib import Path

import pytest

from translations.guide import links
from translations.guide.site import BrokenGuide, build, run_sphinx

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


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# T\n\n```{code-cell} python\n1 / 0\n```\n", "ZeroDivisionError"),
        ("# T\n\n[x](nowhere.md)\n", "nowhere.md"),
        ("# T\n\n{fn}`lmerr`\n", "no fn 'lmerr'"),
        ("# T\n\n{case}`chapter5/nothing`\n", "no case 'chapter5/nothing'"),
        ("# T\n\n{stored}`chapter5/sigma nothing`\n", "no default value 'nothing'"),
        ("# T\n\n```{case-view} chapter5/nothing\n```\n", "no case 'chapter5/nothing'"),
        ("# T\n\n```{drawn} figure_9\n```\n", "no figure 'figure_9'"),
    ],
)
def test_a_page_that_fails_fails_the_build(tmp_path: Path, text: str, said: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    front = "---\nfile_format: mystnb\nkernelspec:\n  name: python3\n---\n" if "code-cell" in text else ""
    (source / "index.md").write_text(front + text)
    with pytest.raises(BrokenGuide, match=said):
        run_sphinx(source, tmp_path / "out", tmp_path / "trees", {})


def test_code_that_would_not_be_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "index.md").write_text("# T\n\n```python\n1 / 0\n```\n")
    with pytest.raises(BrokenGuide, match="index.md:3: code that would not be run"):
        build(tmp_path / "out", pages=tmp_path)


def test_a_directory_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="no site of ours"):
        build(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["mine.txt"]
