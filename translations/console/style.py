"""How to print: R's options, and the small table of dialects in which versions of R's packages differ."""
from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """Where printed text depends on the version of R's packages.

    times            the sign in a tibble's header ("18 x 3"): pillar ≥ 1.8 writes × in a UTF-8 locale
    subtle           pillar ≥ 1.8 marks more rows with ℹ; older ones with #
    named_errors     whether sqrt(diag(vcov(m))) carries the coefficients' names: not in the Matrix package of lme4
                     1.1-31
    new_names        lme4 2.x: confint's rows list all standard deviations first, then correlations, then fixed effects
    """
    name: str
    times: str = "×"
    more: str = "ℹ"
    named_errors: bool = True
    new_order: bool = False


DIALECTS = {d.name: d for d in (
    Dialect("lme4 1.1-31"),
    Dialect("lme4 2.x", new_order=True),
    Dialect("chapter", times="x", more="…", named_errors=False),
)}
DEFAULT = "lme4 1.1-31"


def dialect(name: str) -> Dialect:
    """The dialect called `name`; ValueError lists the known ones."""
    if name not in DIALECTS:
        raise ValueError(f"no dialect {name!r}; there are {', '.join(map(repr, DIALECTS))}")
    return DIALECTS[name]


@dataclass(frozen=True)
class Style:
    """R's printing options: digits, width, scipen, max.print, and the dialect."""
    digits: int = 7
    width: int = 80
    scipen: int = 0
    max_print: int = 99999
    dialect: Dialect = DIALECTS[DEFAULT]
