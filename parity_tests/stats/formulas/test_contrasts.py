"""Contrast matrices against R's stored answers."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r
from translations.stats.formulas import contrasts

from ..designs import stored

R_SIDE = stored("vectors.json")
# contr.poly: R orthogonalises by LINPACK's QR, we by LAPACK's. 12 levels lose 3 digits on either side.
QR = {size: 1e-14 for size in range(2, 9)} | {12: 1e-11}
CONTRASTS = [(name, size) for name, by_size in R_SIDE["contrasts"].items() for size in by_size]


@pytest.mark.parametrize(("name", "size"), CONTRASTS)
def test_contrasts(name: str, size: str) -> None:
    theirs, n = R_SIDE["contrasts"][name][size], int(size)
    if name == "base3":
        ours = r.contr_treatment(n, base=3)
    elif name == "scores":
        ours = r.contr_poly(n, scores=[1, 2, 4, 8])
    else:
        ours = contrasts.BY_NAME[name.replace(".", "_")](n)
    assert list(ours.columns) == (theirs["columns"] or [str(i) for i in range(1, n)])
    np.testing.assert_allclose(ours.to_numpy(), np.array(theirs["values"], float), rtol=0, atol=QR[n] * n)


def test_contrasts_errors() -> None:
    with pytest.raises(ValueError, match="not enough levels"):
        r.contr_sum(1)
    with pytest.raises(ValueError, match="baseline level 4"):
        r.contr_treatment(3, base=4)
    with pytest.raises(ValueError, match="scores"):
        r.contr_poly(3, scores=[1, 1, 2])
    assert r.contr_helmert(["a", "b"], contrasts=False).to_numpy().tolist() == [[1, 0], [0, 1]]
