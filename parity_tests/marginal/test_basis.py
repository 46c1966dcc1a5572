"""What marginal means rest on: the degrees of freedom of rows."""
from __future__ import annotations

import numpy as np

import translations as r
from translations.lme4.inference.kenward_roger import kenward_roger
from translations.marginal.basis import rowwise_df


def test_degrees_of_freedom_of_single_rows_are_the_general_formula_s() -> None:
    cake = r.cake()
    kr = kenward_roger(r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake[(cake.index + 1) % 7 != 0]))
    L = np.random.default_rng(4).normal(size=(12, len(kr.beta)))
    assert np.allclose(rowwise_df(kr, L), [kr.df(row[None]) for row in L], rtol=1e-9)
