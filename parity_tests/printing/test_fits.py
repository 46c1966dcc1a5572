"""An attribute that a model has not: the function that is meant is named, and nothing else changes."""
from __future__ import annotations

import copy
import pickle

import pytest

import translations as r

MODELS = {
    "lmer": lambda: r.lmer("Reaction ~ Days + (1 | Subject)", r.sleepstudy()),
    "glmer": lambda: r.glmer("cbind(incidence, size - incidence) ~ 1 + (1 | herd)", r.load("cbpp"), "binomial"),
    "lm": lambda: r.lm("Reaction ~ Days", r.sleepstudy()),
    "glm": lambda: r.glm("Days ~ Reaction", family="poisson", data=r.sleepstudy()),
    "gls": lambda: r.gls("Reaction ~ Days", r.sleepstudy()),
}


@pytest.mark.parametrize("kind", MODELS)
def test_a_method_of_other_packages_is_told_as_r_s_function(kind: str) -> None:
    model = MODELS[kind]()
    for name, function in (("summary", "summary"), ("conf_int", "confint"), ("fitted_values", "fitted")):
        if not hasattr(model, name):
            with pytest.raises(AttributeError, match=rf"no attribute '{name}'; .* functions here: r\.{function}\(mod"):
                getattr(model, name)
    with pytest.raises(AttributeError, match="no attribute 'nothing'$"):
        model.nothing  # noqa: B018
    assert not hasattr(model, "_nothing") and not hasattr(model, "summary")
    assert str(copy.copy(model)) == str(copy.deepcopy(model)) == str(model)


def test_a_model_is_pickled_as_before() -> None:
    model = MODELS["lm"]()
    assert str(pickle.loads(pickle.dumps(model))) == str(model)
