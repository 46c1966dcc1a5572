"""Random formulas: terms, columns and aliased columns as the R of this machine has them."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from translations.stats.formulas.design import design
from translations.stats.formulas.frame import model_frame
from translations.stats.formulas.rank import drop_aliased

from ..designs import HERE, mixture

NAMES = ["x", "z", "f", "g", "o", "s", "l", "factor(k)", "log(x)", "I(z^2)", "poly(x, 2)", "scale(z)"]
ATOMS = [*NAMES, "offset(z)", "1", "0"]
OPERATORS = [" + ", " + ", " - ", " * ", ":", "/"]

names = st.sampled_from(NAMES)
sides = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda t: f"({t[0]}){t[1]}({t[2]})"),
        st.tuples(inner, names).map(lambda t: f"({t[0]}) + {t[1]}"),
        st.tuples(names, names).map(lambda t: f"{t[0]} %in% {t[1]}"),
        st.tuples(inner, inner).map(lambda t: f"({t[0]} + {t[1]})^2"),
    ),
    max_leaves=5,
)
DATA = mixture()
UNHURRIED: dict[str, Any] = {
    "deadline": None, "derandomize": True, "suppress_health_check": [HealthCheck.function_scoped_fixture],
}


@pytest.fixture
def session(live_r: Any) -> Any:
    live_r.eval(f'here <- "{HERE}"; source(file.path(here, "_read.R")); mixture <- read_any(here, "mixture")')
    live_r.eval("""answer <- function(formula) {
        frame <- model.frame(formula, mixture, drop.unused.levels = TRUE)
        X <- model.matrix(attr(frame, "terms"), frame)
        decomposed <- qr(X, tol = 1e-7)
        list(labels = paste(attr(terms(formula), "term.labels"), collapse = "|"),
             names = paste(colnames(X), collapse = "|"),
             kept = paste(sort(decomposed$pivot[seq_len(decomposed$rank)]), collapse = "|"), X = c(X))
    }""")
    return live_r


@settings(max_examples=80, **UNHURRIED)
@given(right=sides)
def test_random_formulas(session: Any, right: str) -> None:
    formula = f"y ~ {right}"
    frame = model_frame(formula, DATA)
    X = design(frame.formula, frame)
    if X.values.shape[1] > 200:
        return
    session.eval(f"theirs <- answer({formula})")
    theirs = session.values("theirs[c('labels', 'names', 'kept')]")
    assert "|".join(term.label for term in frame.formula.terms) == theirs["labels"]
    assert "|".join(X.names) == theirs["names"]
    numbers = session.numbers("theirs$X") if X.names else np.empty(0)  # rpy2 cannot hand over an empty vector
    values = numbers.reshape(X.values.shape, order="F")
    np.testing.assert_allclose(X.values, values, rtol=1e-13, atol=1e-13)
    assert "|".join(str(j + 1) for j in drop_aliased(X.values)) == theirs["kept"]


@settings(max_examples=60, **UNHURRIED)
@given(st.lists(st.floats(1e-3, 1e3), min_size=3, max_size=12), st.floats(1e-9, 1e-5))
def test_nearly_aliased_columns(live_r: Any, numbers: list[float], share: float) -> None:
    """A column that is another plus a little of a third is kept or dropped as in R, unless R is itself at the edge."""
    x = np.array(numbers)
    X = np.column_stack([np.ones(len(x)), x, x + share * np.sin(np.arange(len(x)) * 7.0), x**2])
    live_r.assign("numbers", X.ravel(order="F").tolist())
    code = "d <- qr(matrix(numbers, ncol = 4), tol = %s); sort(d$pivot[seq_len(d$rank)])"
    edges = [live_r.numbers(code % tol).tolist() for tol in ("0.9e-7", "1e-7", "1.1e-7")]
    if edges[0] == edges[2]:
        assert (drop_aliased(X) + 1).tolist() == edges[1]
