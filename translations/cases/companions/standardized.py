"""Standardized coefficients: in standard deviations of the response for one of the predictor.

"refit" standardizes the numeric variables and fits again, so that a factor's coefficients stay differences between its
levels; "basic" multiplies each coefficient by the standard deviation of its column, of dummies and products too, which
few mean. effectsize's "refit" squares twice what a formula squares: of `I(x^2)` it standardizes x² and squares that.
Here x is standardized.
"""
import translations as r
from translations.cases.companions._shared import apart
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

MIXED = Tolerance("MIXED", 6, 4, 9, 4, "the variances of data on another scale stop 1e-6 to 1e-8 from the optimum",
                  relative_to="item")
PROFILED = Tolerance("PROFILED", 6, 6, 9, 4, "R reads a generalized model's interval off a spline through its profile")
WALD = Tolerance("WALD", 4, 4, 8, 4, "as GLMM_SE, of ends", relative_to="item")
TABLES = ("plain", "basic", "two", "weighted", "weighted_basic")
OTHERS = {"low": PROFILED, "slopes": MIXED, "split": MIXED, "split_basic": MIXED, "herds": WALD}
COLUMNS = ("Std_Coefficient", "CI", "CI_low", "CI_high")
TOLERANCES = {f"{name} {column}": how for name, how in (dict.fromkeys(TABLES, tol.PVALUE) | OTHERS).items()
              for column in COLUMNS} | {f"{name} Parameter": tol.EXACT for name in (*TABLES, *OTHERS)}


@case(order=23, tolerance=TOLERANCES, releases=("4.2", "4.6"), because="Debian has no effectsize for R 4.5")
def standardized(control=None):
    birthwt, sleepstudy, cake = r.load("birthwt"), r.sleepstudy(), r.cake()
    birthwt["race"] = r.factor(birthwt["race"])
    plain = r.lm("bwt ~ age * smoke + lwt + race", birthwt)
    weighted = r.lm("bwt ~ lwt + race", birthwt, weights="age")
    low = r.glm("low ~ age + race", r.binomial, birthwt)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    split = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, control=control)
    herds = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), family=r.binomial)
    print(r.standardize_parameters(plain))
    print(r.standardize_parameters(plain, method="basic", two_sd=True))
    print(r.standardize_parameters(r.lm("bwt ~ poly(age, 2) + race:smoke", birthwt)))
    print(r.standardize_parameters(low))
    print(r.standardize_parameters(split))
    print(r.standardize_parameters(slopes, method="basic"))
    print(r.standardize_parameters(herds))
    return apart(
        plain=r.standardize_parameters(plain), basic=r.standardize_parameters(plain, method="basic"),
        two=r.standardize_parameters(plain, two_sd=True), weighted=r.standardize_parameters(weighted).iloc[1:],
        weighted_basic=r.standardize_parameters(weighted, method="basic"), low=r.standardize_parameters(low, ci=0.9),
        slopes=r.standardize_parameters(slopes).iloc[1:], split=r.standardize_parameters(split),
        split_basic=r.standardize_parameters(split, method="basic"), herds=r.standardize_parameters(herds),
    )
