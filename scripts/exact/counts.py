"""The models of the suite `glmer`, spelled out column by column."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import flint
from mpmath import mp

from exact import generalized
from exact.frame import Columns, Frame, crossed, read_frame
from exact.generalized import BINOMIAL, CLOGLOG, POISSON, Criterion, Family, Generalized, Near, ball
from exact.mixed import Term
from exact.rational import Number, Q, Values
from exact.suites import term

LAPLACE = "zero of the gradient of Laplace's criterion"


def is_level(f: Frame, name: str, level: str) -> list[Number]:
    return [Q(cell == level) for cell in f.cells[name]]


def observation(f: Frame) -> Frame:
    """With a factor `obs` of a level for each row."""
    names = [str(i) for i in range(1, f.n + 1)]
    return Frame(f.cells | {"obs": names}, f.levels | {"obs": names}, f.rows)


def cbpp(*groups: str, period: bool = True, family: Family = BINOMIAL) -> Generalized:
    f = observation(read_frame("cbpp"))
    fixed = f.one | f.treatment("period") if period else f.one
    return Generalized(fixed, f.values("incidence"), [term(f, g) for g in groups], family, f.values("size"))


def grouseticks(*groups: str) -> Generalized:
    f = read_frame("grouseticks")
    fixed = f.one | f.treatment("YEAR") | f.numeric("cHEIGHT")
    return Generalized(fixed, f.values("TICKS"), [term(f, g) for g in groups], POISSON)


def bacteria(weeks: bool = False) -> Generalized:
    f = read_frame("bacteria")
    late: Columns = {"I(week > 2)TRUE": [Q(week > 2) for week in f.values("week")]}
    fixed = f.one | f.treatment("trt") | (f.numeric("week") if weeks else late)
    return Generalized(fixed, is_level(f, "y", "y"), [term(f, "ID")], BINOMIAL)


def epil(*groups: str) -> Generalized:
    f = observation(read_frame("epil"))
    both = crossed(f.numeric("lbase"), f.treatment("trt"))
    inter = both.popitem()
    fixed = f.one | both | f.numeric("lage") | f.numeric("V4") | dict([inter])
    return Generalized(fixed, f.values("y"), [term(f, g) for g in groups], POISSON)


def epil_slopes() -> Generalized:
    f = read_frame("epil")
    visit: Columns = {"visit": [Q(float((period - Q(5, 2)) / 5)) for period in f.values("period")]}
    fixed = f.one | f.numeric("lbase") | f.treatment("trt") | visit
    return Generalized(fixed, f.values("y"), [term(f, "subject", columns=f.one | visit)], POISSON)


def toenail() -> Generalized:
    f = read_frame("toenail")
    fixed = f.one | crossed(f.treatment("treatment"), f.numeric("visit"))
    worse = is_level(f, "outcome", f.levels["outcome"][1])
    return Generalized(fixed, worse, [term(f, "patientID")], BINOMIAL)


def contraception(slopes: bool) -> Generalized:
    f = read_frame("Contraception")
    fixed = f.one | f.treatment("urban") | f.numeric("age")
    if not slopes:
        fixed |= f.treatment("livch")
    columns = f.one | f.treatment("urban") if slopes else f.one
    return Generalized(fixed, is_level(f, "use", "Y"), [term(f, "district", columns=columns)], BINOMIAL)


def respiratory() -> Generalized:
    f = read_frame("respiratory")
    f = f.subset(lambda row: f.cells["month"][row - 1] != "0")
    fixed = f.one | f.treatment("treatment") | f.treatment("gender") | f.numeric("age") | f.treatment("centre")
    return Generalized(fixed, is_level(f, "status", f.levels["status"][1]), [term(f, "subject")], BINOMIAL)


def mmmec(*terms: tuple[str, ...]) -> Generalized:
    f = read_frame("Mmmec")
    offset = [mp.log(e.numerator) - mp.log(e.denominator) for e in f.values("expected")]
    random: list[Term] = [term(f, *names) for names in terms]
    return Generalized(f.one | f.numeric("uvb"), f.values("deaths"), random, POISSON, offset=offset)


def arabidopsis() -> Generalized:
    f = read_frame("Arabidopsis")
    fixed = f.one | f.numeric("nutrient") | f.treatment("amd") | f.numeric("rack") | f.treatment("status")
    return Generalized(fixed, f.values("total.fruits"), [term(f, "gen", "popu"), term(f, "popu")], POISSON)


def salamanders() -> Generalized:
    f = read_frame("Salamanders")
    fixed = f.one | f.treatment("mined") | f.treatment("spp")
    return Generalized(fixed, f.values("count"), [term(f, "site")], POISSON)


def salamanders_mined() -> Generalized:
    f = read_frame("Salamanders")
    sites = [term(f, "site", columns={f'dummy(mined, "{level}")': is_level(f, "mined", level)})
             for level in ("yes", "no")]
    return Generalized(salamanders().fixed, f.values("count"), sites, POISSON)


def matings() -> Generalized:
    f = read_frame("salamander")
    mated = [Q(y) for y in f.values("Mate")]
    return Generalized(f.one | f.treatment("Cross"), mated, [term(f, "Female"), term(f, "Male")], BINOMIAL)


def cbpp_counts() -> Generalized:
    f = read_frame("cbpp")
    sizes = [mp.log(size.numerator) for size in f.values("size")]
    return Generalized(f.one | f.treatment("period"), f.values("incidence"), [term(f, "herd")], POISSON, offset=sizes)


# Each with a point from which the search in doubles begins: theta, then the fixed effects, to a digit or two.
MODELS: dict[str, tuple[Callable[[], Generalized], list[float]]] = {
    "cbpp": (lambda: cbpp("herd"), [0.6, -1.4, -1.0, -1.1, -1.6]),
    "cbpp_intercept": (lambda: cbpp("herd", period=False), [0.8, -2.0]),
    "cbpp_overdispersed": (lambda: cbpp("obs", "herd"), [0.9, 0.2, -1.5, -1.2, -1.3, -1.9]),
    "cbpp_cloglog": (lambda: cbpp("herd", family=CLOGLOG), [0.6, -1.5, -0.9, -1.0, -1.5]),
    "grouseticks_location": (lambda: grouseticks("LOCATION"), [1.0, 0.7, 0.9, -1.4, -0.024]),
    "grouseticks": (lambda: grouseticks("INDEX", "BROOD", "LOCATION"), [0.54, 0.75, 0.53, 0.37, 1.2, -1.0, -0.024]),
    "grouseticks_broods": (lambda: grouseticks("BROOD"), [0.95, 0.51, 1.14, -1.0, -0.024]),
    "bacteria": (bacteria, [1.2, 3.5, -1.4, -0.8, -1.6]),
    "bacteria_weeks": (lambda: bacteria(weeks=True), [1.2, 3.1, -1.3, -0.7, -0.14]),
    "cbpp_counts": (cbpp_counts, [0.5, -1.5, -0.8, -0.9, -1.4]),
    "salamanders": (salamanders, [0.6, -1.6, 2.3, -1.4, 0.2, -0.1, -0.6, 0.4, 0.6]),
    "salamanders_mined": (salamanders_mined, [1.0, 0.3, -1.8, 2.5, -1.4, 0.2, -0.8, 0.6, 0.7, 0.1]),
    "matings": (matings, [1.1, 1.0, 1.0, -0.7, -2.9, -0.0]),
    "epil": (lambda: epil("subject"), [0.5, 1.8, 0.9, -0.3, 0.5, -0.2, 0.3]),
    "epil_overdispersed": (lambda: epil("obs", "subject"), [0.36, 0.46, 1.8, 0.9, -0.3, 0.5, -0.1, 0.35]),
    "epil_slopes": (epil_slopes, [0.5, -0.05, 0.7, 1.8, 1.0, -0.3, -0.25]),
    "toenail": (toenail, [4.7, -1.4, 0.0, -0.8, -0.2]),
    "contraception": (lambda: contraception(slopes=False), [0.5, -1.7, 0.7, -0.03, 1.1, 1.4, 1.3]),
    "contraception_slopes": (lambda: contraception(slopes=True), [0.6, -0.7, 0.5, -0.7, 0.7, 0.01]),
    "respiratory": (respiratory, [2.4, -0.3, 2.0, -0.2, -0.04, 2.2]),
    "mmmec": (lambda: mmmec(("region",)), [0.4, -0.1, -0.03]),
    "mmmec_nations": (lambda: mmmec(("region", "nation"), ("nation",)), [0.2, 0.4, -0.06, -0.03]),
    "arabidopsis": (arabidopsis, [0.25, 0.5, 3.5, 0.17, 0.12, -0.8, -0.2, -0.2]),
}


# By adaptive Gauss-Hermite quadrature with so many nodes. lme4 before 2.1 leaves constants out of that criterion, so it
# is not among the values.
QUADRATURE = {"cbpp_agq": ("cbpp", 9), "bacteria_agq": ("bacteria", 15), "toenail_agq": ("toenail", 20)}


def fit(make: Callable[[], Generalized], start: list[float], nodes: int = 1) -> Callable[[], tuple[Values, Any]]:
    """The values of `describe` at the optimum of the model's criterion, and the largest derivative there. Differences
    cost digits: flint works with twice as many as mpmath is asked for.
    """

    @cache
    def near() -> Near:
        return generalized.search(make(), start, nodes)

    def values() -> tuple[Values, Any]:
        flint.ctx.dps = 2 * mp.dps
        with mp.workdps(2 * mp.dps + 10):
            model = make()
            criterion = Criterion(model.to(ball))
            f = criterion if nodes == 1 else generalized.quadrature(criterion, nodes)
            found = generalized.optimum(f, near())
            answer = generalized.described(model, found, criterion)
            if nodes > 1:
                del answer["criterion"]
            return answer, generalized.to_mpf(found.score)

    return values


CASES: dict[str, tuple[Callable[[], tuple[Values, Any]], str]] = {
    f"glmer/{name}": (fit(*how), LAPLACE) for name, how in MODELS.items()
} | {
    f"glmer/{name}": (fit(*MODELS[model], nodes), f"zero of the gradient of the criterion by {nodes} quadrature nodes")
    for name, (model, nodes) in QUADRATURE.items()
}
