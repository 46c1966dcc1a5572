"""Every quantity that getME knows, of generalized and linear fits.

`L` and `RZX` are R's but for the order of their rows, which R permutes to keep L sparse: what does not depend on it is
compared. Of a generalized model both hold the weights of the last step of the iteration.
"""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

PARTS = {"dims": tol.EXACT, "cmp": tol.GLMM_MODES, "A": tol.GLMM_MODES, "Lind": tol.EXACT, "ldL": tol.GLMM_MODES,
         "RZX": tol.GLMM_MODES, "RX": tol.GLMM_MODES, "ST": tol.GLMM_THETA, "mmList": tol.LINALG, "Ztlist": tol.LINALG,
         "names": tol.EXACT, "criterion": tol.GLMM_CRITERION}
TOLERANCE = {f"{m}_{name}": one for m in ("m", "straight", "slopes", "ticks") for name, one in PARTS.items()}


def parts(m, par):
    RZX, A = r.getME(m, "RZX"), r.getME(m, "A")
    return {
        **r.getME(m, "devcomp"), "A": [*A.shape, A.sum(), A.multiply(A).sum()], "Lind": r.getME(m, "Lind"),
        "ldL": 2 * np.log(np.diagonal(r.getME(m, "L"))).sum(), "RZX": RZX.T @ RZX, "RX": r.getME(m, "RX"),
        "ST": np.concatenate([T.ravel(order="F") for T in r.getME(m, "ST").values()]),
        "mmList": [float(x) for x in next(iter(r.getME(m, "mmList").values())).sum()],
        "Ztlist": [Z.sum() for Z in r.getME(m, "Ztlist").values()], "names": list(r.getME(m, "Ztlist")),
        "criterion": r.getME(m, "devfun")(par),
    }


@case(section="glmer", order=195, tolerance={**TOLERANCE, "sizes": tol.EXACT, "devarg": tol.GLMM_FIXEF})
def quantities():
    cbpp, sleepstudy, grouseticks = r.load("cbpp"), r.sleepstudy(), r.load("grouseticks")
    m = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", cbpp, r.binomial)
    straight = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, REML=False)
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy)
    ticks = r.glmer("TICKS ~ YEAR + (1 | BROOD) + (1 | LOCATION)", grouseticks, r.poisson, control="bobyqa")
    sizes = ["n_rtrms", "n_rfacs", "N", "n", "p", "q", "k", "m", "REML", "is_REML"]
    for name in ("Tp", "l_i", "p_i", "q_i", "m_i", "Gp"):
        print(r.console(r.getME(straight, name)))
    print(r.getME(m, "devcomp")["dims"])
    print(r.getME(slopes, "devcomp")["dims"])
    print(r.console(list(r.getME(straight, "cnms").values())[1]))
    print(r.console(r.getME(m, "glmer.nb.theta")))
    each = {"m": parts(m, [0.6, -1.4, -1, -1.1, -1.6]), "straight": parts(straight, [0.9, 0.2]),
            "slopes": parts(slopes, [0.9, 0.1, 0.2]), "ticks": parts(ticks, [0.7, 1, 0.5, 1.1, -1])}
    return {**{f"{m}_{name}": value for m, own in each.items() for name, value in own.items()},
            "sizes": r.getME(ticks, sizes), "devarg": r.getME(ticks, "devarg")}
