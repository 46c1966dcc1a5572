"""Numbers that differ between the releases of lme4: each followed under its `options(lme4=)`.

References: R 4.2.2 with lme4 1.1-31, R 4.5.0 with 1.1-37, R 4.6.1 with 2.1-0, on R's own sleepstudy.
"""
from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r
from translations.lme4.control import FollowedWarning
from translations.lme4.model import LmerMod

OLD, SINCE_1_1_33 = "1.1-31", ("1.1-37", "2.1")


@pytest.fixture(scope="module")
def slopes() -> LmerMod:
    return r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())


REFIT = {  # theta of refit(m), sigma of refit(m, log(Reaction))
    OLD: ([0.97132064945194063, 0.014817217149937896, 0.23191539141566891], 0.081108812093586252),
    "1.1-37": ([0.96673074279397841, 0.015169052322470135, 0.23090945386885756], 0.0811622446470667),
}
REPLICATES = {  # bootMer(m, function(x) c(sigma(x), getME(x, "theta")), 3, seed = 1)$t
    OLD: [[26.684077991672584, 0.64855972979671062, 0.082953284635208152, 0.20548922717783497],
          [25.578834277015133, 1.0919791688181841, 0.055422927885781965, 0.12923750491093297],
          [28.32610089019396, 0.53782677898971376, 0.041539813676694896, 0.1871369585569517]],
    "1.1-37": [[26.701436509080541, 0.64453266570952905, 0.083498615498771286, 0.20424955015902399],
               [25.5957098952202, 1.0871089083458241, 0.055639481636704492, 0.12828956314916912],
               [28.344687978129585, 0.53378017261692123, 0.042259745216706349, 0.18607371137048004]],
}


@pytest.mark.filterwarnings("ignore::translations.lme4.control.FollowedWarning")
@pytest.mark.parametrize("release", [OLD, *SINCE_1_1_33])
def test_refits_have_n_less_p_degrees_of_freedom_since_1_1_33(slopes: LmerMod, release: str) -> None:
    own, sigma = REFIT[OLD if release == OLD else "1.1-37"]
    with r.options(lme4=release):
        assert r.refit(slopes).theta == pytest.approx(own, rel=1e-12)
        assert r.sigma(r.refit(slopes, np.log(r.sleepstudy()["Reaction"]))) == pytest.approx(sigma, rel=1e-12)


@pytest.mark.filterwarnings("ignore::translations.lme4.control.FollowedWarning")
@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("release", [OLD, *SINCE_1_1_33])
def test_replicates_are_those_of_the_release_in_threads_and_processes_too(
    slopes: LmerMod, release: str, n_jobs: int | None
) -> None:
    with r.options(lme4=release):
        found = np.column_stack([r.bootMer(slopes, of, 3, seed=1, n_jobs=n_jobs).t for of in ("sigma", "theta")])
    np.testing.assert_allclose(found, REPLICATES[OLD if release == OLD else "1.1-37"], rtol=1e-11)


def test_a_refit_that_is_wrong_says_where_the_right_one_is(slopes: LmerMod) -> None:
    for ask in (r.refit, lambda m: r.bootMer(m, "sigma", 1, seed=1)):
        with pytest.warns(FollowedWarning, match=r"control='newton' and options\(lme4='1.1-37'\)"):
            ask(slopes)
    one_mean = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        r.refit(slopes, control="newton")
        r.refit(r.refitML(slopes))
        r.refit(one_mean)
        with r.options(lme4="1.1-37"):
            r.refit(slopes)
