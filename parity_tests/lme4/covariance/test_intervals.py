"""Profile and bootstrap intervals of covariance structures against R's lme4 2.1-0."""

from __future__ import annotations

import warnings

import numpy as np
import pytest

import translations as r
from translations.lme4.model import LmerMod

MODELS = {
    "sleep_diag": ("Reaction ~ Days + diag(Days | Subject)", "sleepstudy"),
    "sleep_diag_hom": ("Reaction ~ Days + diag(Days | Subject, hom = TRUE)", "sleepstudy"),
    "sleep_cs": ("Reaction ~ Days + cs(Days | Subject)", "sleepstudy"),
    "sleep_cs_hom": ("Reaction ~ Days + cs(Days | Subject, hom = TRUE)", "sleepstudy"),
    "sleep_ar1": ("Reaction ~ Days + ar1(0 + factor(Days) | Subject)", "sleepstudy"),
    "sleep_ar1_intercept": ("Reaction ~ Days + ar1(0 + factor(Days) | Subject) + (1 | Subject)", "sleepstudy"),
    "machines_cs_hom": ("score ~ Machine + cs(0 + Machine | Worker, hom = TRUE)", "Machines"),
    "orthodont_ar1": ("distance ~ age * Sex + ar1(0 + factor(age) | Subject)", "Orthodont"),
    "bodyweight_ar1": ("weight ~ Diet * Time + ar1(0 + factor(Time) | Rat)", "BodyWeight"),
    "oxboys_diag": ("height ~ age + diag(age | Subject)", "Oxboys"),
}
# R 4.6.1: print(confint(m, parm = "theta_"), digits = 17), lower ends and then upper ones.
PROFILES = {
    "sleep_diag": [
        15.258646680657556, 3.964073846237818, 22.880554647943605, 37.78647075508723, 8.7691593259196239,
        28.787597595053136],
    "sleep_diag_hom": [
        5.6131345362998015, 24.387924546162775, 13.997634737678855, 30.975075586458129],
    "sleep_cs": [
        14.381454586573293, 3.8011641253227157, -0.48150073750253819, 22.898266883826686, 37.71592913697215,
        8.753382773024887, 0.68498596643988963, 28.85799652373715],
    "sleep_cs_hom": [
        4.5153467151521545, -0.25288727244131493, 24.798246302804422, 12.289679553602911, 1, 31.423110639465758],
    "sleep_ar1": [
        36.946402147485038, 0.77447882438514781, 5.7931470901386675, 60.704336942830416, 0.94498875971267216,
        20.798151954534177],
    "sleep_ar1_intercept": [
        28.3266840867546748, 0.5187635768053066, 0, 0, 60.0393932628452660, 0.9448320182136376, 47.7628248406257683,
        20.6262449036400426],
    "machines_cs_hom": [
        3.8720924130182945, 0.15344954367309552, 0.77595065584511946, 10.009939748377326, 0.90181535641284805,
        1.2349657397202283],
    "orthodont_ar1": [
        1.298851536642281, 0.79328258506685301, 0.96801601278421823, 2.4563732371953213, 1, 1.6032792960663751],
    "bodyweight_ar1": [  # of the fixed effects R says: objective in x0 returns NA
        25.112482589022754, 0.9830488479115966, 0.6180601134698771, 49.45828580174089, 0.9966096800079476,
        3.2992276328668786],
    "oxboys_diag": [
        6.1751133023376665, 1.265629356353599, 0.59748436398423244, 10.686877663108188, 2.2417660931344336,
        0.73393672489550843],
}
# Fewest digits shared, where it is not 7. Along `ar1()`'s rho and sigma the optimizers stop on the way: solved for
# (`exact=True`) sleepstudy's rho begins at 0.774618, where R says 0.774479, and Orthodont's sigma ends at 1.604010;
# with (1 | Subject) beside it rho begins at 0.519657.
FEWER = {"sleep_ar1": 4.5, "sleep_ar1_intercept": 3.7, "orthodont_ar1": 3.2}
# The same R: bootMer(m, function(f) c(fixef(f), getME(f, "par"), sigma(f)), nsim = 8, seed = 42)$t[1, ].
FIRST_SAMPLE = {
    "sleep_diag": [
        261.32672456003604, 8.9502494716515297, 0.79634351790504143, 0.32738030710479171, 24.34953493057337],
    "sleep_diag_hom": [
        255.7138902226767, 8.3028131974598391, 0.40672733157104118, 25.732608027305108],
    "sleep_cs": [
        261.21883966794741, 9.1040485770012456, 0.79498400621886744, 0.32934335231844425, -0.032634982330515316,
        24.344187876438937],
    "sleep_cs_hom": [
        255.14491997187807, 10.475816723806707, 0.36723696079960316, -0.61296177554882847, 26.106152633023502],
    "sleep_ar1": [
        266.00749106585209, 8.3268060245258848, 2.6786960761614735, 0.8835098364067363, 16.893372881301602],
    "machines_cs_hom": [
        54.855199282403248, 7.7194605694022194, 14.416308670606075, 8.1473058516888788, 0.54246394583579827,
        0.88657976817136208],
    "orthodont_ar1": [
        17.913927722737203, 0.70071589740414131, 0.70835127105286366, -0.29072065402029285, 1.2946476424403452, 1,
        1.5391833965167294],
    "oxboys_diag": [
        149.92145068301281, 6.2639906766718347, 13.522475347849246, 2.5186232701383799, 0.69169692846482367],
}


def fitted(name: str) -> LmerMod:
    formula, data = MODELS[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(formula, r.load(data))


@pytest.mark.parametrize("name", MODELS)
def test_profile_intervals(name: str) -> None:
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ends = r.confint(fitted(name), parm="theta_", quiet=True).to_numpy()
    theirs = np.array(PROFILES[name]).reshape(2, -1).T
    np.testing.assert_allclose(ends, theirs, rtol=10.0 ** -FEWER.get(name, 7.0))


@pytest.mark.parametrize("name", FIRST_SAMPLE)
def test_bootstrap_samples(name: str) -> None:
    """The same responses from one seed, and their fits."""
    with r.options(lme4="2.1"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        samples = r.bootMer(fitted(name), lambda f: np.r_[r.fixef(f).to_numpy(), f.par, f.sigma], nsim=8, seed=42)
    np.testing.assert_allclose(np.asarray(samples.t)[0], FIRST_SAMPLE[name], rtol=1e-6)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("formula, data", [
    ("effort ~ Type + ar1(0 + Type | Subject)", "ergoStool"),
    ("weight ~ Diet * Time + ar1(0 + factor(Time) | Chick)", "ChickWeight"),
])
def test_without_a_residual_there_is_no_minimum_to_profile_from(formula: str, data: str) -> None:
    """R 4.6.1 stops too: profiling detected new, lower deviance (deviance diff = 7.73e-05 and 1.06)."""
    m = r.lmer(formula, r.load(data))
    with pytest.raises(ValueError, match=r"lower deviance .* falls on as sigma goes to 0 .* no minimum to profile"):
        r.confint(m, quiet=True)
