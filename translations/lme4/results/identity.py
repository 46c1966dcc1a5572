"""What a computation was asked, as digests that can be kept: arrays and frames by content, functions by what they do.

A function is known by its compiled code and, as far as these are plain, by the values that it takes from outside
(defaults, closures, globals); so a harmless edit of its text elsewhere changes nothing, another formula does. Code is
compiled otherwise by another Python.
"""

from __future__ import annotations

import dis
import functools
import hashlib
import struct
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from types import BuiltinFunctionType, CellType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
import pandas as pd

from ..control import LmerControl
from ..model import LmerMod

PANDAS = (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray)
INSTALLED = ("site-packages", "dist-packages")


def digest(*values: Any) -> str:
    """16 hexadecimal digits that the values' contents decide."""
    hashed = hashlib.blake2b(digest_size=8)
    for part in _parts(values, ()):
        hashed.update(len(part).to_bytes(8, "little"))
        hashed.update(part)
    return hashed.hexdigest()


def of_model(m: LmerMod) -> dict[str, Any]:
    """What decides a model's simulated responses, their refits and what a function may ask of these, as JSON takes
    it."""
    terms = [(t.label, t.group, t.names, t.levels, t.codes, t.Z) for t in m.design.random.terms]
    frame = m.design.frame
    return {
        "formula": m.design.formula.text,
        "REML": m.REML,
        "theta": m.theta.tolist(),
        "beta": m.beta.tolist(),
        "sigma": m.sigma,
        **of_control(m.control),
        "response": digest(m.y),
        "design": digest(m.design.X_fitted, m.design.names, terms, frame.weights, frame.offset),
        "data": digest(m.data),
    }


def of_control(control: LmerControl) -> dict[str, Any]:
    """A control's settings, as JSON takes them."""
    settings = {f"control.{f.name}": getattr(control, f.name) for f in fields(control)}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in settings.items()}


def of_function(function: Any) -> dict[str, str]:
    """A function's name, and a digest of what it does as far as that can be known."""
    return {"name": str(getattr(function, "__qualname__", type(function).__qualname__)), "code": digest(function)}


def _parts(value: Any, above: tuple[int, ...]) -> Iterator[bytes]:
    """A value's contents, piece by piece. `above`: the objects that it is found in, which are not entered again."""
    if isinstance(value, PANDAS):
        yield from _of_pandas(value, (*above, id(value)))
        return
    yield type(value).__qualname__.encode()
    if id(value) in above:
        return
    inside = (*above, id(value))
    if value is None or isinstance(value, bool | int | str | bytes | complex):
        yield repr(value).encode()
    elif isinstance(value, float):
        yield struct.pack("<d", value)
    elif isinstance(value, np.ndarray | np.generic):
        array = np.asarray(value)
        yield repr((array.dtype.str, array.shape)).encode()
        yield from _parts(array.tolist(), inside) if array.dtype.hasobject else [array.tobytes()]
    elif isinstance(value, list | tuple):
        yield str(len(value)).encode()  # where one within ends
        for one in value:
            yield from _parts(one, inside)
    elif isinstance(value, set | frozenset):
        yield from sorted(b"".join(_parts(one, inside)) for one in value)
    elif isinstance(value, Mapping):
        yield from sorted(b"".join((*_parts(key, inside), *_parts(own, inside))) for key, own in value.items())
    elif isinstance(value, LmerMod):
        yield from _parts(of_model(value), inside)
    else:
        yield from _of_code(value, inside)


def _of_pandas(value: Any, inside: tuple[int, ...]) -> Iterator[bytes]:
    """By values and their dtype: how pandas stores them depends on what else is installed."""
    if isinstance(value, pd.DataFrame):
        yield from _parts((list(value.columns), value.index), inside)
        for i in range(value.shape[1]):
            yield from _parts(value.iloc[:, i].array, inside)
    elif isinstance(value, pd.Series):
        yield from _parts((value.name, value.index, value.array), inside)
    elif isinstance(value, pd.Categorical):
        yield from _parts((value.categories, value.codes, value.ordered), inside)
    else:
        yield str(value.dtype).encode()
        yield from _parts(np.asarray(value), inside)


def _of_code(value: Any, inside: tuple[int, ...]) -> Iterator[bytes]:
    """Functions, and what else can be called; of other objects only the type."""
    if isinstance(value, CodeType):
        yield value.co_code
        yield from _parts((value.co_consts, value.co_names, value.co_exceptiontable), inside)
    elif isinstance(value, ModuleType):
        yield f"{value.__name__} {getattr(value, '__version__', '')}".encode()
    elif isinstance(value, MethodType):
        yield from _parts((value.__func__, value.__self__), inside)
    elif isinstance(value, functools.partial):
        yield from _parts((value.func, value.args, value.keywords), inside)
    elif isinstance(value, BuiltinFunctionType | np.ufunc | type) or _installed(value):
        yield f"{getattr(value, '__module__', '')}.{getattr(value, '__qualname__', '') or value.__name__}".encode()
    elif isinstance(value, FunctionType):
        captured = [_content(cell) for cell in value.__closure__ or ()]
        used = {name: value.__globals__[name] for name in _globals_of(value.__code__) if name in value.__globals__}
        yield from _parts((value.__code__, value.__defaults__, value.__kwdefaults__, captured, used), inside)
    elif callable(value):
        yield from _parts((type(value).__call__, getattr(value, "__dict__", {})), inside)
    elif pd.api.types.is_scalar(value):  # dates, decimals, intervals
        yield str(value).encode()


def _content(cell: CellType) -> Any:
    """What a closure holds, None while it holds nothing."""
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _globals_of(code: CodeType) -> set[str]:
    """Names that the code, or code within it, takes from its module."""
    own = {i.argval for i in dis.get_instructions(code) if i.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    return own.union(*(_globals_of(one) for one in code.co_consts if isinstance(one, CodeType)))


def _installed(function: Any) -> bool:
    """Whether a function comes with a package, whose version says what it does."""
    module = str(getattr(function, "__module__", ""))
    root = module.partition(".")[0]
    file = str(getattr(sys.modules.get(module), "__file__", ""))
    with_package = root == "translations" or root in sys.stdlib_module_names or any(part in file for part in INSTALLED)
    return with_package and root != "__main__" and hasattr(function, "__qualname__")
