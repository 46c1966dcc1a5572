"""Data and arguments that cannot be used, given to what takes them: an answer, or a ValueError or KeyError
that says what is wrong. No other error."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r

N = 60


def base() -> pd.DataFrame:
    d = r.sleepstudy().iloc[:N].copy()
    d["f"] = pd.Categorical(list("uvw") * 20)
    return d


def with_columns(**columns: Any) -> pd.DataFrame:
    return base().assign(**columns)


def renamed(columns: Any) -> pd.DataFrame:
    return base().set_axis(columns, axis=1)


D = base()
DATA: dict[str, Any] = {
    "text response": with_columns(Reaction=D["Reaction"].astype(str)),
    "text covariate": with_columns(Days=D["Days"].astype(str)),
    "mixed": with_columns(Days=[1, "a", None] * 20),
    "objects": with_columns(Days=D["Days"].astype(object), Reaction=D["Reaction"].astype(object)),
    "empty": D.iloc[:0],
    "one row": D.iloc[:1],
    "two rows": D.iloc[[0, 10]],
    "infinite response": with_columns(Reaction=np.inf),
    "infinite covariate": with_columns(Days=np.where(np.arange(N) == 3, np.inf, D["Days"])),
    "missing covariate": with_columns(Days=np.nan),
    "missing response": with_columns(Reaction=np.nan),
    "missing group": with_columns(Subject=np.nan),
    "a column twice": pd.concat([D, D[["Days"]]], axis=1),
    "a response twice": pd.concat([D, D[["Reaction"]]], axis=1),
    "a group twice": pd.concat([D, D[["Subject"]]], axis=1),
    "an index of one label": D.set_index(np.zeros(N, dtype=int)),
    "text index": D.set_index(pd.Index(["a"] * N)),
    "an index of levels": D.set_index(["Subject", "Days"], drop=False),
    "columns in the index": D.set_index(["Subject"]),
    "columns of levels": renamed(pd.MultiIndex.from_product([["a"], D.columns])),
    "numbered": renamed(range(4)),
    "boolean": with_columns(Days=D["Days"] > 4),
    "complex": with_columns(Days=D["Days"] + 1j),
    "lists": with_columns(Days=[[1, 2]] * N),
    "dates": with_columns(Days=pd.date_range("2020-01-01", periods=N)),
    "spans": with_columns(Days=pd.to_timedelta(D["Days"], unit="D")),
    "huge": with_columns(Reaction=D["Reaction"] * 1e300),
    "tiny": with_columns(Reaction=D["Reaction"] * 1e-300),
    "constant response": with_columns(Reaction=1.0),
    "constant covariate": with_columns(Days=1.0),
    "one level": with_columns(Subject=pd.Categorical(["a"] * N)),
    "a level a row": with_columns(Subject=pd.Categorical([str(i) for i in range(N)])),
    "float32": D.astype({"Reaction": "float32", "Days": "float32"}),
    "Int64": with_columns(Days=pd.array([1, 2, None] * 20, dtype="Int64")),
    "decimals": with_columns(Days=[Decimal(int(day)) for day in D["Days"]]),
    "dict": {name: list(D[name]) for name in D},
    "lengths": {"Reaction": [1, 2, 3], "Days": [1, 2], "Subject": ["a", "b", "c"]},
    "scalars": {"Reaction": 1, "Days": 2},
    "None": None,
    "array": np.zeros((5, 3)),
    "list": [1, 2],
    "series": D["Reaction"],
    "text": "data.csv",
    "intervals": with_columns(Subject=pd.cut(D["Days"], 3)),
    "bytes": with_columns(Subject=[b"a", b"b", b"c"] * 20),
    "tuples": with_columns(Subject=[(1, 2)] * 30 + [(3, 4)] * 30),
}
ARGUMENTS: dict[str, Any] = {
    "short": [1, 2],
    "text": "abc",
    "texts": ["a"] * N,
    "infinite": np.full(N, np.inf),
    "missing": np.full(N, np.nan),
    "two columns": np.zeros((N, 2)),
    "None": None,
    "objects": np.array([None] * N),
    "half": 3.5,
    "frame": D,
    "dict": {"a": 1},
    "negative": -np.ones(N),
    "complex": np.ones(N) * 1j,
    "function": np.sum,
    "empty": [],
}
LINEAR = r.lm("Reaction ~ Days*f", D)
SIMPLE = "Reaction ~ Days + (1 | Subject)"
MIXED = r.lmer(SIMPLE, D)
FACTORS = r.lmer("Reaction ~ Days + f + (1 | Subject)", D)

OF_DATA: dict[str, Callable[[Any], Any]] = {
    "lmer": lambda d: r.summary(r.lmer(SIMPLE, d)),
    "slopes": lambda d: r.lmer("Reaction ~ 1 + (Days | Subject)", d),
    "newton": lambda d: r.lmer(SIMPLE, d, control="newton"),
    "lm": lambda d: r.summary(r.lm("Reaction ~ Days*Subject", d)),
    "tables": lambda d: (r.anova(m := r.lm("Reaction ~ Days", d)), r.drop1(m), r.influence(m), r.confint(m)),
    "predict": lambda d: r.predict(MIXED, d, allow_new_levels=True),
    "intervals": lambda d: r.predict(LINEAR, d, interval="prediction"),
    "simulate": lambda d: r.simulate(MIXED, newdata=d, seed=1),
    "t_test": lambda d: r.t_test("Reaction ~ Days", data=d),
    "model_matrix": lambda d: r.model_matrix("~Days+Subject", d),
    "count": lambda d: r.count(d, "Subject"),
    "summary": r.summary,
    "console": r.console,
    "tibble": lambda d: r.console(r.tibble(d)),
    "update": lambda d: r.update(MIXED, data=d),
}


def of_lmer(name: str) -> Callable[[Any], Any]:
    return lambda x: r.lmer(SIMPLE, D, **{name: x})


def of_control(**settings: Any) -> Any:
    return r.lmer(SIMPLE, D, control=r.lmerControl(**settings))


OF_ARGUMENTS: dict[str, Callable[[Any], Any]] = {
    **{f"lmer {name}": of_lmer(name) for name in ("weights", "offset", "subset", "contrasts", "start", "na_action")},
    "lm weights": lambda x: r.summary(r.lm("Reaction ~ Days", D, weights=x)),
    "lm contrasts": lambda x: r.lm("Reaction ~ f", D, contrasts={"f": x}),
    "refit": lambda x: r.refit(MIXED, x),
    "formula": lambda x: r.lmer(x, D),
    "t_test": r.t_test,
    "mu": lambda x: r.t_test([1.0, 2.0, 3.0], mu=x),
    "alternative": lambda x: r.t_test([1.0, 2.0, 3.0], alternative=x),
    "conf_level": lambda x: r.t_test([1.0, 2.0, 3.0], conf_level=x),
    "contest": lambda x: r.contest(MIXED, x),
    "rhs": lambda x: r.contest(MIXED, [0, 1], rhs=x),
    "parm": lambda x: r.confint(MIXED, x, method="Wald"),
    "level": lambda x: r.confint(MIXED, level=x, method="Wald"),
    "parm of lm": lambda x: r.confint(LINEAR, x),
    "level of lm": lambda x: r.confint(LINEAR, level=x),
    "re_form": lambda x: r.predict(MIXED, re_form=x),
    "getME": lambda x: r.getME(MIXED, x),
    "anova": lambda x: r.anova(MIXED, x),
    "anova of lm": lambda x: r.anova(LINEAR, x),
    "type": lambda x: r.anova(MIXED, type=x),
    "ddf": lambda x: r.summary(MIXED, ddf=x),
    "drop1": lambda x: r.drop1(MIXED, x),
    "drop1 of lm": lambda x: r.drop1(LINEAR, x),
    "update": lambda x: r.update(MIXED, x),
    "KRmodcomp": lambda x: r.KRmodcomp(MIXED, x),
    "PBmodcomp": lambda x: r.PBmodcomp(MIXED, x, nsim=1),
    "nsim": lambda x: r.simulate(MIXED, nsim=x),
    "seed": lambda x: r.simulate(MIXED, seed=x),
    "nsim of lm": lambda x: r.simulate(LINEAR, nsim=x),
    "residuals": lambda x: r.residuals(MIXED, type=x),
    "residuals of lm": lambda x: r.residuals(LINEAR, type=x),
    "interval": lambda x: r.predict(LINEAR, interval=x),
    "k": lambda x: r.AIC(MIXED, k=x),
    "AIC": lambda x: r.AIC(LINEAR, x),
    "tol": lambda x: r.isSingular(MIXED, tol=x),
    "which": lambda x: r.ls_means(FACTORS, which=x),
    "optimizer": r.lmerControl,
    "optCtrl": lambda x: of_control(optCtrl=x),
    "maxfun": lambda x: of_control(optimizer="bobyqa", optCtrl={"maxfun": x}),
    "xst": lambda x: of_control(optimizer="Nelder_Mead", optCtrl={"xst": x}),
    "boundary_tol": lambda x: of_control(boundary_tol=x),
    "pnorm": r.pnorm,
    "dfbeta": r.dfbeta,
    "count": lambda x: r.count(D, x),
    "rnorm": lambda x: r.set_seed(1).rnorm(x),
    "levels": r.levels,
    "digits": lambda x: r.console(3.3, digits=x),
    "width": lambda x: r.console(D, width=x),
}


def answer_or_refuse(question: Callable[[Any], Any], x: Any, what: str) -> None:
    quiet = contextlib.redirect_stderr(io.StringIO())
    with warnings.catch_warnings(), quiet, contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        try:
            str(question(x))
        except (ValueError, KeyError) as error:
            assert not isinstance(error, np.linalg.LinAlgError), what
            assert len(str(error)) > 8, what


@pytest.mark.parametrize("kind", DATA)
def test_data(kind: str) -> None:
    for name, question in OF_DATA.items():
        answer_or_refuse(question, DATA[kind], f"{name} of {kind}")


@pytest.mark.parametrize("name", OF_ARGUMENTS)
def test_arguments(name: str) -> None:
    for kind, x in ARGUMENTS.items():
        answer_or_refuse(OF_ARGUMENTS[name], x, f"{name}, {kind}")


def test_labels_of_several_levels_are_joined_by_colons() -> None:
    d = r.sleepstudy().head(20)
    rows = d.set_index(["Subject", "Days"], drop=False)
    assert list(r.residuals(r.lm("Reaction ~ Days", rows)).index[:2]) == ["308:0", "308:1"]
    assert r.console(rows[["Reaction"]].head(1)).split("\n")[1].split()[0] == "308:0"
    columns = d.set_axis(pd.MultiIndex.from_product([["m"], d.columns]), axis=1)
    assert list(r.coef(r.lm("`m:Reaction` ~ `m:Days`", columns)).index) == ["(Intercept)", "`m:Days`"]
    assert r.console(columns.head(1)).split("\n")[0].split() == ["m:Reaction", "m:Days", "m:Subject"]
    with pytest.raises(KeyError, match="level of the data's index: data.reset_index"):
        r.lm("Reaction ~ Days", d.set_index("Days"))
