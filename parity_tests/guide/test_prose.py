"""Docstrings as Markdown."""

from __future__ import annotations

import re

import pytest

import translations as r
from translations.guide import prose

DOC = """Fit a model by least squares (R: stats::lm).

data:     a frame,
          or a mapping
x, y:     columns

Reads `a *b*` and 2 * x_1 <none>. x: a thing. y: another. Raises `ValueError` for
nothing.
"""


def test_a_docstring_becomes_paragraphs_and_lists() -> None:
    assert prose.markdown(DOC, ["data", "x", "y"]).split("\n\n") == [
        "Fit a model by least squares.",
        "- `data`: a frame, or a mapping\n- `x`, `y`: columns",
        r"Reads `a *b*` and 2 \* x\_1 \<none\>.",
        "- `x`: a thing.\n- `y`: another.",
        "*Raises* `ValueError` for nothing.",
    ]


def test_words_with_a_colon_are_no_parameters() -> None:
    assert prose.markdown("Note: nothing. Source: a book.", ["x"]) == "Note: nothing. Source: a book."


def test_indented_blocks_are_shown_as_they_are() -> None:
    assert prose.markdown("As in\n\n    a  b\n     c\n\nx") == "As in\n\n```text\na  b\n c\n```\n\nx"


def test_a_first_paragraph_is_a_title() -> None:
    assert prose.split("One\ntwo.\n\nThree.") == ("One two.", "Three.")


def test_signatures_are_as_one_calls() -> None:
    assert prose.signature(r.fixef, "fixef") == "r.fixef(m: LmerMod, add_dropped: bool = False) -> Vector"
    assert prose.signature(r.console, "console").startswith("r.console(\n    x: Any,\n    digits: int")
    assert prose.signature(r.VarCorr, "VarCorr") == "r.VarCorr(m: LmerMod) -> VarCorr"
    lines = prose.signature(r.lmer, "lmer").splitlines()
    assert (lines[:2], lines[-1]) == (["r.lmer(", "    formula: str,"], ") -> LmerMod")
    lines = [line.strip() for line in prose.signature(r.update, "update").splitlines()]
    assert lines == ["r.update(", "object: Any,", "/,", "formula: str | None = None,", "*,", "data: Any = None,",
                     "**changes: Any,", ") -> Any"]
    assert "aggregateBy: Callable[[Floats], float] = sum," in prose.signature(r.recalculateResiduals, "x")
    assert prose.signature(r.SingularFitWarning, "SingularFitWarning") == ""


@pytest.mark.parametrize("name", r.__all__)
def test_every_exported_docstring_is_rendered_whole(name: str) -> None:
    """No word of a docstring is lost, but for the reference to R, which stands at the head of the page."""
    import inspect

    value = getattr(r, name)
    text = inspect.getdoc(value) or ""
    assert text, f"{name} has no docstring"
    made = prose.markdown(text, prose.parameters(value))
    without_reference = re.sub(r"\(R: [^)]*\)|R: [\w.:]+", "", " ".join(text.replace("<BLANKLINE>", "").split()))
    assert set(re.findall(r"\w{3,}", without_reference)) <= set(re.findall(r"\w{3,}", made.replace("\\", "")))
