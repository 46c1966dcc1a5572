"""The same by quadrature with 9 and 25 nodes, and with the fixed effects among the modes (nAGQ = 0).

Before 2.1 the log-likelihood by quadrature lacks constants that Laplace's has: the two could not be compared.
"""
import translations as r
from translations.parity import case

from ._shared import named, of_each


@case(section="glmer", order=2, tolerance=of_each("nine", "none", "many"))
def cbpp_quadrature():
    cbpp = r.load("cbpp")
    f = "cbind(incidence, size - incidence) ~ period + (1 | herd)"
    nine = r.glmer(f, data=cbpp, family=r.binomial, nAGQ=9)
    print(r.summary(nine))
    none = r.glmer(f, data=cbpp, family=r.binomial, nAGQ=0)
    print(none)
    print(r.summary(none))
    many = r.glmer("incidence / size ~ period + (1 | herd)", weights="size", data=cbpp,
                   family=r.binomial(link="probit"), nAGQ=25)
    print(many)
    return named(nine=nine, none=none, many=many)
