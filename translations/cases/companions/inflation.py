"""Variance inflation where terms are factors, text and interactions.

A factor of more than two levels has one inflation for all its coefficients. From 0.18 on performance gives as "adj.
VIF" the root that makes it comparable with a single coefficient's, by the factor's degrees of freedom, which `vif` of
car has as GVIF^(1/(2*Df)); before it was the plain square root. Interactions, and factors of models with grouping
factors, keep the square root. A warning says that terms which take part in an interaction are inflated by it. In R 4.2
the printed table puts terms under other terms' grades; the frame has each term's own numbers.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=45, tolerance=tol.PVALUE, releases=("4.2", "4.6"), because="Debian has no performance for R 4.5")
def inflation():
    birth = r.load("birthwt")
    birth["race"] = birth["race"].astype("category")
    birth["smokes"] = np.where(birth["smoke"] == 1, "yes", "no")
    several = r.lm("bwt ~ race + smokes + age + lwt", birth)
    print(r.check_collinearity(several))
    crossed = r.lm("bwt ~ race * lwt + age", birth)
    print(r.check_collinearity(crossed))
    counted = r.lm("bwt ~ factor(ftv) + age + lwt", birth, subset="ftv < 4")
    print(r.check_collinearity(counted))
    print(r.check_collinearity(r.lmer("bwt ~ smokes * age + lwt + (1 | race)", birth)))
    of = {"several": several, "crossed": crossed, "counted": counted}
    return {name: r.check_collinearity(m)[["VIF", "SE_factor"]] for name, m in of.items()}
