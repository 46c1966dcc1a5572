"""R's names and words: every line runs, answers what R answers, and is found by `r.<name>`, terminal and site."""

from __future__ import annotations

import importlib.util
import re
import tomllib
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import translations as r
from translations.guide import asked as words
from translations.guide import both_sides, names, r_names, site, terminal
from translations.guide.elsewhere import TABLE, Elsewhere, elsewhere, read
from translations.parity.session import LiveR

if TYPE_CHECKING:
    from playwright.sync_api import Page

HERE = Path(__file__).parent
ASKED = tomllib.loads((HERE / "questions.toml").read_text(encoding="utf-8"))["ask"]
UNSEEN = tomllib.loads((HERE / "questions_unseen.toml").read_text(encoding="utf-8"))
RIGHT = 57  # of sixty: what was set before the table was written
RIGHT_UNSEEN = 34  # of forty
RIGHT_MENDED = 92  # of a hundred


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return both_sides.namespace(tmp_path_factory.getbasetemp() / "guide-words")


@pytest.fixture(autouse=True, scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory of its own for the lines that read and write files."""
    where = tmp_path_factory.getbasetemp() / "guide-words"
    where.mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(where)
        yield where


@pytest.mark.parametrize("entry", elsewhere().values(), ids=elsewhere())
def test_what_is_written_runs_and_answers_what_r_answered(entry: Elsewhere, space: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = both_sides.in_python(entry, space)
    if not entry.in_r:
        return
    stored = both_sides.stored()["answers"].get(entry.python)
    assert stored and stored["asked"] == both_sides.asked(entry), (
        f"R was not asked since {entry.python} changed: python scripts/guide_answers.py {entry.python}")
    if entry.digits:
        shared = both_sides.fewest(got, stored["values"])
        assert shared >= entry.digits, f"{shared:.1f} digits: R {stored['values'][:6]}, Python {got[:6]}"
        assert shared >= (both_sides.shared(entry) or 0), "what the guide states: python scripts/guide_answers.py"


def test_r_still_answers_what_is_stored(live_r: LiveR, place: Path, space: dict[str, Any]) -> None:
    both_sides.prepare(live_r, place)
    here = live_r.version()
    if here != both_sides.stored()["R"]:
        pytest.skip(f"R's answers are those of {both_sides.stored()['R']}, and here is {here}")
    wrong = []
    for entry in elsewhere().values():
        packages = {entry.package, *(one for one in ("dplyr", "tidyr", "ggplot2"))}
        if not entry.in_r or not entry.digits or not all(_has(live_r, one) for one in packages):
            continue
        expected = both_sides.stored()["answers"][entry.python]["values"]
        if both_sides.fewest(both_sides.in_r(entry, live_r), expected) < min(entry.digits, 9):
            wrong.append(entry.python)
    assert not wrong


def _has(live: LiveR, package: str) -> bool:
    return live.eval(f'cat(requireNamespace("{package}", quietly = TRUE))').strip() == "TRUE"


def test_two_hundred_answers_and_none_of_a_name_that_is_here() -> None:
    assert sum(bool(one.in_r) for one in elsewhere().values()) >= 200
    here = read(TABLE).keys() & set(r.__all__)
    assert not here, f"exported now: take {', '.join(sorted(here))} out of elsewhere.toml"


@pytest.mark.parametrize("asked", [ASKED, *UNSEEN.values()], ids=["ours", *UNSEEN])
def test_questions_in_r_users_words_are_answered_in_one_step(asked: list[tuple[str, str]]) -> None:
    wrong = []
    for question, wanted in asked:
        found = names.find(question)
        said = f"{found.use} {found.bites}" if isinstance(found, Elsewhere) else getattr(found, "python", "")
        if not re.search(wanted, f"{said}(", re.DOTALL):
            wrong.append(question)
    assert len(asked) - len(wrong) >= {60: RIGHT, 40: RIGHT_UNSEEN, 100: RIGHT_MENDED}[len(asked)], wrong


def test_four_hundred_of_r_s_names_are_answered_by_the_guide_and_by_the_package() -> None:
    answered = []
    for name in {*r.__all__, *filter(str.isidentifier, elsewhere())}:
        found = names.find(name)
        if isinstance(found, names.Name) and not found.r:
            continue  # R has none of that name
        assert not isinstance(found, names.Unknown)
        if name not in r.__all__ and importlib.util.find_spec(f"translations.{name}") is None:  # `optim`: a package
            with pytest.raises(AttributeError, match="is not in rparity; write instead"):
                getattr(r, name)
        answered.append(name)
    assert len(answered) >= 400


def test_a_function_of_r_is_answered_by_what_speaks_of_it_and_by_nothing_close() -> None:
    """Over all functions of the packages on three machines with R."""
    known, answered = r_names.packages(), 0
    assert len(known) > 15_000
    for name in known:
        own = words.of_function(name)
        answered += bool(own)
        spoken = re.compile(rf"(?<![\w.]){re.escape(name)}(?![\w.])")
        assert all(name in one.also or spoken.search(f"{one.in_r} {one.bites} {one.title} {one.python}")
                   for one in own), name
    assert answered >= 400


@pytest.mark.parametrize("asked", ["missing", "window", "time", "Position", "kernel", "kappa", "frequency",
                                   "ordered", "panel.lines", "proc.time", "splinefunH", "dendrapply", "deparse"])
def test_what_is_close_to_a_function_is_no_answer(asked: str) -> None:
    found = names.find(asked)
    assert isinstance(found, names.Unknown)
    assert f"{r_names.packages()[asked]}::{asked} of R's is not in the guide" in found.said


@pytest.mark.parametrize(("asked", "wanted"), [
    ("qqline", "probplot"), ("ggemmeans", r"predict\("), ("LSmeans", r"emmeans\("),
    ("model_parameters", r"tidy\("), ("summary.lm", "summary"), ("plot.lm", r"plot\(r.lm"), ("fwrite", "to_csv"),
])
def test_functions_that_an_entry_of_another_name_answers(asked: str, wanted: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Elsewhere) and re.search(wanted, found.use)


@pytest.mark.parametrize(("asked", "package"), [("predictInterval", "merTools"), ("mice", "mice")])
def test_functions_that_had_another_one_s_answer(asked: str, package: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Elsewhere | names.Name) and found.package == package


@pytest.fixture(scope="module")
def words_site(place: Path) -> Path:
    """The pages of R's words and the search, without the rest of the site."""
    (place / "source").mkdir()
    (place / "source" / "index.md").write_text("# Words\n\n```{toctree}\nwords/index\n```\n", encoding="utf-8")
    site.write_words(place / "source")
    site.run_sphinx(place / "source", place / "html", place / "doctrees", {})
    return place / "html"


def test_the_site_s_search_answers_as_the_terminal_does(words_site: Path, browser_page: Page) -> None:
    browser_page.goto(f"{(words_site / 'search.html').as_uri()}?q=p-values")
    box = browser_page.locator(".words-answer")
    assert "Satterthwaite" in box.inner_text() and "p-values" in box.locator("h2").inner_text()
    functions = ["missing", "paste0", "det", "Filter", "lmer", "fixef<-", "names<-", "[[", "|>", "base::%in%", "`if`",
                 "c()"]
    questions = [*(question for one in (ASKED, *UNSEEN.values()) for question, _ in one), *functions]
    found = browser_page.evaluate(
        "(all) => all.map((one) => wordsAnswers(one, WORDS, 1).map((entry) => entry.python).join())", questions)
    expected = ["".join(entry.use for _, entry in words.answers(one, 1)) for one in questions]
    assert found == expected
    box.locator("h2 a").click()
    browser_page.wait_for_url("**/words/mixed-models.html#words-*")


def test_a_missing_name_says_what_to_write_instead() -> None:
    entry = next(one for name, one in elsewhere().items() if name.isidentifier() and name not in r.__all__)
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


def test_a_missing_name_that_stands_among_an_entry_s_words() -> None:
    with pytest.raises(AttributeError, match=r"(?s)corrplot is not in rparity; write instead.*corr\(\)"):
        r.corrplot  # noqa: B018


def test_a_name_that_nobody_has_has_close_ones_in_the_traceback() -> None:
    name = "lmre"
    with pytest.raises(AttributeError, match="no name 'lmre'") as raised:
        getattr(r, name)
    assert (raised.value.name, raised.value.obj) == ("lmre", r)
    with pytest.raises(AttributeError, match="has no name '_lmre'"):
        getattr(r, f"_{name}")


@pytest.mark.parametrize("asked", ["read.csv", "read_csv", "utils::read.csv", "Read.CSV", "import csv"])
def test_the_guide_answers_from_the_same_table(asked: str, capsys: pytest.CaptureFixture[str]) -> None:
    found = names.find(asked)
    assert found is elsewhere()["read_csv"]
    terminal.show(terminal.page(found))
    said = capsys.readouterr().out
    assert 'read.csv("file.csv")' in said and 'pd.read_csv("file.csv")' in said and "4.2.2 gives the same" in said


@pytest.mark.parametrize(("text", "said"), [
    ('[a]\nr = "p::a"', "a has r; it needs r, use"),
    ('[a]\nr = "p::a"\nuse = "1"\nmore = "1"', "a has r, use, more"),
    ('[a_b]\nr = "p::a.c"\nuse = "1"', "a_b is not p::a.c"),
    ('[a]\nr = "p::a"\nuse = "1"\ndigits = 0', "a cannot be compared"),
])
def test_a_table_that_is_not_whole_says_what_is_wrong(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "elsewhere.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read(path)
