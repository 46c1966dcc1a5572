"""Responses simulated from a fitted model, on R's stream. R: simulate.merMod.

R draws the random effects of all simulations first, then all residuals: simulation i takes the i-th q of the one and
the i-th n of the other. A normal draw takes two words of the generator, whatever they are, so both places can be
reached by turning it without computing: any run of simulations can be made by itself, anywhere, and is R's to the bit
of its draws.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from translations.arrays import Floats, Ints
from translations.random import RStream
from translations.stats import generics
from translations.stats.arguments import as_count, as_numbers
from translations.stats.formulas.frame import Variable, as_frame, factor_of, model_frame
from translations.stats.language.factors import Factor, make_factor
from translations.stats.linear.linear_model import row_names

from ..design import Design
from ..model import LmerMod
from ..structure import RandomTerm, lme4_order
from .extract import pad
from .predict import _codes, _fixed, wanted_bars


@dataclass(frozen=True)
class Effects:
    """The random effects that one term adds to the rows: codes (n,) the level of each row, ZT (n, k), `levels`
    their number."""

    codes: Ints
    ZT: Floats
    levels: int


@dataclass(frozen=True)
class Simulator:
    """What a simulation adds up: eta (n,), the effects of each simulated term, in R's order, and sigma times noise."""

    eta: Floats
    effects: tuple[Effects, ...]
    sigma: float

    @property
    def n(self) -> int:
        return len(self.eta)

    @property
    def q(self) -> int:
        """Number of random effects drawn for one simulation."""
        return sum(e.levels * e.ZT.shape[1] for e in self.effects)

    def responses(self, u: Floats, e: Floats) -> Floats:
        """(c, n): eta + sigma (Z T u + e) for standard normal u (c, q) and e (c, n)."""
        total, start = np.zeros_like(e), 0
        for part in self.effects:
            k = part.ZT.shape[1]
            own = u[:, start : start + part.levels * k].reshape(len(u), part.levels, k)
            for a in range(k):
                total += part.ZT[:, a] * own[:, part.codes, a]
            start += part.levels * k
        return self.eta + self.sigma * (total + e)


@dataclass(frozen=True)
class Batch:
    """A run of `count` simulations from number `start` on; `states` (626,) are the places in the stream where its draws
    begin."""

    start: int
    count: int
    states: tuple[NDArray[np.int32], ...]


def batches(simulator: Simulator, stream: RStream, nsim: int, size: int) -> Iterator[Batch]:
    """The batches of `nsim` simulations; the stream is moved past them all before the first is given."""
    effects, noise = stream.copy(), stream.copy()
    skip_normals(noise, simulator.q * nsim)
    skip_normals(stream, (simulator.q + simulator.n) * nsim)
    return _walk(simulator, effects, noise, nsim, size)


def _walk(simulator: Simulator, effects: RStream, noise: RStream, nsim: int, size: int) -> Iterator[Batch]:
    for start in range(0, nsim, size):
        count = min(size, nsim - start)
        yield Batch(start, count, (effects.random_seed, noise.random_seed))
        skip_normals(effects, simulator.q * count)
        skip_normals(noise, simulator.n * count)


def draw(simulator: Simulator, batch: Batch) -> Floats:
    """The responses (count, n) of a batch."""
    effects, noise = (stream_at(state) for state in batch.states)
    u = effects.rnorm(simulator.q * batch.count).reshape(batch.count, simulator.q)
    return simulator.responses(u, noise.rnorm(simulator.n * batch.count).reshape(batch.count, simulator.n))


def skip_normals(stream: RStream, count: int) -> None:
    """Move the stream as `count` normal draws would."""
    bits: Any = stream.generator.bit_generator
    bits.random_raw(2 * count, output=False)


def stream_at(state: NDArray[np.int32]) -> RStream:
    """A stream at a `.Random.seed` (626,)."""
    stream = RStream(0)
    stream.random_seed = state
    return stream


def as_stream(seed: int | RStream | None) -> RStream:
    """The stream that a seed starts, or the stream itself, to be drawn on from where it is; None: anywhere."""
    return seed if isinstance(seed, RStream) else RStream(seed)


@dataclass(frozen=True)
class Parameters:
    """What responses are simulated of: fixed effects beta (p,), relative covariance parameters theta (m,), sigma."""

    beta: Floats
    theta: Floats
    sigma: float


def parameters_of(design: Design, given: Any, old: Parameters | None, scaled: bool) -> Parameters:
    """The parameters that a mapping of beta, theta (or par, of covariance structures) and sigma sets in place of the
    `old`. R: setParams.

    Raises ValueError for other names, another number of values, names of values that are not the model's, or, where
    there are no old ones, what is missing; scaled: whether there is a sigma.
    """
    names = ["beta", "theta", "par"] + ["sigma"] * scaled
    if not isinstance(given, Mapping) or not set(given) <= set(names):
        found = ", ".join(map(repr, given)) if isinstance(given, Mapping) else type(given).__name__
        raise ValueError(f"newparams must be a mapping with elements from {', '.join(names)}, not {found}")
    if given.get("theta") is not None and given.get("par") is not None:
        raise ValueError("newparams: should specify exactly one of 'theta' and 'par'")
    random = design.random
    beta = _values(given.get("beta"), design.names, "beta")
    theta = _values(given.get("theta"), random.theta_names(), "theta")
    if (par := _values(given.get("par"), random.parameters.names(), "par")) is not None:
        theta = random.parameters.theta(par)
    sigma = given.get("sigma", 1.0 if old is None and not scaled else None)
    if old is not None:
        if beta is None or theta is None:
            warnings.warn("some parameters not specified in setParams()", stacklevel=4)
        return Parameters(old.beta if beta is None else beta, old.theta if theta is None else theta,
                          old.sigma if sigma is None else float(sigma))
    if beta is None or theta is None or sigma is None:
        missing = [name for name, one in (("beta", beta), ("theta", theta), ("sigma", sigma)) if one is None]
        raise ValueError(f"newparams has no {', '.join(missing)}: without a fit all are needed")
    return Parameters(beta, theta, float(sigma))


def _values(given: Any, names: list[str], what: str) -> Floats | None:
    """Values in the model's order, by their names where they have names."""
    if given is None:
        return None
    if isinstance(given, Mapping | pd.Series):
        if set(given.keys()) != set(names):
            raise ValueError(f"mismatch between {what!r} parameter vector names, {', '.join(map(str, given.keys()))}, "
                             f"and internal names ({', '.join(names)})")
        given = [given[name] for name in names]
    values = np.atleast_1d(as_numbers(given, what))
    if values.shape != (len(names),):
        raise ValueError(f"length mismatch in {what} ({values.size} != {len(names)}): {', '.join(names)}")
    return values


def simulator_of(
    m: LmerMod, re_form: str | float | None = "~0", newdata: Any = None, allow_new_levels: bool = False,
    newparams: Any = None,
) -> Simulator:
    """The simulator of a model: effects of the terms in `re_form` are kept at their conditional modes, the others are
    drawn. newparams: as `parameters_of` takes them, in place of the estimates.

    Raises ValueError for a term of `re_form` that is not one of the model's, or one beside newparams; KeyError for a
    missing column of `newdata`.
    """
    of = Parameters(m.beta, m.theta, m.sigma)
    if newparams is not None:
        of = parameters_of(m.design, newparams, of, getattr(m, "has_scale", True))
        if wanted_bars(m, re_form):
            raise ValueError("newparams: conditional modes belong to the fit's own parameters; leave re_form at '~0'")
    labels = {bar.label for bar in m.design.formula.bars}
    kept = {bar.label for bar in wanted_bars(m, re_form)}
    if not kept <= labels:
        foreign, own = ", ".join(sorted(kept - labels)), ", ".join(sorted(labels))
        raise ValueError(f"re_form has terms that are not the model's: {foreign}; it has {own}")
    if newdata is None and kept == labels:
        eta = m.eta
    elif kept:
        eta = generics.predict(m, newdata, re_form=re_form, allow_new_levels=allow_new_levels).to_numpy()
    else:
        X, offset = _fixed(m, newdata)
        eta = _times(X, of.beta[:, None])[:, 0] + offset
    terms, templates = m.design.random.terms, m.design.random.templates(of.theta)
    by_label = {term.label: i for i, term in enumerate(terms)}
    anew = [by_label[bar.label] for bar in m.design.formula.bars if bar.label not in kept]
    moved = [_term_in(m, i, newdata, allow_new_levels) for i in anew]
    position = {id(term): i for term, i in zip(moved, anew, strict=True)}
    effects = tuple(Effects(t.codes, _times(t.Z, templates[position[id(t)]]), len(t.levels)) for t in lme4_order(moved))
    return Simulator(np.asarray(eta, dtype=float), effects, of.sigma)


def _term_in(m: LmerMod, i: int, newdata: Any, allow_new_levels: bool) -> RandomTerm:
    """A term with the rows of `newdata`, and of its levels those that occur there, as R's mkNewReTrms leaves them."""
    term = m.design.random.terms[i]
    if newdata is None:
        return term
    Z = m.design.designs[i].for_newdata(newdata).values
    _codes(term.factor, term.levels, newdata, allow_new_levels)  # which refuses those that are not allowed
    frame = model_frame("~ 1", newdata, na_action="na.pass", extra=[term.factor])
    merged = {label: _after(m.design.frame.variables.get(label), value) for label, value in frame.variables.items()}
    codes, levels = factor_of(term.factor, replace(frame, variables=merged))
    missing = codes < 0
    Z = np.where(missing[:, None], 0.0, Z)  # a row of no level has no effect
    return RandomTerm(term.label, term.group, term.names, levels, np.where(missing, 0, codes), Z)


def _after(fitted: Variable | None, new: Variable) -> Variable:
    """A variable of new data with new levels behind those of the fit, in the order in which they occur; numbers as they
    are. R: get.orig.levs.
    """
    if not isinstance(fitted, Factor) or fitted.logical:
        return new
    made = new if isinstance(new, Factor) else make_factor(new)
    occurring = [made.levels[code] for code in dict.fromkeys(made.codes.tolist()) if code >= 0]
    return made.matched(list(dict.fromkeys([*fitted.levels, *occurring])))


def _times(Z: Floats, T: Floats) -> Floats:
    """Z T, summed in the order of the reference BLAS, which other libraries' products may not keep."""
    out = np.zeros((len(Z), T.shape[1]))
    for column, row in zip(Z.T, T, strict=True):
        out += np.outer(column, row)
    return out


@generics.simulate.register(LmerMod)
def _simulate(
    m: LmerMod,
    nsim: int = 1,
    seed: int | RStream | None = None,
    re_form: str | float | None = "~0",
    use_u: bool = False,
    newdata: Any = None,
    allow_new_levels: bool = False,
    newparams: Any = None,
) -> pd.DataFrame:
    """Simulated responses (n, nsim), columns sim_1, sim_2, ... R: simulate.merMod.

    seed: a number as `set.seed` takes it, or a stream, drawn on from where it is. re_form: terms held at their
    conditional modes: "~0" none, None (or use_u) all, or some of the model's own. newdata: simulate its rows. As in R,
    prior weights do not enter. `.attrs["seed"]` is the place in the stream where the draws began.

    Raises ValueError for nsim below 1, a foreign term in re_form, or, unless allow_new_levels, levels that the fit did
    not see; effects of these are drawn too.
    """
    nsim = as_count(nsim, "nsim")
    simulator = simulator_of(m, None if use_u else re_form, newdata, allow_new_levels, newparams)
    stream = as_stream(seed)
    state = stream.random_seed
    (batch,) = batches(simulator, stream, nsim, nsim)
    values = draw(simulator, batch)
    index = row_names(as_frame(newdata).index) if newdata is not None else pad(m, values[0]).index
    columns = values if newdata is not None else [pad(m, row).to_numpy() for row in values]
    frame = pd.DataFrame(np.array(columns).T, index=index, columns=[f"sim_{i + 1}" for i in range(nsim)])
    frame.attrs["seed"] = state
    return frame
