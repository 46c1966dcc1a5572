"""Linear models, analyses of variance and tests as tidy frames."""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=11, tolerance=tol.PVALUE)
def tidy_linear():
    sleepstudy = r.sleepstudy()
    sleepstudy["day"] = r.factor(sleepstudy["Days"])
    m = r.lm("Reaction ~ Days + I(Days^2)", sleepstudy)
    print(r.tidy(m))
    cbpp = r.load("cbpp")
    cbpp["large"] = (cbpp["incidence"] > 1).astype(float)
    g = r.glm("large ~ period + size", "binomial", cbpp)
    print(r.tidy(g))
    first, last = (sleepstudy["Reaction"][sleepstudy["Days"] == day].to_numpy() for day in (0, 9))
    strata = r.aov("Reaction ~ day + Error(Subject)", sleepstudy)
    fortified = r.fortify(m).head(20)
    return {
        "tidy": r.tidy(m, conf_int=True), "glance": r.glance(m), "augment": r.augment(m).head(20),
        "glm": r.tidy(g, exponentiate=True), "glm_glance": r.glance(g), "anova": r.tidy(r.anova(m)),
        "aov": r.tidy(r.aov("score ~ Machine * Worker", r.load("Machines"))), "strata": r.tidy(strata),
        "t": r.tidy(r.t_test(first, last)), "paired": r.tidy(r.t_test(first, last, paired=True)),
        "wilcox": r.tidy(r.wilcox_test(first, last)), "var": r.tidy(r.var_test(first, last)),
        "cor": r.tidy(r.cor_test(first, last)), "chisq": r.tidy(r.chisq_test([[12, 5], [7, 9]])),
        "pairs": r.tidy(r.pairwise_t_test(sleepstudy["Reaction"], sleepstudy["day"])),
        "fitted": fortified[".fitted"].to_numpy(), "std": fortified[".stdresid"].to_numpy(),
    }
