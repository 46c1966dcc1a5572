"""Generic functions: what no method answers, and what each says of itself."""
from __future__ import annotations

import inspect
import re

import pytest

import translations as r
from translations.stats import generics

NAMES = [name for name, value in vars(generics).items() if hasattr(value, "registry")]
OF_R = {"df_residual": "df.residual", "cooks_distance": "cooks.distance", "model_matrix": "model.matrix"}


@pytest.mark.parametrize("name", NAMES)
def test_an_object_without_a_method_is_refused_by_both_names(name: str) -> None:
    with pytest.raises(TypeError, match=f"'{name}' applied to an object of class 'object'"):
        getattr(r, name)(object())


@pytest.mark.parametrize("name", NAMES)
def test_documented_with_r_s_name(name: str) -> None:
    function = getattr(generics, name)
    assert function.__name__ == name and function.__module__ == generics.__name__
    assert re.match(r"[A-Z][a-z'-]", inspect.getdoc(function) or "")
    assert re.search(rf"R: (base|stats)::{re.escape(OF_R.get(name, name))}\.$", inspect.getdoc(function) or "")
