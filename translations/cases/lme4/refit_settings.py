"""Whose settings a refit goes by.

Without `control`, `refit` keeps the fit's optimizer and forgets its `optCtrl` and checks: a fit that was stopped after
ten evaluations goes on to the optimum. With a control that has no `optCtrl` the fit's is taken. `bootMer` hands on the
control of the model's call, so that its replicates stop where the fit did.
"""
import warnings

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol


def theta(m):
    return r.getME(m, "theta")


def computed():
    sleepstudy = r.sleepstudy()
    formula = "Reaction ~ Days + (Days | Subject)"
    few = r.lmer(formula, sleepstudy, control=r.lmerControl(optCtrl={"maxeval": 10}))
    y = sleepstudy["Reaction"].to_numpy()[::-1]
    bobyqa = r.lmer(formula, sleepstudy, control=r.lmerControl("bobyqa", optCtrl={"maxfun": 20}))
    counts = r.glmer("cbind(incidence, size - incidence) ~ period + (1 | herd)", r.load("cbpp"), "binomial",
                     control=r.glmerControl(optCtrl={"maxfun": 50}))
    return {
        "refit": theta(r.refit(few, y)),
        "given": theta(r.refit(few, y, control=r.lmerControl(optCtrl={"maxeval": 10}))),
        "bobyqa": theta(r.refit(bobyqa, y)), "kept": theta(r.refit(bobyqa, y, control=r.lmerControl("bobyqa"))),
        "bootMer": r.bootMer(few, "theta", nsim=3, seed=1).t.to_numpy().ravel(order="F"),
        "counts": theta(r.refit(counts, r.simulate(counts, seed=1))),
        "counts_bootMer": r.bootMer(counts, "theta", nsim=3, seed=1).t.to_numpy().ravel(),
    }


@case(section="lme4", order=577, tolerance=tol.THETA)
def refit_settings():
    Dyestuff2 = r.Dyestuff2()
    ignored = r.lmer("Yield ~ 1 + (1 | Batch)", Dyestuff2, control=r.lmerControl(check_conv_singular="ignore"))
    print(ignored)
    with warnings.catch_warnings():  # how the fits that are stopped are complained of
        warnings.simplefilter("ignore")
        answer = computed()
    of_ignored = r.bootMer(ignored, "fixef", nsim=3, seed=1)
    return {**answer, "ignored": of_ignored.t.to_numpy().ravel(), "said": sum(of_ignored.messages["message"].values())}
