"""Marginal means, contrasts and tables of tests of designs of every kind: unbalanced, with empty cells, covariates,
interactions and weights.
"""
from __future__ import annotations

import re

import numpy as np
from hypothesis import strategies as st

from translations.parity.tolerances import Tolerance

from .columns import Column, python_frame, r_frame
from .question import Question

NUMBERS = Tolerance(
    "NUMBERS", 8, 8, 8, 8, "rows of coefficients added up; small designs have condition numbers of 1e4; p-values "
    "by the studentized range are known to 14 digits after the point", relative_to="item", p_after_point=13,
)
MIXED = Tolerance("MIXED", 6, 6, 6, 6, "two optimizers' stops, of the same algorithm, in designs of 20 to 60 rows",
                  relative_to="item", p_after_point=13)
ASKED = {  # what is asked: in R, and in Python
    "means": ("emmeans(m, ~ {a})", 'r.emmeans(m, "{a}")'),
    "cells": ("emmeans(m, ~ {a} | {b})", 'r.emmeans(m, "~ {a} | {b}")'),
    "crossed": ("emmeans(m, ~ {a} * {b})", 'r.emmeans(m, "~ {a} * {b}")'),
    "pairs": ("pairs(emmeans(m, ~ {a}))", 'r.pairs(r.emmeans(m, "{a}"))'),
    "pairs within": ("pairs(emmeans(m, ~ {a} | {b}))", 'r.pairs(r.emmeans(m, "~ {a} | {b}"))'),
    "effects": ('contrast(emmeans(m, ~ {a}), "eff")', 'r.contrast(r.emmeans(m, "{a}"), "eff")'),
    "control": ('contrast(emmeans(m, ~ {a} | {b}), "trt.vs.ctrl")',
                'r.contrast(r.emmeans(m, "~ {a} | {b}"), "trt.vs.ctrl")'),
    "interaction": ('contrast(emmeans(m, ~ {a} * {b}), interaction = "pairwise")',
                    'r.contrast(r.emmeans(m, "~ {a} * {b}"), interaction="pairwise")'),
    "overall": ("emmeans(m, ~ 1)", 'r.emmeans(m, "~ 1")'),
    "proportional": ('emmeans(m, ~ {a}, weights = "proportional")', 'r.emmeans(m, "{a}", weights="proportional")'),
    "as in the cells": ('emmeans(m, ~ {a}, weights = "cells")', 'r.emmeans(m, "{a}", weights="cells")'),
    "adjusted": ('summary(pairs(emmeans(m, ~ {a} | {b})), adjust = "{adjust}", infer = c(TRUE, TRUE))',
                 'r.summary(r.pairs(r.emmeans(m, "~ {a} | {b}")), adjust="{adjust}", infer=(True, True))'),
    "trends": ("emtrends(m, ~ {a}, var = \"x\")", 'r.emtrends(m, "{a}", "x")'),
    "joint": ("joint_tests(m)", "r.joint_tests(m)"),
    "joint by": ('joint_tests(m, by = "{b}")', 'r.joint_tests(m, by="{b}")'),
    "Anova": ("Anova(m)", "r.Anova(m)"),
    "Anova III": ("Anova(m, type = 3)", "r.Anova(m, type=3)"),
    "response": ('summary(emmeans(m, ~ {a} | {b}), type = "response")',
                 'r.summary(r.emmeans(m, "~ {a} | {b}"), type="response")'),
    "ratios": ('summary(pairs(emmeans(m, ~ {a})), type = "response", infer = c(TRUE, TRUE))',
               'r.summary(r.pairs(r.emmeans(m, "{a}")), type="response", infer=(True, True))'),
    "Anova F": ('Anova(m, test = "F")', 'r.Anova(m, test_statistic="F")'),
}
FITS = ("lm", "lmer", "glm", "glmer")
# Of generalized models: the response's column, and the family, in R and in Python alike.
FAMILIES = (("b", "binomial"), ("c", "poisson"), ("s", 'Gamma("log")'), ("b", 'binomial("probit")'))
ADJUST = ("tukey", "sidak", "bonferroni", "holm", "hochberg", "fdr", "scheffe", "dunnettx", "none")
FORMULAS = ("a + b", "a * b", "a * b + x", "a + b * x", "a / b", "a + b + poly(x, 2)", "a * x", "b + a:b", "a + b + c",
            "a * c + b", "factor(k) * a")
R_START = """suppressPackageStartupMessages({ library(lme4); library(emmeans); library(car) })
asked <- function(e) {
  if (inherits(e, "emmGrid")) e <- summary(e)
  x <- as.data.frame(lapply(unclass(e)[names(e)], identity), check.names = FALSE, optional = TRUE)
  labels <- setdiff(names(x)[vapply(x, function(v) !is.numeric(v), NA)], "note")
  numbers <- setdiff(names(x)[vapply(x, is.numeric, NA)], c("t.ratio", "z.ratio"))
  part <- any(grepl("e", x$note))
  list(part = part, labels = x[labels], numbers = lapply(x[numbers], identity), text = capture.output(print(e)))
}
"""
PYTHON_ASKED = """
def asked(e):
    x = pd.DataFrame(e if isinstance(e, pd.DataFrame) else r.summary(e)).reset_index(drop=True)
    number = {c: pd.api.types.is_numeric_dtype(x[c]) and x[c].dtype != bool for c in x}
    labels = [c for c in x if not number[c] and c != "note"]
    numbers = {c: x[c] for c in x if number[c] and c not in ("t.ratio", "z.ratio")}
    return {"labels": x[labels], "numbers": numbers, "text": str(e).split("\\n")}
"""


def design(seed: int, mixed: bool) -> tuple[dict[str, Column], str, str]:
    """Data, the right-hand side of a formula, and what is asked of it."""
    rng = np.random.default_rng(seed)
    levels = {name: [f"{name}{i}" for i in range(int(rng.integers(2, most)))] for name, most in
              (("a", 5), ("b", 4), ("c", 3))}
    n = int(rng.integers(24, 60))
    codes = {name: rng.integers(0, len(own), n) for name, own in levels.items()}
    if rng.random() < 0.4:  # a cell or two without rows
        for _ in range(int(rng.integers(1, 3))):
            empty = (codes["a"] == rng.integers(len(levels["a"]))) & (codes["b"] == rng.integers(len(levels["b"])))
            codes["b"][empty] = (codes["b"][empty] + 1) % len(levels["b"])
    x, k = np.round(rng.normal(5.0, 2.0, n), 2), rng.integers(1, 4, n)
    g = rng.integers(0, 8, n)
    effect = {name: rng.normal(0.0, 1.5, len(own)) for name, own in levels.items()}
    y = sum(effect[name][codes[name]] for name in levels) + 0.3 * x + rng.normal(0.0, 1.0, n)
    y = np.round(y + mixed * rng.normal(0.0, 3.0, 8)[g] + 20.0, 3)
    data = {"y": Column(tuple(y.tolist())), "x": Column(tuple(x.tolist())), "k": Column(tuple(map(float, k.tolist()))),
            "w": Column(tuple(map(float, rng.integers(1, 5, n).tolist()))),
            "g": Column(tuple(f"g{i}" for i in g.tolist()), tuple(f"g{i}" for i in range(8)))}
    eta = (y - y.mean()) / max((1.0 if mixed else 2.0) * y.std(), 1.0)
    data |= {"b": Column(tuple((rng.random(n) < 1.0 / (1.0 + np.exp(-eta))).astype(float).tolist())),
             "c": Column(tuple(rng.poisson(np.exp(eta + 0.5)).astype(float).tolist())),
             "s": Column(tuple((np.round(rng.gamma(4.0, np.exp(eta)), 3) + 0.01).tolist()))}
    data = {f"y_{name}" if name in "bcs" else name: column for name, column in data.items()}
    data |= {name: Column(tuple(own[i] for i in codes[name].tolist()), tuple(own)) for name, own in levels.items()}
    return data, str(rng.choice(FORMULAS)), str(rng.choice(ADJUST))


def question(seed: int, what: str, fit: str) -> Question:
    """One thing asked of one design, fitted by one of FITS."""
    mixed, generalized = fit in ("lmer", "glmer"), fit in ("glm", "glmer")
    data, right, adjust = design(seed, mixed)
    response, family = FAMILIES[seed % (2 if mixed else len(FAMILIES))]
    weights = "w" if seed % 3 == 0 and not mixed and "binomial" not in family else ""
    left = f"y_{response}" if generalized else "log(y)" if seed % 5 == 0 else "y"
    factors = [name for name in ("a", "b", "c") if name in right.replace("factor", "")]
    words = {"a": factors[0], "b": factors[1] if len(factors) > 1 else "k" if "k" in right else "x", "adjust": adjust}
    in_r, in_python = (text.format(**words) for text in ASKED[what])
    if mixed and "joint" in what:  # what is confounded has the degrees of freedom of an arbitrary basis
        in_r, in_python = in_r[:-1] + ", showconf = FALSE)", in_python[:-1] + ", showconf=False)"
    formula = f"{left} ~ {right}{' + (1 | g)' if mixed else ''}"
    kept = {name: own for name, own in data.items() if re.search(rf"\b{name}\b", f"{formula} {weights}")}
    # Penalized iterations alone, of which no differences are taken: R's text of them does not say how they stopped.
    more = f", family = {family}" * generalized + ", nAGQ = 0" * (fit == "glmer")
    r = R_START + r_frame(kept) + f"m <- {fit}({formula}, data = d{', weights = w' * bool(weights)}{more})\n"
    r += f"found <- asked({in_r})\n"
    # Of a term of which only part can be tested, df2 is the smallest over an arbitrary basis.
    last = "discard = isSingular(m) || found$part" if mixed else "text = found$text"
    if generalized:  # separated data have no estimates; those of R are where it gave up
        lost = "max(abs(if (isS4(m)) fixef(m) else coef(m)), na.rm = TRUE) > 12"
        last = f"{last} || {lost}" if mixed else f"{last}, discard = {lost} || !m$converged"
    r += f"list(labels = found$labels, numbers = found$numbers, {last})"
    more = ', weights="w"' * bool(weights) + f", family=r.{family}" * generalized + ", nAGQ=0" * (fit == "glmer")
    python = python_frame(kept) + PYTHON_ASKED + f'\nm = r.{fit}("{formula}", data=d{more})\n'
    python += f"answer = asked({in_python})\n" + "answer.pop('text')\n" * mixed
    return Question(r, python, {"numbers": MIXED if mixed else NUMBERS})


def questions(fit: str) -> st.SearchStrategy[Question]:
    """Those of models by one of FITS."""
    without = {"lm": {"Anova F", "ratios"}, "lmer": {"ratios"}}.get(fit, {"Anova F"})
    return st.builds(question, st.integers(0, 10**6), st.sampled_from(sorted(set(ASKED) - without)), st.just(fit))
