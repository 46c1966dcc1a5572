"""Tables of models side by side, by sjPlot: estimates, intervals, p, and what the random effects are.

Without `p_val` the p-values of a linear mixed model are those of t's with n less the number of parameters: of a design
whose groups are few they are too small. `p_val="kr"` or "satterthwaite" has the degrees of freedom of lmerTest.
"""
import re

import numpy as np

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


@case(order=46, releases=("4.2", "4.6"), because="Debian 13 has no sjPlot", tolerance=tol.EXACT)
def model_tables():
    sleep = r.load("sleepstudy")
    sleep = sleep.assign(half=r.factor(np.where(sleep["Days"] < 5, "early", "late")), ms_10=sleep["Days"] * 10,
                         third=r.factor(np.tile([1, 2, 3], 60), ordered=True))
    slopes = r.lmer("Reaction ~ Days + (Days | Subject)", sleep)
    intercepts = r.lmer("log(Reaction) ~ half * ms_10 + (1 | Subject)", sleep, REML=False)
    linear = r.lm("Reaction ~ half + log(Days + 1)", sleep)
    bacteria = r.load("bacteria")
    bacteria = bacteria.assign(yes=(bacteria["y"] == "y").astype(float))
    answers = r.glm("yes ~ trt + week", r.binomial(), bacteria)
    mixed = r.glmer("yes ~ trt + (1 | ID)", bacteria, r.binomial())
    counts = r.glm("TICKS ~ HEIGHT", r.poisson(), r.load("grouseticks"))
    print(r.tab_model(slopes).page_content, end="")
    print(r.tab_model(slopes, linear, answers, title="Three", show_aic=True, show_dev=True).page_content, end="")

    def lines(pattern, *models, **settings):
        page = r.tab_model(*models, **settings).page_content.split("\n")
        return [line for line in page if re.search(pattern, line)]

    def cells(*models, **settings):
        exact = {"digits": 6, "digits_p": 6, "digits_re": 6, "digits_rsq": 6}
        return [re.sub("<[^>]*>", "", line.replace("&nbsp;&ndash;&nbsp;", " "))
                for line in lines("modelcolumn|summary", *models, **exact, **settings)]

    def shown(*models, **settings):
        return [re.sub("<(?!sup|/sup)[^>]*>", "", line) for line in lines("<td", *models, **settings)]

    def labels(formula):
        return [re.sub("<td[^>]*>|</td>", "", line) for line in lines("tdata firsttablecol", r.lm(formula, sleep))]

    nested = r.lmer("strength ~ 1 + (1 | batch/cask)", r.load("Pastes"))
    apart = r.lmer("Reaction ~ Days + (1 | Subject) + (0 + Days | Subject)", sleep)
    return {
        "slopes": cells(slopes, show_se=True, show_stat=True, show_df=True),
        "kenward": cells(slopes, p_val="kr", show_df=True),
        "satterthwaite": cells(slopes, p_val="satterthwaite", show_df=True),
        "intercepts": cells(intercepts, show_loglik=True),
        "logged": cells(r.lm("log(Reaction) ~ Days", sleep), show_aic=True, show_aicc=True), "apart": cells(apart),
        "nested": cells(nested), "answers": cells(answers, show_se=True), "wald": cells(answers, p_val="wald"),
        "plain": cells(answers, transform=None), "mixed": shown(mixed, show_se=True, p_style="numeric_stars"),
        "counts": cells(counts), "standardized": cells(r.lm("Reaction ~ ms_10", sleep), show_std=True),
        "both": shown(nested, apart, show_ci=0.9, collapse_ci=True, p_style="stars", show_r2=False),
        "chosen": shown(linear, show_intercept=False, show_ci=False, show_se=True, pred_labels=["a", "b"],
                        dv_labels="outcome", string_est="b", digits=3, minus_sign="-", emph_p=False, show_obs=False,
                        p_style="scientific"),
        "kept": shown(linear, terms=["halflate"], string_p="p-value", dv_labels="", show_r2=False, order_terms=[1]),
        "crossed": labels("Reaction ~ half * third + ms_10 * half"),
        "powers": labels("Reaction ~ poly(Days, 2) + sqrt(ms_10)"), "squares": labels("Reaction ~ I(ms_10^2) * half"),
        "factors": labels("scale(Reaction) ~ scale(ms_10) * half + factor(ms_10 > 60)"),
        "long": labels("Reaction ~ abs(ms_10 - Days - 4) + log(ms_10 + Days * 10 + 5)"),
    }  # fmt: skip
