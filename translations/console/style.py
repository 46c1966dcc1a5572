"""How to print: R's options, and the table of dialects in which versions of R's packages differ."""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Dialect:
    """Where printed text depends on the version of R's packages.

    times       the sign in a tibble's header: × of pillar in a UTF-8 locale
    bullets     pillar ≥ 1.9 ends a tibble with a line "# ℹ ..." for each thing left out, and abbreviates names to 20
                characters at the least; older ones join all in "# … with ...", and abbreviate to 5
    objective   what lme4 calls the ML criterion: "deviance", since 1.1-37 "-2*log(L)"
    sd_first    lme4 ≥ 2.0 lists the standard deviations of a term before its correlations in confint's rows
    named_diag  diag() of a matrix of the Matrix package keeps the names; it did not at the chapter's time
    """
    name: str
    times: str = "×"
    bullets: bool = False
    objective: str = "deviance"
    sd_first: bool = False
    named_diag: bool = True


DIALECTS = {d.name: d for d in (
    Dialect("pinned"),                                          # R 4.2.2, lme4 1.1-31, pillar 1.8.1
    Dialect("lme4 2.x", bullets=True, objective="-2*log(L)", sd_first=True),
    Dialect("chapter", times="x", named_diag=False),
)}
DEFAULT = "pinned"


def dialect(name: str) -> Dialect:
    """The dialect called `name`; ValueError lists the known ones."""
    if name not in DIALECTS:
        raise ValueError(f"no dialect {name!r}; there are {', '.join(map(repr, DIALECTS))}")
    return DIALECTS[name]


def sd_first(labels: Sequence[str]) -> list[int]:
    """The order of confint's rows in lme4 ≥ 2.0, by the rows' meaning ("sd_x|g", "cor_y.x|g", "sigma", ...)."""
    groups = [label.partition("|")[2] if label.startswith(("sd_", "cor_")) else label for label in labels]
    return sorted(range(len(labels)), key=lambda i: (groups.index(groups[i]), labels[i].startswith("cor_")))


@dataclass(frozen=True)
class Style:
    """R's printing options: digits, width, scipen, max.print, and the dialect."""
    digits: int = 7
    width: int = 80
    scipen: int = 0
    max_print: int = 99999
    dialect: Dialect = DIALECTS[DEFAULT]
