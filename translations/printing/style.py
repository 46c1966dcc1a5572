"""How to print: R's options, and what of the printed text depends on the release."""
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from translations.settings import option


@dataclass(frozen=True)
class Wording:
    """Where printed text and labels depend on the release of R and its packages.

    name        what `options(lme4=)` calls the release; "chapter" is the R that printed the chapter
    times       the sign in a tibble's header: × of pillar in a UTF-8 locale
    bullets     pillar ≥ 1.9 ends a tibble with a line "# ℹ ..." for each thing left out, abbreviates names to 20
                characters at the least, and takes mantissas by logarithms; older ones join all in "# … with ...", and
                abbreviate to 5
    rounded_first  pillar ≥ 1.11 does not round a number before it counts what precedes the point: 0.9999 is 1.000
    objective   what lme4 calls the ML criterion: "deviance", since 1.1-37 "-2*log(L)"
    named_diag  diag() of a matrix of the Matrix package keeps the names; it did not at the chapter's time
    no_levels   what R calls a factor without elements: since 4.4 without the 0
    omitted     how R says that it printed `max.print` entries of a vector or matrix
    missing     what R calls the count of missing values in a summary: since 4.6 without the apostrophe
    text_counts since 4.6 a frame's summary has the lengths of a column of text, not its class
    short_level since 4.6 the level of an interval below a test is rounded to four digits fewer than the rest
    zap_more    a summary zaps its numbers at so many digits more than it prints; None: at those of `digits` (R < 4.5)
    covariances lme4 1.1-37 prints covariances, under "Cov", where variances alone are asked for
    blocks      reformulas' print of variances (lme4 ≥ 2.0): a column more, empty, and ten rows of a term at most
    matrix_class  a term's matrix has a class of its own, which is printed (lme4 ≥ 2.0)
    """

    name: str
    times: str = "×"
    bullets: bool = True
    rounded_first: bool = True
    objective: str = "-2*log(L)"
    named_diag: bool = True
    no_levels: str = "()"
    omitted: str = "'max' / getOption(\"max.print\")"
    missing: str = "NA's"
    text_counts: bool = False
    short_level: bool = False
    zap_more: int | None = 4
    covariances: bool = False
    blocks: bool = False
    matrix_class: bool = False


def _before_37(name: str, times: str = "×", named_diag: bool = True) -> Wording:
    return Wording(name, times, bullets=False, objective="deviance", named_diag=named_diag, no_levels="(0)",
                   omitted='getOption("max.print")', zap_more=None)


WORDINGS = {one.name: one for one in (
    _before_37("1.1-31"),
    Wording("1.1-37", covariances=True),
    Wording("2.1", rounded_first=False, missing="NAs", text_counts=True, short_level=True, blocks=True,
            matrix_class=True),
    _before_37("chapter", times="x", named_diag=False),
)}
_said: ContextVar[str | None] = ContextVar("rparity_wording", default=None)


def wording() -> Wording:
    """The words in force: those of `option("lme4")`, unless `words_of` says otherwise."""
    return WORDINGS[_said.get() or option("lme4")]


@contextmanager
def words_of(release: str) -> Iterator[None]:
    """Within the block, text is put as under a release, or as "chapter" is. ValueError lists the known ones."""
    if release not in WORDINGS:
        raise ValueError(f"no release {release!r}; there are {', '.join(map(repr, WORDINGS))}")
    token = _said.set(release)
    try:
        yield
    finally:
        _said.reset(token)


@dataclass(frozen=True)
class Style:
    """R's printing options, those in force unless given: digits, width, scipen, max.print; and the release's words."""

    digits: int = field(default_factory=lambda: int(option("digits")))
    width: int = field(default_factory=lambda: int(option("width")))
    scipen: int = field(default_factory=lambda: int(option("scipen")))
    max_print: int = 99999
    wording: Wording = field(default_factory=wording)
