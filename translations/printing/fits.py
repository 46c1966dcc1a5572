"""What a fit says of an attribute that it has not: R's functions of a model are functions here."""
from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

# Under other Python packages' names, of which the first that is here is said.
_OTHERWISE = {
    "params": "fixef", "fe_params": "fixef", "coef_": "coef", "bse": "summary", "pvalues": "summary",
    "tvalues": "summary", "random_effects": "ranef", "conf_int": "confint", "cov_params": "vcov", "llf": "logLik",
    "aic": "AIC", "bic": "BIC", "fittedvalues": "fitted", "resid": "residuals", "score": "r2", "rsquared": "r2",
    "get_prediction": "predict", "cov_re": "VarCorr", "f_test": "anova",
}


class Fit:
    """Base of the models."""

    if not TYPE_CHECKING:  # else every attribute would be one to a type checker

        def __getattr__(self, name: str) -> Any:
            said = f"{type(self).__name__!r} object has no attribute {name!r}"
            if known := _function(name):
                said += f"; R's functions of a model are functions here: r.{known}(model)"
            raise AttributeError(said, name=name, obj=self)


def _function(name: str) -> str:
    """The public function that is meant by an attribute's name; "" where there is none."""
    public = getattr(sys.modules.get(__name__.partition(".")[0]), "__all__", ())
    asked = (name, _OTHERWISE.get(name, ""), name.rpartition("_")[0], name.partition("_")[0])
    return "" if name.startswith("_") else next((one for one in asked if one in public), "")
