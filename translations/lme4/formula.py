"""Mixed-model formulas: the fixed part and the random-effects terms (R: findbars, nobars, expandDoubleVerts).

`(x || g)` stands for one term an effect: `(1 | g) + (0 + x | g)`. As in lme4 1.1 the split is by terms, not by
columns: a factor on the left of `||` still brings all its columns, correlated, in one term.

`ar1(0 + f | g, hom = FALSE)` is a term with a covariance structure, see `covariance/`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from translations.settings import since
from translations.stats.formulas.terms import leaves, parse
from translations.stats.language.expressions import Call, Constant, Name, Node, as_text, call, deparse, read, symbols

from .covariance import BY_NAME, Covariance

# Operators of formulas that make no factor of factors.
NO_FACTOR = frozenset({"+", "-", "*", "/", "^", "%in%"})


@dataclass(frozen=True)
class Bar:
    """One random-effects term: `effects` is the left side of the bar, `group` the grouping factor (`g`, `a:b`).

    structure: what stands before the bar, `ar1`, or nothing; hom: its argument, where given.
    """

    effects: str
    group: str
    structure: str = ""
    hom: bool | None = None

    @property
    def label(self) -> str:
        """The term as a formula has it."""
        return f"{self.effects} | {self.group}"

    @property
    def written(self) -> str:
        """The term with its structure, for messages."""
        return f"{self.structure}({self.label})"

    def covariance(self, k: int) -> Covariance | None:
        """The structure of its k effects; None for a plain bar."""
        if not self.structure:
            return None
        kind = BY_NAME[self.structure]
        return kind(k, bool(kind.DEFAULT_HOM if self.hom is None else self.hom))

    @property
    def computed_from(self) -> set[str]:
        """The variables of which parts of the grouping factor are computed, as `cut(x, 3)` is of x."""
        return {name for node in leaves(self.group).values() if isinstance(node, Call) for name in symbols(node)}

    @property
    def name(self) -> str:
        """What lme4 calls the grouping factor: a variable by its bare name, anything else as the formula has it."""
        node = read(self.group)
        return node.id if isinstance(node, Name) else self.group


@dataclass(frozen=True)
class MixedFormula:
    """A formula, read once: `tree` as it was written, `expanded` with a term for each effect of a double bar, and
    `without_bars`, what is left of this; `bars` in order of occurrence.

    as_written: whether R prints double bars, as lmerTest and glmer before 2.1 do.
    """

    tree: Call
    expanded: Call
    without_bars: Node
    bars: tuple[Bar, ...]
    as_written: bool = False

    @cached_property
    def text(self) -> str:
        """The formula as R prints it."""
        return self.written if self.as_written else deparse(self.expanded)

    @cached_property
    def written(self) -> str:
        """The formula with its double bars."""
        return deparse(self.tree)

    @cached_property
    def fixed(self) -> str:
        """The formula without bars."""
        return deparse(self.without_bars)

    @cached_property
    def unexpanded(self) -> MixedFormula:
        """The same, to be printed as it was written."""
        return replace(self, as_written=True)

    @property
    def pieces(self) -> tuple[str, ...]:
        """Both sides of every bar, whose variables the model frame must hold, in its order: that of the formula."""
        bars = _find_bars((self.tree if self.as_written else self.expanded).args[-1])
        plain = (bar if _is_bar(bar) else bar.args[0] for bar in bars)
        return tuple(deparse(side) for bar in plain if isinstance(bar, Call) for side in bar.args)


def split(formula: str, response: bool = True) -> MixedFormula:
    """The fixed and random parts of `formula`, which must have a response unless that is False.

    Raises ValueError when the formula is no text, has no response or no random-effects term, or has a bar outside
    parentheses.
    """
    return _split(as_text(formula), since("2.1"), response)


@lru_cache(maxsize=256)
def _split(formula: str, since_2_1: bool, response: bool) -> MixedFormula:
    """`split`, as the release of lme4 reads grouping factors."""
    tree = read(formula)
    if not (isinstance(tree, Call) and tree.function == "~" and len(tree.args) >= 1 + response):
        raise ValueError(f"formula {formula!r} must be two-sided: response ~ fixed effects + (effects | group)")
    *left, right = tree.args
    if isinstance(right, Call) and right.function in ("|", "||"):
        raise ValueError(f"put the random-effects term of {formula!r} in parentheses: ({deparse(right)})")
    right = _expand_double_bars(right)
    bars = tuple(bar for node in _find_bars(right) for bar in _term(node, since_2_1))
    if not bars:
        raise ValueError(f"No random effects terms specified in formula {formula!r}; without (effects | group) use lm "
                         "or glm")
    fixed = _without_bars(right) or Constant(1.0)
    return MixedFormula(tree, replace(tree, args=(*left, right)), replace(tree, args=(*left, fixed)), bars)


def _is_bar(node: Node) -> bool:
    return isinstance(node, Call) and node.function in ("|", "||") and len(node.args) == 2


def is_structured(node: Node) -> bool:
    """Whether `node` is a term with a covariance structure: a function of that name with a bar in its arguments."""
    return isinstance(node, Call) and node.function in BY_NAME and any(_has_bar(arg) for arg in node.args)


def _has_bar(node: Node) -> bool:
    return _is_bar(node) or (isinstance(node, Call) and node.function == "(" and _has_bar(node.args[0]))


def _term(node: Call, since_2_1: bool) -> Iterator[Bar]:
    """The terms that a bar, plain or with a structure, stands for."""
    if _is_bar(node):
        yield from _slash(node, since_2_1)
        return
    (first, *others), written = node.args, deparse(node)
    if not _is_bar(first) or (isinstance(first, Call) and first.function == "||"):
        raise ValueError(f"{written} must hold one bar and no parentheses around it, as {node.function}(effects | "
                         "group): lme4 takes anything else for terms without a structure, and says nothing")
    hom = None
    for name, value in zip(node.names[1:], others, strict=True):
        if name != "hom":
            raise ValueError(f"{written} takes hom = TRUE or FALSE and nothing else (lme4 ignores anything else)")
        if not (isinstance(value, Constant) and isinstance(value.value, bool)):
            raise ValueError(f"hom must be TRUE or FALSE in {written}, not {deparse(value)}")
        hom = value.value
    if hom is not None and not BY_NAME[node.function].TAKES_HOM:
        raise ValueError(f"{node.function} takes no hom, as {written} has it")
    assert isinstance(first, Call)
    for bar in _slash(first, since_2_1):
        yield replace(bar, structure=node.function, hom=hom)


def _expand_double_bars(node: Node) -> Node:
    if not isinstance(node, Call) or is_structured(node):
        return node
    if node.function == "(" and _is_bar(node.args[0]):
        bar = node.args[0]
        assert isinstance(bar, Call)
        return _independent(bar) if bar.function == "||" else node
    return Call(node.function, tuple(_expand_double_bars(a) for a in node.args), node.names)


def _independent(bar: Call) -> Node:
    """`x || g` as a sum of terms: an intercept's and one for each other term, without intercept."""
    effects, group = bar.args
    terms = parse(f"~{deparse(effects)}")
    lefts: list[Node] = [Constant(1.0)] if terms.intercept else []
    lefts += [call("+", Constant(0.0), read(term.label)) for term in terms.terms]
    if not lefts:
        raise ValueError(f"the random-effects term ({deparse(bar)}) has no effects")
    total: Node = call("(", call("|", lefts[0], group))
    for left in lefts[1:]:
        total = call("+", total, call("(", call("|", left, group)))
    return call("(", total)


def _find_bars(node: Node) -> Iterator[Call]:
    if _is_bar(node) or is_structured(node):
        assert isinstance(node, Call)
        yield node
    elif isinstance(node, Call) and node.function in ("(", "+", "-", "*", "/", ":"):
        for arg in node.args:
            yield from _find_bars(arg)


def _slash(bar: Call, since_2_1: bool) -> Iterator[Bar]:
    """`x | a/b` is `x | b:a` and `x | a`, innermost first, as lme4 names and orders them."""
    effects, group = bar.args
    inner = group
    while isinstance(inner, Call) and inner.function == "(":
        inner = inner.args[0]
    if isinstance(inner, Call) and inner.function == "/":
        group = inner  # lme4 cannot read a/b in parentheses; other factors keep theirs in their name
    for crossed in _crossed(group) if since_2_1 else [group]:
        for factor in _nested(crossed):
            _require_one_factor(factor)
            yield Bar(deparse(effects), deparse(factor))


def _crossed(group: Node) -> list[Node]:
    """`a + b` as a and b, `a * b` as these and a:b: what lme4 takes since 2.0 and refused before."""
    if not isinstance(group, Call) or group.function not in ("+", "*") or len(group.args) != 2:
        return [group]
    first, second = map(_crossed, group.args)
    products = [call(":", a, b) for a in first for b in second] if group.function == "*" else []
    return [*first, *second, *products]


def _require_one_factor(group: Node) -> None:
    """Raise `ValueError` where arithmetic stands between factors, as lme4 does (R: mkBlist)."""
    if not isinstance(group, Call) or group.function not in NO_FACTOR | {":", "("}:
        return
    if group.function in NO_FACTOR:
        raise ValueError(
            f"Invalid grouping factor specification, {deparse(group)}: it is one variable, a:b for each combination, "
            "or a/b for a and b within a; write a random-effects term for each of several factors"
        )
    for arg in group.args:
        _require_one_factor(arg)


def _nested(group: Node) -> list[Node]:
    if isinstance(group, Call) and group.function == "/" and len(group.args) == 2:
        outer = _nested(group.args[0])
        within = call("(", outer[0]) if isinstance(outer[0], Call) else outer[0]
        return [call(":", group.args[1], within), *outer]
    if isinstance(group, Name | Call):
        return [group]
    raise ValueError(f"{deparse(group)} is not a grouping factor")


def _without_bars(node: Node) -> Node | None:
    """`node` without its random-effects terms; None when nothing else is left."""
    if _is_bar(node) or is_structured(node):
        return None
    if not isinstance(node, Call) or node.function not in ("(", "+", "-", "*", "/", ":"):
        return node
    kept = [_without_bars(arg) for arg in node.args]
    if len(kept) == 1:
        return None if kept[0] is None else Call(node.function, (kept[0],), node.names)
    if all(k is not None for k in kept):
        return Call(node.function, tuple(k for k in kept if k is not None), node.names)
    return next((k for k in kept if k is not None), None)
