"""lme4 2.1's autoscale: what it answers for the sleep study (lme4 2.1-0, R 4.6.1), wrong and right; what is said."""
from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r
from translations.lme4.control import FollowedWarning

FORMULA = "Reaction ~ Days + (Days | Subject)"


def test_it_answers_as_lme4_2_1_does_and_says_so() -> None:
    data = r.sleepstudy()
    with r.options(lme4="2.1"), pytest.warns(FollowedWarning, match="predictions from new data of lme4 2.1"):
        m = r.lmer(FORMULA, data, control=r.lmerControl(autoscale=True))
        wald = r.confint(m, method="Wald").to_numpy()[4:]
    close = {"rtol": 2e-8}
    np.testing.assert_allclose(r.fixef(m), [298.5078917, 30.14885342], **close)  # 251.405, 10.467 as they are
    np.testing.assert_allclose(np.sqrt(np.diag(r.vcov(m))), [6.824596695, 1.545789644], **close)
    np.testing.assert_allclose(r.REMLcrit(m), 1741.512488, **close)
    np.testing.assert_allclose(r.predict(m, newdata=data[:3]), [300.7664426, 340.1142718, 379.462101], **close)
    np.testing.assert_allclose(r.predict(m)[:3], [253.6636558, 273.3299175, 292.9961792], **close)
    np.testing.assert_allclose(r.predict(m, re_form="~0")[:3], [251.4051048, 261.8723908, 272.3396768], **close)
    np.testing.assert_allclose(r.coef(m)["Subject"].to_numpy()[0], [300.7664426, 39.34782919], **close)
    np.testing.assert_allclose(wald, [[285.1319279, 311.8838554], [27.11916139, 33.17854545]], **close)


def test_newton_does_without_and_older_releases_have_none() -> None:
    data = r.sleepstudy()
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("error")
        m = r.lmer(FORMULA, data, control=r.lmerControl(optimizer="newton", autoscale=True))
    np.testing.assert_allclose(r.fixef(m), [251.4051048, 10.46728596], rtol=1e-9)
    with pytest.raises(ValueError, match="autoscale came with lme4 1.1-38"):
        r.lmer(FORMULA, data, control=r.lmerControl(autoscale=True))
