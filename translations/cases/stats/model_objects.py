"""What a model was made of, what its terms add to its predictions, and Box and Cox's powers."""
import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


# Standard errors of predictions of one row are differences of larger numbers; R's spline of the powers is solved in
# another order.
@case(order=22, tolerance=tol.PVALUE)
def model_objects():
    sleepstudy = r.sleepstudy()
    sleepstudy["w"] = 1 + sleepstudy["Days"] / 10
    sleepstudy["late"] = r.factor(np.where(sleepstudy["Days"] > 4, "late", "early"))
    m = r.lm("log(Reaction) ~ poly(Days, 2) + late * Subject", sleepstudy, weights="w",
             subset='Subject %in% c("308", "309", "310")')
    print(r.terms("y ~ a * b + offset(w) - 1"))
    print(r.terms(m))
    print(r.family(m))
    print(r.predict(r.lm("Reaction ~ Days + late", sleepstudy), type="terms").head(3))
    mixed = r.lmer("Reaction ~ Days + (Days | Subject)", sleepstudy, weights="w")
    print(r.console(r.model_frame(mixed).head(3)))
    print(r.family(mixed))
    plain = r.lm("Reaction ~ Days + late + Subject", sleepstudy)
    new = sleepstudy.iloc[[1, 29, 176]]
    by_term = r.predict(plain, new, type="terms", se_fit=True)
    bend, fine = r.boxcox(plain, interp=False), r.boxcox(plain)
    frame = r.model_frame(m)
    dummies = r.terms("y ~ a:b + b - 1")
    return {
        "term.labels": r.terms(m).term_labels, "factors": r.terms(m).factors, "order": r.terms(m).order,
        "dummies": dummies.factors, "offset": r.terms("y ~ a + offset(w)").offset,
        "frame": [name for name in frame.columns if not name.startswith("poly")],
        "first": frame[["log(Reaction)", "late", "Subject", "(weights)"]].head(2), "weights": r.weights(m).head(4),
        "none": r.weights(plain), "mixed": list(r.model_frame(mixed).columns),
        "mixed_weights": list(r.weights(mixed).head(4)), "mixed_terms": r.terms(mixed).term_labels,
        "terms": by_term.fit, "constant": by_term.fit.constant, "errors": by_term.se_fit,
        "one": r.predict(plain, new, type="terms", terms="late"),
        "raw": r.predict(r.lm("Reaction ~ 0 + Days + late", sleepstudy), new, type="terms"),
        "bend": bend["y"].to_numpy(), "fine": fine["y"].to_numpy(), "at": fine["x"].to_numpy(),
        "best": fine.best, "interval": list(fine.interval), "coarse": list(bend.interval),
        "few": r.boxcox(plain, [-1, 0.01, 0.5], interp=False)["y"].to_numpy(),
    }
