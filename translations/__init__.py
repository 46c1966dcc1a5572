"""R's mixed-model functions in Python, under their R names, with their agreement with R proved.

`import translations as r`, then `r.lmer(...)`, `r.t_test(...)`. A name is R's own with '.' written '_'. Modules are
imported when a name of theirs is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from . import compiled

_MODULES = {
    "translations.data": "sleepstudy sleep2 load Dyestuff Dyestuff2 Penicillin Pastes cake InstEval",
    "translations.settings": "options",
    "translations.stats.collation": "CollationWarning",
    "translations.stats.generics": "coef summary anova predict fitted residuals confint vcov sigma logLik deviance AIC "
    "BIC nobs "
    "df_residual formula update simulate drop1 model_matrix hatvalues cooks_distance "
    "rstandard rstudent influence dfbeta dfbetas extractAIC",
    "translations.stats.lm": "lm",
    "translations.stats.t_test": "t_test",
    "translations.stats.data_frames": "count",
    "translations.stats.vectors": "factor is_factor is_ordered levels",
    "translations.stats.distributions": "pnorm qnorm pt qt pf pchisq qchisq",
    "translations.stats.contrasts": "contr_treatment contr_sum contr_helmert contr_poly contr_SAS",
    "translations.console": "diag console tibble",
    "translations.random": "set_seed",
    "translations.lme4.control": "lmerControl SingularFitWarning ConvergenceWarning RankDeficiencyWarning ScaleWarning",
    "translations.lme4.model": "lmer refit refitML",
    "translations.lme4.extract": "fixef REMLcrit ngrps isREML isSingular",
    "translations.lme4.varcorr": "VarCorr rePCA",
    "translations.lme4.ranef": "ranef",
    "translations.lme4.getme": "getME",
    "translations.lme4.lmertest": "contest contest1D contestMD",
    "translations.lme4.ls_means": "ls_means difflsmeans",
    "translations.lme4.kenward_roger": "KRmodcomp vcovAdj get_Lb_ddf",
    "translations.lme4.ranova": "ranova",
    "translations.lme4.five_ways": "five_ways",
    "translations.lme4.profile": "profile ProfileWarning",
    "translations.lme4.profile_scales": "varianceProf logProf",
    "translations.lme4.exact": "exact_zeta",
    "translations.figures.lattice": "xyplot densityplot splom dotplot qqmath plot",
    "translations.lme4.all_fit": "allFit",
    "translations.lme4.bootstrap": "bootMer",
    "translations.lme4.pbmodcomp": "PBmodcomp",
    "translations.simulation.multilevel": "simulate_multilevel",
    "translations.simulation.studies": "power_study recovery_study",
}
_HOME = {name: module for module, names in _MODULES.items() for name in names.split()}

__all__ = sorted(_HOME)
__version__ = "0.1.0"
compiled.guard()


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'translations' has no name {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
