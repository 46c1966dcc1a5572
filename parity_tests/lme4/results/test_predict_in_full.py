"""Standard errors of predictions from the covariance of all effects, written out."""

from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.lme4.results.getme import getME

from ..small_models import NEW, STRANGE, model

SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["slopes", "three blocks", "two terms", "deficient", "no fixed", "curved", "holes"])
def test_standard_errors_of_predictions_from_the_covariance_in_full(name: str) -> None:
    """Var(x'b + z'u - prediction) = z'Gz - z'GZ'V^{-1}ZGz + d'(X'V^{-1}X)^{-1}d, d = x - X'V^{-1}ZGz (Henderson)."""
    m = model(name)
    terms, X, s2 = m.design.random.terms, m.design.X_fitted, m.sigma**2
    Z = getME(m, "Z").toarray()
    G = s2 * getME(m, "Lambda").toarray() @ getME(m, "Lambdat").toarray()
    V = Z @ G @ Z.T + s2 * np.diag(1.0 / m.weights)
    for data, rows in ((None, m.n), (NEW, len(NEW)), (STRANGE, len(STRANGE))):
        x = X if data is None else m.design.X.for_newdata(data).values[:, m.design.kept]
        z, extra, start = np.zeros((rows, Z.shape[1])), np.zeros(rows), 0
        for term, matrix, T in zip(terms, m.design.designs, m.templates, strict=True):
            own = term.Z if data is None else matrix.for_newdata(data).values
            part = {"g:s": ["g", "s"], "s:g": ["s", "g"]}.get(term.group, [term.group])
            asked = [] if data is None else data[part].astype(object).fillna("").agg(":".join, axis=1).tolist()
            codes = term.codes if data is None else [term.levels.index(v) if v in term.levels else -1 for v in asked]
            for i, code in enumerate(codes):
                if code < 0:
                    extra[i] += s2 * own[i] @ T @ T.T @ own[i]
                else:
                    z[i, start + code * term.k : start + (code + 1) * term.k] = own[i]
            start += term.size
        back = np.linalg.solve(V, Z @ G @ z.T)
        variance = np.einsum("iq,qr,ir->i", z, G, z) - np.einsum("iq,qn,ni->i", z, G @ Z.T, back) + extra
        if m.p:
            gap = x - back.T @ X
            variance += np.einsum("ip,pr,ir->i", gap, np.linalg.inv(X.T @ np.linalg.solve(V, X)), gap)
        _, se = r.predict(m, data, allow_new_levels=True, se_fit=True)
        np.testing.assert_allclose(se.dropna(), np.sqrt(variance), rtol=1e-7)
        _, alone = r.predict(m, data, re_form="~0", se_fit=True)
        if m.p:
            np.testing.assert_allclose(alone.dropna() ** 2, np.einsum("ip,pr,ir->i", x, r.vcov(m), x), rtol=1e-7)
