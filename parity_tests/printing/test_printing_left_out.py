"""What R prints only sometimes: a control, the correlations of many coefficients; and R's options at its start."""
from __future__ import annotations

from dataclasses import replace

import numpy as np

from translations.printing import Style, console, tables
from translations.printing.mixed import suppressed
from translations.printing.rounding import round_half_even, signif, zapsmall

from .test_models import corpus, mer_summary


def summary() -> tables.MerModSummary:
    return mer_summary(next(entry["fields"] for entry in corpus() if entry["kind"] == "mer_summary"))


def with_coefficients(p: int) -> tables.MerModSummary:
    long = next(x for x in (mer_summary(entry["fields"]) for entry in corpus() if entry["kind"] == "mer_summary")
                if len(x.coefficients) == 13)
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


def test_options_are_r_s_at_its_start():
    """R: help("options"): digits 7, width 80, scipen 0, max.print 99999."""
    assert Style() == Style(digits=7, width=80, scipen=0, max_print=99999)
    assert console([1e5 / 3]) == "[1] 33333.33" and console([1e5, 1e-5]) == "[1] 1e+05 1e-05"


def test_rounding_without_digits_is_r_s():
    """R 4.2.2: round(x), signif(x) and zapsmall(x), whose digits are 0, 6 and getOption("digits")."""
    assert round_half_even(np.array([0.5, 1.5, 2.5, -1.5, 12.3])).tolist() == [0.0, 2.0, 2.0, -2.0, 12.0]
    assert signif(123456.789).tolist() == 123457.0
    assert zapsmall(np.array([1.0, 2.34567891e-3, 4e-8, 6e-8])).tolist() == [1.0, 0.0023457, 0.0, 1e-7]
