"""Intervals by label, by number and by kind; what a profile says of itself while it is computed."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.inference.profiles.exact import exact_zeta

SLEEP = "Reaction ~ Days + (Days | Subject)"


@pytest.mark.parametrize(("level", "labels"), [
    (0.9, ["5 %", "95 %"]), (0.99, ["0.5 %", "99.5 %"]), (0.997, ["0.15 %", "99.85 %"]), (0.999, ["0.05 %", "99.95 %"]),
    (0.9999, ["0.005 %", "99.995 %"]), (2 / 3, ["16.7 %", "83.3 %"]), (0.123, ["43.9 %", "56.1 %"])])
def test_columns_are_labelled_as_by_r(level: float, labels: list[str]) -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    assert list(r.confint(m, level=level, method="Wald").columns) == labels


def test_parameters_by_number_and_by_kind() -> None:
    m = r.lmer(SLEEP, r.sleepstudy())
    names = [".sig01", ".sig02", ".sig03", ".sigma", "(Intercept)", "Days"]
    for asked, expected in ((1, names[:1]), (6, names[5:]), ([2, "Days"], [names[1], "Days"]), ("theta_", names[:4]),
                            ("beta_", names[4:]), (np.int64(5), names[4:5]), (None, names)):
        ci = r.confint(m, parm=asked, method="Wald")
        assert list(ci.index) == expected
        assert ci.loc[[n for n in expected if n in names[4:]]].notna().all(axis=None)
        assert ci.loc[[n for n in expected if n in names[:4]]].isna().all(axis=None)
    with pytest.raises(ValueError, match="'profile', 'Wald', 'boot', not 'wald'"):
        r.confint(m, method="wald")
    assert r.confint(m, method="Wald", oldNames=False).index[1] == "cor_Days.(Intercept)|Subject"


def test_what_is_computed_is_said_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    for method, said in (("profile", "Computing profile confidence intervals ...\n"), ("Wald", "")):
        r.confint(m, parm="(Intercept)", method=method)
        assert capsys.readouterr().err == said
    r.confint(m, parm="(Intercept)", quiet=True)
    assert capsys.readouterr().err == ""


def test_a_converged_profile_of_crossed_factors_has_the_exact_zeta() -> None:
    m = r.lmer("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin().head(60), control="newton")
    for name, own in r.profile(m).parameters.items():
        for point in own.points[[1, -2]]:
            assert exact_zeta(m, name, point[own.column]) == pytest.approx(point[0], abs=2e-5)


def test_many_rows_of_a_frame_are_one_profile() -> None:
    m = r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff())
    p = r.profile(m)
    table = p.as_data_frame()
    assert list(table.columns) == [".zeta", ".sig01", ".sigma", "(Intercept)", ".par", ".focal"]
    assert isinstance(table, pd.DataFrame) and len(table) == sum(len(q.points) for q in p.parameters.values())
    density = p.density(npts=11, upper=0.99)
    assert density["pnm"].tolist() == [name for name in p.names for _ in range(11)]
    for name, q in p.parameters.items():
        own = density[density["pnm"] == name]
        low, high = q.backward(np.array([-2.3263478740408408, 2.3263478740408408]))
        start = 0.0 if np.isnan(low) else low
        np.testing.assert_allclose(own["pval"].iloc[[0, -1]], [start, high], rtol=1e-12, atol=1e-12)
        mode = own["pval"].iloc[int(np.argmax(own["density"].to_numpy()))]
        assert start <= mode <= high and (own["density"].dropna() >= 0.0).all()


@pytest.mark.parametrize(("level", "ends"), [
    (0.95, [[238.02914111736226, 264.78106857960768], [7.4375939298652698, 13.496977989326705]]),
    (0.8, [[242.659032269855, 260.15117742711493], [8.4862768214456459, 12.448295097746328]])])
def test_walds_intervals_are_r_s(level: float, ends: list[list[float]]) -> None:
    ci = r.confint(r.lmer(SLEEP, r.sleepstudy()), method="Wald", level=level, parm="beta_")
    np.testing.assert_allclose(ci.to_numpy(), ends, rtol=1e-13)
