"""Models by the optimizers that analyses ask for, with the number of evaluations.

`lmerControl(optimizer = "bobyqa", optCtrl = list(maxfun = 2e5))` is what many analyses say against a convergence
warning. Both minqa's BOBYQA and lme4's Nelder-Mead are here call for call, so that they stop where R's stop. A simplex
that has shrunk is not at the optimum: of theta it has three to five digits. (With two crossed factors R's own BOBYQA
stops elsewhere when the rows come in another order, and keeps 6 to 7 digits; its simplex keeps them all.) `maxfun` says
nothing to the default optimizer, whose setting is called `maxeval`; R ignores it there in silence.
"""
import warnings
from functools import partial

import translations as r
from translations.parity import case
from translations.parity import tolerances as tol

MODELS = {
    "slopes": ("Reaction ~ Days + (Days | Subject)", r.sleepstudy),
    "boundary": ("Yield ~ 1 + (1 | Batch)", r.Dyestuff2),
    "crossed": ("diameter ~ 1 + (1 | plate) + (1 | sample)", r.Penicillin),
    "nested": ("strength ~ 1 + (1 | batch/cask)", r.Pastes),
    "singular": ("yield ~ nitro + (nitro | Block/Variety)", partial(r.load, "Oats")),
}


def asked(name, optimizer, **settings):
    formula, data = MODELS[name]
    sleepstudy = data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return r.lmer(formula, sleepstudy, control=r.lmerControl(optimizer, **settings))


def values(m):
    fit = {"theta": r.getME(m, "theta"), "REML": r.REMLcrit(m), "fixef": r.fixef(m), "sigma": r.sigma(m)}
    return {**fit, "feval": m.optimum.evaluations}


@case(section="lme4", order=365, tolerance=tol.THETA)
def optimizers():
    answer = {name: values(asked(name, "Nelder_Mead")) for name in MODELS}
    answer |= {f"bobyqa {name}": values(asked(name, "bobyqa")) for name in ("slopes", "boundary", "nested")}
    stopped = asked("slopes", "bobyqa", optCtrl={"maxfun": 20})
    answer["stopped"] = values(stopped)
    answer["stopped_simplex"] = values(asked("slopes", "Nelder_Mead", optCtrl={"maxfun": 20}))
    finer = {"xst": [0.1] * 3, "xt": [1e-7] * 3}
    answer["finer"] = values(asked("slopes", "Nelder_Mead", optCtrl=finer))
    answer["radii"] = values(asked("slopes", "bobyqa", optCtrl={"npt": 7, "rhobeg": 0.1, "rhoend": 1e-5}))
    answer["ignored"] = values(asked("slopes", "nloptwrap", optCtrl={"maxfun": 20}))
    print(stopped)
    return answer
