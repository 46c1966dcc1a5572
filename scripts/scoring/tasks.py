"""The models to fit, as tables of plain columns with formulas over them, and their certified values.

Every program gets the same model matrices: columns of X as numeric columns, interactions of grouping factors as one
column of labels, so that what is compared is the fit and not the handling of formulas.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from exact import suites
from exact.mixed import Model, Term
from exact.rational import FIXTURES, Q
from mpmath import mp, mpf

QUANTITIES = ("beta", "SE", "theta", "variances", "sigma", "criterion", "intervals")
ENDS = {"dyestuff": "exact_dyestuff", "dyestuff2": "exact_dyestuff2", "penicillin": "exact_penicillin",
        "pastes": "exact_pastes", "cake_linear": "exact_cake", "sleepstudy_all_days": "exact_sleepstudy"}


@dataclass(frozen=True)
class Scored:
    """A model: its key "suite/case", the task given to programs, the certified values by quantity, its rows."""

    key: str
    task: dict[str, Any]
    certified: dict[str, list[Any]]
    rows: int
    level: str


def all_models() -> list[Scored]:
    makers: dict[str, Callable[[], Model]] = {f"chapter5/{name}": make for name, make in suites.CHAPTER5.items()}
    makers |= {f"lme4/{name}": make for name, make in suites.LME4.items()}
    makers |= {f"nist/{name.lower()}": suites.nist(name, centred=False) for name in suites.NIST}
    makers["nist/sirstv_replicates"] = suites.sirstv_replicates
    about = json.loads((FIXTURES / "nist" / "nist.json").read_text(encoding="utf-8"))["sets"]
    levels = {f"nist/{name.lower()}": one["level"] for name, one in about.items()}
    mp.dps = 40
    return [scored(key, make(), levels.get(key, "")) for key, make in makers.items()]


def scored(key: str, model: Model, level: str) -> Scored:
    known = certified(key, model)
    return Scored(key, task_of(key, model) | {"intervals": "intervals" in known}, known, model.n, level)


def task_of(key: str, model: Model) -> dict[str, Any]:
    columns: dict[str, list[Any]] = {"y": [float(y) for y in model.y]}
    names: dict[str, str] = {}
    for name, values in model.fixed.items():
        if name == "(Intercept)":
            names[name] = "1"
        else:
            names[name] = f"x{len(columns)}"
            columns[names[name]] = [float(v) for v in values]
    if model.weights:
        columns["w"] = [float(w) for w in model.weights]
    if model.offset:
        columns["o"] = [float(o) for o in model.offset]
    terms = [_term(term, names, columns) for term in model.terms]
    fixed = [short for name, short in names.items() if short != "1" and name in model.fixed]
    return {"key": key, "columns": columns, "intercept": "(Intercept)" in model.fixed, "fixed": fixed, "terms": terms,
            "reml": model.reml}


def _term(term: Term, names: dict[str, str], columns: dict[str, list[Any]]) -> dict[str, Any]:
    group = "g" + "".join(c for c in term.factor.name if c.isalnum())
    columns[group] = ["l" + term.factor.levels[code] for code in term.factor.codes]
    for name, values in term.columns.items():
        if name == "(Intercept)":
            names[name] = "1"
        elif name not in names:
            names[name] = f"z{len(columns)}"
            columns[names[name]] = [float(v) for v in values]
    return {"group": group, "columns": [names[name] for name in term.columns]}


def certified(key: str, model: Model) -> dict[str, list[Any]]:
    """The certified values by quantity, in the order in which programs report them."""
    suite, name = key.split("/")
    values = _stored(suite, name)
    sizes = [term.k for term in model.terms]
    rows = sum(k * (k + 1) // 2 for k in sizes)
    found = {
        "beta": [values[f"fixef[{column}]"] for column in model.fixed],
        "SE": [values[f"se[{column}]"] for column in model.fixed],
        "theta": [value for label, value in values.items() if label.startswith("theta[")],
        "variances": [values[f"VarCorr[{i}, vcov]"] for i in range(1, rows + 1)],
        "sigma": [values["sigma"]],
        "criterion": [values["criterion"]],
    }
    ends = values if suite == "nist" else _stored(suite, ENDS[name]) if suite == "lme4" and name in ENDS else {}
    labels = [label.rsplit(", ", 1)[0] for label in ends if label.endswith(", 2.5 %]")]
    if labels:
        found["intervals"] = [[ends[f"{label}, {end}]"] for end in ("2.5 %", "97.5 %")] for label in labels]
    if suite == "nist":
        # The case takes from the response what its values have in common; programs get the data as they are.
        shift = next((Q(float(text)) for full, text in suites.NIST.items() if full.lower() == name), Q(0))
        known = mpf(shift.numerator) / shift.denominator
        found["beta"] = [found["beta"][0] + known]
        found["intervals"][-1] = [end + known for end in found["intervals"][-1]]
    return found


def _stored(suite: str, name: str) -> dict[str, Any]:
    file = FIXTURES / "certified" / suite / f"{name}.json"
    return {label: mpf(text) for label, text in json.loads(file.read_text(encoding="utf-8"))["values"].items()}
