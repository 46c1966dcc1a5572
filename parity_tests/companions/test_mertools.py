"""merTools: draws that scatter as the model says, and what is asked wrongly."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

import translations as r
from translations.companions.arm import posterior
from translations.lme4.results.matrices import joint_covariance
from translations.random import RStream

SLEEP = r.sleepstudy()
SLOPES = r.lmer("Reaction ~ Days + (Days | Subject)", SLEEP)
CROSSED = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.load("Penicillin"))
LINE: Any = r.lm("Reaction ~ Days", SLEEP)
WEIGHTED = r.lmer("Reaction ~ Days + (1 | Subject)", SLEEP, weights=1 + SLEEP["Days"])


@pytest.mark.parametrize("m", [SLOPES, CROSSED, WEIGHTED])
def test_effects_scatter_as_the_mixed_model_equations_say(m: Any) -> None:
    n, draws = 4000, []
    for beta, b, _ in posterior(m, n, RStream(1), True):
        draws.append(np.concatenate([beta, b]))
    C = joint_covariance(m) * (m.n - m.p) / (m.n - m.p - 2) * (1 if m.REML else m.n / (m.n - m.p))
    root = np.linalg.cholesky(C + 1e-12 * np.trace(C) * np.eye(len(C)))
    centre = np.concatenate([m.beta, np.concatenate([one.ravel() for one in m.b])])
    white = np.linalg.solve(root, (np.array(draws) - centre).T)
    scatter = white @ white.T / n
    # a covariance of unit normals has the standard error 1 / sqrt(n); 6 of these among some 700 (t has heavier tails)
    assert np.abs(scatter - np.eye(len(C))).max() < 6 * 1.5 / np.sqrt(n)


def test_ranks_are_expected_from_pairs() -> None:
    ranks = r.expectedRank(SLOPES, term="Days").set_index("groupLevel")
    modes, V = r.ranef(SLOPES)["Subject"]["Days"], r.ranef(SLOPES).condvar["Subject"][:, 1, 1]
    gaps = (modes["308"] - modes.to_numpy()) / np.sqrt(V + V[0])
    assert ranks.loc["308", "ER"] == pytest.approx(0.5 + stats.norm.cdf(gaps).sum(), rel=1e-10)
    assert ranks["ER"].sum() == pytest.approx(18 * 19 / 2, rel=1e-12)
    assert list(r.expectedRank(SLOPES, term="intercept")["term"].unique()) == ["Intercept"]


def test_one_seed_gives_one_answer_and_parts_add_up() -> None:
    ask: dict[str, Any] = {"n_sims": 50, "seed": 7, "include_resid_var": False, "stat": "mean"}
    full, fixed, random = (r.predictInterval(SLOPES, SLEEP.head(3), which=which, **ask)["fit"].to_numpy()
                           for which in ("full", "fixed", "random"))
    np.testing.assert_allclose(full, fixed + random, rtol=1e-12)
    np.testing.assert_array_equal(full, r.predictInterval(SLOPES, SLEEP.head(3), **ask)["fit"])
    alone = r.predictInterval(SLOPES, SLEEP.head(3), which="all", **ask)
    assert list(alone["effect"].unique()) == ["combined", "Subject", "fixed"]
    assert list(alone["obs"]) == [1, 2, 3] * 3


def test_a_new_level_has_the_fixed_part_alone() -> None:
    rows = SLEEP.head(2).assign(Subject="nobody")
    ask: dict[str, Any] = {"n_sims": 50, "seed": 7, "include_resid_var": False}
    with pytest.warns(UserWarning, match="levels of Subject from newdata \n -- nobody -- are not in the model data"):
        new = r.predictInterval(SLOPES, rows, **ask)
    known = r.predictInterval(SLOPES, SLEEP.head(2), which="fixed", **ask)
    np.testing.assert_allclose(new, known, rtol=1e-12)


def test_levels_fall_into_bins_of_their_rank() -> None:
    impact = r.REimpact(SLOPES, SLEEP.head(2), term="Days", n_sims=20, seed=1)
    assert impact.groupby("case")["nobs"].sum().tolist() == [18, 18]
    assert impact["bin"].tolist() == [1, 1, 2, 2, 3, 3]


@pytest.mark.parametrize(("ask", "error", "said"), [
    (lambda: r.FEsim(LINE), ValueError, "needs a model fitted by lmer, not one by lm"),
    (lambda: r.expectedRank(SLOPES, groupFctr="Days"), ValueError, "no grouping factor 'Days'; there is Subject"),
    (lambda: r.expectedRank(SLOPES, term="Weeks"), ValueError, "no term of Subject 'Weeks'; there is"),
    (lambda: r.predictInterval(SLOPES, which="both"), ValueError, "which"),
    (lambda: r.predictInterval(SLOPES, level=95), ValueError, "level"),
    (lambda: r.predictInterval(SLOPES, SLEEP[["Days"]]), KeyError, "Subject"),
    (lambda: r.REsim(SLOPES, n_sims=0), ValueError, "n_sims"),
    (lambda: r.REimpact(SLOPES, SLEEP.head(1), groupFctr="batch"), ValueError, "no grouping factor 'batch'"),
])  # fmt: skip
def test_bad_input_is_named(ask: Any, error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        ask()


def test_a_generalized_model_is_refused_by_name() -> None:
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family=r.binomial())
    with pytest.raises(ValueError, match="predictInterval needs a model fitted by lmer"):
        r.predictInterval(m)
    assert len(r.expectedRank(m)) == 15
