"""Numbers that differ between the releases of lme4: each followed under its `options(lme4=)`.

References: R 4.2.2 with lme4 1.1-31, R 4.5.0 with 1.1-37, R 4.6.1 with 2.1-0, on R's own sleepstudy.
"""
from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import FollowedWarning
from translations.lme4.model import LmerMod
from translations.parity.piped import PipedR

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

PROFILES: dict[str, tuple[str, Callable[[], Any], dict[str, tuple[float, float]]]] = {  # confint(m) of lme4 2.1-0
    "chapter": ("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2, {
        ".sig01": (19.097991388470874, 46.336654954597904),
        ".sig02": (4.0079285757170693, 10.248733838192125),
        ".sig03": (-0.40510725062882869, 0.80592770314575191),
        ".sigma": (22.466602870231814, 29.349450923936416),
        "(Intercept)": (251.34433959099647, 284.59049886163075),
        "days_deprived": (7.7245247472093368, 15.146332773241575),
    }),
    "sleepstudy": ("Reaction ~ Days + (Days | Subject)", r.sleepstudy, {
        ".sig01": (14.381384976834378, 37.715831758310962),
        ".sig02": (3.8011641163820848, 8.7533830691949586),
        ".sig03": (-0.48150075848999641, 0.68498628992081678),
        ".sigma": (22.898266889003636, 28.8579965181635),
        "(Intercept)": (237.68069550523418, 265.12951468017417),
        "Days": (7.3586532751169935, 13.575918751708203),
    }),
    "dyestuff2": ("Yield ~ 1 + (1 | Batch)", r.Dyestuff2, {
        ".sig01": (0, 2.0840434890102193),
        ".sigma": (2.8928310201021987, 4.8158325524507193),
        "(Intercept)": (4.3121002167383073, 7.0190923468374073),
    }),
    "pastes": ("strength ~ 1 + (1 | batch/cask)", r.Pastes, {
        ".sig01": (2.1579337082292493, 4.0535889362713897),
        ".sig02": (0, 2.9465910969038798),
        ".sigma": (0.65202335935906297, 1.0854481019082127),
        "(Intercept)": (58.663650378658105, 61.443016368423685),
    }),
    "machines": ("score ~ Machine + (Machine | Worker)", lambda: r.load("Machines"), {
        ".sig01": (2.4616525941042036, 6.710147930755576),
        ".sig02": (3.522047231543552, 9.77609811042417),
        ".sig03": (2.140139127022868, 6.246980280596788),
        ".sig04": (-0.35639502535246737, 0.7984091861804549),
        ".sig05": (-1, 1),
        ".sig06": (-1, 1),
        ".sigma": (0.775967732596641, 1.2346938242791758),
        "(Intercept)": (48.79640641977181, 55.91471187283296),
        "MachineB": (2.8401628298902613, 13.093178852715154),
        "MachineC": (10.655280972122018, 17.178057484440796),
    }),
}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", PROFILES)
def test_profiles_of_2_1_have_its_order_and_its_numbers(name: str) -> None:
    formula, data, stored = PROFILES[name]
    theirs = np.array([*stored.values()])
    with r.options(lme4="2.1"):
        m = r.lmer(formula, data())
        ci = r.confint(m, quiet=True)
        named = r.confint(m, quiet=True, signames=False)
        with pytest.warns(UserWarning, match="^'oldNames' is deprecated. Please use 'signames' instead.$"):
            r.confint(m, method="Wald", oldNames=False)
    assert list(ci.index) == [*stored] and named.index[0].startswith("sd_")
    off = np.abs(ci.to_numpy() - theirs).max(axis=1) / (theirs[:, 1] - theirs[:, 0])
    assert off.max() < 1e-6, off  # of the width: other processors round otherwise, which the optimizer amplifies
    np.testing.assert_array_equal(named, ci)


def test_what_2_1_gets_wrong_is_said_with_the_right_numbers_whereabouts() -> None:
    """R's own deviance (of either version) rises by 3.341 where sd_(Intercept)|Worker is 7.10, not by 3.841."""
    m = r.lmer("score ~ Machine + (Machine | Worker)", r.load("Machines"))
    assert r.exact_zeta(m, "sd_(Intercept)|Worker", 7.10) ** 2 == pytest.approx(3.341, abs=5e-4)
    with r.options(lme4="2.1"):
        with pytest.warns(FollowedWarning, match=r"both ends of lme4 2.1's interval of \.sig01.*confint\(exact=True\)"):
            wrong = r.confint(m, parm=".sig01", quiet=True).to_numpy()[0]
        right = r.confint(m, parm=".sig01", quiet=True, exact=True).to_numpy()[0]
    np.testing.assert_allclose(right, r.confint(m, parm=".sig01", quiet=True, exact=True).to_numpy()[0], rtol=1e-12)
    assert right[0] < wrong[0] and wrong[1] < 7.10 < right[1]


def test_under_2_1_a_number_means_the_parameter_that_the_release_counts() -> None:
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    second = r.confint(m, parm=".sig02", quiet=True, exact=True).to_numpy()
    with r.options(lme4="2.1"):
        third = r.confint(m, parm=3, quiet=True, exact=True)
        assert list(third.index) == [".sig03"]
        assert r.exact_zeta(m, ".sig03", 0.5) == r.exact_zeta(m, "cor_Days.(Intercept)|Subject", 0.5)
        boots = r.bootMer(m, "sdcor", 2, seed=1).t
        assert boots[".sig03"].abs().max() < 1 < boots[".sig02"].min()
        # lme4 2.1's variance parameters have the fit's fixed effects in their rows.
        points = r.profile(m, which=".sig01").as_data_frame()
        assert points["Days"].nunique() == 1
    np.testing.assert_array_equal(third, second)


def test_the_bootstrap_test_of_pbkrtest_0_5_5_fits_anew() -> None:
    """set.seed(7); PBmodcomp(pp_mod, no_slope, nsim = 40)$ref[c(1, 2, 12)], pbkrtest 0.5.5 and, the last, 0.5.2."""
    large = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    small = r.lmer("Reaction ~ 1 + (days_deprived | Subject)", r.sleep2())
    with r.options(lme4="2.1"):
        ref = r.PBmodcomp(large, small, nsim=40, seed=7).ref
    assert ref[[0, 1, 11]] == pytest.approx([1.04527173693009, 0.41798940229773507, 0.5073156898488378], rel=1e-7)
    assert r.PBmodcomp(large, small, nsim=40, seed=7).ref[11] == pytest.approx(-1.91141179792407, rel=1e-7)


def test_all_fits_start_from_the_estimate_since_2_0() -> None:
    """summary(allFit(m))$feval, R 4.6.1 and 4.2.2."""
    m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    names = ["bobyqa", "nloptwrap.NLOPT_LN_BOBYQA"]
    with r.options(lme4="2.1"):
        late, early = r.allFit(m, names), r.allFit(m, names, start_from_mle=False)
    before = r.allFit(m, names)
    assert r.summary(late).feval.to_numpy().tolist() == [31, 24]
    assert r.summary(early).feval.to_numpy().tolist() == r.summary(before).feval.to_numpy().tolist() == [98, 43]


LIMITED = {"optCtrl": {"maxeval": 12}}


@pytest.mark.parametrize(("settings", "checked"), [  # max|grad| was said by lme4 2.1-0 where `checked`
    ({}, True),
    ({"check_conv_nobsmax": 180}, False),
    ({"check_conv_nparmax": 3}, False),
    ({"check_conv_nobsmax": 180, "calc_derivs": True}, True),
    ({"check_conv_nobsmax": 179, "calc_derivs": True}, False),
    ({"calc_derivs": False}, False),
])
def test_convergence_is_not_checked_beyond_the_limits_of_2_1(settings: dict[str, Any], checked: bool) -> None:
    def said() -> bool:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=r.lmerControl(**LIMITED, **settings))
        return any("max|grad|" in str(one.message) for one in caught)

    with r.options(lme4="2.1"):
        assert said() == checked
    assert said() == (settings.get("calc_derivs") is not False)


def test_the_joint_covariance_of_all_effects(slopes: LmerMod) -> None:
    """vcov(m, full = TRUE), the same in lme4 1.1-37 and 2.1-0."""
    V = r.vcov(slopes, full=True)
    assert [*V.index[:2], *V.index[-2:]] == ["Subject.308.(Intercept)", "Subject.308.Days", "(Intercept)", "Days"]
    theirs = [171.61639699227933, -19.719564011880376, 25.910809472499324, -34.005564334709341, 46.575120048789415]
    found = V.to_numpy()[[0, 0, 0, 0, 36], [0, 1, 2, 36, 36]]
    assert found == pytest.approx(theirs, rel=1e-10)


def test_the_joint_covariance_of_nested_effects_is_not_lme4s_but_right() -> None:
    """G - GZ'PZG by dense algebra in R 4.6.1. lme4 forgets the order of its factor, so that with nested factors
    values stand beside others' names: 1.1501230 and 0.2900553 for these.
    """
    V = r.vcov(r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes()), full=True)
    assert V.loc["cask:batch.a:A.(Intercept)", "cask:batch.a:B.(Intercept)"] == pytest.approx(0.1724962, abs=5e-8)
    assert V.loc["batch.A.(Intercept)", "batch.A.(Intercept)"] == pytest.approx(1.1177510, abs=5e-8)


def test_standard_errors_of_predictions_are_the_releases(slopes: LmerMod) -> None:
    """predict(m, nd, se.fit = TRUE, allow.new.levels = TRUE)$se.fit: lme4 1.1-31 has none, 1.1-37 stops."""
    nd = pd.DataFrame({"Days": [0, 5, 3], "Subject": ["308", "zz", "309"]})

    def se() -> list[float]:
        return [*r.predict(slopes, nd, se_fit=True, allow_new_levels=True)[1]]

    whole = se()
    with r.options(lme4="1.1-37"):
        with pytest.raises(ValueError, match="non-conformable arguments.*every level of Subject"):
            se()
        every = r.predict(slopes, se_fit=True)[1]
    assert [*every[:2]] == pytest.approx([12.254810825616611, 10.543384823706841], rel=1e-10)
    with r.options(lme4="2.1"), pytest.warns(FollowedWarning, match="new levels of Subject.*'1.1-31'"):
        late = se()
    assert late == pytest.approx([12.254810825616611, 9.5812773920098309, 8.1164815429743626], rel=1e-10)
    between = r.VarCorr(slopes)["Subject"].to_numpy()
    assert whole[1] ** 2 - late[1] ** 2 == pytest.approx(np.array([1, 5]) @ between @ np.array([1, 5]), rel=1e-9)
    assert whole[::2] == pytest.approx(late[::2], rel=1e-12)


LIVE = """
library(lme4)
m <- lmer(Reaction ~ Days + (Days | Subject), sleepstudy)
b <- bootMer(m, function(x) c(sigma(x), getME(x, "theta")), 3, seed = 1)$t
list(refit = unname(getME(refit(m), "theta")), t = unname(b),
     ci = unname(confint(lmer(Yield ~ 1 + (1 | Batch), Dyestuff), quiet = TRUE)))
"""


@pytest.mark.live
@pytest.mark.filterwarnings("ignore::translations.lme4.control.FollowedWarning")
@pytest.mark.parametrize(("release", "of"), [("1.1-37", "45"), ("2.1", "46")])
def test_a_live_r_of_the_release_answers_the_same(
    slopes: LmerMod, release: str, of: str, rscript_of: Callable[[str], str]
) -> None:
    with PipedR(rscript_of(of)) as live:
        theirs = live.values(LIVE)
    with r.options(lme4=release):
        t = np.column_stack([r.bootMer(slopes, of, 3, seed=1).t for of in ("sigma", "theta")])
        ci = r.confint(r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()), quiet=True).to_numpy()
        ours = {**{f"refit[{i + 1}]": x for i, x in enumerate(r.refit(slopes).theta)},
                **{f"t[{i + 1}, {j + 1}]": t[i, j] for i in range(3) for j in range(4)},
                **{f"ci[{i + 1}, {j + 1}]": ci[i, j] for i in range(3) for j in range(2)}}
    assert ours == pytest.approx(theirs, rel=1e-7)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("group", "criterion", "groups"), [  # REMLcrit, lme4 2.1-0
    ("f * Subject", 1758.1416620793721, {"f:Subject": 36, "Subject": 18, "f": 2}),
    ("f + Subject", 1786.4650853949215, {"Subject": 18, "f": 2}),
])
def test_crossed_grouping_factors_expand_since_2_0(group: str, criterion: float, groups: dict[str, int]) -> None:
    data = r.sleepstudy().assign(f=lambda d: pd.Categorical((d["Days"] // 5).astype(str)))
    formula = f"Reaction ~ Days + (1 | {group})"
    with r.options(lme4="2.1"):
        m = r.lmer(formula, data)
    assert r.REMLcrit(m) == pytest.approx(criterion, rel=1e-10) and dict(r.ngrps(m)) == groups
    with pytest.raises(ValueError, match="Invalid grouping factor specification"):
        r.lmer(formula, data)
