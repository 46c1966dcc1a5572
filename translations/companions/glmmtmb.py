"""`glmmTMB` where its likelihood is that of `lmer` and `glmer`: R's package glmmTMB."""
from __future__ import annotations

import warnings
from typing import Any

from translations.generalized.families import Family
from translations.lme4.formula import split
from translations.lme4.glmer.fit import glmer
from translations.lme4.lmer import lmer
from translations.lme4.model import LmerMod

INSTEAD = {
    "nbinom2": "r.glmer_nb has this family by lme4's Laplace approximation, whose estimates differ in the third digit",
    "nbinom1": "no package for Python has it with random effects",
    "beta_family": "take the logit of the response, by r.lmer",
    "beta": "take the logit of the response, by r.lmer",
    "Gamma": "r.glmer has it, by another estimate of the dispersion",
    "binomial": "r.glmer has this link, by another approximation of the likelihood, which is glmmTMB's for the logit",
    "poisson": "r.glmer has this link, by another approximation of the likelihood, which is glmmTMB's for the log",
    "gaussian": "r.glmer has this link, by another approximation of the likelihood",
}
LINKS = {"gaussian": "identity", "binomial": "logit", "poisson": "log"}


def glmmTMB(formula: str, data: Any = None, family: Any = "gaussian", ziformula: str = "~0", dispformula: str = "~1",  # noqa: N802
            weights: Any = None, offset: Any = None, REML: bool = False) -> LmerMod:  # noqa: N803
    """A mixed model by maximum likelihood, as glmmTMB has it: `lmer` or `glmer` at the optimum. R: glmmTMB::glmmTMB;
    Brooks et al. (2017), The R Journal 9, 378.

    formula, data, weights, offset: as in `lmer` and `glmer`. family: gaussian, `binomial` by the logit or `poisson` by
    the log, for which the Laplace approximation of both packages is the same. ziformula, dispformula: "~0" and "~1",
    without zero inflation and with one dispersion, alone. REML: of gaussian models.

    The criterion is glmmTMB's to rounding, and Newton's method ends at its optimum, before which glmmTMB stops: its own
    estimates have five to seven digits. Standard errors of binomial and Poisson models are glmmTMB's; those of
    gaussian ones are lme4's, which take the variances as known: in balanced designs they are the same.

    Returns the model of `lmer` or `glmer`, which prints as theirs: `fixef`, `VarCorr`, `ranef`, `predict`, `summary`,
    `emmeans` and the others take it.

    Raises ValueError for what their likelihoods do not have, with what to use: other families and links, zero
    inflation, a formula for the dispersion, covariance structures, and a formula without random effects.

    >>> m = r.glmmTMB("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family="binomial")
    >>> print(r.fixef(m))
    (Intercept)     period2     period3     period4
     -1.3985321  -0.9923327  -1.1286721  -1.5803139
    """
    name, link = _family(family)
    if LINKS.get(name) != link:
        how = INSTEAD.get(name, "glmmTMB in R has it, which rpy2 hands the data")
        named = f"{name}({link})" if link else name
        raise ValueError(f"glmmTMB with family {named} is none of lmer's and glmer's likelihoods: {how}")
    if (ziformula or "~0").replace(" ", "") not in ("~0", "~-1"):
        raise ValueError(f"ziformula {ziformula!r}: zero inflation has no likelihood here; statsmodels' "
                         "ZeroInflatedPoisson has it without random effects")
    if (dispformula or "~1").replace(" ", "") != "~1":
        raise ValueError(f"dispformula {dispformula!r}: one dispersion alone; r.lmer takes weights, 1 / variance a "
                         "row, and diag() and ar1() terms")
    if structure := [bar.structure for bar in split(formula).bars if bar.structure]:
        raise ValueError(f"{structure[0]}() is written and bounded otherwise by glmmTMB than by lme4: r.lmer fits the "
                         "structures of lme4 2.1")
    if name == "gaussian":
        return lmer(formula, data, REML=REML, control="newton", weights=weights, offset=offset)
    if REML:
        raise ValueError(f"REML of a {name} model is glmmTMB's own approximation: fit by ML, REML=False")
    return glmer(formula, data, family=family, control="newton", weights=weights, offset=offset)


def _family(family: Any) -> tuple[str, str]:
    """Name and link of a family, given as such, as its function or as its name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        made = family() if callable(family) else family
    if isinstance(made, Family):
        return made.name, made.link.name
    return str(made), LINKS.get(str(made), "")
