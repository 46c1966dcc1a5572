"""Explained variance: R's `r2_nakagawa`, `r2` and `icc` of the package performance."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd

from translations.generalized.model import Glm
from translations.lme4.model import LmerMod
from translations.lme4.results.extract import isSingular
from translations.printing import Style, Vector, html
from translations.printing.dispatch import as_html, render
from translations.printing.objects import Whole
from translations.settings import since
from translations.stats import generics
from translations.stats.arguments import as_number
from translations.stats.linear.linear_model import Lm

from .variances import as_insight

SINGULAR = {
    False: ("Can't compute random effect variances. Some variance components equal\n  zero. Your model may suffer from "
            "singularity (see `?lme4::isSingular`\n  and `?performance::check_singularity`).\n  Solution: Respecify "
            "random structure! You may also decrease the\n  `tolerance` level to enforce the calculation of random "
            "effect variances. "),
    True: ("Can't compute {0}. Some variance components equal zero. Your model{1}may suffer from singularity (see "
           "`?lme4::isSingular` and{2}`?performance::check_singularity`).\n  Decrease the `tolerance` level to force "
           "the calculation of random effect\n  variances, or impose priors on your random effects parameters (using"
           "\n  packages like `brms` or `glmmTMB`). "),
}


class Explained(Whole, Vector):
    """Shares of the variance, by name. `str()` is R's text."""

    _metadata = [*Vector._metadata, "heading", "shown", "note"]
    heading: str = ""
    shown: tuple[str, ...] = ()
    note: str = ""

    def __repr__(self) -> str:
        return f"<{self.heading}: {', '.join(f'{name} {value:.4f}' for name, value in self.items())}>"


@as_html.register(Explained)
def _html(x: Explained) -> str:
    table = pd.DataFrame({name: [value] for name, value in x.items()})
    return html.page(x.heading, [html.table(table, rows=False)], [x.note])


@render.register(Explained)
def _lines(x: Explained, style: Style) -> list[str]:
    if not x.shown:
        return ["[1] NA"]
    texts = ["NA" if np.isnan(x[name]) else f"{x[name]:.3f}" for name in x.index]
    lines = [x.note] * bool(x.note) + [f"# {x.heading}"] * bool(x.heading)
    lines += [""] * (len(x.shown) > 1 and "Linear" not in x.heading)
    return [*lines, *(f"{label}: {text}" for label, text in zip(x.shown, texts, strict=False))]


def _explained(values: dict[str, float], heading: str, shown: tuple[str, ...], note: str = "") -> Explained:
    x = Explained(values)
    x.heading, x.shown, x.note = heading, shown, note
    return x


def _is_singular(m: LmerMod, tolerance: float, what: str) -> bool:
    """Whether a variance is zero, which is warned of in performance's words."""
    if not isSingular(m, as_number(tolerance, "tolerance")):
        return False
    breaks = ("\n  ", " ") if what == "ICC" else (" ", " ")
    later = since("2.1")
    text = SINGULAR[later].format(what, *breaks) if later else SINGULAR[later]
    warnings.warn(_wrapped(text) if later else text, stacklevel=4)
    return True


def _wrapped(text: str) -> str:
    """Lines of 77 characters at most, the second and later ones set in by two blanks. R: insight::format_alert."""
    out = []
    for paragraph in text.replace("\n  Decrease", "\0Decrease").replace("\n  ", " ").split("\0"):
        line = ""
        for word in paragraph.split():
            if line and len(line) + 1 + len(word) > 75:
                out.append(line)
                line = word
            else:
                line = f"{line} {word}" if line else word
        out.append(line)
    return "\n  ".join(out) + " "


def _need_mixed(m: Any, function: str) -> None:
    if not isinstance(m, LmerMod):
        raise ValueError(f"{function} needs a mixed model, not {type(m).__name__}")


def r2_nakagawa(m: LmerMod, tolerance: float = 1e-5) -> Explained:
    """Nakagawa's R²: the share of the variance that the fixed effects explain, and that fixed and random effects do. R:
    performance::r2_nakagawa.

    m: a mixed model. tolerance: below which a random effect's standard deviation, over sigma, counts as zero; then the
    conditional R² is missing, and the marginal one takes no account of the random effects, as in R, with its warning.

    Returns a Vector, "R2_conditional" (fixed and random) and "R2_marginal" (fixed): `str()` is R's text. performance
    counts of each grouping factor the first random term alone, and a warning says so; `r_squaredGLMM` counts all.

    Raises ValueError for an object that is no mixed model. Source: Nakagawa & Schielzeth (2013), Johnson (2014).

    >>> m = r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())
    >>> print(r.r2_nakagawa(m))
    # R2 for Mixed Models
    <BLANKLINE>
      Conditional R2: 0.799
         Marginal R2: 0.279
    >>> round(float(r.r2_nakagawa(m)["R2_marginal"]), 4)
    0.2787
    """
    _need_mixed(m, "r2_nakagawa")
    v = as_insight(m)
    shown = ("  Conditional R2", "     Marginal R2")
    heading = "R2 for Mixed Models"
    if _is_singular(m, tolerance, "r-squared"):
        note = "Random effect variances not available. Returned R2 does not account for random effects."
        marginal = v.fixed / (v.fixed + v.residual)
        return _explained({"R2_conditional": np.nan, "R2_marginal": marginal}, heading, shown, note)
    conditional = (v.total - v.residual) / v.total
    return _explained({"R2_conditional": conditional, "R2_marginal": v.fixed / v.total}, heading, shown)


def r2(m: Any, tolerance: float = 1e-5) -> Explained:
    """R² of a linear model, and its adjusted one, of a generalized one, or of a mixed one as by `r2_nakagawa`. R:
    performance::r2.

    m: a linear, generalized or mixed model. tolerance: of a mixed one, as in `r2_nakagawa`. Of `glm`, a yes/no answer
    with the logit link has Tjur's (the difference of the mean predictions of yes and no), a gaussian or inverse
    gaussian model the share of the squares, others Nagelkerke's, of the deviances.

    Returns a Vector, "R2" and "R2_adjusted", "R2_conditional" and "R2_marginal", "R2_Tjur", "R2_Nagelkerke" or "R2":
    `str()` is R's text.

    Raises ValueError for another model, and for counts of yes out of several trials, of which performance has none.
    Source: Tjur (2009), Am. Stat. 63, 366-372; Nagelkerke (1991), Biometrika 78, 691-692.

    >>> print(r.r2(r.lm("Reaction ~ Days", r.sleepstudy())))
    # R2 for Linear Regression
           R2: 0.286
      adj. R2: 0.282
    """
    if isinstance(m, Lm):
        s = generics.summary(m)
        values = {"R2": s.r_squared, "R2_adjusted": s.adj_r_squared}
        return _explained(values, "R2 for Linear Regression", ("       R2", "  adj. R2"))
    if isinstance(m, Glm):
        return _of_glm(m)
    if not isinstance(m, LmerMod):
        raise ValueError(f"r2 needs a linear, a generalized or a mixed model, not {type(m).__name__}")
    return r2_nakagawa(m, tolerance)


def _of_glm(m: Glm) -> Explained:
    y, mu, family = m.fit.y, m.fit.mu, m.family
    if family.name in ("gaussian", "inverse.gaussian"):
        value = 1.0 - float(np.square(y - mu).sum() / np.square(y - y.mean()).sum())
        return _explained({"R2": value}, "", ("  R2",))
    if family.name in ("binomial", "quasibinomial"):
        answers = set(np.unique(y)) <= {0.0, 1.0} and not str(m.frame.formula.response).startswith("cbind(")
        if not answers:
            raise ValueError("Can't calculate accurate R2 for binomial models that are not Bernoulli models")
        if family.link.name == "logit":
            value = float(mu[y == 1.0].mean() - mu[y == 0.0].mean())
            return _explained({"R2_Tjur": value}, "R2 for Logistic Regression", ("  Tjur's R2",))
    null = m.fit.null_deviance
    value = float(np.expm1((m.fit.deviance - null) / len(y)) / np.expm1(-null / len(y)))
    return _explained({"R2_Nagelkerke": value}, "R2 for Generalized Linear Regression", ("  Nagelkerke's R2",))


def icc(m: LmerMod, by_group: bool = False, tolerance: float = 1e-5) -> Explained | pd.DataFrame:
    """Intraclass correlation: the share of the random effects in the variance. R: performance::icc.

    m: a mixed model. by_group: whether each grouping factor's share is told. tolerance: as in `r2_nakagawa`; where a
    variance is zero all is missing, as in R, with its warning.

    Returns a Vector, "ICC_adjusted" (of the random effects and the residuals), "ICC_conditional" and "ICC_unadjusted"
    (of these and the fixed effects), whose `str()` is R's text; `by_group` a frame, Group and ICC.

    Raises ValueError for an object that is no mixed model. Source: Nakagawa, Johnson & Schielzeth (2017).

    >>> print(r.icc(r.lmer("Reaction ~ Days + (Days | Subject)", r.sleepstudy())))
    # Intraclass Correlation Coefficient
    <BLANKLINE>
        Adjusted ICC: 0.722
      Unadjusted ICC: 0.521
    """
    _need_mixed(m, "icc")
    heading = "Intraclass Correlation Coefficient"
    if _is_singular(m, tolerance, "ICC"):
        return _explained({"ICC_adjusted": np.nan}, heading, ())
    v = as_insight(m)
    random = sum(v.random.values())
    if by_group:
        return _by_group(m, random + v.residual)
    whole = random / v.total
    values = {"ICC_adjusted": random / (random + v.residual), "ICC_conditional": whole, "ICC_unadjusted": whole}
    return _explained({name: values[name] for name in ("ICC_adjusted", "ICC_unadjusted", "ICC_conditional")}, heading,
                      ("    Adjusted ICC", "  Unadjusted ICC"))


def _by_group(m: LmerMod, total: float) -> pd.DataFrame:
    from translations.lme4.results.varcorr import VarCorr

    if any(len(S) > 1 for S in VarCorr(m).values()):
        said = "Model contains random slopes. Cannot compute accurate ICCs by group\n  factors. "
        warnings.warn(said, stacklevel=3)
    intercepts = {name: float(S.to_numpy()[0, 0]) for name, S in VarCorr(m).items()}
    return pd.DataFrame({"Group": list(intercepts), "ICC": [one / total for one in intercepts.values()]})
