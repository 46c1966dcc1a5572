"""R's text taken apart and written back: precedences, kinds of nodes, what is no R."""
from __future__ import annotations

import pytest

from translations.printing.deparse import deparse, parse


def test_operators_bind_as_in_r():
    """Which operator is outermost, from the precedences and associativities of R's grammar (help("Syntax"))."""
    for text, outermost, left in (("a + b * c", "+", "a"), ("a * b + c", "+", "*"), ("a - b - c", "-", "-"),
                                  ("a^b^c", "^", "a"), ("a:b*c", "*", ":"), ("a %in% b:c", "%in%", "a"),
                                  ("a ~ b | c + d", "~", "a"), ("a == b + c", "==", "a"), ("a | b & c", "|", "a")):
        tree = parse(text)
        assert (tree.text, tree.children[0].text) == (outermost, left), text


def test_every_node_has_its_kind():
    for text, kind in (("a", "atom"), ("-a", "unary"), ("a + b", "binary"), ("(a)", "paren"), ("f(a)", "call"),
                       ("a[1]", "call"), ("a[[1]]", "call"), ("a$b", "binary")):
        assert parse(text).kind == kind, text


@pytest.mark.parametrize(("text", "says"), [
    ("y ~ (x", r"\) expected"), ("x[[1]", r"\] expected"), ("f(a", ", expected"), ("f(a b)", ", expected"),
    ("a +", "more expected"), ("a <- b", "'<-'"), ("a # b", "'# b'"), ("a b", "'b'"), ("y ~ x }", "}"),
    ("y + * x", r"\*")])
def test_what_is_no_expression_is_shown(text, says):
    with pytest.raises(ValueError, match=says):
        deparse(text)
