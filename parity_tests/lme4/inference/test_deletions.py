"""Single terms deleted."""
from __future__ import annotations

import numpy as np
import pytest

import translations as r


def test_a_deletion_beside_dropped_columns_is_the_test_of_what_they_do_not_span() -> None:
    """lmerTest's own table has a fifth degree of freedom for the temperature, of no hypothesis about it."""
    rows = r.cake()
    gaps = rows.assign(hot=(rows["temp"] > 200).astype(float))
    with pytest.warns(r.RankDeficiencyWarning):
        lacking = r.lmer("angle ~ recipe + temperature + hot + (1 | recipe:replicate)", gaps)
    with pytest.warns(UserWarning, match="temperature has 4 degrees of freedom .* lmerTest gives it 5"):
        table = r.drop1(lacking, ddf="Kenward-Roger")
    # KRmodcomp rounds its matrix to seven decimals, as pbkrtest does.
    small = r.lmer("angle ~ recipe + hot + (1 | recipe:replicate)", gaps)
    same = r.KRmodcomp(r.lmer("angle ~ recipe + temperature + (1 | recipe:replicate)", gaps), small).test.loc["Ftest"]
    np.testing.assert_allclose(table.loc["temperature", ["NumDF", "DenDF", "F value"]].to_numpy(float),
                               same[["ndf", "ddf", "stat"]].to_numpy(float), rtol=1e-6)
    assert table.loc["hot"].isna().all()
