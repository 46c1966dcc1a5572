"""How near a generalized model's predictions come to yes and no, or to counts: performance's scores."""
from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from translations.generalized.densities import log_binomial, log_poisson
from translations.generalized.model import Glm
from translations.lme4.glmer.model import GlmerMod

Floats = np.ndarray


def scores(m: Glm | GlmerMod, asked: Sequence[str]) -> dict[str, float]:
    """Those of Log_loss, Score_log and Score_spherical (by "Score") and, of `glm`, PCP that are asked for and that the
    family has: of yes/no answers all, of Poisson counts the scores. R: performance_logloss, performance_score,
    performance_pcp.

    R takes a yes/no answer's probability in the scores to be that of one success in as many trials as there are
    successes in all, and so do these: they compare models, and are no log-likelihoods.

    Sources: Herron (1999), Political Analysis 8, 83; Gneiting & Raftery (2007), JASA 102, 359.
    """
    y, mu = (m.y, np.asarray(m.mu)) if isinstance(m, GlmerMod) else (m.fit.y, m.fit.mu)
    found: dict[str, float] = {}
    binary = m.family.name == "binomial"
    if binary and len(np.unique(y)) > 2:
        return {"Log_loss": np.nan} if isinstance(m, GlmerMod) and "Log_loss" in asked else found
    if binary and "Log_loss" in asked:
        found["Log_loss"] = float(-np.mean(np.log(1.0 - np.abs(y - mu))))
    if "Score" in asked and (binary or m.family.name == "poisson"):
        log_p = log_binomial(y, np.full(len(y), y.sum()), mu) if binary else log_poisson(y, mu)
        p = np.exp(log_p)
        found |= {"Score_log": float(np.mean(log_p)), "Score_spherical": float(np.mean(p / np.sqrt(np.sum(p**2))))}
    if binary and "PCP" in asked:
        found["PCP"] = float((np.sum(mu[y == 1.0]) + np.sum(1.0 - mu[y == 0.0])) / len(y))
    return found
