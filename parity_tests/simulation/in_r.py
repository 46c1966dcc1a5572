"""The data-generating process and one fit in R, and the settings that are asked of both."""
from __future__ import annotations

from typing import Any

from translations.simulation import Design

IN_R = """
one <- function(gamma0, gamma1, tau00, tau11, rho, sigma, subjects, days, missing) {
  Sigma <- matrix(c(tau00^2, rho * tau00 * tau11, rho * tau00 * tau11, tau11^2), 2)
  S <- MASS::mvrnorm(subjects, c(0, 0), Sigma)
  e <- rnorm(subjects * days, 0, sigma)
  d <- data.frame(Subject = factor(rep(1:subjects, each = days)), days_deprived = rep(1:days - 1, subjects))
  d$Reaction <- gamma0 + S[d$Subject, 1] + (gamma1 + S[d$Subject, 2]) * d$days_deprived + e
  d$Reaction[sample(subjects * days, round(missing * (subjects * days)))] <- NA
  d
}
fit <- function(d) {
  m <- suppressWarnings(suppressMessages(lme4::lmer(Reaction ~ days_deprived + (days_deprived | Subject), d)))
  s <- as.data.frame(lme4::VarCorr(m))$sdcor
  c(lme4::fixef(m), s[1:2], s[3], s[4], sqrt(diag(as.matrix(vcov(m)))))
}
"""
SETTINGS = [
    {},
    {"missing": 0.1},
    {"rho": -0.6, "subjects": 7, "days": 5, "missing": 0.25},
    {"gamma0": 0.0, "gamma1": -3.0, "tau00": 2.0, "tau11": 0.5, "rho": 0.9, "sigma": 1.0, "subjects": 30, "days": 3},
    {"subjects": 35, "days": 15, "missing": 0.02},  # 10.5 observations are lost
    {"sigma": 0.0, "missing": 0.2},
]


def call(setting: dict[str, Any], function: str = "one") -> str:
    """R's call of a function of these settings, the others by default."""
    design = Design(**setting)
    return f"{function}({', '.join(f'{name} = {value}' for name, value in vars(design).items())})"
