"""A million draws of each generator, compared by their SHA-256.

If one draw of a stream differs in one bit, so does the sum; equal sums are a million equal draws. The parameters are
chosen so that every branch of the rejection methods is taken: gamma shapes on both sides of 1, 3.686 and 13.022,
Poisson means on both sides of 10, binomials by inversion and by rejection (whose 32-bit square R lets overflow at a
billion trials).
"""
import translations as r
from translations.cases.random._shared import sha256
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=2, tolerance=tol.EXACT)
def million_draws():
    n, m = 10**6, 10**5
    rng = r.set_seed(20261123)
    return {
        "runif": sha256(rng.runif(n)),
        "rnorm": sha256(rng.rnorm(n)),
        "rexp": sha256(rng.rexp(n)),
        "sample": sha256(rng.sample(n)),
        "sample_replace": sha256(rng.sample(777, n, replace=True)),
        "sample_huge": sha256(rng.sample(3e9, m, replace=True)),
        "sample_sparse": sha256(rng.sample(2e7, m)),
        "rgamma": sha256(rng.rgamma(m, shape=[0.1, 0.7, 1, 1.5, 3.7, 10, 13.1, 1000], scale=2)),
        "rchisq": sha256(rng.rchisq(m, df=[0.5, 1, 3, 30])),
        "rchisq_noncentral": sha256(rng.rchisq(m, df=[0, 3], ncp=2)),
        "rt": sha256(rng.rt(m, df=[1, 3, 16, float("inf")])),
        "rt_noncentral": sha256(rng.rt(m, df=16, ncp=1)),
        "rpois": sha256(rng.rpois(m, [0.01, 0.5, 3, 9.99, 10, 15, 100, 1e8])),
        "rbinom_inversion": sha256(rng.rbinom(m, [1, 10, 50], [0.01, 0.3, 0.5, 0.9])),
        "rbinom_rejection": sha256(rng.rbinom(m, [100, 1000, 1e5, 1e9], [0.4, 0.5, 0.7])),
        "state": rng.random_seed[:8],
    }
