"""Plots of other models than the chapter's, against what lattice draws of them in the R on this machine."""

from __future__ import annotations

from dataclasses import replace

import pytest

import translations as r
from translations.cases.figures._shared import pairs_values
from translations.figures.built import built
from translations.parity import paths
from translations.parity import tolerances as tol
from translations.parity.records import RError


def days(data):
    return data["Days"].astype(int).astype("category")


MODELS = {  # R, Python
    "slopes without correlation": (
        'd <- read_fixture("sleepstudy"); m <- lmer(Reaction ~ Days + (Days || Subject), d)',
        lambda: r.lmer("Reaction ~ Days + (Days || Subject)", r.sleepstudy()),
    ),
    "two crossed factors": (
        'd <- transform(read_fixture("sleepstudy"), day = factor(Days)); '
        "m <- lmer(Reaction ~ 1 + (1 | Subject) + (1 | day), d)",
        lambda: r.lmer("Reaction ~ 1 + (1 | Subject) + (1 | day)", r.sleepstudy().assign(day=days)),
    ),
    "a profile that ends at zero": (
        'd <- read_fixture("Dyestuff"); m <- lmer(Yield ~ 1 + (1 | Batch), d)',
        lambda: r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()),
    ),
}


@pytest.fixture(params=MODELS)
def model(request, live_r):
    """The same model here and as `m` in R, where the functions of `_lattice.R` are defined too."""
    code, fit = MODELS[request.param]
    live_r.eval(f'old <- setwd("{paths.fixtures() / "figures"}"); source("_lattice.R"); {code}; setwd(old)')
    return fit()


def test_profiles(model, live_r, parity, request):
    """Of two crossed factors the parameters that are not held stop with more noise: 6.99 digits at an interval's end,
    2.5 of them in the traces. Where their optimizer stops is decided by rounding, which lme4's sparse solver and ours
    do not share.
    """
    crossed = "crossed" in request.node.name
    kind = "tight" if crossed else "default"
    profile = r.profile(model, signames=False)
    live_r.eval("pr <- profile(m, signames = FALSE)")

    zeta = built(r.xyplot(profile))
    got = {
        "panels": zeta["panels"],
        "range": {name: axis["range"] for name, axis in zeta["x"].items()},
        "segment": zeta["segment"],
        "line": zeta["line"],
    }
    parity.equal(got, live_r.values("zeta_values(lattice::xyplot(pr))"), tol.CURVE, kind)

    density = built(r.densityplot(profile))
    parity.equal(
        {"panels": density["panels"], "line": density["line"]},
        live_r.values("density_values(lattice::densityplot(pr))"),
        tol.CURVE,
        kind,
    )

    pairs = pairs_values(built(r.splom(profile)), every=2)
    expected = live_r.values("pairs_values(lattice::splom(pr), every = 2L)")
    parity.equal(pairs, expected, replace(tol.CURVE, default=2) if crossed else tol.CURVE)


def test_some_parameters_at_other_levels(live_r, parity):
    code, fit = MODELS["slopes without correlation"]
    live_r.eval(f'old <- setwd("{paths.fixtures() / "figures"}"); source("_lattice.R"); {code}; setwd(old)')
    live_r.eval("pr <- profile(m)")
    zeta = built(r.xyplot(r.profile(fit()), conf=(0.9, 0.6), which="beta_"))
    expected = live_r.values('zeta_values(lattice::xyplot(pr, conf = c(0.9, 0.6), which = "beta_"))')
    ranges = {name: axis["range"] for name, axis in zeta["x"].items()}
    got = {"panels": zeta["panels"], "range": ranges, "segment": zeta["segment"], "line": zeta["line"]}
    parity.equal(got, expected, tol.CURVE)


def test_conditional_modes(model, live_r, parity):
    """lme4's qqmath of modes fails where the effects of one factor stand in several terms; ours does not."""
    modes = r.ranef(model)
    several = live_r.eval('cat(is.list(attr(ranef(m)[[1]], "postVar")))') == "TRUE"
    for plots, function in ((r.dotplot(modes), "dotplot"), (r.qqmath(modes), "qqmath")):
        assert list(plots) == list(modes)
        for group, plot in plots.items():
            layers, code = built(plot), f'modes_values(lattice::{function}(ranef(m))[["{group}"]])'
            if several and function == "qqmath":
                with pytest.raises(RError):
                    live_r.values(code)
            else:
                got = {part: layers[part] for part in ("panels", "point", "segment")}
                parity.equal(got, live_r.values(code), tol.MODES)


def test_residuals(model, live_r, parity):
    layers = built(r.plot(model))["point"]["all"]
    expected = "p <- plot(m)$panel.args[[1]]; list(x = unname(p$x), y = unname(p$y))"
    parity.equal(layers, live_r.values(expected), tol.MODES)

    layers = built(r.qqmath(model))["point"]["all"]
    expected = "x <- sort(unname(lattice::qqmath(m)$panel.args[[1]]$x)); list(x = qnorm(ppoints(length(x))), y = x)"
    parity.equal(layers, live_r.values(expected), tol.MODES)


def test_weighted_residuals_are_pearsons(live_r, parity):
    live_r.eval('suppressMessages(library(lme4)); data(sleepstudy); sleepstudy$w <- sleepstudy$Days + 1')
    live_r.eval("m <- lmer(Reaction ~ Days + (1 | Subject), sleepstudy, weights = w)")
    data = r.sleepstudy().assign(w=lambda one: one["Days"] + 1)
    layers = built(r.plot(r.lmer("Reaction ~ Days + (1 | Subject)", data, weights="w")))["point"]["all"]
    expected = "p <- plot(m)$panel.args[[1]]; list(x = unname(p$x), y = unname(p$y))"
    parity.equal(layers, live_r.values(expected), tol.MODES)
