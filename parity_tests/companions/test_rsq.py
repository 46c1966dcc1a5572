"""Zhang's R²: the package's own number, the formula by dense matrices, and what is asked wrongly."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r

SLEEP = r.sleepstudy()
SLOPES = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)


def test_it_is_what_rsq_2_7_answered() -> None:
    """rsq.lmm of the package's source, run with R 4.6.1 and lme4 2.1-0 on this model."""
    found = r.rsq(SLOPES), r.rsq(SLOPES, adj=True)
    expected = (0.800383245773, 0.286471395108, 0.513911850665), (0.799261803333, 0.282462807440, 0.516798995893)
    for one, numbers in zip(found, expected, strict=True):
        assert isinstance(one, dict)
        assert list(one.values()) == pytest.approx(numbers, rel=1e-8)


def test_a_model_without_scatter_between_subjects_is_its_line() -> None:
    flat = SLEEP.assign(y=np.tile(np.arange(10.0) + [0, 1, 0, -1, 0, 0, 1, 0, -1, 0], 18))
    with pytest.warns(r.SingularFitWarning):
        m = r.lmer("y ~ Days + (1 | Subject)", flat)
    found, line = r.rsq(m), r.lm("y ~ Days", flat)
    assert isinstance(found, dict)
    assert found["model"] == pytest.approx(r.rsq(line), rel=1e-9)
    assert found["random"] == pytest.approx(0.0, abs=1e-9)
    assert r.rsq(line, adj=True) == r.summary(line).adj_r_squared


def test_a_generalized_model_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="not Glm: r_squaredGLMM"):
        r.rsq(r.glm("n ~ Days", family=r.poisson(), data=SLEEP.assign(n=SLEEP["Days"])))
