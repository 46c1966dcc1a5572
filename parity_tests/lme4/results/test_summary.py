"""What a summary of a fit holds, and how a call is written."""

from __future__ import annotations

from typing import Any

import numpy as np

import translations as r
from translations.lme4.model import LmerMod

from ..small_models import model

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


def test_what_a_summary_holds(slopes: LmerMod) -> None:
    summary = r.summary(slopes)
    assert summary.sigma == slopes.sigma and summary.ngrps.to_dict() == {"Subject": 18} and summary.note is None
    np.testing.assert_allclose(summary.residuals, r.residuals(slopes, scaled=True), rtol=1e-12)
    assert "summary(m)" in (r.summary(model("many")).note or "")
    assert str(r.VarCorr(slopes)["Subject"]).splitlines()[0].split() == ["(Intercept)", "days_deprived"]


def test_calls_are_written_as_r_writes_them(slopes: LmerMod) -> None:
    given: list[tuple[dict[str, Any], str]] = [
        ({"nsim": 1, "seed": 1}, "FUN = parameters, nsim = 1, seed = 1)"),
        ({"nsim": 2, "use_u": True}, "nsim = 2, use.u = TRUE)"),
        ({"nsim": 2, "use_u": True, "type": "semiparametric", "seed": np.int64(3)},
         'nsim = 2, seed = 3, use.u = TRUE, type = "semiparametric")'),
        ({"FUN": r.sigma, "nsim": 2, "seed": r.set_seed(1)}, "FUN = sigma, nsim = 2)"),
    ]
    for arguments, call in given:
        assert r.bootMer(slopes, **arguments).call.endswith(call)
    assert r.bootMer(slopes, "sigma", 1).call.startswith("bootMer(x = slopes, FUN = sigma")
