"""R's random streams: calls one after another on one seed, every bit of every draw."""
from __future__ import annotations

from hypothesis import strategies as st

from .question import Question

SEEDS = st.one_of(st.integers(0, 100), st.integers(-(2**31) + 1, 2**31 - 1))
SIZES = st.integers(1, 30)
REAL = st.integers(-200, 200).map(lambda i: i / 8)
POSITIVE = st.one_of(st.integers(1, 400).map(lambda i: i / 8), st.sampled_from([1e-3, 1e3, 1e6]))
SHARE = st.integers(0, 16).map(lambda i: i / 16)


def weights(least: int, most: int) -> st.SearchStrategy[list[int]]:
    """Probabilities, not normalized."""
    return st.lists(st.integers(1, 9), min_size=least, max_size=most)


def _same(template: str, **parts: st.SearchStrategy[object]) -> st.SearchStrategy[tuple[str, str]]:
    """A call that both languages spell alike."""
    return st.fixed_dictionaries(parts).map(lambda given: (template.format(**given),) * 2)


def _prob(probabilities: list[int], size: int, replace: bool) -> tuple[str, str]:
    k = len(probabilities)
    size = size if replace else min(size, k)
    return (f"sample({k}, {size}, {str(replace).upper()}, prob = c({', '.join(map(str, probabilities))}))",
            f"sample({k}, {size}, {replace}, prob={probabilities})")


CALLS = st.one_of(
    _same("runif({n})", n=SIZES), _same("runif({n}, {low}, {high})", n=SIZES, low=REAL, high=st.just(30.0)),
    _same("rnorm({n})", n=SIZES), _same("rnorm({n}, {mean}, {sd})", n=SIZES, mean=REAL, sd=POSITIVE),
    _same("rexp({n}, {rate})", n=SIZES, rate=POSITIVE), _same("rgamma({n}, {shape})", n=SIZES, shape=POSITIVE),
    _same("rchisq({n}, {df})", n=SIZES, df=POSITIVE), _same("rt({n}, {df})", n=SIZES, df=POSITIVE),
    _same("rpois({n}, {mean})", n=SIZES, mean=POSITIVE),
    _same("rbinom({n}, {size}, {prob})", n=SIZES, size=st.integers(0, 300), prob=SHARE),
    _same("sample({n})", n=SIZES), _same("sample({n}, 1)", n=st.sampled_from([2, 1000, 10**7, 2**31 - 1, 2**33])),
    st.builds(lambda n, k: (f"sample({n}, {k}, TRUE)", f"sample({n}, {k}, True)"), SIZES, SIZES),
    st.builds(_prob, weights(2, 12), SIZES, st.booleans()),
    st.builds(_prob, weights(200, 230), SIZES, st.just(True)),
)


@st.composite
def draws(draw: st.DrawFn) -> Question:
    """A seed and up to eight calls."""
    seed, calls = draw(SEEDS), draw(st.lists(CALLS, min_size=1, max_size=8))
    names = [f"d{i}" for i in range(1, len(calls) + 1)]
    r = (f"set.seed({seed})\n" + "".join(f"{name} <- {r}\n" for name, (r, _) in zip(names, calls, strict=True))
         + f"list({', '.join(f'{name} = as.double({name})' for name in names)})")
    python = (f"rng = r.set_seed({seed})\n"
              + "".join(f"{name} = rng.{code}\n" for name, (_, code) in zip(names, calls, strict=True))
              + "answer = {" + ", ".join(f'"{name}": {name}' for name in names) + "}")
    return Question(r, python)
