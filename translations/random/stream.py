"""`set_seed` and the stream that follows from it: R's default random numbers, equal to R's to the last bit.

R keeps one hidden stream; here it is an object, and every draw moves it on as R's would move on: `rng.runif(3)` after
`rng.sample(20)` is what `runif(3)` gives after `sample(20)`. The generator is the Mersenne-Twister (Matsumoto &
Nishimura 1998), which numpy turns; its start is R's own scrambling of the seed. Normal draws are by inversion.
"""
from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Fill = Callable[..., Any]  # a compiled function that draws a vector in place: (generator, *parameters, out)

INT_MAX = 2**31 - 1
KINDS = {"Rejection": 10403, "Rounding": 403}  # .Random.seed[1]: Mersenne-Twister 3, Inversion 400, Rejection 10000
ALIAS_FROM = 200  # more than so many weights above a tenth of the mean: R goes over to Walker's method
HASH_FROM = 1e7  # a larger population is not listed when no more than half of it is drawn


def set_seed(seed: int | None, sample_kind: str = "Rejection") -> RStream:
    """The stream that `set.seed(seed)` starts. R: base::set.seed; Matsumoto & Nishimura (1998) for the Mersenne
    Twister.

    seed: an integer of at most 31 bits and a sign; None starts anywhere. sample_kind: "Rejection", or "Rounding" for
    the draws of `sample` before R 3.6.0.

    Returns a stream, whose `runif(n)`, `rnorm(n)`, `rexp(n)`, `sample(...)`, `mvrnorm(...)` draw R's numbers.

    Raises ValueError for any other seed or kind.

    >>> print(r.console(r.set_seed(99).runif(3)))
    [1] 0.5847119 0.1137817 0.6842647
    """
    return RStream(seed, sample_kind)


@cache
def _turns() -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Factors and summands of the turns 52 to 675 of x -> 69069 x + 1, modulo 2^32; both of shape (624,)."""
    powers = np.full(676, 69069, np.uint32)
    powers[0] = 1
    powers = np.multiply.accumulate(powers, dtype=np.uint32)
    sums = np.add.accumulate(powers, dtype=np.uint32)
    return powers[52:], sums[51:-1]


def scrambled(seed: int) -> NDArray[np.uint32]:
    """R's 624 starting words, shape (624,): the congruential sequence x -> 69069 x + 1 after 51 turns. R: RNG_Init."""
    factors, summands = _turns()
    return factors * np.uint32(seed % 2**32) + summands


class RStream:
    """R's stream of random numbers; made by `set_seed`. Methods and arguments bear R's names.

    `n` is the number of draws; if it is a vector, its length counts. A parameter may be a vector: draw i uses element
    i, starting over at the end. A parameter for which R returns NaN with a warning raises ValueError here, and leaves
    the stream where it was. Results are arrays of shape (n,).
    """

    def __init__(self, seed: int | None = None, sample_kind: str = "Rejection") -> None:
        if sample_kind not in KINDS:
            raise ValueError(f"sample_kind must be one of {', '.join(KINDS)}; got {sample_kind!r}")
        if seed is None:
            seed = secrets.randbits(31)
        if np.ndim(seed) or not isinstance(seed, int | float | np.number) or not abs(seed) <= INT_MAX:  # NaN too
            raise ValueError(f"seed must be an integer between -{INT_MAX} and {INT_MAX}; got {seed!r}")
        self.sample_kind = sample_kind
        self.generator = np.random.Generator(np.random.MT19937())
        self._set_words(scrambled(int(seed)), 624)

    def _set_words(self, words: NDArray[np.uint32], position: int) -> None:
        self.generator.bit_generator.state = {"bit_generator": "MT19937", "state": {"key": words, "pos": position}}

    @property
    def random_seed(self) -> NDArray[np.int32]:
        """The state, shape (626,), as in R's `.Random.seed`; assign it to put the stream back there."""
        state: Any = self.generator.bit_generator.state["state"]
        words = state["key"].astype(np.uint32).view(np.int32)
        return np.concatenate(([KINDS[self.sample_kind], state["pos"]], words)).astype(np.int32)

    @random_seed.setter
    def random_seed(self, value: ArrayLike) -> None:
        seed = np.asarray(value, np.int32)
        kinds = {code: kind for kind, code in KINDS.items()}
        if seed.shape != (626,) or int(seed[0]) not in kinds:
            raise ValueError("random_seed must be R's .Random.seed: 626 integers, for Mersenne-Twister and Inversion")
        self.sample_kind = kinds[int(seed[0])]
        self._set_words(seed[2:].view(np.uint32), int(seed[1]))

    def copy(self) -> RStream:
        """A second stream at the same place."""
        twin = RStream(0)
        twin.random_seed = self.random_seed
        return twin

    # --- location and scale ---

    def runif(self, n: ArrayLike, min: ArrayLike = 0.0, max: ArrayLike = 1.0) -> Floats:
        """`n` draws between `min` and `max`, neither included. R: stats::runif."""
        from .variates import fill_uniform

        low, high = _finite("min", min), _finite("max", max)
        n = _length(n)
        low, high = _recycled(low, n), _recycled(high, n)
        if np.any(high < low):
            raise ValueError("runif: max must not be less than min")
        return self._standard(fill_uniform, n, high > low, low, high - low)

    def rnorm(self, n: ArrayLike, mean: ArrayLike = 0.0, sd: ArrayLike = 1.0) -> Floats:
        """`n` normal draws with standard deviation `sd` >= 0. R: stats::rnorm."""
        from .variates import fill_normal

        n = _length(n)
        mu, sigma = _recycled(_numbers("mean", mean), n), _recycled(_finite("sd", sd, least=0.0), n)
        return self._standard(fill_normal, n, (sigma > 0.0) & np.isfinite(mu), mu, sigma)

    def rexp(self, n: ArrayLike, rate: ArrayLike = 1.0) -> Floats:
        """`n` exponential draws with mean 1 / `rate`, `rate` > 0. R: stats::rexp."""
        from .variates import fill_exponential

        n = _length(n)
        scale = _recycled(1.0 / _positive("rate", rate), n)
        return self._standard(fill_exponential, n, scale > 0.0, np.zeros(1), scale)

    def _standard(self, fill: Fill, n: int, moves: NDArray[np.bool_], location: Floats, scale: Floats) -> Floats:
        """location + scale z, shape (n,). Where `moves` is false the value is certain, and R draws nothing."""
        out = np.zeros(n)
        if moves.all():
            fill(self.generator, out)
        else:
            uncertain = np.broadcast_to(moves, n)
            z = np.empty(np.count_nonzero(uncertain))
            fill(self.generator, z)
            out[uncertain] = z
        out *= scale
        out += location
        return out

    # --- rejection methods ---

    def rgamma(self, n: ArrayLike, shape: ArrayLike, rate: ArrayLike | None = None,
               scale: ArrayLike | None = None) -> Floats:
        """`n` gamma draws with mean `shape` x `scale`, where `scale` is 1 / `rate`, by default 1. R: stats::rgamma."""
        from .gamma import fill_gamma

        if rate is not None and scale is not None:
            raise ValueError("rgamma: give rate or scale, not both")
        if scale is None:
            width = 1.0 / _positive("rate", 1.0 if rate is None else rate)
        else:
            width = _numbers("scale", scale, least=0.0)
        return self._filled(fill_gamma, n, _numbers("shape", shape, least=0.0), width)

    def rchisq(self, n: ArrayLike, df: ArrayLike, ncp: ArrayLike = 0.0) -> Floats:
        """`n` chi-squared draws, `df` >= 0 degrees of freedom, noncentrality `ncp` >= 0. R: stats::rchisq."""
        from .gamma import fill_chisq

        return self._filled(fill_chisq, n, _finite("df", df, least=0.0), _finite("ncp", ncp, least=0.0))

    def rt(self, n: ArrayLike, df: ArrayLike, ncp: ArrayLike | None = None) -> Floats:
        """`n` draws of Student's t, `df` > 0 degrees of freedom; with `ncp`, numerators come first. R: stats::rt."""
        from .gamma import fill_t

        if ncp is None:
            return self._filled(fill_t, n, _positive("df", df))
        degrees = _positive("df", df)
        return self.rnorm(n, ncp) / np.sqrt(self.rchisq(n, degrees) / _recycled(degrees, _length(n)))

    def rpois(self, n: ArrayLike, lambda_: ArrayLike) -> Integers | Floats:
        """`n` Poisson draws with mean `lambda_` >= 0; as doubles where one has no int64. R: stats::rpois."""
        from .counts import fill_poisson

        draws = self._filled(fill_poisson, n, _finite("lambda_", lambda_, least=0.0))
        return draws.astype(np.int64) if np.all(draws < 2.0**63) else draws

    def rbinom(self, n: ArrayLike, size: ArrayLike, prob: ArrayLike) -> Integers:
        """`n` binomial draws: `size` trials, 0 <= `size` < 2^31 - 1, of probability `prob`. R: stats::rbinom, R 4.2.

        R corrects its sampler for `size` x `prob` >= 30 in 2026 (PR#19049); from that version on its draws may differ.
        """
        from .counts import fill_binomial

        trials, p = _finite("size", size, least=0.0), _finite("prob", prob, least=0.0)
        if np.any(trials != np.floor(trials)) or np.any(trials >= INT_MAX):
            raise ValueError(f"rbinom: size must be a whole number less than {INT_MAX}")
        if np.any(p > 1.0):
            raise ValueError("rbinom: prob must lie between 0 and 1")
        return self._filled(fill_binomial, n, trials.astype(np.int64), p, dtype=np.int64)

    def _filled(self, fill: Fill, n: ArrayLike, *parameters: NDArray[Any], dtype: Any = np.float64) -> NDArray[Any]:
        out = np.empty(_length(n), dtype)
        fill(self.generator, *parameters, out)
        return out

    # --- from a finite population ---

    def sample_int(self, n: float, size: float | None = None, replace: bool = False,
                   prob: ArrayLike | None = None) -> Integers:
        """`size` (by default `n`) of the integers 1, ..., `n`, with weights `prob` (shape (n,)). R: base::sample.int.

        Raises ValueError when more than the population is asked for without replacement, or weights are missing,
        negative or too few.
        """
        from . import sampling

        n, size = int(n), int(n if size is None else size)
        if n < 0 or size < 0 or (n == 0 and size > 0):
            raise ValueError(f"sample: cannot draw {size} of {n} elements")
        if size > n and not replace:
            raise ValueError(f"sample: cannot draw {size} of {n} elements without replacement; use replace=True")
        out = np.empty(size, np.int64)
        rejection = self.sample_kind == "Rejection"
        if prob is None:
            if replace or size < 2:
                sampling.fill_index(self.generator, n, rejection, out)
            elif n > HASH_FROM and size <= n / 2:
                sampling.fill_distinct(self.generator, n, rejection, out)
            else:
                sampling.fill_permutation(self.generator, n, rejection, out)
        else:
            weight = _weights(prob, n, 1 if replace else size)
            if not replace:
                sampling.fill_weighted_distinct(self.generator, weight, out)
            elif np.count_nonzero(n * weight > 0.1) > ALIAS_FROM:
                sampling.fill_alias(self.generator, weight, rejection, out)
            else:
                sampling.fill_weighted(self.generator, weight, out)
        out += 1
        return out

    def sample(self, x: Any, size: float | None = None, replace: bool = False, prob: ArrayLike | None = None) -> Any:
        """`size` elements of `x`, by default all of them in random order. R: base::sample.

        As in R, a single number `x` >= 1, even in a vector of its own, stands for the integers 1, ..., `x`. A Series
        keeps its labels; anything else comes back as an array. Raises ValueError as `sample_int` does, and for a frame.
        """
        if np.ndim(x) > 1:
            raise ValueError("sample: x must be one vector; to draw rows, use frame.iloc[rng.sample(len(frame)) - 1]")
        elements = x if hasattr(x, "iloc") else np.atleast_1d(np.asarray(x))
        if len(elements) == 1 and np.issubdtype(np.asarray(elements).dtype, np.number):
            (only,) = np.asarray(elements)
            if np.isfinite(only) and only >= 1:
                return self.sample_int(float(only), size, replace, prob)
        positions = self.sample_int(len(elements), size, replace, prob) - 1
        return elements.iloc[positions] if hasattr(elements, "iloc") else elements[positions]

    def mvrnorm(self, n: int, mu: ArrayLike, Sigma: ArrayLike, tol: float = 1e-6,
                eigen: tuple[ArrayLike, ArrayLike] | None = None, empirical: bool = False) -> Any:
        """`n` draws of a p-variate normal, shape (n, p), or (p,) if `n` is 1. R: MASS::mvrnorm.

        Standard normals fill the n x p matrix Z by column; the draws are mu + V diag(sqrt(values)) Z', labelled if
        `mu` or `Sigma` is. V are the eigenvectors with the signs that LAPACK's dsyevr gives them, in R too. For 2 x 2
        matrices these have been R's wherever tried; in larger ones rounding decides, and one machine's R may differ
        from another's. `eigen`: values in decreasing order, shape (p,), and vectors, shape (p, p), to use instead;
        with R's own, the draws are R's. `empirical`: mu and Sigma are the draws' own mean and covariance, not the
        population's. Raises ValueError if shapes differ, an eigenvalue is below -`tol` times the largest, or `n` is
        not above p with `empirical`.
        """
        centre, matrix = np.atleast_1d(np.asarray(mu, float)), np.atleast_2d(np.asarray(Sigma, float))
        p = centre.size
        if matrix.shape != (p, p):
            raise ValueError(f"mvrnorm: mu has {p} elements, so Sigma must be {p} x {p}; its shape is {matrix.shape}")
        values, vectors = symmetric_eigen(matrix) if eigen is None else (np.asarray(part, float) for part in eigen)
        if np.any(values < -tol * abs(values[0])):
            raise ValueError("mvrnorm: Sigma is not positive definite")
        z = self.rnorm(p * n).reshape(p, n)
        if empirical:
            z = _uncorrelated(z)
        draws = np.zeros((p, n))
        for column, row in zip((vectors * np.sqrt(np.maximum(values, 0.0))).T, z, strict=True):
            draws += np.outer(column, row)  # summed in the order of the reference BLAS, without fused operations
        return _labelled((centre[:, None] + draws).T, mu, Sigma)


def _length(n: ArrayLike) -> int:
    if np.ndim(n) > 0:
        return np.size(n)
    length: Any = n
    if not isinstance(length, int | float | np.number) or not length >= 0:
        raise ValueError(f"n must be a number of draws or a vector; got {n!r}")
    return int(length)


def _numbers(name: str, value: ArrayLike, least: float = -np.inf) -> Floats:
    """`value` as a vector of at least one number, none missing or below `least`."""
    numbers = np.atleast_1d(np.asarray(value, np.float64)).ravel()
    if numbers.size == 0:
        raise ValueError(f"{name} must be a number or more; got {value!r}")
    _require(numbers >= least, name, "a number" if least == -np.inf else f"at least {least:g}", numbers)
    return numbers


def _finite(name: str, value: ArrayLike, least: float = -np.inf) -> Floats:
    numbers = _numbers(name, value, least)
    _require(np.isfinite(numbers), name, "finite", numbers)
    return numbers


def _positive(name: str, value: ArrayLike) -> Floats:
    numbers = _numbers(name, value, least=0.0)
    _require(numbers > 0.0, name, "above 0", numbers)
    return numbers


def _require(right: np.ndarray, name: str, what: str, numbers: Floats) -> None:
    """Raise ValueError that names the first number which is not right, and where it stands."""
    if not right.all():
        at = int(np.argmin(right))
        where = f" (number {at + 1} of {numbers.size})" if numbers.size > 1 else ""
        raise ValueError(f"{name} must be {what}; got {numbers[at]:g}{where}")


def _recycled(numbers: Floats, n: int) -> Floats:
    """Shape (n,), or (1,) which broadcasts."""
    return numbers if numbers.size == 1 else np.resize(numbers, n)


def _weights(prob: ArrayLike, n: int, needed: int) -> Floats:
    weight = np.array(prob, np.float64)
    if weight.shape != (n,):
        raise ValueError(f"sample: prob must have {n} elements, one for each of the population, not {weight.size}")
    if not np.all(np.isfinite(weight) & (weight >= 0.0)):
        raise ValueError("sample: prob must be finite and not negative")
    if np.count_nonzero(weight) < max(needed, 1):
        raise ValueError(f"sample: {np.count_nonzero(weight)} positive weights are too few")
    return weight / np.cumsum(weight)[-1]  # one after the other, as R adds; np.sum adds in pairs


def _uncorrelated(z: Floats) -> Floats:
    """The rows of z (p, n) rotated onto their principal axes, each with mean 0 and variance 1 (divisor n - 1).

    Raises ValueError unless n > p.
    """
    p, n = z.shape
    if n <= p:
        raise ValueError(f"mvrnorm: empirical=True needs more than {p} draws, as many as mu has elements; got {n}")
    centred = (z - z.mean(axis=1, keepdims=True)).T
    axes = np.linalg.svd(centred, full_matrices=False)[2]
    rotated: Floats = axes @ centred.T
    return rotated / np.sqrt((rotated * rotated).sum(axis=1, keepdims=True) / (n - 1))


def symmetric_eigen(matrix: ArrayLike) -> tuple[Floats, Floats]:
    """Eigenvalues, decreasing, and eigenvectors in columns, as R's `eigen(symmetric = TRUE)` finds and orders them."""
    from scipy.linalg import eigh

    values, vectors = eigh(matrix, lower=True, driver="evr")
    return values[::-1], vectors[:, ::-1]


def _labelled(draws: Floats, mu: Any, Sigma: Any) -> Any:
    """`draws`, shape (n, p), with the names of `mu`, else of `Sigma`, if either has any; one draw as a vector."""
    import pandas as pd

    if isinstance(mu, pd.Series):
        names = mu.index
    elif isinstance(Sigma, pd.DataFrame):
        names = Sigma.columns
    else:
        return draws[0] if len(draws) == 1 else draws
    return pd.Series(draws[0], index=names) if len(draws) == 1 else pd.DataFrame(draws, columns=names)
