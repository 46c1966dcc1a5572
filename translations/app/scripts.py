"""What can be taken away: the data, and the R and Python scripts that give what is on the screen.

The two scripts print the same text.
"""

from __future__ import annotations

import pandas as pd

from .controls import CONTROLS, Settings

_R = """\
# One simulated data set, pooled in three ways. R 3.6 or newer, with lme4 and MASS.
library(lme4)

{parameters}

set.seed({seed})
Sigma <- matrix(c(tau00^2, rho * tau00 * tau11, rho * tau00 * tau11, tau11^2), 2)
S <- MASS::mvrnorm(subjects, c(0, 0), Sigma)        # each subject's deviations from the population's line
e <- rnorm(subjects * days, 0, sigma)

d <- data.frame(Subject = factor(rep(1:subjects, each = days)), days_deprived = rep(1:days - 1, subjects))
d$Reaction <- gamma0 + S[d$Subject, 1] + (gamma1 + S[d$Subject, 2]) * d$days_deprived + e
d$Reaction[sample(subjects * days, round(missing * (subjects * days)))] <- NA

complete <- lm(Reaction ~ days_deprived, d)
none <- lm(Reaction ~ 0 + Subject + Subject:days_deprived, d)
partial <- lmer(Reaction ~ days_deprived + (days_deprived | Subject), d)

print(summary(d$Reaction))
print(coef(complete))
print(coef(none))
print(summary(partial))
print(coef(partial))
"""

_PYTHON = '''\
"""One simulated data set, pooled in three ways. Needs `pip install rparity`."""
import translations as r

d = r.simulate_multilevel(
{parameters}
    seed={seed},
)

complete = r.lm("Reaction ~ days_deprived", d)
none = r.lm("Reaction ~ 0 + Subject + Subject:days_deprived", d)
partial = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", d)

print(r.summary(d["Reaction"]))
print(r.coef(complete))
print(r.coef(none))
print(r.summary(partial))
print(r.coef(partial))
'''


def csv(data: pd.DataFrame) -> str:
    """The data as CSV: every digit, NA for what is missing."""
    return data.to_csv(index=False, na_rep="NA", lineterminator="\n")


def r_script(settings: Settings) -> str:
    """R code for the data and the three fits."""
    lines = (f"{name} <- {value}" for name, value in _parameters(settings))
    return _R.format(parameters="\n".join(lines), seed=settings.seed)


def python_script(settings: Settings) -> str:
    """Python code for the same."""
    lines = (f"    {name}={value}," for name, value in _parameters(settings))
    return _PYTHON.format(parameters="\n".join(lines), seed=settings.seed)


def _parameters(settings: Settings) -> list[tuple[str, str]]:
    return [(control.name, settings.argument(control.name)) for control in CONTROLS if control.name != "seed"]
