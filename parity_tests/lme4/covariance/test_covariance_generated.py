"""Generated models with covariance structures: fitted, named as undetermined before the fit, or refused with a reason.

By default 20 of them; 300 with RPARITY_GENERATED=300.
"""

from __future__ import annotations

import os
import warnings

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import ConvergenceWarning, FollowedWarning, SingularFitWarning

NAMED = (ConvergenceWarning, FollowedWarning, SingularFitWarning)
REFUSED = ("must be", "criterion cannot be computed", "> 1", "number of observations")
COUNT = int(os.environ.get("RPARITY_GENERATED", "20"))
TERMS = ["us(x | g)", "diag(x | g)", "diag(x | g, hom = TRUE)", "cs(x | g)", "cs(x | g, hom = TRUE)", "ar1(0 + t | g)",
         "ar1(0 + t | g, hom = FALSE)", "diag(0 + t | g)", "diag(0 + t | g, hom = TRUE)", "cs(0 + t | g)",
         "cs(0 + t | g, hom = TRUE)", "(1 | g)", "(1 | h)", "homdiag(x | h)", "ar1(0 + t | h)"]


def design(seed: int) -> tuple[pd.DataFrame, str]:
    """Data, unbalanced and with times missing, and a formula."""
    rng = np.random.default_rng(seed)
    groups, times = int(rng.integers(4, 14)), int(rng.integers(2, 6))
    repeats = int(rng.integers(1, 3))
    cells = [(g, t) for g in range(groups) for t in range(times) for _ in range(repeats)]
    rows = pd.DataFrame(cells, columns=["g", "t"])
    rows = rows[rng.random(len(rows)) > rng.choice([0.0, 0.15])].reset_index(drop=True)
    rows["h"] = rng.integers(0, 5, len(rows))
    rows["x"] = rng.standard_normal(len(rows)).round(2)
    b, walk = rng.standard_normal(groups), rng.standard_normal((groups, times)).cumsum(axis=1)
    size = rng.choice([0.0, 0.5, 2.0], 2)
    mean = size[0] * b[rows["g"]] + size[1] * walk[rows["g"], rows["t"]]
    rows["y"] = (mean + rng.standard_normal(len(rows))).round(3)
    for name in "gth":
        rows[name] = pd.Categorical(rows[name].astype(str))
    terms = rng.choice(TERMS, int(rng.integers(1, 3)), replace=False)
    if not any("(" in term[1:] and not term.startswith("(") for term in terms):
        terms[0] = "ar1(0 + t | g)"
    return rows, f"y ~ x + {' + '.join(terms)}"


@pytest.mark.parametrize("seed", range(COUNT))
def test_a_design(seed: int) -> None:
    data, formula = design(seed)
    fits, said = [], []
    for control in (None, "newton"):
        with warnings.catch_warnings(record=True) as heard:
            warnings.simplefilter("always")
            try:
                m = r.lmer(formula, data, REML=seed % 2 == 0, control=control)
            except ValueError as refused:
                assert any(text in str(refused) for text in REFUSED)
                return
        fits.append(m)
        said.append([w for w in heard if issubclass(w.category, NAMED)])
        assert np.isfinite(m.optimum.value) and np.isfinite(m.par).all()
        assert (m.par >= m.design.random.parameters.lower).all() and (m.par <= m.design.random.parameters.upper).all()
        str(r.summary(m))
        r.ranef(m).as_data_frame()
    lme4, newton = (m.optimum.value for m in fits)
    assert newton <= lme4 + 1e-9 * max(1.0, abs(lme4)) or said[1], (formula, newton - lme4)
    assert newton <= lme4 + 1e-6 * max(1.0, abs(lme4)), (formula, newton - lme4)
