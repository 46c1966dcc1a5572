"""Structures of random effects' covariances, and what `lme` is given as `random`. R: nlme's pdMat classes, reStruct."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from translations.stats.formula import deparse, read
from translations.stats.language.expressions import Call

from .rows import Form, form_of

KINDS = ("pdLogChol", "pdSymm", "pdDiag", "pdIdent", "pdCompSymm")


@dataclass(frozen=True)
class Pd:
    """A structure of covariances (R: a pdMat class), by R's name, and the effects that it is of, a formula."""

    kind: str
    form: str


def _effects(form: Any, what: str) -> str:
    """A one-sided formula without groups, as R deparses it."""
    found = form_of(form, what)
    if found.groups:
        raise ValueError(f"{what} takes the effects alone, '~ age': the groups are names in random={{'g': ...}}")
    return found.written


def _pd(kind: str, form: str) -> Pd:
    return Pd(kind, _effects(form, kind))


def pdDiag(form: str) -> Pd:  # noqa: N802
    """Random effects of unequal variance without correlations. R: nlme::pdDiag.

    form: the effects, a formula "~ age".

    Returns a structure for `lme`: random={"Subject": pdDiag("~ age")}.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> m = r.lme("distance ~ age", r.load("Orthodont"), {"Subject": r.pdDiag("~ age")})
    >>> print(r.console(r.VarCorr(m), digits=3))
    Subject = pdDiag(age)
                Variance StdDev
    (Intercept)   1.9211  1.386
    age           0.0223  0.149
    Residual      1.8787  1.371
    """
    return _pd("pdDiag", form)


def pdIdent(form: str) -> Pd:  # noqa: N802
    """Random effects of one variance without correlations. R: nlme::pdIdent.

    form: the effects, a formula "~ Variety - 1".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdIdent("~ Variety - 1").form
    '~Variety - 1'
    """
    return _pd("pdIdent", form)


def pdSymm(form: str) -> Pd:  # noqa: N802
    """Random effects of any variances and correlations; as text alone, but for its name. R: nlme::pdSymm.

    form: the effects, a formula "~ age".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdSymm("~ age").kind
    'pdSymm'
    """
    return _pd("pdSymm", form)


def pdLogChol(form: str) -> Pd:  # noqa: N802
    """Random effects of any variances and correlations, what text alone stands for. R: nlme::pdLogChol.

    form: the effects, a formula "~ age".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdLogChol("~ age").kind
    'pdLogChol'
    """
    return _pd("pdLogChol", form)


def pdCompSymm(form: str) -> Pd:  # noqa: N802
    """Random effects of one variance and one correlation. R: nlme::pdCompSymm.

    form: the effects, a formula "~ Variety - 1".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdCompSymm("~ Variety - 1").form
    '~Variety - 1'
    """
    return _pd("pdCompSymm", form)


def random_of(random: Any) -> tuple[Form, list[Pd]]:
    """The groups, the outermost first, and of each its effects and their structure. Raises ValueError for another."""
    if isinstance(random, Mapping) and random:
        parts = []
        for name, one in random.items():
            if not isinstance(one, str | Pd):
                raise ValueError(f"random[{name!r}] must be a formula as text or a structure such as pdDiag('~ age'), "
                                 f"not {one!r:.60}; there are {', '.join(KINDS)}")
            parts.append(one if isinstance(one, Pd) else _pd("pdLogChol", one))
        return form_of(f"~ 1 | {' / '.join(map(str, random))}", "random"), parts
    if not isinstance(random, str):
        raise ValueError(f"random must be a formula as text, '~ Days | Subject', or effects by the groups' names, "
                         f"{{'Subject': pdDiag('~ Days')}}, not {type(random).__name__}")
    form = form_of(random, "random")
    if not form.groups:
        raise ValueError(f"random={random!r} names no groups: '~ 1 | Subject'")
    node: Any = read(random)
    effects = deparse(Call("~", (node.args[0].args[0],), (None,)))
    return form, [Pd("pdLogChol", effects) for _ in form.groups]
