"""Names of R's that are not here: what `r.<name>` and the guide answer, and that it runs."""

from __future__ import annotations

import re
import warnings
from pathlib import Path
from typing import Any

import pytest

import translations as r
from translations.guide import names, terminal
from translations.guide.elsewhere import TABLE, Elsewhere, elsewhere, read


@pytest.fixture(scope="module")
def before() -> dict[str, Any]:
    """What the head of the table promises: the names that every entry may use."""
    head = re.search(r"^#     import.*?(?=^#     x, y, g)", TABLE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert head
    found: dict[str, Any] = {}
    exec(re.sub("^#     ", "", head[0], flags=re.MULTILINE), found)
    draw = r.set_seed(1)
    return found | {"x": draw.rnorm(20), "y": draw.rnorm(20), "g": ["a", "b"] * 10}


@pytest.mark.parametrize("entry", elsewhere().values(), ids=elsewhere())
def test_what_is_written_instead_runs(entry: Elsewhere, before: dict[str, Any], tmp_path: Path,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    before["df"].to_csv("file.csv", index=False)
    before["df"].to_csv("file.txt", index=False, sep=" ")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(compile(entry.use, entry.python, "exec"), dict(before))


def test_sixty_names_and_none_that_is_here() -> None:
    assert len(elsewhere()) >= 60
    here = elsewhere().keys() & set(r.__all__)
    assert not here, f"exported now: take {', '.join(sorted(here))} out of elsewhere.toml"


def test_a_missing_name_says_what_to_write_instead() -> None:
    entry = next(iter(elsewhere().values()))
    with pytest.raises(AttributeError) as raised:
        getattr(r, entry.python)
    said = str(raised.value)
    assert f"{entry.title} is not in rparity; write instead:" in said and entry.bites in said
    assert all(f"    {line}" in said for line in entry.use.splitlines())


def test_a_missing_name_that_r_writes_with_a_dot() -> None:
    with pytest.raises(AttributeError, match="t.test is written r.t_test here"):
        getattr(r, "t.test")
    with pytest.raises(AttributeError, match="read.csv is not in rparity; write instead"):
        getattr(r, "read.csv")


def test_a_name_that_nobody_has_has_close_ones_in_the_traceback() -> None:
    name = "lmre"
    with pytest.raises(AttributeError, match="no name 'lmre'") as raised:
        getattr(r, name)
    assert (raised.value.name, raised.value.obj) == ("lmre", r)
    with pytest.raises(AttributeError, match="has no name '_lmre'"):
        getattr(r, f"_{name}")


@pytest.mark.parametrize("asked", ["read.csv", "read_csv", "utils::read.csv"])
def test_the_guide_answers_from_the_same_table(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = names.find(asked)
    assert found is elsewhere()["read_csv"]
    terminal.show(terminal.page(found))
    said = capsys.readouterr().out
    assert "utils::read.csv is not in rparity" in said and 'pd.read_csv("file.csv")' in said


@pytest.mark.parametrize(("text", "said"), [
    ('[a]\nr = "p::a"', "a has r; it needs r, use"),
    ('[a]\nr = "p::a"\nuse = "1"\nmore = "1"', "a has r, use, more"),
    ('[a_b]\nr = "p::a.c"\nuse = "1"', "a_b is not p::a.c"),
])
def test_a_table_that_is_not_whole_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read(path)
