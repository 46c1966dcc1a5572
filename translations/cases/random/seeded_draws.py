"""`set.seed(99)`, and then a draw from every generator.

In R the stream is hidden: `set.seed` starts it, and each call takes up where the one before stopped. Here `set_seed`
returns it, and its methods are R's functions. Otherwise the two sides read alike, and give the same values to the last
bit; numpy's and Python's own generators, though Mersenne-Twisters too, start from a seed in another way and shape the
draws by other methods.

What to watch: `sample(20)` permutes 1, ..., 20 (Python's habit would be 0, ..., 19). Parameters are recycled, and a
draw that is certain, such as one with `sd = 0`, takes nothing from the stream.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=1, tolerance=tol.EXACT)
def seeded_draws():
    rng = r.set_seed(99)
    return {
        "runif": rng.runif(7),
        "rnorm": rng.rnorm(7),
        "rnorm_recycled": rng.rnorm(6, mean=[0, 100], sd=[1, 0, 10]),
        "rexp": rng.rexp(4),
        "sample": rng.sample(20),
        "sample_replace": rng.sample(5, 10, replace=True),
        "sample_prob": rng.sample(["a", "b", "c"], 8, replace=True, prob=[0.5, 0.3, 0.2]),
        "rbinom": rng.rbinom(6, 10, 0.3),
        "rbinom_large": rng.rbinom(6, 1000, 0.6),
        "rpois": rng.rpois(6, 4),
        "rpois_large": rng.rpois(6, [40, 400]),
        "rgamma": rng.rgamma(5, shape=2.5, rate=0.1),
        "rgamma_small": rng.rgamma(5, shape=0.5),
        "rchisq": rng.rchisq(5, df=4),
        "rt": rng.rt(5, df=16),
        "runif_after": rng.runif(2, -1, 1),
        "state": rng.random_seed[:8],
    }
