"""The generalized models to fit, as `tasks.py` has the linear ones, and their certified values."""

from __future__ import annotations

from typing import Any

from exact.counts import CLOGLOG, MODELS, QUADRATURE
from exact.generalized import Generalized
from mpmath import mp

from scoring.tasks import Scored, _stored, _term


def all_models() -> list[Scored]:
    """Those of `exact/counts.py`: by Laplace's approximation, then by quadrature."""
    mp.dps = 40
    found = {name: (name, 1) for name in MODELS} | QUADRATURE
    return [scored(name, MODELS[model][0](), nodes) for name, (model, nodes) in found.items()]


def scored(name: str, model: Generalized, nodes: int) -> Scored:
    known = certified(name, model)
    return Scored(f"glmer/{name}", task_of(f"glmer/{name}", model) | {"nAGQ": nodes}, known, model.n, "")


def task_of(key: str, model: Generalized) -> dict[str, Any]:
    trials = [float(t) for t in model.trials] if model.trials else None
    counts = [float(y) for y in model.counts]
    y = [a / b for a, b in zip(counts, trials, strict=True)] if trials else counts
    columns: dict[str, list[Any]] = {"y": y}
    names: dict[str, str] = {}
    for name, values in model.fixed.items():
        names[name] = "1" if name == "(Intercept)" else f"x{len(columns)}"
        if name != "(Intercept)":
            columns[names[name]] = [float(v) for v in values]
    if trials:
        columns["w"] = trials
    if model.offset:
        columns["o"] = [float(o) for o in model.offset]
    fixed = [short for short in names.values() if short != "1"]
    terms = [_term(term, names, columns) for term in model.terms]
    link = "cloglog" if model.family is CLOGLOG else {"binomial": "logit", "poisson": "log"}[model.family.name]
    return {"key": key, "columns": columns, "intercept": "(Intercept)" in model.fixed, "fixed": fixed, "terms": terms,
            "reml": False, "family": model.family.name, "link": link}


def certified(name: str, model: Generalized) -> dict[str, list[Any]]:
    """The certified values by quantity, in the order in which programs report them."""
    values = _stored("glmer", name)
    rows = sum(term.k * (term.k + 1) // 2 for term in model.terms)
    found = {
        "beta": [values[f"fixef[{column}]"] for column in model.fixed],
        "SE": [values[f"se[{column}]"] for column in model.fixed],
        "theta": [value for label, value in values.items() if label.startswith("theta[")],
        "variances": [values[f"VarCorr[{i}, vcov]"] for i in range(1, rows + 1)],
    }
    return found | ({"criterion": [values["criterion"]]} if "criterion" in values else {})


