"""Is the model all right? Normality, equal variances, outliers, collinearity and overdispersion.

A test asks whether a deviation is more than chance, not whether it matters: in large samples the least is significant.
Of mixed models performance's test of variances depends on the response's unit, which is followed with a warning. Look
at `plot(check_model(m))` and at `simulateResiduals` too, which is for generalized models as well.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol
from translations.parity.tolerances import Tolerance

RESIDUALS = Tolerance("RESIDUALS", 6, 7, 9, 4, "p-values of residuals feel theta's noise by their log-slope")
TOLERANCES = {
    **dict.fromkeys(("normal", "normal_random", "spread"), RESIDUALS),
    **dict.fromkeys(("normal_lm", "spread_lm", "vif", "low", "high", "tolerance", "threshold"), tol.PVALUE),
    "cook": tol.PVALUE, "overdispersion": tol.PVALUE, "mixed_vif": tol.THETA, "mixed_low": tol.THETA,
}  # fmt: skip


@case(order=4, tolerance=TOLERANCES, releases=("4.2", "4.6"), because="Debian has no performance for R 4.5")
def model_checks(control=None):
    mixed = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy(), control=control)
    linear = r.lm("bwt ~ age + lwt + ptl", r.load("birthwt"))
    for m in (mixed, linear):
        print(r.check_normality(m))
        print(r.check_heteroscedasticity(m))
        print(r.check_outliers(m))
    print(r.check_collinearity(linear))
    print(r.console(r.check_singularity(mixed)))
    print(r.check_normality(mixed, effects="random"))
    of_cakes = r.lmer("angle ~ recipe + temp + (1 | recipe:replicate)", r.cake(), control=control)
    print(r.check_heteroscedasticity(of_cakes))
    ticks = r.glm("breaks ~ wool", r.poisson(), r.load("warpbreaks"))
    print(r.check_overdispersion(ticks))
    inflation = r.check_collinearity(linear, ci=0.9)
    of_wool = r.check_collinearity(of_cakes)
    p, n = 2, 180
    return {
        "normal": r.check_normality(mixed).p_value, "normal_lm": r.check_normality(linear).p_value,
        "normal_random": list(r.check_normality(mixed, effects="random").p_value.values()),
        "spread": r.check_heteroscedasticity(of_cakes).p_value, "spread_lm": r.check_heteroscedasticity(linear).p_value,
        "cook": r.check_outliers(linear).values["Distance_Cook"].to_numpy()[:10], "threshold": r.qf(0.5, p, n - p),
        "vif": inflation["VIF"].to_numpy(), "low": inflation["VIF_CI_low"].to_numpy(),
        "high": inflation["VIF_CI_high"].to_numpy(), "tolerance": inflation["Tolerance"].to_numpy(),
        "mixed_vif": of_wool["VIF"].to_numpy(), "mixed_low": of_wool["VIF_CI_low"].to_numpy(),
        "overdispersion": r.check_overdispersion(ticks).values,
    }
