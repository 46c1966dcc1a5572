"""How observations of one group hang together: `getVarCov` of what a fit says, `ACF` of what its residuals do.

An autocorrelation of normalized residuals that is far from 0 says that the structure of the errors leaves something.
"""
import translations as r
from translations.cases.nlme._shared import FOLLOWS
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme", order=16, tolerance={"pairs": tol.EXACT, **dict.fromkeys(
    ("slopes", "marginal", "conditional", "steps", "all", "mares"), FOLLOWS)})
def dependence():
    Ovary, Orthodont = r.load("Ovary"), r.load("Orthodont")
    slopes = r.lme("distance ~ age", Orthodont, random="~ age | Subject")
    errors = r.lme("distance ~ age", Orthodont, random="~ 1 | Subject", weights=r.varIdent(form="~ 1 | Sex"),
                   correlation=r.corCAR1(form="~ age"))
    steps = r.gls("distance ~ age", Orthodont, correlation=r.corAR1(form="~ 1 | Subject"),
                 weights=r.varIdent(form="~ 1 | Sex"))
    print(r.getVarCov(slopes))
    print(r.getVarCov(slopes, type="conditional"))
    print(r.getVarCov(slopes, individuals=["M01", "F02"], type="marginal"))
    print(r.getVarCov(errors, individuals=20, type="marginal"))
    print(r.getVarCov(steps))
    follicles = "follicles ~ sin(2 * pi * Time) + cos(2 * pi * Time)"
    straight = r.gls(follicles, Ovary)
    mares = r.lme(follicles, Ovary, random="~ 1 | Mare", correlation=r.corAR1())
    print(r.ACF(straight, form="~ 1 | Mare", maxLag=4))
    print(r.ACF(mares, maxLag=6))
    return {"slopes": r.getVarCov(slopes), "marginal": dict(r.getVarCov(errors, ["F01", "M03"], "marginal")),
            "conditional": r.getVarCov(errors, "F01", "conditional")["F01"],
            "steps": r.getVarCov(steps, individual="F03"), "all": r.ACF(straight),
            "pairs": r.ACF(straight, form="~ 1 | Mare").attrs["n_used"],
            "mares": r.ACF(mares, maxLag=5, resType="response")}
