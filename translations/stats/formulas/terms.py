"""Model formulas: from text to R's terms.

An expression of R's counts as one variable. On top of the algebra of `+ - * / : ^` come R's own `%in%`, `offset()` and
`.`, the intercept, the order of terms, and which factors a term codes by contrasts (R: terms.formula).
"""
from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache, partial, reduce

from ..language.expressions import (
    Call,
    Constant,
    Name,
    Node,
    as_text,
    call,
    deparse,
    read,
    substitute,
    symbols,
    variable_label,
)

DOT = Name(".")
OPERATORS = frozenset({"+", "-", "*", "/", ":", "^", "(", "%in%"})


@dataclass(frozen=True)
class Term:
    """One term. `variables` are labels in R's order; a factor has contrasts if `coding[i]`, else a dummy a level."""

    label: str
    variables: tuple[str, ...]
    coding: tuple[bool, ...]


@dataclass(frozen=True, eq=False)
class Formula:
    """A parsed formula: `written` as it was given, `text` with the columns for which `.` stands.

    `variables` maps labels to expressions, the response first, then in order of occurrence.
    """

    written: str
    text: str
    response: str | None
    intercept: bool
    terms: tuple[Term, ...]
    offsets: tuple[str, ...]
    variables: dict[str, Node]

    @property
    def response_name(self) -> str | None:
        """The response as headings have it: a variable by its bare name, without backticks."""
        node = self.variables.get(self.response or "")
        return node.id if isinstance(node, Name) else self.response

    @property
    def predictors(self) -> tuple[str, ...]:
        """Labels of the variables that some term uses."""
        used = {name for term in self.terms for name in term.variables}
        return tuple(name for name in self.variables if name in used)

    @property
    def simplified(self) -> str:
        """The formula written out term by term, as `update` writes it (R: formula(terms(x, simplify = TRUE)))."""
        parts = [term.label for term in self.terms] + list(self.offsets)
        right = " + ".join(parts) or "1"
        if not self.intercept:
            right += " - 1"
        return f"{self.response} ~ {right}" if self.response else f"~{right}"


Terms = list[frozenset[int]]  # each the positions of its variables; in the order in which they come up


class _Algebra:
    """One walk over a right-hand side: collects variables, offsets and intercept, and expands the rest to its terms,
    by the algebra of Wilkinson & Rogers (1973).
    """

    def __init__(self) -> None:
        self.variables: dict[str, Node] = {}
        self.offsets: list[str] = []
        self.intercept = True

    def expand(self, node: Node, added: bool = True) -> Terms:
        """The terms of `node`, none when it has only intercepts; `added` is False under a minus."""
        if isinstance(node, Constant):
            if node.value not in (0, 1) or isinstance(node.value, bool):
                raise ValueError(f"{deparse(node)} is not a term: only 0 and 1 may stand alone in a formula")
            self.intercept = (node.value == 1) == added
            return []
        if not isinstance(node, Call) or node.function not in OPERATORS:
            return self._variable(node)
        function, args = node.function, node.args
        if function == "(":
            return self.expand(args[0], added)
        if len(args) == 1:
            inner = self.expand(args[0], added == (function == "+"))
            return inner if function == "+" else []
        if function == "^":
            return self._power(node, added)
        left = self.expand(args[0], added)
        if function == "%in%":
            within = frozenset[int]().union(*self.expand(args[1]))
            return _combined(left, [within], ":") if within else left
        return _combined(left, self.expand(args[1], added != (function == "-")), function)

    def _variable(self, node: Node) -> Terms:
        if isinstance(node, Call) and node.function in ("|", "||"):
            raise ValueError(f"random-effects term ({deparse(node)}): only lmer fits these")
        if node == DOT:
            return []  # of data without another column
        label = variable_label(node)
        self.variables.setdefault(label, node)
        if isinstance(node, Call) and node.function == "offset" and label not in self.offsets:
            self.offsets.append(label)
        return [frozenset([list(self.variables).index(label)])]

    def _power(self, node: Call, added: bool) -> Terms:
        base, exponent = self.expand(node.args[0], added), node.args[1]
        power = exponent.value if isinstance(exponent, Constant) else None
        if not isinstance(power, float) or power < 1 or power % 1:
            raise ValueError(f"{deparse(node)}: the power must be a positive whole number; wrap arithmetic in I()")
        found = base  # crossing more often than there are variables adds nothing
        for _ in range(min(int(power), len(frozenset[int]().union(*base))) - 1):
            found = _combined(found, base, ":")  # a term with itself is the term, so this has the terms of base too
        return found


def _combined(left: Terms, right: Terms, operator: str) -> Terms:
    """Two sides of `+`, `-`, `:`, `*` or `/`."""
    if not left or not right:
        return left or right if operator == "+" else [] if operator == ":" else left
    if operator == "-":
        return [term for term in left if term not in right]
    sides = [] if operator == ":" else left if operator == "/" else left + right
    if operator == "+":
        return list(dict.fromkeys(sides))
    outer = [frozenset[int]().union(*left)] if operator == "/" else left
    return list(dict.fromkeys([*sides, *(a | b for a in outer for b in right)]))


def _by_contrasts(terms: list[frozenset[str]], position: int, variable: str) -> bool:
    """R's marginality rule: contrasts when the term less `variable` is within an earlier term, else dummies."""
    rest = terms[position] - {variable}
    return not rest or any(rest <= earlier for earlier in terms[:position])


def _split(node: Node) -> tuple[Node | None, Node]:
    if isinstance(node, Call) and node.function == "~":
        return (node.args[0], node.args[1]) if len(node.args) == 2 else (None, node.args[0])
    return None, node


def _expand_dot(node: Node, columns: Node, bare: bool = True) -> Node:
    """`columns` for each `.` that is a term, in parentheses unless it stands `bare`: first, or in some already."""
    if node == DOT:
        return columns if bare or isinstance(columns, Name) else call("(", columns)
    if not isinstance(node, Call) or node.function not in OPERATORS:
        return node
    first, *others = node.args
    bare = node.function == "(" or node.function == "+" and len(others) == 1
    return call(node.function, _expand_dot(first, columns, bare), *(_expand_dot(x, columns, False) for x in others))


@lru_cache(maxsize=512)
def _parse(text: str, columns: tuple[str, ...] | None) -> Formula:
    left, right = _split(written := read(text))
    if columns is not None:
        taken = set(symbols(left)) if left is not None else set()
        others: list[Node] = [Name(column) for column in columns if column not in taken]
        right = _expand_dot(right, reduce(partial(call, "+"), others) if others else DOT)
    algebra = _Algebra()
    response = None if left is None or left == Constant(None) else variable_label(left)
    if response is not None and left is not None:
        algebra.variables[response] = left
    expanded = algebra.expand(right)
    labels = list(algebra.variables)
    found = dict.fromkeys(tuple(labels[i] for i in sorted(term)) for term in expanded)
    no_terms = {response, *algebra.offsets}
    ordered = sorted((term for term in found if term and not no_terms.intersection(term)), key=len)
    sets = [frozenset(term) for term in ordered]
    terms = tuple(
        Term(":".join(term), term, tuple(_by_contrasts(sets, at, name) for name in term))
        for at, term in enumerate(ordered)
    )
    whole = call("~", right) if left is None else call("~", left, right)
    return Formula(
        deparse(written), deparse(whole), response, algebra.intercept, terms, tuple(algebra.offsets), algebra.variables,
    )


def parse(formula: str | Formula, columns: Iterable[str] | None = None) -> Formula:
    """The terms of `formula`; cached by its text.

    `columns` are the data's column names, needed only where the formula says `.` (all that the response does not use).
    Raises `ValueError` naming what cannot be read.  Source: R's terms.formula.
    """
    if isinstance(formula, Formula):
        return formula
    uses_dot = "." in symbols_of(as_text(formula))
    if uses_dot and columns is None:
        raise ValueError(f"'.' in {formula!r} stands for the data's other columns: pass the data")
    try:
        return _parse(formula, tuple(map(str, columns)) if uses_dot and columns is not None else None)
    except RecursionError:
        raise ValueError(f"{formula!r} stands for too many terms to be read") from None


@lru_cache(maxsize=512)
def symbols_of(text: str) -> frozenset[str]:
    """The variables that the right-hand side of `text` names, `.` among them where it stands for other columns."""
    return frozenset(symbols(_split(read(text))[1]))


@lru_cache(maxsize=512)
def leaves(text: str) -> dict[str, Node]:
    """The variables, by label, of a piece of formula such as `1 + x` or `a:b`: what a model frame must hold for it."""
    found: dict[str, Node] = {}

    def walk(node: Node) -> None:
        if isinstance(node, Call) and node.function in OPERATORS | {"|", "||", "~"}:
            for arg in node.args:
                walk(arg)
        elif not isinstance(node, Constant):
            found.setdefault(variable_label(node), node)

    walk(read(text))
    return found


def update_formula(old: str, new: str) -> str:
    """`new` with each `.` standing for `old`'s own side, simplified (R: update.formula)."""
    (old_left, old_right), (left, right) = _split(read(old)), _split(read(as_text(new)))
    kept_left = old_left if left is None else substitute(left, {".": old_left} if old_left is not None else {})
    merged = substitute(right, {".": call("(", old_right)})
    return _parse(deparse(call("~", merged) if kept_left is None else call("~", kept_left, merged)), None).simplified
