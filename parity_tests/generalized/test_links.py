"""Links and their inverses, to the ends of what a probability can be."""
from __future__ import annotations

import numpy as np
import pytest

from translations.generalized.links import LINKS


@pytest.mark.parametrize("name", LINKS)
def test_a_link_is_undone_by_its_inverse(name: str) -> None:
    link, mu = LINKS[name], np.array([0.02, 0.3, 0.5, 0.71, 0.999])
    eta = link.linkfun(mu)
    assert np.allclose(link.linkinv(eta), mu, rtol=1e-13)
    h = 1e-6
    assert np.allclose(link.mu_eta(eta), (link.linkinv(eta + h) - link.linkinv(eta - h)) / (2 * h), rtol=1e-7)
