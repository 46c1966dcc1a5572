"""R², AICc and all submodels ranked.

`dredge` fits every submodel whose terms have their margins, and prints R's table. What it ranks first was chosen from
the data that rank it.
"""
import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

TOLERANCES = {"r2": tol.THETA, "linear_r2": tol.LINALG, "AICc": tol.CRITERION, "two": tol.CRITERION,
              "models": tol.EXACT, "ranked": tol.FITTED, "linear": tol.EXACT, "BIC": tol.LINALG, "weight": tol.PVALUE,
              "held": tol.EXACT, "held_aic": tol.CRITERION,
              "lme_r2": tol.NLME}


@case(order=2, tolerance=TOLERANCES, releases=("4.6",), because="Debian has MuMIn for R 4.6 alone")
def ranked_models(control=None):
    sleepstudy = r.sleepstudy()
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, control=control)
    fewer = r.lmer("Reaction ~ Days + (1 | Subject)", sleepstudy, control=control)
    print(r.r_squaredGLMM(slopes))
    print(r.console(r.AICc(slopes, fewer)))
    cake, Machines, birthwt = r.cake(), r.load("Machines"), r.load("birthwt")
    split = r.lmer("angle ~ recipe * temp + (1 | recipe:replicate)", cake, REML=False, control=control)
    ranked = r.dredge(split)
    linear = r.dredge(r.lm("score ~ Machine * Worker", Machines), rank="BIC")
    held = r.dredge(split, fixed="temp", rank="AIC")
    print(ranked)
    print(linear)
    print(held)
    curved = r.lmer("Reaction ~ Days + I(Days^2) + (Days | Subject)", sleepstudy, REML=False, control=control)
    print(r.dredge(curved))
    weights = r.lm("bwt ~ lwt + I(age^2) + log(lwt) + factor(race) + smoke * ht", birthwt)
    print(r.dredge(weights, m_lim=(4, 4)))
    growth = r.lme("distance ~ age * Sex", r.load("Orthodont"), "~ age | Subject",
                   weights=r.varIdent(form="~ 1 | Sex"))
    columns = ["(Intercept)", "temp", "df", "logLik", "AICc", "delta", "weight"]
    return {
        "r2": r.r_squaredGLMM(slopes).to_numpy(), "AICc": r.AICc(slopes), "two": r.AICc(slopes, fewer),
        "linear_r2": r.r_squaredGLMM(r.lm("Reaction ~ Days", sleepstudy)).to_numpy(),
        "models": [str(number) for number in ranked.index],
        "ranked": ranked[columns].astype(float).reset_index(drop=True).set_axis(range(len(columns)), axis=1),
        "linear": [str(number) for number in linear.index], "BIC": linear["BIC"].to_numpy(),
        "weight": linear["weight"].to_numpy(), "held": [str(number) for number in held.index],
        "held_aic": held["AIC"].to_numpy(), "lme_r2": r.r_squaredGLMM(growth).to_numpy(),
    }
