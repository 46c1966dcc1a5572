"""What `lme` is given as `random`: effects, groups, and structures of covariances. R: nlme's reStruct."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from translations.stats.language.expressions import Call, deparse, read

from .covariances import CLASSES, CompSymm, Diag, Ident, LogChol, Pd, Symm
from .rows import Form, form_of


def _effects(form: Any, what: str) -> str:
    """A one-sided formula without groups, as R deparses it."""
    found = form_of(form, what)
    if found.groups:
        raise ValueError(f"{what} takes the effects alone, '~ age': the groups are names in random={{'g': ...}}")
    return found.written


def pdDiag(form: str) -> Diag:  # noqa: N802
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
    return Diag(_effects(form, "pdDiag"))


def pdIdent(form: str) -> Ident:  # noqa: N802
    """Random effects of one variance without correlations. R: nlme::pdIdent.

    form: the effects, a formula "~ Variety - 1".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdIdent("~ Variety - 1").form
    '~Variety - 1'
    """
    return Ident(_effects(form, "pdIdent"))


def pdSymm(form: str) -> Symm:  # noqa: N802
    """Random effects of any variances and correlations; as text alone, but for its name. R: nlme::pdSymm.

    form: the effects, a formula "~ age".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdSymm("~ age").kind
    'pdSymm'
    """
    return Symm(_effects(form, "pdSymm"))


def pdLogChol(form: str) -> LogChol:  # noqa: N802
    """Random effects of any variances and correlations, what text alone stands for. R: nlme::pdLogChol.

    form: the effects, a formula "~ age".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdLogChol("~ age").kind
    'pdLogChol'
    """
    return LogChol(_effects(form, "pdLogChol"))


def pdCompSymm(form: str) -> CompSymm:  # noqa: N802
    """Random effects of one variance and one correlation. R: nlme::pdCompSymm.

    form: the effects, a formula "~ Variety - 1".

    Returns a structure for `lme`.

    Raises ValueError for what is no one-sided formula, or one that names groups.

    >>> r.pdCompSymm("~ Variety - 1").form
    '~Variety - 1'
    """
    return CompSymm(_effects(form, "pdCompSymm"))


def random_of(random: Any) -> tuple[Form, list[Pd]]:
    """The groups, the outermost first, and of each its effects and their structure. Raises ValueError for another."""
    if isinstance(random, Mapping) and random:
        parts = []
        for name, one in random.items():
            if not isinstance(one, str | Pd):
                raise ValueError(f"random[{name!r}] must be a formula as text or a structure such as pdDiag('~ age'), "
                                 f"not {one!r:.60}; there are {', '.join(CLASSES)}")
            parts.append(one if isinstance(one, Pd) else pdLogChol(one))
        return form_of(f"~ 1 | {' / '.join(map(str, random))}", "random"), parts
    if not isinstance(random, str):
        raise ValueError(f"random must be a formula as text, '~ Days | Subject', or effects by the groups' names, "
                         f"{{'Subject': pdDiag('~ Days')}}, not {type(random).__name__}")
    form = form_of(random, "random")
    if not form.groups:
        raise ValueError(f"random={random!r} names no groups: '~ 1 | Subject'")
    node: Any = read(random)
    effects = deparse(Call("~", (node.args[0].args[0],), (None,)))
    return form, [LogChol(effects) for _ in form.groups]
