"""R's spellings of a function: packages, backquotes, calls, methods, operators, functions that assign."""

from __future__ import annotations

import pytest

from translations.guide import names
from translations.guide.elsewhere import Elsewhere
from translations.guide.names import Name, Unknown
from translations.guide.spelling import Spelled, called, spelled


@pytest.mark.parametrize(("asked", "name", "package"), [
    ("lme4:::lmer", "lmer", "lme4"), ("`fixef<-`", "fixef<-", ""), ("lme4::`fixef<-`", "fixef<-", "lme4"),
    ("lmer()", "lmer", ""), ("fixef<-()", "fixef<-", ""), ("show,merMod-method", "show", ""), (":::", ":::", ""),
    ("::", "::", ""), ("[[<-", "[[<-", ""), ("base::%in%", "%in%", "base"), ("|>", "|>", ""),
    ("mean by group", "mean by group", ""), ("t(x)", "t(x)", ""),
])
def test_a_function_is_told_from_what_stands_around_it(asked: str, name: str, package: str) -> None:
    assert spelled(asked) == Spelled(name, package)


def test_what_assigns_what_is_an_operator_and_what_a_method() -> None:
    assert Spelled("names<-").assigns and Spelled("names<-").reads == "names" and Spelled("[[<-").assigns
    assert not Spelled("<-").assigns and not Spelled("<<-").assigns and not Spelled("names").assigns
    assert all(Spelled(one).sign for one in ("|>", "%in%", "%my op%".replace(" ", ""), "[[", "~", "||"))
    assert not any(Spelled(one).sign for one in ("t.test", "p-values", "x<-y", "."))
    assert Spelled("as.data.frame.VarCorr.merMod").generic == "as.data.frame"
    assert Spelled("predict.merMod").generic == "predict" and Spelled("t.test").generic == ""
    assert called("lme4::fixef(model)") == "fixef" and called("as.numeric(as.character(f))") == ""


@pytest.mark.parametrize(("asked", "python"), [
    ("lme4:::lmer", "lmer"), ("lmer()", "lmer"), ("fixef(model)", "fixef"), ("predict.merMod", "predict"),
    ("VarCorr.merMod", "VarCorr"), ("anova.lm", "anova"), ("car::Anova", "Anova"), ("stats::anova", "anova"),
])
def test_another_spelling_of_an_exported_name_finds_it(asked: str, python: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Name) and found.python == python


@pytest.mark.parametrize(("asked", "wanted"), [
    ("names<-", ".columns ="), ("colnames<-", ".columns ="), ("levels<-", "rename_categories"), ("[[<-", ".loc["),
    ("contrasts<-", "contrasts="), ("base::levels<-", "rename_categories"), ("diag<-", "fill_diagonal"),
    ("%in%", "isin"), ("%%", "%"), ("|>", ".pipe("), (":::", "import"), ("~", "lm("), ("[[", '["v"]'), ("^", "**"),
    ("<-", "copy"), ("||", "||"), ("&&", "and"), ("T", "True"), ("NA", "nan"), ("t.data.frame", ".T"),
    ("lmerTest::lmer", "Satterthwaite"), ("dplyr::lag", "shift"), ("\\(x)", "lambda"),
])
def test_operators_and_what_assigns_are_answered(asked: str, wanted: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Elsewhere) and wanted in found.use


@pytest.mark.parametrize(("asked", "said"), [
    ("fixef<-", "fixef<- of R's, which assigns, is not in the guide; nearest: lme4::fixef"),
    ("lme4::fixef<-", "lme4::fixef<- of R's is not in the guide; nearest: lme4::fixef"),
    ("stats::lag", "stats::lag of R's is not in the guide; nearest: dplyr::lag"),
    ("MASS::select", "MASS::select of R's is not in the guide; nearest: dplyr::select"),
    ("lme4::foo", "lme4 has no function foo that the guide knows of"),
    ("foo::lmer", "the guide knows no package foo of R's; nearest: lme4::lmer"),
])
def test_what_is_not_here_names_what_is_nearest_and_no_other_s_answer(asked: str, said: str) -> None:
    found = names.find(asked)
    assert isinstance(found, Unknown) and found.said == f"no answer to {asked!r}: {said}"
