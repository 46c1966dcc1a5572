"""Quantiles against R's own digits, and what the first profile of a process loads."""

from __future__ import annotations

import math
import subprocess
import sys

import pytest

from translations.lme4.inference.intervals import chi2_quantile, chi2_tail, normal_quantiles

# R 4.6: sprintf("%.17g", sqrt(qchisq(0.99, df))), the cutoffs of profiles of df parameters;
# with a <- (1 - 0.95) / 2, qnorm(c(a, 1 - a)).
CUTOFFS = {
    1: 2.5758293035489004, 2: 3.0348542587702925, 3: 3.3682141752187271, 4: 3.6437211935036444, 5:
    3.8841051053478184, 6: 4.1002309483455841, 7: 4.298291161215392, 8: 4.4822131843167865, 15: 5.5297300265828975,
    20: 6.1291300187404287,
}
# R 4.6: sprintf("%.17g", pchisq(x, df, lower.tail = FALSE)).
TAILS = {
    (0.5, 1): 0.47950012218695348, (6.63, 1): 0.010027526446317953, (40, 1): 2.5396285894708649e-10, (0.5, 2):
    0.77880078307140488, (6.63, 2): 0.036334048577339996, (40, 2): 2.0611536224385579e-09, (0.5, 5):
    0.9921232932326296, (6.63, 5): 0.24964343625563989, (40, 5): 1.4933679000503954e-07, (0.5, 12):
    0.99999972618643662, (6.63, 12): 0.88106555875863679, (40, 12): 7.1908840528428925e-05,
}
FIRST = """
import sys
import translations as r
m = r.lmer("Reaction ~ Days + diag(Days | Subject)", r.sleepstudy(), REML=False)
r.confint(r.profile(m, which="theta_"))
print(*(name for name in ("scipy.special", "scipy.linalg", "scipy.stats", "scipy.optimize") if name in sys.modules))
"""


@pytest.mark.parametrize("df", CUTOFFS)
def test_cutoffs_are_r_s_to_the_last_bit_but_one(df: int) -> None:
    assert math.isclose(math.sqrt(chi2_quantile(0.99, df)), CUTOFFS[df], rel_tol=3e-16)


@pytest.mark.parametrize(("x", "df"), TAILS)
def test_tails_are_r_s(x: float, df: int) -> None:
    assert math.isclose(chi2_tail(x, df), TAILS[x, df], rel_tol=1e-14)


def test_ends_of_the_line() -> None:
    assert chi2_quantile(1.0, 3) == math.inf
    assert chi2_quantile(0.0, 3) < 1e-9


def test_normal_quantiles_are_r_s() -> None:
    assert normal_quantiles(0.95).tolist() == [-1.9599639845400536, 1.9599639845400536]


def test_a_profile_loads_no_part_of_scipy() -> None:
    """Whose import took more time than all else of a process's first profile."""
    done = subprocess.run([sys.executable, "-W", "ignore", "-c", FIRST], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
