"""The components of variance as they are asked for: `print(VarCorr(m), comp = "Variance")`.

R 4.5's lme4 puts covariances beside variances alone, under the head Cov; the releases before and after it correlations.
Since lme4 2.0 variances stand first, before that in the order asked for.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(section="lme4", order=576, tolerance=tol.COVARIANCE)
def varcorr_shown(control=None):
    sleepstudy = r.sleepstudy()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    print(r.VarCorr(slopes).shown(comp="Variance"))
    print(r.VarCorr(slopes).shown(comp=["Variance", "Std.Dev."]))
    print(r.VarCorr(slopes).shown(comp=["Std.Dev.", "Variance"]))
    apart = r.lmer("Reaction ~ Days + (Days || Subject)", sleepstudy, control=control)
    print(r.VarCorr(apart).shown(comp="Variance"))
    nested = r.lmer("strength ~ 1 + (1 | batch/cask)", r.Pastes(), control=control)
    print(r.VarCorr(nested).shown(comp="Variance"))
    counts = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), r.binomial)
    with r.options(digits=5):
        print(r.VarCorr(counts).shown(comp=["Variance", "Std.Dev."]))
    return {"vcov": r.VarCorr(slopes).as_data_frame()["vcov"].tolist()}
