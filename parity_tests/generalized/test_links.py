"""Links and their inverses, to the ends of what a probability can be."""
from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.generalized.links import LINKS


@pytest.mark.parametrize("name", LINKS)
def test_a_link_is_undone_by_its_inverse(name: str) -> None:
    link, mu = LINKS[name], np.array([0.02, 0.3, 0.5, 0.71, 0.999])
    eta = link.linkfun(mu)
    assert np.allclose(link.linkinv(eta), mu, rtol=1e-13)
    h = 1e-6
    assert np.allclose(link.mu_eta(eta), (link.linkinv(eta + h) - link.linkinv(eta - h)) / (2 * h), rtol=1e-7)


def test_a_family_s_functions_take_numbers_lists_and_series() -> None:
    # binomial()$linkfun(c(a = 0.2, b = 0.5)); binomial()$dev.resids(c(0, 1), 0.5, 2)
    family = r.binomial()
    assert str(family.linkfun(pd.Series({"a": 0.2, "b": 0.5}))).split("\n")[1].split() == ["-1.386294", "0.000000"]
    assert family.linkinv(0) == 0.5 and isinstance(family.variance(0.5), float)
    np.testing.assert_allclose(family.dev_resids([0, 1], 0.5, 2), [4 * np.log(2)] * 2, rtol=1e-15)
    assert family.validmu([0.2, 0.9]) is True and family.validmu(1) is False and str(family.link) == "logit"
    with pytest.raises(ValueError, match="must be numbers"):
        family.linkinv("a")
