"""Joint tests of terms."""
from __future__ import annotations

import numpy as np

import translations as r


def test_a_joint_test_of_cells_is_the_table_of_a_balanced_lm() -> None:
    model = r.lm("angle ~ recipe * temperature", r.cake())
    table, tests = r.anova(model), r.joint_tests(model)
    assert np.allclose(tests["F.ratio"], table["F value"].iloc[:3], atol=5e-4)
    assert np.allclose(tests["p.value"], table["Pr(>F)"].iloc[:3], rtol=1e-9)
