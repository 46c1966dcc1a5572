"""Models with covariance structures, certified: dense matrices level by level, in mpmath's precision.

V / sigma² = I + Z S Z' of each level from the structure's own formula, its logarithmic determinant and the least
squares by Cholesky; the optimum by Newton's steps on differences of the criterion, with 60 digits more than asked for.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from mpmath import mp, mpf

from .rational import FIXTURES, Values

EXTRA, STEP = 60, mpf(10) ** -30
SCORE = "Newton's steps on the criterion's differences in 110 digits"
Matrix = list[list[Any]]


def cs(sd: list[Any], rho: Any, i: int, j: int) -> Any:
    return sd[i] * sd[j] * (1 if i == j else rho)


def ar1(sd: list[Any], rho: Any, i: int, j: int) -> Any:
    return sd[i] * sd[j] * rho ** abs(i - j)


def diag(sd: list[Any], rho: Any, i: int, j: int) -> Any:
    return sd[i] * sd[j] if i == j else mpf(0)


@dataclass(frozen=True)
class Term:
    """A structure of k effects: their values in a row, whether they have one variance, whether there is a rho, and the
    labels of its parameters, where they are not those of the model's factor."""

    entry: Callable[[list[Any], Any, int, int], Any]
    effects: Callable[[dict[str, str]], list[Any]]
    names: list[str]
    hom: bool
    rho: bool
    labels: list[str] | None = None

    @property
    def size(self) -> int:
        return (1 if self.hom else len(self.names)) + self.rho

    def S(self, par: list[Any]) -> Matrix:  # noqa: N802
        k = len(self.names)
        sd = [par[0]] * k if self.hom else par[:k]
        return [[self.entry(sd, par[-1], i, j) for j in range(k)] for i in range(k)]


@dataclass(frozen=True)
class Model:
    data: str
    response: str
    group: str
    fixed: Callable[[dict[str, str]], list[Any]]
    names: list[str]
    terms: list[Term]
    start: list[str]
    reml: bool = True
    kept: Callable[[int, dict[str, str]], bool] = lambda number, row: True


def value(text: str) -> Any:
    """A cell as the exact double that R holds."""
    return mpf(float(text))


class Fit:
    def __init__(self, model: Model) -> None:
        self.model = model
        with (FIXTURES / "data" / f"{model.data}.csv").open(encoding="utf-8") as file:
            rows = [row for i, row in enumerate(csv.DictReader(file), 1) if model.kept(i, row)]
        self.levels: dict[str, list[dict[str, str]]] = {}
        for row in rows:
            self.levels.setdefault(row[model.group], []).append(row)
        self.n, self.p = len(rows), len(model.names)

    def parts(self, par: list[Any]) -> tuple[Any, Matrix, Any, list[Any]]:
        """The criterion, X'V^-1X over sigma^-2, sigma², beta."""
        m, at, S = self.model, 0, list[Matrix]()
        for term in m.terms:
            S.append(term.S(par[at : at + term.size]))
            at += term.size
        logdet, A = mpf(0), mp.zeros(self.p + 1)
        factors: dict[str, Any] = {}
        for rows in self.levels.values():
            Z = [[term.effects(row) for row in rows] for term in m.terms]
            key = repr(Z)
            if key not in factors:
                V = mp.eye(len(rows))
                for z, s in zip(Z, S, strict=True):
                    half = [[sum(a * s[i][j] for i, a in enumerate(row) if a) for j in range(len(s))] for row in z]
                    for a in range(len(rows)):
                        for b in range(len(rows)):
                            V[a, b] += sum(x * y for x, y in zip(half[a], z[b], strict=True) if y)
                factors[key] = mp.cholesky(V)
            L = factors[key]
            logdet += 2 * sum(mp.log(L[i, i]) for i in range(len(rows)))
            W = [[*m.fixed(row), value(row[m.response])] for row in rows]
            for i in range(len(rows)):  # L^-1 W in place
                for c in range(self.p + 1):
                    W[i][c] = (W[i][c] - sum(L[i, e] * W[e][c] for e in range(i))) / L[i, i]
            for a in range(self.p + 1):
                for b in range(a + 1):
                    A[a, b] += sum(row[a] * row[b] for row in W)
        for a in range(self.p + 1):
            for b in range(a):
                A[b, a] = A[a, b]
        R = mp.cholesky(A)
        df = self.n - self.p if m.reml else self.n
        pwrss = R[self.p, self.p] ** 2
        deviance = logdet + df * (1 + mp.log(2 * mp.pi * pwrss / df))
        if m.reml:
            deviance += 2 * sum(mp.log(R[i, i]) for i in range(self.p))
        X = A[: self.p, : self.p]
        beta = list(mp.lu_solve(X, A[: self.p, self.p]))
        return deviance, X, pwrss / df, beta

    def optimum(self) -> tuple[list[Any], Any]:
        """par where the differences of the criterion vanish, and the largest of these."""
        par, k = [mpf(text) for text in self.model.start], len(self.model.start)

        def f(*moves: tuple[int, Any]) -> Any:
            x = list(par)
            for i, by in moves:
                x[i] += by
            return self.parts(x)[0]

        h, H = STEP, mp.zeros(k)
        while True:
            g = [(f((i, h)) - f((i, -h))) / (2 * h) for i in range(k)]
            if max(map(abs, g)) < mpf(10) ** -(mp.dps - 45):
                return par, max(map(abs, g))
            w, here = mpf(10) ** -20, f()
            for i in range(k):
                H[i, i] = (f((i, w)) - 2 * here + f((i, -w))) / w**2
                for j in range(i):
                    H[i, j] = H[j, i] = (f((i, w), (j, w)) - f((i, w), (j, -w)) - f((i, -w), (j, w))
                                         + f((i, -w), (j, -w))) / (4 * w**2)
            par = [a - b for a, b in zip(par, mp.lu_solve(H, mp.matrix(g)), strict=True)]

    def values(self) -> tuple[Values, Any]:
        with mp.workdps(mp.dps + EXTRA):
            par, score = self.optimum()
            deviance, X, s2, beta = self.parts(par)
            V = mp.inverse(X)
            labels = [label for term in self.model.terms for label in term.labels or [
                f"{self.model.group}.{name}"
                for name in [*(["*"] if term.hom else term.names), *(["rho"] if term.rho else [])]]]
            out = {"criterion": deviance, "sigma": mp.sqrt(s2)}
            out |= {f"par[{label}]": one for label, one in zip(labels, par, strict=True)}
            out |= {f"fixef[{name}]": one for name, one in zip(self.model.names, beta, strict=True)}
            out |= {f"se[{name}]": mp.sqrt(s2 * V[i, i]) for i, name in enumerate(self.model.names)}
            return out, score


def days(row: dict[str, str]) -> list[Any]:
    return [mpf(1), value(row["Days"])]


def each(column: str, levels: list[str]) -> Callable[[dict[str, str]], list[Any]]:
    return lambda row: [mpf(row[column] == level) for level in levels]


DAYS, LINE = [str(i) for i in range(10)], ["(Intercept)", "Days"]
OCCASIONS, MACHINES = each("Days", DAYS), ["A", "B", "C"]
BY_DAY = [f"factor(Days){i}" for i in DAYS]
MACHINE = ["(Intercept)", "MachineB", "MachineC"]


def sleep(terms: list[Term], start: list[str], reml: bool = True) -> Model:
    return Model("sleepstudy", "Reaction", "Subject", days, LINE, terms, start, reml)


def machines(terms: list[Term], start: list[str]) -> Model:
    def fixed(row: dict[str, str]) -> list[Any]:
        return [mpf(1), *each("Machine", MACHINES[1:])(row)]

    return Model("Machines", "score", "Worker", fixed, MACHINE, terms, start)


def age(row: dict[str, str]) -> list[Any]:
    return [mpf(1), value(row["age"])]


def parabola(row: dict[str, str]) -> list[Any]:
    return [mpf(1), value(row["day"]), value(row["day"]) ** 2]


NAMES, VISITS = [f"Machine{one}" for one in MACHINES], ["0", "1", "2", "4", "6", "8", "10", "14", "21"]
MODELS = {
    "sleep_diag": sleep([Term(diag, days, LINE, False, False)], ["0.9798963", "0.2342306"]),
    "sleep_diag_hom": sleep([Term(diag, days, LINE, True, False)], ["0.3250746"]),
    "sleep_cs": sleep([Term(cs, days, LINE, False, True)], ["0.966733", "0.231407", "0.065551"]),
    "sleep_cs_hom": sleep([Term(cs, days, LINE, True, True)], ["0.2596631", "0.5925396"]),
    "sleep_ar1": sleep([Term(ar1, OCCASIONS, BY_DAY, True, True)], ["3.1288237", "0.8834993"]),
    "sleep_ar1_ml": sleep([Term(ar1, OCCASIONS, BY_DAY, True, True)], ["3.0260412", "0.8789121"], False),
    "sleep_missing": replace(
        sleep([Term(ar1, OCCASIONS, BY_DAY, True, True)], ["2.740604", "0.888518"]), kept=lambda i, row: i % 7 != 3),
    "sleep_late": replace(
        sleep([Term(ar1, OCCASIONS, BY_DAY, True, True)], ["3.7255120", "0.8851956"]),
        kept=lambda i, row: not (row["Subject"] in ("308", "333") and int(row["Days"]) > 6)),
    "sleep_ar1_intercept": sleep(
        [Term(ar1, OCCASIONS, BY_DAY, True, True), Term(diag, lambda row: [mpf(1)], ["(Intercept)"], False, False)],
        ["2.8918374", "0.8347098", "1.6251248"]),
    "machines_cs": machines(
        [Term(cs, each("Machine", MACHINES), NAMES, False, True)], ["4.276353", "8.750981", "4.637332", "0.7357102"]),
    "machines_cs_hom": machines([Term(cs, each("Machine", MACHINES), NAMES, True, True)], ["6.305950", "0.6216957"]),
    "sleep_two_structures": sleep(
        [Term(diag, days, LINE, False, False), Term(ar1, OCCASIONS, BY_DAY, True, True)],
        ["1.6257962", "0.4900214", "2.4493330", "0.5743124"]),
    "machines_diag": machines(
        [Term(diag, lambda row: [mpf(1)], ["(Intercept)"], False, False),
         Term(diag, each("Machine", MACHINES), NAMES, False, False)],
        ["3.9372288", "2.0178544", "6.1087411", "2.9591715"]),
    "pixel_ar1": Model(  # a dog's sides are two effects of one variance
        "Pixel", "pixel", "Dog", parabola, ["(Intercept)", "day", "I(day^2)"],
        [Term(diag, each("Side", ["L", "R"]), ["L", "R"], True, False, ["Dog:Side.(Intercept)"]),
         Term(ar1, each("day", VISITS), [f"factor(day){i}" for i in VISITS], True, True)],
        ["2.4549297", "3.8023225", "0.9525022"]),
    "oxboys_cs": Model("Oxboys", "height", "Subject", age, ["(Intercept)", "age"],
                       [Term(cs, age, ["(Intercept)", "age"], False, True)], ["12.246117", "2.546969", "0.6412757"]),
}
CASES = {f"structured/{name}": (Fit(model).values, SCORE) for name, model in MODELS.items()}
