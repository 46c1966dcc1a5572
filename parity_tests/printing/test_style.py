"""R's options at its start, and each release's words."""
from __future__ import annotations

from translations.printing import WORDINGS, Style, console
from translations.settings import RELEASES


def test_options_are_r_s_at_its_start():
    """R: help("options"): digits 7, width 80, scipen 0, max.print 99999."""
    assert Style() == Style(digits=7, width=80, scipen=0, max_print=99999)
    assert console([1e5 / 3]) == "[1] 33333.33" and console([1e5, 1e-5]) == "[1] 1e+05 1e-05"


def test_each_release_has_its_words():
    assert [*WORDINGS] == [*RELEASES, "chapter"]
