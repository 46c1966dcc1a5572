"""Means of fits by `gls` and `lme` where R's own answer scatters or depends on the order of rows. The numbers are those
of R 4.2.2 with nlme 3.1-162 and emmeans 1.8.4.
"""
from __future__ import annotations

import warnings

import pandas as pd
import pytest

import translations as r
from translations.lme4.control import FollowedWarning


def by_name() -> pd.DataFrame:
    """Orthodont with subjects in the order of the alphabet, which is not that of the rows: females first."""
    Orthodont = r.load("Orthodont")
    return Orthodont.assign(Subject=Orthodont["Subject"].astype(str),
                            occasion=r.factor(Orthodont["age"], ordered=False))


def unequal(data: pd.DataFrame, **settings):
    return r.gls("distance ~ Sex * occasion", data, correlation=r.corCompSymm(form="~ 1 | Subject"),
                 weights=r.varIdent(form="~ 1 | Sex"), **settings)


def test_degrees_of_freedom_of_unsorted_rows_are_r_s_and_said_to_be_wrong():
    with pytest.warns(FollowedWarning, match="sort the data by group"):
        df = r.emmeans(unequal(by_name()), "~ occasion | Sex").as_data_frame()["df"]
    assert df.iloc[[0, -1]].tolist() == pytest.approx([32.96, 3.26], abs=0.02)  # emmeans(m, ~ occasion | Sex)


def test_sorted_rows_are_right_and_nothing_is_said():
    data = by_name().sort_values("Subject", kind="stable")
    with warnings.catch_warnings():
        warnings.simplefilter("error", FollowedWarning)
        df = r.emmeans(unequal(data), "~ occasion | Sex").as_data_frame()["df"]
        same = r.emmeans(unequal(by_name()), "~ occasion | Sex", mode="appx-satterthwaite").as_data_frame()["df"]
    assert df.iloc[[0, -1]].tolist() == pytest.approx([22.5, 30.9], rel=3e-3)  # which R's curvature holds
    assert same.to_numpy() == pytest.approx(df.to_numpy(), rel=1e-6)


def test_cells_weigh_what_their_rows_do_in_the_order_of_the_groups():
    grid = r.ref_grid(unequal(by_name()), mode="df.error")
    assert sorted(set(grid.weight.round(5))) == pytest.approx([6.584178, 13.992808], abs=2e-5)  # ref_grid(m)@grid


def test_random_refits_of_r_scatter_about_the_derivative():
    data = by_name().sort_values("Subject", kind="stable")
    m = r.lme("distance ~ Sex * occasion", data, random="~ 1 | Subject", weights=r.varIdent(form="~ 1 | Sex"),
              method="ML")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        df = r.emmeans(m, "~ Sex", mode="auto").as_data_frame()["df"]
    # emmeans(m, ~ Sex, mode = "auto", extra.iter = 30), four times: 36.510 to 36.536, 27.483 to 27.509
    assert df.tolist() == pytest.approx([36.52, 27.495], abs=0.015)


def test_a_general_correlation_is_said_to_be_approximated():
    data = by_name()
    m = r.gls("distance ~ Sex * occasion", data, correlation=r.corSymm(form="~ 1 | Subject"))
    with pytest.warns(UserWarning, match="Analytical Satterthwaite method not available"):
        e = r.emmeans(m, "~ occasion | Sex")
    assert "appx-satterthwaite" in str(e)
    # R 4.2, 4.5 and 4.6, each by its own refits: 46.1, 46.1, 45.9
    assert e.as_data_frame()["df"].tolist() == pytest.approx([45.9] * 8, abs=0.25)


@pytest.mark.parametrize("mode", ["satterthwaite", "appx-satterthwaite", "boot-satterthwaite", "auto"])
def test_all_modes_of_lme_but_containment_are_the_approximation(mode: str) -> None:
    m = r.lme("distance ~ age * Sex", r.load("Orthodont"), "~ 1 | Subject")
    assert r.summary(r.emmeans(m, "Sex", mode=mode))["df"].tolist() == pytest.approx([25.0, 25.0], rel=1e-4)
