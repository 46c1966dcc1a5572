"""Transformed responses: log(y), sqrt(y), 2 * log(y + 1), and the way back. R: emmeans' .get.link, stats::make.link."""
from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from translations.printing.numbers import format_number
from translations.printing.rounding import round_half_even, signif
from translations.stats.formulas.frame import ModelFrame
from translations.stats.formulas.terms import Formula
from translations.stats.language.expressions import Call, Constant, Node, deparse
from translations.stats.language.poly import Columns

Function = Callable[[np.ndarray], np.ndarray]
LEAST = float(np.finfo(float).eps)  # a response that is positive is at least this. R: make.link
ARITHMETIC = frozenset({"~", "cbind", "+", "-", "*", "/", "^", "%%", "%/%", "("})
RATIOS = ("log", "log2", "log10", "logit", "log.o.r.")  # differences on these scales are ratios on the response's


class Link(NamedTuple):
    """The way back from the linear predictor to the response, and its derivative."""

    name: str
    inverse: Function
    derivative: Function
    unknown: bool = False


@dataclass(frozen=True)
class Transformation:
    """What was done to the response: `name` (R's function, or the link), times `multiplier`, after adding `shift`.

    label: what the back-transformed estimates are called ("response", "prob", "rate", "ratio"). standard: what scale()
    took off, and divided by.
    """

    name: str
    label: str = "response"
    multiplier: float = 1.0
    shift: float = 0.0
    standard: tuple[float, float] | None = None

    @property
    def text(self) -> str:
        """As messages on contrasts have it. R: emmeans:::.fmt.tran."""
        text = self.name if self.multiplier == 1.0 else f"{format_number(self.multiplier, 15)}*{self.name}"
        return f"{text}(mu + {format_number(self.shift, 15)})" if self.shift else text

    def odds(self) -> Transformation:
        """That of differences of logits: odds ratios."""
        return Transformation("log.o.r.", "odds.ratio")

    def ratio(self) -> Transformation:
        """That of differences of logarithms: ratios."""
        return replace(self, label="ratio", multiplier=1.0, shift=0.0)

    @property
    def link(self) -> Link:
        """The way back. R: emmeans:::.get.link."""
        if self.standard is not None:
            center, spread = self.standard
            return Link(self.name, lambda eta: spread * eta + center, lambda eta: np.full_like(eta, spread))
        link = _links().get(self.name)
        if link is None:
            return Link(self.name, lambda eta: eta, np.ones_like, True)
        mult, shift = self.multiplier, self.shift
        if mult == 1.0 and not shift:
            return link
        name = link.name if mult == 1.0 else f"{_rounded(mult)}*{link.name}"
        if shift:
            name = f"{name}(mu + {_rounded(shift)})"
        return Link(name, lambda eta: link.inverse(eta / mult) - shift, lambda eta: link.derivative(eta / mult) / mult)


def _rounded(value: float) -> str:
    return format_number(float(round_half_even(np.array([value]), 3)[0]), 15)


def of_response(formula: Formula, frame: ModelFrame) -> Transformation | None:
    """What the left-hand side of `formula` does to the response, None where that is nothing but arithmetic."""
    node = formula.variables.get(formula.response or "")
    if node is None:
        return None
    names = [name for name in dict.fromkeys(_functions(node)) if name not in ARITHMETIC]
    if not names:
        return None
    response = frame.variables.get(formula.response or "")
    if names[0] == "scale" and isinstance(response, Columns) and response.memory:
        center, spread = (float(np.ravel(response.memory[one])[0]) for one in ("center", "scale"))
        rounded = (format_number(float(signif(np.array([one]), 3)[0]), 15) for one in (center, spread))
        return Transformation(f"scale({', '.join(rounded)})", standard=(center, spread))
    name = "identity" if names[0] == "I" else ".".join(names)
    multiplier, inner = _multiplier(node)
    if _not_understood(deparse(node)):
        warnings.warn("There are unevaluated constants in the response formula\n"
                      "Auto-detection of the response transformation may be incorrect", stacklevel=2)
    return Transformation(name, multiplier=multiplier, shift=_shift(inner))


def _not_understood(text: str) -> bool:
    """Whether emmeans, which takes a response apart at `(`, `)`, `+` and `*`, finds what is no number beside the
    function and its variable. R: ref_grid.
    """
    before, pieces = text.split("(")[0].split("*"), re.split(r"[()+]", text)
    pieces = pieces[:-1] if pieces[-1] == "" else pieces
    return (len(before) > 1 and not _is_number(before[0])) or (
        len(pieces) > 2 and not (len(pieces) == 3 and _is_number(pieces[2]))
    )


def _is_number(text: str) -> bool:
    try:
        return not text.strip() or bool(np.isfinite(float(text)))
    except ValueError:
        return False


def _functions(node: Node) -> Iterator[str]:
    if isinstance(node, Call):
        yield node.function
        for arg in node.args:
            yield from _functions(arg)


def _multiplier(node: Node) -> tuple[float, Node]:
    """2 and log(y) of 2 * log(y)."""
    if isinstance(node, Call) and node.function == "*" and len(node.args) == 2 and isinstance(node.args[0], Constant):
        value = node.args[0].value
        if isinstance(value, float):
            return value, node.args[1]
    return 1.0, node


def _shift(node: Node) -> float:
    """1 of log(y + 1)."""
    inner = node.args[0] if isinstance(node, Call) and len(node.args) == 1 else None
    if isinstance(inner, Call) and inner.function == "+" and len(inner.args) == 2:
        first, second = inner.args
        if isinstance(second, Constant) and isinstance(second.value, float) and "(" not in deparse(first):
            return second.value
    return 0.0


def _links() -> dict[str, Link]:
    """Those that are known, by the name of the function or of the link."""
    from scipy import special, stats

    def positive(eta: np.ndarray) -> np.ndarray:
        return np.maximum(eta, 0.0)

    def from_log(eta: np.ndarray) -> np.ndarray:
        return np.maximum(np.exp(eta), LEAST)

    def identity(eta: np.ndarray) -> np.ndarray:
        return eta

    inverse = Link("inverse", lambda eta: 1.0 / positive(eta), lambda eta: -1.0 / positive(eta) ** 2)
    far_normal, far_cauchy = -special.ndtri(LEAST), -stats.cauchy.ppf(LEAST)

    def cloglog_slope(eta: np.ndarray) -> np.ndarray:
        hazard = np.exp(np.minimum(eta, 700.0))
        return np.maximum(hazard * np.exp(-hazard), LEAST)

    cloglog = Link("cloglog", lambda eta: np.clip(-np.expm1(-np.exp(eta)), LEAST, 1.0 - LEAST), cloglog_slope)
    found = [
        Link("log", from_log, from_log),
        Link("log10", lambda eta: 10.0**eta, lambda eta: 10.0**eta * np.log(10.0)),
        Link("log2", lambda eta: 2.0**eta, lambda eta: 2.0**eta * np.log(2.0)),
        Link("log1p", np.expm1, np.exp),
        Link("exp", np.log, lambda eta: 1.0 / eta),
        Link("sqrt", lambda eta: positive(eta) ** 2, lambda eta: 2.0 * positive(eta)),
        Link("1/mu^2", lambda eta: 1.0 / np.sqrt(positive(eta)), lambda eta: -1.0 / (2.0 * positive(eta) ** 1.5)),
        Link("identity", identity, np.ones_like),
        Link("logit", special.expit, lambda eta: np.maximum(special.expit(eta) * special.expit(-eta), LEAST)),
        Link("probit", lambda eta: special.ndtr(np.clip(eta, -far_normal, far_normal)),
             lambda eta: np.maximum(stats.norm.pdf(eta), LEAST)),
        Link("cauchit", lambda eta: stats.cauchy.cdf(np.clip(eta, -far_cauchy, far_cauchy)),
             lambda eta: np.maximum(stats.cauchy.pdf(eta), LEAST)),
        cloglog, inverse,
    ]
    others = {"/": inverse, "reciprocal": inverse, "log.o.r.": Link("log odds ratio", from_log, from_log),
              "asin.sqrt": Link("asin(sqrt(mu))", lambda eta: np.sin(np.clip(eta, 0.0, np.pi / 2.0)) ** 2,
                                lambda eta: np.sin(2.0 * np.clip(eta, 0.0, np.pi / 2.0))),
              "asinh.sqrt": Link("asinh(sqrt(mu))", lambda eta: np.sinh(eta) ** 2, lambda eta: np.sinh(2.0 * eta))}
    return {link.name: link for link in found} | others


def known_links() -> dict[str, tuple[Link, Function]]:
    """Those that `regrid` takes a response to, by name: the way back, and the way there."""
    from scipy import special, stats

    there: dict[str, Function] = {
        "log": np.log, "log10": np.log10, "log2": np.log2, "sqrt": np.sqrt, "inverse": np.reciprocal,
        "1/mu^2": lambda mu: 1.0 / mu**2, "logit": special.logit, "probit": special.ndtri, "cauchit": stats.cauchy.ppf,
        "cloglog": lambda mu: np.log(-np.log1p(-mu)),
    }
    back = _links()
    return {name: (back[name], function) for name, function in there.items()}
