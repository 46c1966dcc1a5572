"""Mixed models: formulas from lme4's grammar, and what R and we say of them at one theta and at the optimum.

At one theta: NLopt is stopped after its first criterion, on both sides, by the same setting. So there is no optimizer
in the comparison, and what differs is the model frame, the criterion, or what is made of a fit.
"""
from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from hypothesis import strategies as st

from translations.parity import tolerances as tol
from translations.stats.language.expressions import read, symbols

from .columns import Columns, frames, python_frame, r_frame
from .question import Question

FIXED = ["1", "x", "x", "z", "f", "e", "r", "l", "x * f", "f:x", "poly(x, 2)", "I(x^2)", "log(z)", "scale(x)", "e * f",
         "factor(k)", "offset(o)", "0", "(x + e)^2", "x - 1", "e:r"]
EFFECTS = ["1", "1", "1", "x", "x", "0 + x", "x - 1", "e", "0 + e", "x + z", "f", "1 + x", "log(z)", "x:e", "I(x^2)",
           "r", "poly(x, 2)"]
GROUPS = ["g", "g", "g", "h", "s", "g/e", "g:h", "h/s", "(g)", "factor(k)", "e:g"]
COLUMNS = frozenset("yxzwofkelrghs")


@dataclass(frozen=True)
class Model:
    """A call of lmer. `arguments` maps an argument to its R and Python texts, mostly the same."""

    formula: str
    data: Columns
    REML: bool
    arguments: dict[str, tuple[str, str]]

    def r_call(self, control: str, start: str = "") -> str:
        more = "".join(f", {name.replace('_', '.')} = {text}" for name, (text, _) in self.arguments.items())
        return f"lmer({self.formula}, d, REML = {str(self.REML).upper()}{more}{start}, control = {control})"

    def python_call(self, control: str, start: str = "") -> str:
        more = "".join(f", {name}={text}" for name, (_, text) in self.arguments.items())
        return f'r.lmer("{self.formula}", d, REML={self.REML}{more}{start}, control={control})'


@st.composite
def formulas(draw: st.DrawFn, fixed: Sequence[str] = FIXED, effects: Sequence[str] = EFFECTS) -> str:
    """lme4's grammar: up to three fixed terms, one to three random-effects terms."""
    left = draw(st.lists(st.sampled_from(fixed), min_size=1, max_size=3))
    bars = draw(st.lists(st.tuples(st.sampled_from(effects), st.sampled_from(["|", "|", "||"]),
                                   st.sampled_from(GROUPS)), min_size=1, max_size=3, unique=True))
    return f"y ~ {' + '.join([*left, *(f'({a} {bar} {g})' for a, bar, g in bars)])}"


ARGUMENTS = {
    "weights": ("w", '"w"'), "offset": ("o", '"o"'), "subset": ("x > -5", '"x > -5"'),
    "na_action": ("na.exclude", '"na.exclude"'), "contrasts": ('list(f = "contr.sum")', '{"f": "contr.sum"}'),
}


@st.composite
def models(draw: st.DrawFn, formula: st.SearchStrategy[str] | None = None, least: int = 14, most: int = 60) -> Model:
    """A formula, its data, and arguments of lmer."""
    text = draw(formula or formulas())
    chosen = draw(st.sets(st.sampled_from(sorted(ARGUMENTS)), max_size=2))
    if "f" not in text:
        chosen -= {"contrasts"}
    if "subset" in chosen:  # R makes up names for rows whose condition is missing, and na.exclude gives them back
        chosen -= {"na_action"}
    used = {*symbols(read(text)), *(name for name in chosen if name == "weights" for name in "w"),
            *("o" if "offset" in chosen else ""), *("x" if "subset" in chosen else "")}
    data = draw(frames(sorted(COLUMNS & used), draw(st.integers(least, most))))
    return Model(text, data, draw(st.booleans()), {name: ARGUMENTS[name] for name in sorted(chosen)})


# What only one side answers, by a part of the refusal, and why.
STRICTER: dict[str, str] = {}
WIDER = {
    "couldn't evaluate grouping factor factor(": "lme4 looks for k in a frame that holds factor(k)",
    "invalid 'row.names' length": "lme4 cannot simulate from a fit with na.exclude and missing values",
    "NAs are not allowed in prediction data": "lme4 simulates from the data, rows without a group included",
    "wrong number of contrast matrix rows": "lme4 keeps contrasts of levels that the rows used do not have",
    "contrasts not defined for 0 degrees of freedom": "likewise, where rows have one level of two",
    "invalid 'dimnames' given for data frame": "lme4's anova fails without fixed effects",
    "Downdated VtV is not positive definite": "a perfect fit has no maximum; newton stops on the way and says so",
    "unexpected '|'": "lme4 writes (1 || g) out as text that R cannot read",
}

R_START = """suppressPackageStartupMessages(library(lme4))
once <- lmerControl(optCtrl = list(maxeval = 1), calc.derivs = FALSE, restart_edge = FALSE, boundary.tol = 0)
"""
SETTINGS = "lmerControl(restart_edge = FALSE, boundary.tol = 0, calc.derivs = FALSE, optCtrl = list(maxeval = 1))"
PYTHON_ONCE = ('once = r.lmerControl(optCtrl={"maxeval": 1}, calc_derivs=False, restart_edge=False, boundary_tol=0)\n')
SIZES = st.lists(st.integers(0, 25).map(lambda i: i / 10), min_size=1, max_size=4)

# Items of a fit at one theta: R's expression, ours, the cause of what they may differ by.
AT_THETA = {
    "first": ('getME(m0, "theta")', 'r.getME(m0, "theta")', tol.THETA),
    "theta": ('getME(m, "theta")', 'r.getME(m, "theta")', tol.EXACT),
    "criterion": ("if (isREML(m)) REMLcrit(m) else deviance(m)", "m.criterion(m.REML)", tol.AT_THETA),
    "fixef": ("fixef(m)", "r.fixef(m)", tol.AT_THETA),
    "vcov": ("as.matrix(vcov(m))", "r.vcov(m)", tol.AT_THETA),
    "sigma": ("sigma(m)", "r.sigma(m)", tol.AT_THETA),
    "logLik": ("c(logLik(m), AIC(m), BIC(m))", "[float(r.logLik(m)), r.AIC(m), r.BIC(m)]", tol.AT_THETA),
    "varcorr": ('as.data.frame(VarCorr(m))[c("grp", "var1", "var2", "vcov", "sdcor")]',
                "r.VarCorr(m).as_data_frame()", tol.AT_THETA),
    "modes": ('as.data.frame(ranef(m))[c("condval", "condsd")]',
              'r.ranef(m).as_data_frame()[["condval", "condsd"]]', tol.AT_THETA),
    "labels": ('lapply(as.data.frame(ranef(m))[c("grpvar", "term", "grp")], as.character)',
               '{name: [str(cell) for cell in r.ranef(m).as_data_frame()[name]] for name in '
               '("grpvar", "term", "grp")}', tol.EXACT),
    "fitted": ("fitted(m)", "r.fitted(m)", tol.AT_THETA),
    "pearson": ('residuals(m, type = "pearson", scaled = TRUE)', 'r.residuals(m, type="pearson", scaled=True)',
                tol.AT_THETA),
    "groups": ("ngrps(m)", "pd.Series(r.ngrps(m))", tol.EXACT),
    "counts": ("c(nobs(m), df.residual(m))", "[r.nobs(m), r.df_residual(m)]", tol.EXACT),
    "hat": ("hatvalues(m)", "r.hatvalues(m)", tol.AT_THETA),
}


def at_one_theta(model: Model, sizes: Sequence[float], items: dict[str, tuple[str, str, tol.Tolerance]] = AT_THETA,
                 before: tuple[str, str] = ("", ""), discard: str = "FALSE") -> Question:
    """What `items` are at theta = `sizes`, over and over.

    before: code of both sides that runs before them; discard: R's condition for answers that mean nothing, beside that
    of a perfect fit.
    """
    given = "c(" + ", ".join(map(repr, sizes)) + ")"
    r = (R_START + r_frame(model.data) + f"m0 <- {model.r_call('once')}\n"
         + f'sizes <- rep_len({given}, length(getME(m0, "theta")))\n'
         + f"m <- {model.r_call('once', ', start = sizes')}\n" + before[0]
         + f"list(discard = !(sigma(m) > 1e-7 * max(abs(getME(m, 'y')))) || {discard},\n     "
         + ",\n     ".join(f"{name} = {code}" for name, (code, _, _) in items.items()) + ")")
    python = (python_frame(model.data) + PYTHON_ONCE + f"m0 = {model.python_call('once')}\n"
              + f'sizes = np.resize({list(sizes)!r}, len(r.getME(m0, "theta")))\n'
              + f"m = {model.python_call('once', ', start=sizes')}\n" + before[1]
              + "answer = {\n" + "".join(f'    "{name}": {code},\n' for name, (_, code, _) in items.items()) + "}")
    return Question(r, python, {name: cause for name, (_, _, cause) in items.items()}, stricter=STRICTER, wider=WIDER)


def at_the_optimum(model: Model) -> Question:
    """Newton's criterion is never above that at which lme4 stops."""
    r = (R_START + r_frame(model.data) + f"m <- {model.r_call('lmerControl()')}\n"
         + "list(discard = !(sigma(m) > 1e-7 * max(abs(getME(m, 'y')))),\n"
         + "     criterion = if (isREML(m)) REMLcrit(m) else deviance(m))")
    python = (python_frame(model.data) + f'm = {model.python_call(repr("newton"))}\n'
              + 'answer = {"criterion": m.criterion(m.REML)}')
    return Question(r, python, not_above={"criterion": 1e-9}, stricter=STRICTER, wider=WIDER)


NEW = """new <- d[c(1, 2, nrow(d)), , drop = FALSE]
row.names(new) <- NULL
if ("g" %in% names(d)) new$g <- as.character(new$g)
if ("g" %in% names(d) && UNSEEN) new$g[1] <- "unseen"
"""
PYTHON_NEW = """new = d.iloc[[0, 1, len(d) - 1]].reset_index(drop=True)
if "g" in d:
    new["g"] = new["g"].astype(str)
if "g" in d and UNSEEN:
    new.loc[0, "g"] = "unseen"
"""


def predictions(model: Model, sizes: Sequence[float], unseen: bool) -> Question:
    """Predictions for rows of the data and, where `unseen`, for a group that the fit never saw."""
    allow = ("allow.new.levels = TRUE", "allow_new_levels=True")
    items = {
        "fixed": ("predict(m, new, re.form = NA)", 'r.predict(m, new, re_form="~0")', tol.AT_THETA),
        "all": (f"predict(m, new, {allow[0]})", f"r.predict(m, new, {allow[1]})", tol.AT_THETA),
        "data": ("predict(m)", "r.predict(m)", tol.AT_THETA),
        "data_fixed": ("predict(m, re.form = NA)", 'r.predict(m, re_form="~0")', tol.AT_THETA),
    }
    before = (NEW.replace("UNSEEN", str(unseen).upper()), PYTHON_NEW.replace("UNSEEN", str(unseen)))
    return at_one_theta(model, sizes, items, before, SAME_NAMES)


# lme4 1.1-31 contradicts itself (predict(m, d) is not predict(m)) where two terms of one factor have effects of one
# name, such as the intercepts of (f | s) + (1 | s): it takes both from the first.
SAME_NAMES = "any(sapply(ranef(m, condVar = FALSE), function(b) anyDuplicated(names(b)) > 0))"

# Residuals of saturated rows are rounding errors, of which no two machines print the same.
ROUNDING = ("any(abs(residuals(m)) < 1e-9 * max(abs(fitted(m)), na.rm = TRUE), na.rm = TRUE) ||\n"
            "     sigma(m) < 1e-3 * max(abs(fitted(m)), na.rm = TRUE)")


def texts(model: Model, sizes: Sequence[float]) -> Question:
    """What the console shows of a model and its summary. Our call has the control's settings, in R's order."""
    show = "capture.output(print({}))"
    items = {
        "model": (show.format("m"), "str(m).split('\\n')", tol.EXACT),
        "summary": (show.format("summary(m)"), "str(r.summary(m)).split('\\n')", tol.EXACT),
        "varcorr": (show.format("VarCorr(m)"), "str(r.VarCorr(m)).split('\\n')", tol.EXACT),
    }
    return at_one_theta(model, sizes, items, (f"m@call$control <- quote({SETTINGS})\nm@call$start <- NULL\n", ""),
                        ROUNDING)


def terms(model: Model, sizes: Sequence[float]) -> Question:
    """Sequential sums of squares and F values of the fixed-effects terms."""
    columns = "'npar', 'Sum Sq', 'F value'"
    items = {"terms": (f"anova(m)[c({columns})]", f"r.anova(m)[[{columns}]]", tol.AT_THETA)}
    return at_one_theta(model, sizes, items, discard=SAME_NAMES)


def simulations(model: Model, sizes: Sequence[float], seed: int) -> Question:
    """Responses drawn on R's stream, with new random effects and with the fitted ones."""
    items = {
        "new": (f"simulate(m, 2, seed = {seed})", f"r.simulate(m, 2, seed={seed})", tol.AT_THETA),
        "same": (f"simulate(m, 1, seed = {seed}, use.u = TRUE)", f"r.simulate(m, 1, seed={seed}, use_u=True)",
                 tol.AT_THETA),
    }
    asked = at_one_theta(model, sizes, items, discard=SAME_NAMES)
    return replace(asked, wider=WIDER | {
        "new levels detected in newdata": "lme4 simulates from the data, rows that subset left out included"})
