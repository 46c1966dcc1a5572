"""Fit tasks with one program and print what it says, one line of JSON a task.

    python adapters.py PROGRAM TASKS.json

This file runs in environments that hold one program and what that needs, so it imports nothing else at the top. A task
(see tasks.py) has the columns `y`, `x1`, ..., `z1`, ..., `gSubject`, ..., and perhaps `w`, `o`; an answer has beta,
SE, theta, variances (term by term: variances, then covariances), sigma, criterion, intervals; what a program does not
report is absent. Whatever cannot be said in a program's terms raises Cannot.
"""

import json
import sys
import time
import warnings


class Cannot(Exception):
    """The program has no way to express the task."""


def formula(task, random=True):
    fixed = " + ".join(["1" if task["intercept"] else "0", *task["fixed"]])
    return f"y ~ {fixed}" + ("".join(f" + {bar}" for bar in bars(task)) if random else "")


def bars(task):
    out = []
    for term in task["terms"]:
        effects = " + ".join(term["columns"] if "1" in term["columns"] else ["0", *term["columns"]])
        out.append(f"({effects} | {term['group']})")
    return out


def frame(task):
    import pandas as pd

    return pd.DataFrame(task["columns"])


def symmetric(entries):
    """The matrix whose lower triangle has these entries, column by column."""
    k = int((2 * len(entries)) ** 0.5)
    V, left = [[0.0] * k for _ in range(k)], iter(entries)
    for j in range(k):
        for i in range(j, k):
            V[i][j] = V[j][i] = next(left)
    return V


def flat(covariances):
    """Variances, then covariances below the diagonal column by column, term by term."""
    out = []
    for V in covariances:
        k = len(V)
        out += [float(V[i][i]) for i in range(k)]
        out += [float(V[i][j]) for j in range(k) for i in range(j + 1, k)]
    return out


def floats(values):
    return [float(value) for value in values]


def of_theta(theta, sigma2, task, by_rows):
    """theta column by column, as lme4 has it, and the variances, from templates filled by rows or by columns."""
    left, covariances, ordered = iter(floats(theta)), [], []
    for term in task["terms"]:
        k = len(term["columns"])
        T = [[0.0] * k for _ in range(k)]
        places = [(i, j) for i in range(k) for j in range(i + 1)]
        for i, j in places if by_rows else sorted(places, key=lambda at: (at[1], at[0])):
            T[i][j] = next(left)
        ordered += [T[i][j] for j in range(k) for i in range(j, k)]
        covariances.append([[sigma2 * sum(a * b for a, b in zip(x, y, strict=True)) for y in T] for x in T])
    return {"theta": ordered, "variances": flat(covariances)}


def ours(optimizer):
    def prepare(task):
        import translations as r

        more = {name: key for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}
        data, text = frame(task), formula(task)
        return lambda: r.lmer(text, data, REML=task["reml"], control=optimizer, **more)

    def report(m, task):
        import translations as r

        V = r.vcov(m).to_numpy()
        rows = r.VarCorr(m).as_data_frame()
        found = {
            "beta": floats(r.fixef(m)), "SE": floats(V.diagonal() ** 0.5), "theta": floats(r.getME(m, "theta")),
            "variances": floats(rows["vcov"])[:-1], "sigma": float(r.sigma(m)),
            "criterion": float(r.REMLcrit(m) if task["reml"] else r.deviance(m)),
        }
        if task["intervals"]:
            exact = {"exact": True} if optimizer == "newton" else {}
            try:
                found["intervals"] = r.confint(m, oldNames=False, quiet=True, **exact).to_numpy().tolist()
            except ValueError as error:
                found["reason"] = f"intervals: {error}"
        return found

    return prepare, report


def statsmodels():
    def prepare(task):
        import numpy as np
        from statsmodels.regression.mixed_linear_model import MixedLM

        if "w" in task["columns"] or "o" in task["columns"]:
            raise Cannot("MixedLM has neither weights nor offsets")
        data, terms = frame(task), task["terms"]
        if len(terms) == 1:
            exog = np.column_stack([data[x] if x != "1" else np.ones(len(data)) for x in design(task)])
            exog_re = np.column_stack([data[x] if x != "1" else np.ones(len(data)) for x in terms[0]["columns"]])
            model = MixedLM(data["y"].to_numpy(), exog, data[terms[0]["group"]].to_numpy(), exog_re)
        elif any(len(term["columns"]) > 1 for term in terms):
            raise Cannot("correlated effects of one factor beside those of another")
        elif len({term["group"] for term in terms}) == 1:
            parts = {f"v{i}": "1" if t["columns"] == ["1"] else f"0 + {t['columns'][0]}" for i, t in enumerate(terms)}
            model = MixedLM.from_formula(formula(task, False), data, groups=terms[0]["group"], re_formula="0",
                                         vc_formula=parts)
        else:
            parts = {f"v{i}": f"0 + C({t['group']})" for i, t in enumerate(terms)}
            model = MixedLM.from_formula(formula(task, False), data, groups=np.ones(len(data)), re_formula="0",
                                         vc_formula=parts)
        return lambda: model.fit(reml=task["reml"])

    def report(m, task):
        if len(task["terms"]) == 1:
            variances = flat([m.cov_re.to_numpy() if hasattr(m.cov_re, "to_numpy") else m.cov_re])
        else:
            variances = floats(m.vcomp)
        return {"beta": floats(m.fe_params), "SE": floats(m.bse_fe), "variances": variances,
                "sigma": float(m.scale) ** 0.5, "criterion": -2.0 * float(m.llf)}

    return prepare, report


def design(task):
    return [*(["1"] if task["intercept"] else []), *task["fixed"]]


def mixedlm():
    def prepare(task):
        import mixedlm

        more = {name: key for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}
        data, text = frame(task), formula(task)
        return lambda: mixedlm.lmer(text, data, REML=task["reml"], **more)

    def report(m, task):
        import numpy as np

        called = {name: value() if callable(value := getattr(m, name)) else value
                  for name in ("REMLcrit", "deviance", "sigma", "vcov", "fixef")}
        found = {"beta": floats(called["fixef"].values()), "SE": floats(np.sqrt(np.diag(called["vcov"]))),
                 "sigma": float(called["sigma"]),
                 "criterion": float(called["REMLcrit"] if task["reml"] else called["deviance"])}
        variances = flat([group.cov for group in m.VarCorr().groups.values()])
        return found | of_theta(m.theta, 1.0, task, by_rows=True) | {"variances": variances}

    return prepare, report


def mixedlm_rs():
    def prepare(task):
        import mixedlm_rs
        import numpy as np

        if len(task["terms"]) > 1:
            raise Cannot("one grouping factor with correlated effects only")
        if "w" in task["columns"] or "o" in task["columns"]:
            raise Cannot("neither weights nor offsets")
        columns = {name: np.asarray(values) for name, values in task["columns"].items()}
        columns["1"] = np.ones(len(columns["y"]))
        term = task["terms"][0]
        X = np.column_stack([columns[x] for x in design(task)])
        Z = np.column_stack([columns[x] for x in term["columns"]])
        return lambda: mixedlm_rs.MixedLM(endog=columns["y"], exog=X, groups=columns[term["group"]], exog_re=Z).fit(
            reml=task["reml"]
        )

    def report(m, task):
        return {"beta": floats(m.fe_params), "SE": floats(m.bse_fe), "variances": flat([m.cov_re]),
                "sigma": float(m.scale) ** 0.5, "criterion": -2.0 * float(m.llf)}

    return prepare, report


def lme_python():
    def prepare(task):
        import lme_python
        import polars as pl

        columns = dict(task["columns"])
        weights = columns.pop("w", None)
        if "o" in columns:
            raise Cannot("no offset argument")
        data, text = pl.DataFrame(columns), formula(task)
        if weights is not None:
            return lambda: lme_python.lmer_weighted(text, data=data, reml=task["reml"], weights=weights)
        return lambda: lme_python.lmer(text, data=data, reml=task["reml"])

    def report(m, task):
        found = {"beta": floats(m.coefficients), "SE": floats(m.beta_se), "sigma": float(m.sigma2) ** 0.5}
        if "w" not in task["columns"]:
            found["criterion"] = float(m.reml_criterion if task["reml"] else m.deviance)
        return found | of_theta(m.theta, float(m.sigma2), task, by_rows=False)

    return prepare, report


def interlace_lme():
    def prepare(task):
        import interlace
        import numpy as np

        columns = task["columns"]
        more = {name: np.asarray(columns[key], dtype=float)
                for name, key in (("weights", "w"), ("offset", "o")) if key in columns}
        data, text = frame(task), formula(task, False)
        method = "REML" if task["reml"] else "ML"
        return lambda: interlace.fit(text, data, random=bars(task), method=method, **more)

    def report(m, task):
        found = {"beta": floats(m.fe_params), "SE": floats(m.fe_bse), "sigma": float(m.scale) ** 0.5}
        if "w" not in task["columns"]:
            llf = m.llf_restricted if task["reml"] and m.llf_restricted is not None else m.llf
            found["criterion"] = -2.0 * float(llf)
        # Two terms of one factor share an entry of `variance_components`; theta keeps them apart.
        return found | of_theta(m.theta, float(m.scale), task, by_rows=True)

    return prepare, report


def unless_refused(fit, *says):
    """`fit`, with an error that says one of these as `Cannot`: the program has no such models."""
    def refused():
        try:
            return fit()
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            if any(one in said for one in says):
                raise Cannot(str(error).splitlines()[0][:200]) from None
            raise

    return refused


def kamino_lme():
    def prepare(task):
        import kamino

        more = {name: key for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}
        data, text = frame(task), formula(task)
        more = {name: data[key].to_numpy() for name, key in more.items()}
        return unless_refused(lambda: kamino.lmer(text, data, reml=task["reml"], **more), "UnsupportedFormulaError")

    def report(m, task):
        import numpy as np

        found = {"beta": floats(m.beta), "SE": floats(np.sqrt(np.diag(m.beta_covariance))), "sigma": float(m.sigma)}
        found["criterion"] = float(m.objective)
        return found | of_theta(m.theta, float(m.sigma2), task, by_rows=False)

    return prepare, report


def glmm():
    def prepare(task):
        import glmm
        import numpy as np

        more = {name: np.asarray(task["columns"][key])
                for name, key in (("weights", "w"), ("offset", "o")) if key in task["columns"]}
        data, text = dict(task["columns"]), formula(task)
        return unless_refused(lambda: glmm.fit(data, text, reml=task["reml"], **more),
                              "requires a random intercept in this engine", "is not a numeric fixed term")

    def report(m, task):
        return {"beta": floats(m.beta), "SE": floats(m.se), "variances": flat(map(symmetric, m.varcorr)),
                "sigma": float(m.dispersion) ** 0.5, "criterion": -2.0 * float(m.loglik)}

    return prepare, report


PROGRAMS = {
    "kamino-lme": kamino_lme,
    "glmm": glmm,
    "rparity-nloptwrap": lambda: ours("nloptwrap"),
    "rparity-newton": lambda: ours("newton"),
    "statsmodels": statsmodels,
    "mixedlm": mixedlm,
    "mixedlm-rs": mixedlm_rs,
    "lme-python": lme_python,
    "interlace-lme": interlace_lme,
}


LONG = 5.0  # seconds: what takes so long is fitted once
ENOUGH = 0.1  # seconds: a fit of one millisecond takes two while it is new to the interpreter and the caches


def run(program, task):
    """One task's answer: status, reason, the values and the CPU seconds of the fit, the best of three or, where they
    are short, of as many as take `ENOUGH`.
    """
    prepare, report = program
    try:
        fit = prepare(task)
        seconds = []
        while sum(seconds) < (LONG if len(seconds) < 3 else ENOUGH):
            start = time.process_time()
            m = fit()
            seconds.append(time.process_time() - start)
        values = report(m, task)
        return {"status": "ok", "reason": values.pop("reason", ""), "values": values, "seconds": min(seconds)}
    except Cannot as reason:
        return {"status": "cannot", "reason": str(reason)}
    except BaseException as error:  # a Rust panic is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        said = (str(error).strip() or "no message").splitlines()[0][:200]
        return {"status": "failed", "reason": f"{type(error).__name__}: {said}"}


def main(programs=PROGRAMS):
    name, path = sys.argv[1:]
    warnings.simplefilter("ignore")
    program = programs[name]()
    with open(path, encoding="utf-8") as file:
        tasks = json.load(file)
    warm = run(program, tasks[0])  # imports and compilations are not a fit's time, unless that is long
    for i, task in enumerate(tasks):
        answer = warm if not i and warm.get("seconds", 0.0) > LONG else run(program, task)
        print(json.dumps({"model": task["key"]} | answer), flush=True)


if __name__ == "__main__":
    main()
