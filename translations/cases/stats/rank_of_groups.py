"""Several groups: Kruskal and Wallis's test, Bartlett's, and the F test of two variances.

scipy's `kruskal` and `bartlett` agree; it has no F test of two variances.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

from ._htest import on_day, parts


@case(order=14, tolerance=tol.PVALUE)
def rank_of_groups():
    sleepstudy = r.sleepstudy()
    kruskal = r.kruskal_test("Reaction ~ Days", data=sleepstudy)
    print(kruskal)
    bartlett = r.bartlett_test("Reaction ~ Days", data=sleepstudy)
    print(bartlett)
    x = [2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0]
    g = r.factor([1] * 5 + [2] * 4 + [3] * 5, labels=["normal", "airways", "asbestosis"])
    print(r.kruskal_test(x, g))
    print(r.bartlett_test(x, g))
    samples = [x[:5], x[5:9], x[9:]]
    print(r.kruskal_test(samples))
    first, last = on_day(0), on_day(9)
    print(r.var_test(first, last))
    print(r.var_test(first, last, ratio=0.5, alternative="less", conf_level=0.9))
    print(r.var_test("Reaction ~ Days", data=sleepstudy, subset="Days %in% c(1, 7)", alternative="greater"))
    early = r.lm("Reaction ~ Days", sleepstudy, subset="Days < 5")
    late = r.lm("Reaction ~ Days", sleepstudy, subset="Days >= 5")
    models = r.var_test(early, late)
    print(models)
    return {
        "kruskal": parts(kruskal), "kruskal_small": parts(r.kruskal_test(x, g)), "bartlett": parts(bartlett),
        "bartlett_small": parts(r.bartlett_test(x, g)), "bartlett_models": parts(r.bartlett_test([early, late])),
        "var": parts(r.var_test(first, last)),
        "less": parts(r.var_test(first, last, ratio=0.5, alternative="less")),
        "greater": parts(r.var_test(first, last, alternative="greater")), "models": parts(models),
    }
