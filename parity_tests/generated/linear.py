"""Linear models and t-tests."""
from __future__ import annotations

from hypothesis import strategies as st

from translations.parity import tolerances as tol
from translations.stats.language.expressions import read, symbols

from .columns import frames, numbers, python_frame, r_frame
from .mixed import ARGUMENTS, COLUMNS, FIXED, ROUNDING
from .question import Question

TERMS = [*FIXED, "w", "k", "h", "f * r", "z:h", "sqrt(z)", "e %in% f", "r / x", "-1"]
WEIGHTS = {**ARGUMENTS, "weights": ("pmax(w - 1, 0)", '"pmax(w - 1, 0)"')}
WIDER = {"'names' attribute [": "R's hatvalues take weights of 0 and na.exclude together for an error"}
LM = {
    "table": ("coef(summary(m))", "r.coef(r.summary(m))", tol.AT_THETA),
    "coef": ("coef(m)", "r.coef(m)", tol.AT_THETA),
    "confint": ("confint(m)", "r.confint(m)", tol.AT_THETA),
    "vcov": ("vcov(m)", "r.vcov(m)", tol.AT_THETA),
    "fitted": ("fitted(m)", "r.fitted(m)", tol.AT_THETA),
    "residuals": ("residuals(m)", "r.residuals(m)", tol.AT_THETA),
    "hat": ("hatvalues(m)", "r.hatvalues(m)", tol.AT_THETA),
    "anova": ("anova(m)", "r.anova(m)", tol.AT_THETA),
    "fit": ("c(logLik(m), AIC(m), BIC(m), sigma(m), deviance(m))",
            "[float(r.logLik(m)), r.AIC(m), r.BIC(m), r.sigma(m), r.deviance(m)]", tol.AT_THETA),
    "simulated": ("if (all(m$weights > 0)) simulate(m, 2, seed = 5)",
                  "r.simulate(m, 2, seed=5) if m.used.all() else None", tol.AT_THETA),
    "counts": ("c(nobs(m), df.residual(m))", "[r.nobs(m), r.df_residual(m)]", tol.EXACT),
    "band": ('predict(m, d[c(1, nrow(d)), , drop = FALSE], interval = "confidence", level = 0.9)',
             'r.predict(m, d.iloc[[0, len(d) - 1]], interval="confidence", level=0.9)', tol.AT_THETA),
}
TEXTS = {
    "model": ("capture.output(print(m))", "str(m).split('\\n')", tol.EXACT),
    "summary": ("capture.output(print(summary(m)))", "str(r.summary(m)).split('\\n')", tol.EXACT),
    "anova": ("capture.output(print(anova(m)))", "str(r.anova(m)).split('\\n')", tol.EXACT),
}


@st.composite
def models(draw: st.DrawFn, items: dict[str, tuple[str, str, tol.Tolerance]] = LM) -> Question:
    """A linear model: up to four terms, weights (some of them 0), offset, subset, missing values."""
    terms = draw(st.lists(st.sampled_from(TERMS), min_size=1, max_size=4))
    formula = f"y ~ {' + '.join(terms)}".replace("+ -", "- ")
    chosen = draw(st.sets(st.sampled_from(sorted(WEIGHTS)), max_size=2))
    if "f" not in formula:
        chosen -= {"contrasts"}
    if "subset" in chosen:  # R makes up names for rows whose condition is missing, and na.exclude gives them back
        chosen -= {"na_action"}
    used = {*symbols(read(formula)), "y", *("w" if "weights" in chosen else ""), *("o" if "offset" in chosen else ""),
            *("x" if "subset" in chosen else "")}
    data = draw(frames(sorted(COLUMNS & used), draw(st.integers(8, 40))))
    more = {name: WEIGHTS[name] for name in sorted(chosen)}
    r_more = "".join(f", {name.replace('_', '.')} = {text}" for name, (text, _) in more.items())
    python_more = "".join(f", {name}={text}" for name, (_, text) in more.items())
    r = (r_frame(data) + f"m <- lm({formula}, d{r_more})\n"
         + "list(discard = !m$rank || !isTRUE(sigma(m) > 1e-7 * max(abs(d$y), na.rm = TRUE))"
         + f"{f' || {ROUNDING}' * (items is TEXTS)},\n     "
         + ",\n     ".join(f"{name} = {code}" for name, (code, _, _) in items.items()) + ")")
    python = (python_frame(data) + f'm = r.lm("{formula}", d{python_more})\nanswer = {{\n'
              + "".join(f'    "{name}": {code},\n' for name, (_, code, _) in items.items()) + "}")
    return Question(r, python, {name: cause for name, (_, _, cause) in items.items()}, wider=WIDER)


# R looks for an error that is small beside the mean, which samples of nothing but zeros pass.
STRICTER = {"data are essentially constant": "its intervals are then NaN"}
TAILS = st.sampled_from(["two.sided", "less", "greater"])


@st.composite
def t_tests(draw: st.DrawFn) -> Question:
    """One sample, two, paired, or by a formula; with missing values, and sometimes of constant data."""
    how = draw(st.sampled_from(["one", "two", "paired", "formula"]))
    n = draw(st.integers(1, 25))
    mu, tail, level = draw(st.sampled_from([0, 1.5])), draw(TAILS), draw(st.sampled_from([0.95, 0.9, 0.99]))
    options = (f"mu = {mu}, alternative = '{tail}', conf.level = {level}",
               f"mu={mu}, alternative='{tail}', conf_level={level}")
    if how == "formula":
        data = draw(frames(["y", "e"], n))
        calls = "y ~ e, data = d", '"y ~ e", data=d'
    else:
        missing = draw(st.booleans())
        first, second = (draw(numbers(n)) for _ in "ab")
        first = first.with_missing([0] if missing and n > 3 else [])
        data = {"a": first} if how == "one" else {"a": first, "b": second}
        calls = ("d$a", 'd["a"]') if how == "one" else ("d$a, d$b", 'd["a"], d["b"]')
        if how == "paired":
            options = tuple(f"{text}, paired = {flag}" for text, flag in zip(options, ("TRUE", "True"), strict=True))
    if how in ("two", "formula") and draw(st.booleans()):
        options = (options[0] + ", var.equal = TRUE", options[1] + ", var_equal=True")
    r = (r_frame(data) + f"h <- t.test({calls[0]}, {options[0]})\n"
         + "list(discard = isTRUE(is.nan(h$statistic[[1]])) || any(abs(h$estimate) < 1e-12),\n"
         + "     t = unname(h$statistic), df = unname(h$parameter), p = h$p.value, ci = as.vector(h$conf.int),\n"
         + "     estimate = h$estimate, stderr = h$stderr, null = h$null.value, method = h$method)")
    python = (python_frame(data) + f"h = r.t_test({calls[1]}, {options[1]})\n"
              + 'answer = {"t": h.statistic.iloc[0], "df": h.parameter.iloc[0], "p": h.p_value,\n'
              + '          "ci": h.conf_int, "estimate": h.estimate, "stderr": h.stderr, "null": h.null_value,\n'
              + '          "method": h.method}')
    numeric = dict.fromkeys(("t", "df", "p", "ci", "estimate", "stderr"), tol.AT_THETA)
    return Question(r, python, numeric, stricter=STRICTER)
