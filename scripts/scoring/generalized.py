"""Fit tasks of generalized mixed models with one program and print what it says, one line of JSON a task.

    python generalized.py PROGRAM TASKS.json

As `adapters.py`, and in the same environments. A task (see generalized_tasks.py) has besides `family`, `link`, `nAGQ`;
the response `y` of binomial models is 0 and 1, or proportions of `w` trials. The criterion is -2 log-likelihood.
"""

from adapters import Cannot, bars, flat, floats, formula, frame, main, of_theta, run, symmetric, unless_refused

__all__ = ["PROGRAMS", "run"]
THETA = 1.0  # variances are relative to 1
MOST = 10  # restarts


def columns(task):
    import numpy as np

    return {name: np.asarray(task["columns"][key], dtype=float)
            for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}


def ours(optimizer):
    def prepare(task):
        import translations as r

        family = getattr(r, task["family"])(link=task["link"])
        more = {name: key for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}
        data, text = frame(task), formula(task)
        return lambda: r.glmer(text, data, family, control=optimizer, nAGQ=task["nAGQ"], **more)

    def report(m, task):
        import translations as r

        found = {"beta": floats(r.fixef(m)), "SE": floats(r.vcov(m).to_numpy().diagonal() ** 0.5),
                 "criterion": -2.0 * float(r.logLik(m)), "theta": floats(r.getME(m, "theta"))}
        return found | {"variances": floats(r.VarCorr(m).as_data_frame()["vcov"])}

    return prepare, report


def mixedlm():
    def prepare(task):
        import mixedlm as other

        if task["link"] not in ("logit", "log"):
            link = {"cloglog": other.families.CloglogLink}[task["link"]]()
        else:
            link = None
        kind = {"binomial": other.families.Binomial, "poisson": other.families.Poisson}[task["family"]]
        family = kind() if link is None else kind(link=link)
        more, data, text = columns(task), frame(task), formula(task)
        return lambda: other.glmer(text, data, family=family, nAGQ=task["nAGQ"], **more)

    def report(m, task):
        import numpy as np

        beta = floats(m.fixef().values())
        return {"beta": beta, "SE": floats(np.sqrt(np.diag(m.vcov()))),
                "criterion": float(m.AIC()) - 2.0 * (len(m.theta) + len(beta)),
                **of_theta(m.theta, THETA, task, by_rows=True)}

    return prepare, report


def glmm(settled=False):
    """settled: started again from where it stopped until that is where it stops, since it takes no tolerance."""

    def prepare(task):
        import glmm as other

        more, data, text = columns(task), dict(task["columns"]), formula(task)

        def fit(start=None):
            return other.fit(data, text, family=task["family"], link=task["link"], nagq=task["nAGQ"], warm_start=start,
                             **more)

        whole = (lambda: restarted(fit)) if settled else fit
        return unless_refused(whole, "is not a numeric fixed term", "not supported", "odd")

    def report(m, task):
        return {"beta": floats(m.beta), "SE": floats(m.se), "variances": flat(map(symmetric, m.varcorr)),
                "criterion": -2.0 * float(m.loglik)}

    return prepare, report


def restarted(fit):
    """A fit of glmm's from the estimates of the one before, until no fixed effect moves in its last digits; after MOST
    such fits it goes to and fro.
    """
    import numpy as np

    m = fit()
    for _ in range(MOST):
        before = np.array(m.beta)
        try:
            templates = [np.linalg.cholesky(symmetric(one)) for one in m.varcorr]
        except np.linalg.LinAlgError:  # singular: there is no theta to start from
            return m
        theta = np.concatenate([one.T[np.triu_indices(len(one))] for one in templates])
        m = fit({"beta": before, "theta": theta})
        if np.abs(m.beta - before).max() <= 1e-14 * np.abs(before).max():
            break
    return m


def interlace_lme():
    def prepare(task):
        import interlace

        if task["link"] not in ("logit", "log"):
            raise Cannot("families have their canonical links only")
        more, data, text = columns(task), frame(task), formula(task, False)
        return lambda: interlace.glmer(text, data, task["family"], random=bars(task), nAGQ=task["nAGQ"], **more)

    def report(m, task):
        return {"beta": floats(m.fe_params), "SE": floats(m.fe_bse), "criterion": -2.0 * float(m.llf),
                **of_theta(m.theta, THETA, task, by_rows=True)}

    return prepare, report


def lme_python():
    def prepare(task):
        import lme_python as other
        import polars as pl

        if "o" in task["columns"]:
            raise Cannot("no offset argument")
        names = dict(task["columns"])
        weights = names.pop("w", None)
        data, text = pl.DataFrame(names), formula(task)
        more = {"n_agq": task["nAGQ"], "link_name": task["link"]}
        if weights is not None:
            return lambda: other.glmer_weighted(text, data, task["family"], weights=weights, **more)
        return lambda: other.glmer(text, data, task["family"], **more)

    def report(m, task):
        return {"beta": floats(m.coefficients), "SE": floats(m.beta_se), "criterion": -2.0 * float(m.log_likelihood),
                **of_theta(m.theta, THETA, task, by_rows=False)}

    return prepare, report


PROGRAMS = {
    "rparity": lambda: ours(None), "rparity-newton": lambda: ours("newton"),
    "mixedlm": mixedlm, "glmm": glmm, "glmm-settled": lambda: glmm(True),
    "interlace-lme": interlace_lme, "lme-python": lme_python,
}


if __name__ == "__main__":
    main(PROGRAMS)
