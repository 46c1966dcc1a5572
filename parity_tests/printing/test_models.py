"""Models, tests and tables print as R printed them into fixtures/console/models.json, character for character."""
from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from translations.printing import NA, NAN, Matrix, console, tables
from translations.printing.coefmat import format_pval
from translations.printing.deparse import deparse
from translations.printing.numbers import format_c
from translations.printing.rounding import round_half_even, signif, zapsmall
from translations.printing.text import abbreviate, fill, strwrap

from .stored import corpus


def number(text: str) -> float:
    return {"NA": NA, "NaN": NAN}.get(text) or float(text)


def scalar(x: Any) -> float | None:
    return None if not x else number(x[0])


def array(texts: list[str], shape: tuple[int, ...] = (-1,)) -> np.ndarray:
    return np.array([number(t) for t in texts]).reshape(shape)


def series(x: dict) -> pd.Series:
    return pd.Series(array(x["values"]), index=x["names"])


def frame(x: dict) -> pd.DataFrame:
    rows = None if not x["rows"] or x["rows"] == [str(i + 1) for i in range(len(x["rows"]))] else x["rows"]
    columns = {j: array(column) for j, column in enumerate(x["values"])}
    return pd.DataFrame(columns, index=rows).set_axis(x["columns"], axis=1)


def pair(x: dict | None) -> tuple[str, float] | None:
    return (x["name"], scalar(x["value"])) if x else None


def call(x: dict) -> tables.Call:
    return tables.Call(x["fun"], x["args"])


def square(x: list[str], terms: list[str]) -> pd.DataFrame:
    return pd.DataFrame(array(x, (len(terms), len(terms))), terms, terms)


def group(x: dict) -> tables.VarCorrMatrix:
    return tables.VarCorrMatrix(square(x["covariance"], x["terms"]), pd.Series(array(x["stddev"]), x["terms"]),
                                square(x["correlation"], x["terms"]))


def varcorr(x: dict) -> tables.VarCorrTable:
    groups = [(g["name"], group(g)) for g in x["groups"]]
    return tables.VarCorrTable(groups, scalar(x["residual"]), tuple(x.get("components", [])))


def shared(x: dict) -> dict[str, Any]:
    c = x["convergence"]
    convergence = tables.Convergence(c["optimizer"], c["code"], c["message"], c["messages"], c["warnings"])
    return {"call": call(x["call"]), "criteria": series(x["criteria"]), "varcorr": varcorr(x["varcorr"]),
            "convergence": convergence,
            **{name: x[name] for name in ("method", "object_class", "n_obs", "groups", "fit_messages")}}


def mer_summary(x: dict) -> tables.MerModSummary:
    p = len(x["coefficients"]["rows"])
    correlation = array(x["correlation"], (p, p)) if x["correlation"] else None
    return tables.MerModSummary(**shared(x), residuals=array(x["residuals"]), coefficients=frame(x["coefficients"]),
                                correlation=correlation)


def lm_summary(x: dict) -> tables.LmSummary:
    fstatistic = tuple(array(x["fstatistic"])) if x["fstatistic"] else None
    return tables.LmSummary(call(x["call"]), series(x["residuals"]), frame(x["coefficients"]), scalar(x["sigma"]),
                            x["df_residual"], scalar(x["r_squared"]), scalar(x["adj_r_squared"]), fstatistic,
                            scalar(x["f_p_value"]), x["weighted"], x["n_missing"])


def htest(x: dict) -> tables.HTest:
    interval = tuple(array(x["conf_int"])) if x["conf_int"] else None
    estimate = series(x["estimate"]) if x["estimate"] else None
    return tables.HTest(x["method"], x["data_name"], pair(x["statistic"]), pair(x["parameter"]), scalar(x["p_value"]),
                        x.get("alternative"), pair(x["null_value"]), interval, scalar(x["conf_level"]) or 0.95,
                        estimate)


def dpo_matrix(x: dict) -> Matrix:
    matrix = Matrix(frame(x))
    matrix.r_class = "dpoMatrix"
    return matrix


BUILD = {
    "lm_summary": lm_summary,
    "lm_text": lambda x: tables.LmText(call(x["call"]), series(x["coefficients"])),
    "anova": lambda x: tables.AnovaTable(x["heading"] or (), frame(x["table"])),
    "htest": htest,
    "mer_summary": mer_summary,
    "mer_text": lambda x: tables.MerModText(**shared(x), fixef=series(x["fixef"])),
    "varcorr": varcorr,
    "varcorr_matrix": group,
    "frame_list": lambda x: tables.FrameList({k: frame(v) for k, v in x["frames"].items()}, x.get("conditional") or (),
                                             x.get("class")),
    "matrix": lambda x: Matrix(frame(x)),
    "dpo_matrix": dpo_matrix,
    "comparison": lambda x: tables.ModelComparison(x["heading"], frame(x["table"]), tuple(x["test_columns"])),
}


@pytest.mark.parametrize("kind", BUILD)
def test_prints_what_r_printed(kind):
    entries = [entry for entry in corpus("models") if entry["kind"] == kind]
    assert entries
    for entry in entries:
        assert console(BUILD[kind](entry["fields"]), **(entry["options"] or {})) == "\n".join(entry["text"])


def test_rounds_as_r_does():
    """round, signif and zapsmall at the ends of the range of doubles, to the last bit."""
    entries = [entry for entry in corpus("models") if entry["kind"] == "rounding"]
    assert entries
    for entry in entries:
        x, digits = array(entry["fields"]["x"]), entry["fields"]["digits"]
        got = np.concatenate([round_half_even(x, digits), signif(x, digits), zapsmall(x[5:9], digits)])
        assert np.array_equal(got, array(entry["text"]), equal_nan=True), digits


@pytest.mark.parametrize("kind, compute", [
    ("format_pval", lambda x: format_pval(array(x["p"]), x["digits"])),
    ("abbreviate", lambda x: abbreviate(x["names"], x["n"])),
    ("format_c", lambda x: [format_c(v, x["digits"]) for v in array(x["x"]).tolist()]),
    ("deparse", lambda x: deparse(x["text"], x["cutoff"])),
    ("strwrap", lambda x: strwrap(x["text"], x["width"], prefix="> ", exdent=x["exdent"])),
    ("fill", lambda x: fill(x["pieces"], x["width"]))])
def test_gives_what_r_gave(kind, compute):
    entries = [entry for entry in corpus("models") if entry["kind"] == kind]
    assert entries
    for entry in entries:
        assert compute(entry["fields"]) == entry["text"]
