"""What lme4 says of a generalized fit."""

import warnings

import pytest

import translations as r

CBPP = "cbind(incidence, size - incidence) ~ "


@pytest.mark.parametrize("optimizer, most, line", [
    ("bobyqa", {"maxfun": 15}, "maxfun < 10 * length(par)^2 is not recommended."),
    ("Nelder_Mead", {"maxfun": 30}, "failure to converge in 30 evaluations"),
])
def test_a_search_that_stops_early_is_told_once(optimizer, most, line):
    """The last lines of R's print(summary(m)) and print(m)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.glmer(CBPP + "period + (1 | herd)", r.load("cbpp"), r.binomial,
                    control=r.glmerControl(optimizer=optimizer, optCtrl=most))
    assert str(r.summary(m)).rstrip().endswith("\n" + line)
    assert str(r.summary(m)).count("convergence code") == 1
    assert "; 1 optimizer warnings" in str(m)
