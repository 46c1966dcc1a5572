"""`sample` with weights, and as it was before R 3.6.0.

R draws an index below n by taking just enough random bits and drawing again if they make n or more; until 3.6.0 it
rounded n times a uniform down, which favours some indices when n is large. Old scripts are reproduced with
`sample.kind = "Rounding"`. With weights, R sorts them by a heapsort that is not stable, so that the order in which it
leaves ties decides who is drawn; above 200 weights that matter it goes over to Walker's alias method.
"""
import numpy as np

import translations as r
from translations.cases.random._shared import sha256
from translations.parity import case
from translations.parity import tolerances as tol


def draws(rng):
    tied = np.tile([1, 2, 3, 1], 30)
    many = np.arange(1, 1001) % 7 + 0.1
    return {
        "permuted": rng.sample(12),
        "replaced": rng.sample(6, 12, replace=True),
        "huge": rng.sample(5e9, 3, replace=True),
        "weighted": rng.sample(5, 12, replace=True, prob=[5, 1, 3, 1, 0]),
        "weighted_distinct": rng.sample(5, 4, prob=[5, 1, 3, 1, 0.5]),
        "tied": sha256(rng.sample(120, 10**5, replace=True, prob=tied)),
        "tied_distinct": sha256(rng.sample(120, prob=tied)),
        "alias": sha256(rng.sample(1000, 10**5, replace=True, prob=many)),
        "many_distinct": sha256(rng.sample(1000, prob=many)),
        "after": rng.runif(1),
    }


@case(order=4, tolerance=tol.EXACT)
def sample_kinds():
    return {
        "rejection": draws(r.set_seed(36)),
        "rounding": draws(r.set_seed(36, sample_kind="Rounding")),
    }
