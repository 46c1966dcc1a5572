"""Fitted models as JSON or Parquet, without pickle: what a model was fitted to, where the fit ended, and what it must
give again.

A file read on another machine, or by another version, is fitted to nothing anew: the design is built from its data, the
optimum is the stored one, and the coefficients that follow from both must be those that were saved.
"""
from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any

from translations.files import replace

if TYPE_CHECKING:
    import pandas as pd

FORMAT, VERSION = "rparity model", 1
KINDS = ("lmer", "glmer", "lm", "glm")
# What another machine's linear algebra may change of a coefficient, relative to the largest: 1e-12 was measured between
# OpenBLAS with and without AVX2 on ill-conditioned designs; a wrong datum changes the fourth digit.
SAME = 1e-8
# glmer's criterion, found again from the data at the stored estimates, relative: modes are found to tolPwrss, 1e-7 of
# the deviance, from elsewhere now, and 2.4e-6 was measured (cbpp); a wrong datum changes the fourth digit.
SAME_CRITERION = 1e-5


def save(model: Any, path: str | PathLike[str]) -> Path:
    """Write a fitted model to a file, its data and the optimum with it. R: base::saveRDS.

    model: of `lmer`, `glmer`, `lm` or `glm`. path: the file, a ".parquet" file (which needs pyarrow, and is a tenth as
    large) or else JSON; an older one is replaced, whole or not at all.

    Returns the path. `load` reads the file, in other versions and on other machines too; no code is run by it.

    Raises ValueError for another object, a refit to other responses than the data's (save the model of those data), and
    for data or arguments that the file cannot hold, naming them; ModuleNotFoundError where pyarrow is wanting.

    >>> model = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as place:
    ...     r.fixef(r.load(r.save(model, f"{place}/sleep.json"))).equals(r.fixef(model))
    True
    """
    from translations.settings import option
    from translations.version import __version__

    body = _body(model)
    body = {"format": FORMAT, "version": VERSION, "rparity": __version__, "lme4": option("lme4"), **body}
    place = Path(path)
    sealed = body | {"sha256": _digest(body)}
    if place.suffix == ".parquet":
        from translations.saved_parquet import written

        replace({place: written(sealed)})
    else:
        replace({place: json.dumps(sealed, indent=1, ensure_ascii=False, allow_nan=False) + "\n"})
    return place


def load(name: str | PathLike[str]) -> Any:
    """A data set of R's by its name, or a model from a file of `save`. R: utils::data, base::readRDS.

    name: "sleepstudy", "Dyestuff", "Penicillin", ...; or a file's path, which ends in ".json" or ".parquet".

    Returns a new frame, R's factors as Categoricals, its numbers the very doubles that R holds; or the model.

    Raises KeyError for an unknown name, FileNotFoundError where no file is, ValueError for a data file that is not
    R's, and for a file that is no model's, was changed, or does not give the coefficients that were saved.

    >>> r.load("Dyestuff").shape
    (30, 2)
    """
    if isinstance(name, PathLike) or str(name).endswith((".json", ".parquet")):
        return _load_model(Path(name))
    from translations import data

    return data.load(name)


def _load_model(path: Path) -> Any:
    from translations.settings import options

    if not path.is_file():
        raise FileNotFoundError(f"no file {path} is here")
    if path.suffix == ".parquet":
        from translations.saved_parquet import read

        told = read(path)
    else:
        try:
            told = json.loads(path.read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise ValueError(f"{path} is no JSON: {error}") from None
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        raise ValueError(f"{path} is no model that rparity saved")
    if told.get("version") != VERSION:
        raise ValueError(f"{path} has version {told.get('version')!r} of the format, and this rparity reads {VERSION}")
    body = {name: value for name, value in told.items() if name != "sha256"}
    if told.get("sha256") != _digest(body):
        raise ValueError(f"{path} was changed since it was saved: its SHA-256 is not the one that it states")
    if told.get("class") not in KINDS:
        raise ValueError(f"{path} holds a model of class {told.get('class')!r}; this rparity reads {', '.join(KINDS)}")
    reader = {"lmer": _lmer, "glmer": _glmer, "lm": _refitted, "glm": _refitted}[told["class"]]
    try:
        with options(lme4=told["lme4"]), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what was warned of is part of the model; it was said when it was fitted
            model = reader(told)
        _check(model, told["gives"])
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path} is not as save() writes it: {type(error).__name__}, {error}") from None
    return model


def _digest(body: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(body, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _body(model: Any) -> dict[str, Any]:
    import numpy as np

    from translations.generalized.model import Glm
    from translations.lme4.glmer.model import GlmerMod
    from translations.lme4.model import LmerMod
    from translations.stats.linear.linear_model import Lm

    if isinstance(model, GlmerMod):
        return _glmer_body(model)
    if isinstance(model, LmerMod):
        from translations.settings import option

        if model.criterion_df is not None:
            raise ValueError(f"a refit under options(lme4={option('lme4')!r}) cannot be saved: fit the model anew")
        if not np.array_equal(model.y, model.design.frame.response):
            raise ValueError(_OTHER_RESPONSE)
        optimum = dataclasses.asdict(model.optimum)
        more = {"REML": model.REML, "control": _plain(dataclasses.asdict(model.control), "control"),
                "optimum": _plain(optimum, "optimum"), "found": dataclasses.asdict(model.diagnosis)}
        return {"class": "lmer", **_call(model, model.design.formula.written), **more, "gives": _gives(model)}
    if isinstance(model, Glm):
        return {"class": "glm", **_call(model, model.frame.formula.written), "family": _family(model),
                "gives": _gives(model)}
    if isinstance(model, Lm):
        return {"class": "lm", **_call(model, model.frame.formula.written), "gives": _gives(model)}
    raise ValueError(f"save() takes a model of lmer, glmer, lm or glm, not {type(model).__name__}")


_OTHER_RESPONSE = ("a refit to other responses than the data's cannot be saved: put them into the data and fit the "
                   "model to these")


def _glmer_body(model: Any) -> dict[str, Any]:
    import numpy as np

    from translations.generalized.fit import begin_of

    begun = begin_of(model.design.frame, model.family)
    if not (np.array_equal(model.begun.y, begun.y) and np.array_equal(model.begun.weights, begun.weights)):
        raise ValueError(_OTHER_RESPONSE)
    return {"class": "glmer", **_call(model, model.design.formula.written), "family": _family(model),
            "function": model.function, "nAGQ": model.nAGQ,
            "control": _plain(dataclasses.asdict(model.control), "control"),
            "fitted": _plain(dataclasses.asdict(model.found), "fitted"),
            "found": dataclasses.asdict(model.diagnosis), "gives": _gives(model)}


def _family(model: Any) -> dict[str, Any]:
    """A family by the function that makes it and that function's arguments, and as the call wrote it."""
    return {"function": model.family.maker, "given": model.family.arguments, "text": model.family_text}


def _gives(model: Any) -> dict[str, Any]:
    from translations.lme4.results.extract import fixef
    from translations.stats import generics

    estimates: Any = fixef(model) if hasattr(model, "optimum") else generics.coef(model)
    return {"coefficients": {str(name): _number(value) for name, value in estimates.items()},
            "sigma": _number(float(generics.sigma(model)))}


def _check(model: Any, gave: Mapping[str, Any]) -> None:
    gives = _gives(model)
    names = list(gives["coefficients"])
    if names != list(gave["coefficients"]):
        raise ValueError(f"the model has coefficients {', '.join(names)}, and was saved with "
                         f"{', '.join(gave['coefficients'])}")
    pairs = [(name, gives["coefficients"][name], gave["coefficients"][name]) for name in names]
    largest = max((abs(old) for *_, old in pairs if isinstance(old, float)), default=1.0)
    for name, now, old in [*pairs, ("sigma", gives["sigma"], gave["sigma"])]:
        size = abs(old) if name == "sigma" and isinstance(old, float) else largest
        if now != old and not (isinstance(now, float) and isinstance(old, float) and abs(now - old) <= SAME * size):
            raise ValueError(f"{name} is {now}, and was {old} when the model was saved")


# Arguments and data


def _call(model: Any, formula: str) -> dict[str, Any]:
    """The call's parts that all models have."""
    from translations.stats.formulas.frame import as_frame

    arguments = {name: value for name, value in model.arguments.items() if value is not None}
    starts = {name: arguments.pop(name) for name in ("start", "etastart", "mustart") if name in arguments}
    if "nAGQ" in vars(model):  # glmer's refits begin from them; the others' optimum is what they led to
        arguments |= starts
    frame = as_frame(model.data)
    texts = " ".join([formula, *(value for value in arguments.values() if isinstance(value, str))])
    used = [name for name in frame.columns if str(name) in texts]
    return {"formula": formula, "data_name": model.data_name,
            "arguments": {name: _plain(value, name) for name, value in arguments.items()},
            "index": None if type(frame.index).__name__ == "RangeIndex" else _plain(frame.index.tolist(), "the index"),
            "data": {str(name): _column(str(name), frame[name]) for name in used}}


def _plain(value: Any, what: str) -> Any:
    """An argument as JSON: arrays as lists, matrices with their names. Raises ValueError naming it."""
    import numpy as np
    import pandas as pd

    if isinstance(value, pd.DataFrame):
        return {"rows": [str(one) for one in value.index], "columns": [str(one) for one in value.columns],
                "matrix": [[_number(cell) for cell in row] for row in value.to_numpy(dtype=float).tolist()]}
    if isinstance(value, np.ndarray | pd.Series):
        value = value.tolist()
    if isinstance(value, Mapping):
        return {str(name): _plain(one, f"{what}[{name!r}]") for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one, what) for one in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return _number(value)
    if value is None or isinstance(value, str | bool | int):
        return value
    raise ValueError(f"{what} cannot be saved: it is a {type(value).__name__}")


def _number(value: float) -> float | str:
    value = float(value)
    return value if math.isfinite(value) else "NaN" if math.isnan(value) else "Inf" if value > 0 else "-Inf"


def _of(value: Any) -> Any:
    """The reverse of `_plain` and `_number`."""
    import numpy as np
    import pandas as pd

    words = {"NaN": math.nan, "Inf": math.inf, "-Inf": -math.inf}
    if isinstance(value, Mapping):
        if set(value) == {"rows", "columns", "matrix"}:
            cells = np.array([[words.get(cell, cell) for cell in row] for row in value["matrix"]], dtype=float)
            return pd.DataFrame(cells, index=value["rows"], columns=value["columns"])
        return {name: _of(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_of(one) for one in value]
    return words.get(value, value) if isinstance(value, str) else value


def _column(name: str, column: pd.Series) -> dict[str, Any]:
    """A column as JSON. Raises ValueError naming it and its type."""
    import pandas as pd

    if isinstance(column.dtype, pd.CategoricalDtype):
        levels = column.cat.categories.tolist()
        return {"type": "factor", "levels": _plain(levels, f"column {name}"), "ordered": bool(column.cat.ordered),
                "codes": column.cat.codes.tolist()}
    kind = str(column.dtype)
    if kind.startswith(("datetime64", "timedelta64")):
        zone = getattr(column.dtype, "tz", None)
        unit = column.dt.unit
        plain = (column.dt.tz_convert("UTC").dt.tz_localize(None) if zone else column).to_numpy()
        missing = column.isna()
        counts = [None if lost else int(one) for one, lost in zip(plain.astype("int64"), missing, strict=True)]
        return {"type": "timedelta" if kind.startswith("timedelta") else "datetime", "unit": unit,
                "zone": str(zone) if zone else None, "values": counts}
    values = [None if pd.isna(one) else _plain(one, f"column {name}") for one in column.tolist()]
    if not pd.api.types.is_numeric_dtype(column.dtype) and any(isinstance(one, float) and math.isinf(one)
                                                               for one in column.tolist()):
        raise ValueError(f"column {name} cannot be saved: its type is {kind} and it holds infinite numbers; convert it")
    return {"type": kind, "values": values}


def _frame(told: Mapping[str, Any]) -> pd.DataFrame:
    import pandas as pd

    index = told["index"]
    return pd.DataFrame({name: _series(column) for name, column in told["data"].items()}).set_axis(
        pd.RangeIndex(_length(told)) if index is None else pd.Index(_of(index)), axis=0)


def _length(told: Mapping[str, Any]) -> int:
    return max((len(column.get("values", column.get("codes"))) for column in told["data"].values()), default=0)


def _series(told: Mapping[str, Any]) -> pd.Series:
    import numpy as np
    import pandas as pd

    kind = told["type"]
    if kind == "factor":
        text = all(isinstance(level, str) for level in told["levels"])
        levels = told["levels"] if text else _of(told["levels"])
        return pd.Series(pd.Categorical.from_codes(told["codes"], levels, ordered=told["ordered"]))
    if kind in ("datetime", "timedelta"):
        lost = np.iinfo(np.int64).min
        counts = np.array([lost if one is None else one for one in told["values"]], dtype="int64")
        values = pd.Series(counts.view(f"{'m8' if kind == 'timedelta' else 'M8'}[{told['unit']}]"))
        return values.dt.tz_localize("UTC").dt.tz_convert(told["zone"]) if told["zone"] else values
    numeric = kind.lower().startswith("float")
    cells = [math.nan if one is None and numeric else one
             for one in (_of(told["values"]) if numeric else told["values"])]
    try:
        return pd.Series(cells, dtype=kind)  # type: ignore[call-overload,no-any-return]
    except TypeError:  # a type of another version of pandas
        return pd.Series(cells, dtype=object)


# Models


def _lmer(told: Mapping[str, Any]) -> Any:
    import numpy as np

    from translations.lme4.control import LmerControl
    from translations.lme4.convergence import Diagnosis
    from translations.lme4.criterion.minimizers import Optimum
    from translations.lme4.criterion.pls import PLS
    from translations.lme4.design import build_design
    from translations.lme4.formula import split
    from translations.lme4.model import LmerMod

    data = _frame(told)
    arguments = _arguments(told)
    settings: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value
                                for name, value in _of(told["control"]).items()}
    control = LmerControl(**settings)
    built = build_design(split(told["formula"]), data, control, **{name: arguments[name] for name in arguments})
    y = built.frame.response
    pls = PLS.of(built.random, built.X_fitted, y, built.frame.weights, built.frame.offset)
    stored = _of(told["optimum"])
    par = stored["par"]
    stored |= {"theta": np.array(stored["theta"]), "warnings": tuple(stored["warnings"]),
               "par": None if par is None else np.array(par)}
    found = Diagnosis(tuple(told["found"]["messages"]), told["found"]["singular"])
    every = dict.fromkeys(("start", "subset", "weights", "na_action", "offset", "contrasts")) | arguments
    return LmerMod(built, y, told["REML"], control, pls, Optimum(**stored), found, told["data_name"], data, every)


def _glmer(told: Mapping[str, Any]) -> Any:
    import numpy as np

    from translations.generalized.fit import begin_of
    from translations.lme4.convergence import Diagnosis
    from translations.lme4.criterion.minimizers import Optimum
    from translations.lme4.design import build_design
    from translations.lme4.formula import split
    from translations.lme4.glmer.control import GlmerControl
    from translations.lme4.glmer.fit import kernel_of
    from translations.lme4.glmer.model import GlmerMod
    from translations.lme4.glmer.optimize import Fitted, evaluated
    from translations.lme4.glmer.state import Problem, hermite_rule
    from translations.settings import since

    data, given = _frame(told), _arguments(told)
    settings: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value
                                for name, value in _of(told["control"]).items()}
    control = GlmerControl(**settings)
    design = {name: given[name] for name in ("subset", "weights", "na_action", "offset", "contrasts") if name in given}
    terms = split(told["formula"])
    if not since("2.1"):
        terms = terms.unexpanded
    built = build_design(terms, data, control, **design, generalized=True)
    family = _family_of(told["family"])
    begun = begin_of(built.frame, family)
    problem = Problem.of(built.X_fitted, built.random, built.frame.offset)
    stored = _of(told["fitted"])
    optimum = stored["optimum"] | {"theta": np.array(stored["optimum"]["theta"], dtype=float),
                                   "warnings": tuple(stored["optimum"]["warnings"])}
    if optimum["par"] is not None:
        optimum["par"] = np.array(optimum["par"], dtype=float)
    arrays: dict[str, Any] = {name: np.array(value, dtype=float) if isinstance(value, list) else value
                              for name, value in stored.items()}
    arrays["optimum"] = Optimum(**optimum)
    found = Fitted(**arrays)
    kernel = kernel_of(problem, built, begun, family, control)
    kernel.refresh = found.refresh
    kernel.set_nodes(hermite_rule(max(told["nAGQ"], 1)))
    kernel.begin(np.array(found.eta))
    value = evaluated(kernel, built.random.parameters, min(told["nAGQ"], 2), found.optimum.theta)
    if not abs(value - found.optimum.value) <= SAME_CRITERION * abs(found.optimum.value):
        raise ValueError(f"the criterion of the data at the estimates is {value}, and was {found.optimum.value} when "
                         "the model was saved")
    every = dict.fromkeys(("start", "subset", "weights", "na_action", "offset", "contrasts", "mustart", "etastart"))
    diagnosis = Diagnosis(tuple(told["found"]["messages"]), told["found"]["singular"])
    return GlmerMod(built, family, told["nAGQ"], control, found, problem, begun, diagnosis, told["data_name"], data,
                    told["family"]["text"], every | given, told["function"])


def _refitted(told: Mapping[str, Any]) -> Any:
    """A model whose fit is a closed form, or steps that end in one place: made again."""
    from translations.generalized.fit import glm
    from translations.stats.linear.lm import lm

    given = _arguments(told)
    model: Any
    if told["class"] == "lm":
        model = lm(told["formula"], _frame(told), **given)
    else:
        fitted = glm(told["formula"], _family_of(told["family"]), _frame(told), **given)
        model = dataclasses.replace(fitted, family_text=told["family"]["text"])
    return dataclasses.replace(model, data_name=told["data_name"])


def _family_of(told: Mapping[str, Any]) -> Any:
    from translations.generalized import families

    return getattr(families, told["function"])(**told["given"])


def _arguments(told: Mapping[str, Any]) -> dict[str, Any]:
    import numpy as np

    given = _of(told["arguments"])
    return {name: np.array(value) if isinstance(value, list) and name != "contrasts" else value
            for name, value in given.items()}
