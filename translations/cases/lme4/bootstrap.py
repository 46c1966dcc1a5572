"""The parametric bootstrap of the partial-pooling model, and intervals from it.

Each replicate is a response simulated from the fitted model, to which the model is refitted from the fitted theta. The
percentile intervals are order statistics of the replicates, interpolated on the normal scale.

Two things to know of lme4's `refit`. It minimizes a REML criterion with n - 1 degrees of freedom where `lmer`'s has
n - p (in 1.1-31 a TRUE is passed on for the number of fixed effects), so that bootstrapped standard deviations come
out a little off those that `lmer` would find, here by 0.1 to 0.6 percent; fixed effects of a balanced design do not
notice. And it stops near the optimum, not at it. With `nloptwrap`, the default, both are followed, and the replicates
are R's to the last bit; a model fitted with `control="newton"` has its replicates refitted to the REML optimum.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(
    section="lme4",
    order=501,
    tolerance=dict.fromkeys(("t0", "t", "ci", "perc", "basic", "norm"), tol.LINALG)
    | {"theta": tol.LINALG, "residual": tol.OPTIMISER},
)
def bootstrap():
    pp_mod = r.lmer("Reaction ~ days_deprived + (days_deprived | Subject)", r.sleep2())
    boots = r.bootMer(pp_mod, r.fixef, nsim=100, seed=1)
    print(boots)
    ci = r.confint(pp_mod, method="boot", nsim=200, seed=3)
    print(ci)
    theta = r.bootMer(pp_mod, "theta", nsim=20, seed=11)
    residual = r.bootMer(pp_mod, r.fixef, nsim=20, seed=4, use_u=True, type="semiparametric")
    return {
        "t0": boots.t0,
        "t": boots.as_data_frame(),
        "ci": ci,
        "perc": r.confint(boots),
        "basic": r.confint(boots, type="basic"),
        "norm": r.confint(boots, type="norm", level=0.9),
        "theta": theta.t.to_numpy(),
        "residual": residual.t.to_numpy(),
    }
