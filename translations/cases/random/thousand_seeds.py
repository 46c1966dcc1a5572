"""A thousand draws from each of a thousand seeds, from one end of what `set.seed` takes to the other.

R does not use the seed as it stands: a congruential generator turns it 50 times and then writes the 624 words that the
Mersenne-Twister starts from.
"""
import numpy as np

import translations as r
from translations.cases.random._shared import sha256
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=3, tolerance=tol.EXACT)
def thousand_seeds():
    seeds = range(-500 * 4294967, 500 * 4294967, 4294967)
    return {
        "runif": sha256(np.concatenate([r.set_seed(seed).runif(1000) for seed in seeds])),
        "rnorm": sha256(np.concatenate([r.set_seed(seed).rnorm(1000) for seed in seeds])),
        "rexp": sha256(np.concatenate([r.set_seed(seed).rexp(1000) for seed in seeds])),
        "sample": sha256(np.concatenate([r.set_seed(seed).sample(1000) for seed in seeds])),
    }
