"""Summaries of mixed models: what R prints only sometimes, a control, the correlations of many coefficients."""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from translations.printing import console, tables
from translations.printing.mixed import suppressed

from .stored import corpus
from .test_models import mer_summary


def summary() -> tables.MerModSummary:
    return summaries()[0]


def summaries() -> list[tables.MerModSummary]:
    return [mer_summary(entry["fields"]) for entry in corpus("models") if entry["kind"] == "mer_summary"]


def with_coefficients(p: int) -> tables.MerModSummary:
    long = next(x for x in summaries() if len(x.coefficients) == 13)
    return replace(long, coefficients=long.coefficients.iloc[:p], correlation=np.eye(p))


def test_a_control_is_shown_unless_it_is_the_default():
    """R: lme4:::.prt.call, which leaves out what deparses as "lmerControl()"."""
    plain = summary()
    for control, shown in (("lmerControl()", False), ("lmerControl(calc.derivs = FALSE)", True), ("ctrl", True)):
        called = replace(plain, call=tables.Call("lmer", plain.call.arguments | {"control": control}))
        assert (f"\nControl: {control}\n" in console(called)) == shown
        if not shown:
            assert console(called) == console(plain)


def test_correlations_are_shown_up_to_twelve_coefficients():
    """R: options(lme4.summary.cor.max), 12 when lme4 is attached; print.summary.merMod leaves out more than that."""
    for p, shown in ((11, True), (12, True), (13, False)):
        x = with_coefficients(p)
        assert ("Correlation of Fixed Effects:" in console(x)) == shown
        assert (suppressed(x) is None) == shown
    assert "Correlation" not in console(with_coefficients(1))


def test_the_suppressed_correlation_is_said_apart():
    said = [suppressed(s) for s in summaries() if len(s.coefficients) > 12]
    assert any("p = 13 > 12" in (text or "") for text in said)
    assert all(suppressed(s) is None for s in summaries() if len(s.coefficients) <= 12)
