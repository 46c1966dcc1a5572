"""Standard deviations and correlations of models with covariance structures: what profiles and intervals are of.

x (npar + 1,): for each term, in lme4 2.1's order, standard deviations, then correlations (`rho`), then sigma last.
R: lme4 2.1's convParToProfPar, convProfParToPar, profnames.
"""

from __future__ import annotations

import numpy as np

from .base import Floats
from .parameters import Parameters


def of_par(parameters: Parameters, par: Floats, sigma: float) -> Floats:
    """x (npar + 1,) of par (npar,) and sigma."""
    parts = [part for each, own in parameters.split(par) for part in _scaled(each.scales(own), sigma)]
    return np.append(np.concatenate(parts), sigma)


def to_par(parameters: Parameters, x: Floats) -> Floats:
    """par (npar,) of x (npar + 1,); NaN where correlations are those of no matrix."""
    out = np.empty(len(x) - 1)
    for each, own in zip(parameters.each, parameters.slices, strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):  # at a sigma of 0
            sd, cor = x[own][: each.n_sd] / x[-1], x[own][each.n_sd :]
        out[own] = each.of_scales(sd, cor)
    return out


def bounds(parameters: Parameters) -> tuple[Floats, Floats]:
    """Lower and upper bounds (npar + 1,)."""
    lower, upper = list[Floats](), list[Floats]()
    for each in parameters.each:
        low, high = each.scale_bounds
        lower.append(low)
        upper.append(high)
    return np.append(np.concatenate(lower), 0.0), np.append(np.concatenate(upper), np.inf)


def names(parameters: Parameters) -> list[str]:
    """By meaning: `sd_Days|Subject`, `sd_*|Subject`, `cor_rho|Subject`, `sigma`."""
    out = []
    for term in parameters.terms:
        sds, cors = term.covariance.scale_names(term.names)
        out += [f"sd_{name}|{term.group}" for name in sds] + [f"cor_{name}|{term.group}" for name in cors]
    return [*out, "sigma"]


def _scaled(scales: tuple[Floats, Floats], sigma: float) -> tuple[Floats, Floats]:
    return scales[0] * sigma, scales[1]
