"""bootMer, its intervals and PBmodcomp: R's replicates, on any number of workers, through losses and kills."""

from __future__ import annotations

import os
import signal
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import product
from multiprocessing import forkserver
from types import SimpleNamespace

import joblib
import numpy as np
import pytest

import translations as r
from translations.lme4.bootstrap import refit_many
from translations.lme4.bootstrap.replicates import FAST, order_statistics
from translations.lme4.refit import refit
from translations.parallel import jobs

from ... import warm

MODEL = "Reaction ~ days_deprived + (days_deprived | Subject)"
NESTED = ("strength ~ 1 + (1 | batch) + (1 | sample)", "Pastes")
CROSSED = ("diameter ~ 1 + (1 | plate) + (1 | sample)", "Penicillin")


@pytest.fixture(scope="module")
def pp_mod():
    return r.lmer(MODEL, r.sleep2())


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    """R in this process puts its own libraries' directories before the system's; children of it need not follow."""
    monkeypatch.delenv("LD_LIBRARY_PATH", raising=False)


@pytest.fixture
def r_session(live_r):
    live_r.assign("sleep2", r.sleep2())
    live_r.eval(f"suppressPackageStartupMessages(library(lme4)); m <- lmer({MODEL}, sleep2)")
    return live_r


# --- against R ---------------------------------------------------------------------------------------------------


def test_replicates_are_rs_to_the_last_bit(r_session, pp_mod):
    """Estimates, the criterion and how often it was evaluated: the optimizer went R's way."""
    r_session.eval("all <- function(x) c(fixef(x), getME(x, 'theta'), sigma(x), REMLcrit(x), x@optinfo$feval)")
    theirs = r_session.numbers("suppressMessages(bootMer(m, all, nsim = 200, seed = 101))$t").reshape(8, 200).T
    fits = refit_many.refit_many(pp_mod, r.simulate(pp_mod, 200, seed=101).to_numpy())
    ours = np.column_stack([fits.beta, fits.theta, fits.sigma, fits.value, fits.evaluations])
    assert np.array_equal(ours, theirs)


@pytest.mark.parametrize(
    ("formula", "data", "digits"),
    [
        ("Yield ~ 1 + (1 | Batch)", "Dyestuff", 15),
        ("Yield ~ 1 + (1 | Batch)", "Dyestuff2", 12),  # most variances are zero
        ("distance ~ age + I(age^2) + (age | Subject)", "Orthodont", 12),
        (*NESTED, 12),
        (*CROSSED, 4),  # another order of operations
    ],
)
def test_other_models_replicates(live_r, formula, data, digits):
    frame = r.load(data)
    m = r.lmer(formula, frame)
    live_r.assign("d", frame)
    live_r.eval(
        f"library(lme4); m <- lmer({formula}, d); f <- function(x) c(fixef(x), as.data.frame(VarCorr(x))$sdcor)"
    )
    theirs = (
        live_r.numbers("suppressWarnings(suppressMessages(bootMer(m, f, nsim = 30, seed = 5)))$t").reshape(-1, 30).T
    )

    def statistic(m):
        return np.concatenate([m.beta, r.VarCorr(m).as_data_frame()["sdcor"]])

    ours = r.bootMer(m, statistic, 30, seed=5).t.to_numpy()
    np.testing.assert_allclose(ours, theirs, rtol=10.0**-digits, atol=10.0**-digits * abs(theirs).max())


def test_semiparametric_replicates(r_session, pp_mod):
    theirs = r_session.numbers("bootMer(m, fixef, nsim = 30, seed = 4, use.u = TRUE, type = 'semiparametric')$t")
    ours = r.bootMer(pp_mod, "fixef", 30, seed=4, use_u=True, type="semiparametric", n_jobs=1).t.to_numpy()
    np.testing.assert_allclose(ours.T.ravel(), theirs, rtol=1e-12)  # fitted values are not summed in R's order


def test_intervals_are_confint_bootmers(r_session, pp_mod):
    r_session.eval("b <- suppressMessages(bootMer(m, fixef, nsim = 99, seed = 2))")
    boots = r.bootMer(pp_mod, "fixef", 99, seed=2)
    for kind, level in product(["perc", "basic", "norm"], [0.95, 0.9, 0.5]):
        theirs = r_session.values(f"confint(b, level = {level}, type = '{kind}')")
        ours = r.confint(boots, level=level, type=kind)
        labels = {f"x[{row}, {column}]": ours.loc[row, column] for row in ours.index for column in ours.columns}
        assert labels.keys() == theirs.keys()
        expected = [theirs[label] for label in labels]
        np.testing.assert_allclose(list(labels.values()), expected, rtol=1e-13, err_msg=f"{kind}, {level}")


@pytest.mark.parametrize("alpha", [(0.025, 0.975), (0.05, 0.95), (0.001, 0.999), (0.2, 0.6)])
def test_order_statistics_are_boots(live_r, alpha):
    t = r.set_seed(3).rnorm(19)  # 20 alpha is a whole number for some: no interpolation there
    live_r.assign("t", t)
    theirs = live_r.numbers(f"suppressWarnings(boot:::norm.inter(t, c{alpha}))[, 2]")
    extreme = not all(1 < 20 * a < 19 for a in alpha)
    with pytest.warns(UserWarning, match="extreme order statistics") if extreme else _nothing():
        np.testing.assert_allclose(order_statistics(t, np.array(alpha)), theirs, rtol=1e-14)


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


def test_confint_by_bootstrap(r_session, pp_mod):
    theirs = r_session.values("suppressMessages(confint(m, method = 'boot', nsim = 99, seed = 3, boot.type = 'basic'))")
    ours = r.confint(pp_mod, method="boot", nsim=99, seed=3, boot_type="basic", quiet=True)
    labels = {f"x[{row}, {column}]": ours.loc[row, column] for row in ours.index for column in ours.columns}
    np.testing.assert_allclose(list(labels.values()), [theirs[label] for label in labels], rtol=1e-13)


@pytest.mark.parametrize(
    ("small", "seed"),
    [("Reaction ~ 1 + (days_deprived | Subject)", 7), ("Reaction ~ days_deprived + (1 | Subject)", 8)],
)
def test_pbmodcomp(r_session, pp_mod, small, seed):
    r_session.eval("suppressPackageStartupMessages(library(pbkrtest))")
    r_session.eval(f"s <- lmer({small}, sleep2); set.seed({seed}); x <- PBmodcomp(m, s, nsim = 60)")
    x = r.PBmodcomp(pp_mod, r.lmer(small, r.sleep2()), nsim=60, seed=seed)
    ref = r_session.numbers("x$ref")
    np.testing.assert_allclose(x.ref, ref, rtol=0, atol=1e-11)  # differences of deviances near 1400
    np.testing.assert_allclose(x.test["p.value"], r_session.numbers("x$test$p.value"), rtol=1e-8)  # R: 1 - pchisq
    assert str(x).split(";", 2)[2] == r_session.eval("print(x)").split(";", 2)[2]
    assert str(x.summary()).split(";", 2)[2].rstrip() == r_session.eval("print(summary(x))").split(";", 2)[2].rstrip()


def test_messages_and_print_are_rs(r_session, pp_mod):
    """Three of these replicates' fits end in a warning that bears the gradient's size."""
    boots = r.bootMer(pp_mod, "fixef", nsim=400, seed=3)
    printed = r_session.eval("b <- bootMer(m, fixef, nsim = 400, seed = 3); b")
    assert str(boots).replace("x = pp_mod", "x = m").startswith(printed + "\n\n10 message(s): boundary")
    for kind, counts in boots.messages.items():
        table = f"x <- attr(b, 'boot.all.msgs')[['factory-{kind}']]; setNames(as.integer(x), names(x))"
        assert {label[2:-1]: count for label, count in r_session.values(table).items()} == counts
    unchecked = r.lmer(MODEL, r.sleep2(), control=r.lmerControl(calc_derivs=False))
    assert r.bootMer(unchecked, "fixef", nsim=400, seed=3).messages == {**boots.messages, "warning": {}}


# --- batches -------------------------------------------------------------------------------------------------------


def test_levels_that_share_their_rows_change_no_bit(pp_mod):
    """Against the same model in which every level is a design of its own."""
    holed = r.sleep2().drop(index=[3, 4, 77, 100])  # levels of several designs
    for m in (
        pp_mod,
        r.lmer(MODEL, holed, weights=np.linspace(1, 3, 140)),
        r.lmer("Yield ~ 1 + (1 | Batch)", r.Dyestuff()),
    ):
        model, alone = m.pls.lme4_order, replace(m.pls.lme4_order)
        order, levels = np.argsort(model.outer.codes, kind="stable"), np.arange(model.outer.n_levels)
        rows = np.split(order, np.flatnonzero(np.diff(model.outer.codes[order])) + 1)
        alone.__dict__["designs"] = lambda found=(levels, rows): found
        assert len(alone.layout.arrays["start"]) == len(levels) + 1
        for theta in [m.theta, *np.random.default_rng(1).normal(size=(20, len(m.theta)))]:
            assert alone.criterion(theta, m.REML) == model.criterion(theta, m.REML)


@pytest.mark.filterwarnings("ignore::translations.lme4.control.SingularFitWarning")
@pytest.mark.parametrize(("formula", "data"), [(MODEL, None), NESTED, CROSSED])
def test_many_are_one_by_one(formula, data):
    m = r.lmer(formula, r.load(data) if data else r.sleep2())
    Y = np.array(r.simulate(m, 12, seed=1))
    fits = refit_many.refit_many(m, Y)
    for i in range(12):
        one = refit(m, Y[:, i])
        assert np.array_equal(one.theta, fits.theta[i])
        np.testing.assert_allclose(one.beta, fits.beta[i], rtol=1e-12)
        np.testing.assert_allclose(np.sqrt(np.diag(r.vcov(one))), fits.se[i], rtol=1e-10)
        np.testing.assert_allclose(one.sigma, fits.sigma[i], rtol=1e-12)


def test_newton_goes_to_the_optimum():
    m = r.lmer(MODEL, r.sleep2(), control="newton")
    Y = r.simulate(m, 4, seed=1).to_numpy()
    fits = refit_many.refit_many(m, Y)
    for y, theta in zip(Y.T, fits.theta, strict=True):
        assert np.abs(m.pls.with_response(y).gradient(theta, True)[1]).max() < 1e-6


def test_a_fit_that_fails_is_missing_and_said(pp_mod, monkeypatch):
    """R's factory turns an error of a refit into NA and a warning with the count."""
    real = refit_many.refit_many

    def one_fails(m, Y, checked):
        fits = real(m, Y, checked)
        for values in (fits.theta, fits.beta, fits.se, fits.sigma, fits.value, fits.derivatives):
            values[0] = np.nan
        return fits

    monkeypatch.setattr("translations.lme4.bootstrap.replicates.refit_many", one_fails)
    with pytest.warns(UserWarning, match=r"some bootstrap runs failed \(1/1\)"):
        boots = r.bootMer(pp_mod, "fixef", 1, seed=1)
    assert boots.failed == 1 and np.isnan(boots.t.to_numpy()).all()


@pytest.mark.parametrize("name", list(FAST))
def test_fast_statistics_are_the_functions(pp_mod, name):
    functions = {
        "fixef": r.fixef,
        "theta": lambda m: m.theta,
        "sigma": lambda m: m.sigma,
        "sdcor": lambda m: r.VarCorr(m).as_data_frame()["sdcor"].iloc[[0, 2, 1, 3]],
        "parameters": lambda m: [*r.VarCorr(m).as_data_frame()["sdcor"].iloc[[0, 2, 1, 3]], *m.beta],
    }
    slow = r.bootMer(pp_mod, lambda m: functions[name](m), 20, seed=9)
    fast = r.bootMer(pp_mod, name, 20, seed=9)
    np.testing.assert_allclose(fast.t.to_numpy(), slow.t.to_numpy(), rtol=1e-9)
    np.testing.assert_allclose(fast.t0.to_numpy(), slow.t0.to_numpy(), rtol=1e-12)


# --- workers ---------------------------------------------------------------------------------------------------------


def test_any_number_of_workers_gives_the_same_bits(pp_mod):
    alone = r.bootMer(pp_mod, "parameters", 70, seed=1)
    together = r.bootMer(pp_mod, "parameters", 70, seed=1, n_jobs=2)
    with joblib.parallel_config(backend="threading", n_jobs=3):
        configured = r.bootMer(pp_mod, "parameters", 70, seed=1)
    for other in (together, configured):
        assert np.array_equal(alone.t, other.t, equal_nan=True)
        assert np.array_equal(alone.seed, other.seed)


class Lossy:
    """Batches of squares; the first worker to meet batch 4 dies."""

    def __init__(self, mark):
        self.mark = str(mark)

    def __call__(self, part):
        if part.start == 4 and not os.path.exists(self.mark):
            open(self.mark, "w").close()
            os.kill(os.getpid(), signal.SIGKILL)
        return np.arange(part.start, part.start + part.count, dtype=float)[:, None] ** 2


@dataclass(frozen=True)
class Part:
    start: int
    count: int


def test_a_lost_worker_costs_its_batch(tmp_path):
    parts = [Part(start, 2) for start in range(0, 12, 2)]
    found = jobs.run(Lossy(tmp_path / "died"), parts, 12, 1, n_jobs=2)
    assert (tmp_path / "died").exists()
    assert np.array_equal(found[:, 0], np.arange(12.0) ** 2)


@contextmanager
def forked_with(context, modules):
    """What processes of a forkserver find imported."""
    context.set_forkserver_preload(modules)
    try:
        yield
    finally:
        forkserver._forkserver._stop()


def test_dask_cluster(pp_mod, tmp_path):
    """Two worker processes of a real local cluster; then one is killed at work.

    They are forked from a process that has the imports behind it; joblib's workers, above, start afresh.
    """
    import dask
    from distributed import Client, LocalCluster
    from distributed.utils import get_mp_context

    alone = r.bootMer(pp_mod, "parameters", 40, seed=1)
    with (
        dask.config.set({"distributed.worker.multiprocessing-method": "forkserver"}),
        forked_with(get_mp_context(),
                    ["distributed", "joblib", "translations.lme4.bootstrap.replicates", "statsmodels"]),
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster),
    ):
        assert len({worker["id"] for worker in cluster.scheduler_info["workers"].values()}) == 2
        with joblib.parallel_config(backend="dask"):
            there = r.bootMer(pp_mod, "parameters", 40, seed=1)
            found = jobs.run(Lossy(tmp_path / "died"), [Part(start, 2) for start in range(0, 12, 2)], 12, 1)
    assert np.array_equal(alone.t, there.t, equal_nan=True)
    assert (tmp_path / "died").exists()
    assert np.array_equal(found[:, 0], np.arange(12.0) ** 2)


# --- the checkpoint --------------------------------------------------------------------------------------------------

STUDY = """
import time, translations as r
from translations.parallel import checkpoint
append = checkpoint.Checkpoint.append
def slowly(self, start, values):
    append(self, start, values)
    time.sleep({pause})
checkpoint.Checkpoint.append = slowly
m = r.lmer("{model}", r.sleep2())
r.bootMer(m, "parameters", 64, seed=5, out={out!r}, resume={resume})
"""


def study(out, pause=0.0, resume=False):
    """In a forked process: it runs as any other, and is killed as any other."""
    code = STUDY.format(model=MODEL, out=str(out), pause=pause, resume=resume)
    return warm.start("-c", code, after="import pyarrow.parquet\n" + warm.MODELS)


def test_a_killed_study_goes_on_to_the_same_bits(tmp_path):
    """In Parquet; robustness/test_interrupted.py does the same to CSV files."""
    whole, cut = tmp_path / "whole.parquet", tmp_path / "cut.parquet"
    assert study(whole).wait() == 0
    killed = study(cut, pause=0.2)
    deadline = time.monotonic() + 120
    while written(cut) < 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    killed.kill(signal.SIGKILL)
    killed.wait()
    assert 3 <= written(cut) < 8
    assert study(cut, resume=True).wait() == 0
    assert contents(whole) == contents(cut)


def written(path):
    """Batches on the disk."""
    return len(list(path.glob("part-*.parquet")))


def contents(path):
    return [file.read_bytes() for file in sorted(path.iterdir())]


def test_a_checkpoint_answers_one_question(pp_mod, tmp_path):
    out = tmp_path / "study.csv"
    asked = {"m": pp_mod, "FUN": "fixef", "nsim": 20, "seed": 1}
    boots = r.bootMer(**asked, out=out)
    with pytest.raises(FileExistsError, match="resume"):
        r.bootMer(**asked, out=out)
    again = r.bootMer(**{**asked, "FUN": r.fixef, "nsim": np.int64(20)}, out=out, resume=True, n_jobs=1)
    assert np.array_equal(boots.t, again.t)
    data = r.sleep2()
    for other, differ in (
        ({"seed": 2}, "stream"),
        ({"nsim": 21}, "nsim .20 there, 21 here."),
        ({"use_u": True}, "use_u .false there, true here."),
        ({"re_form": None}, "re_form"),
        ({"use_u": True, "type": "semiparametric"}, "type"),
        ({"FUN": "sigma"}, "FUN"),
        ({"FUN": lambda m: m.beta}, "FUN"),
        ({"m": r.lmer(MODEL, data, control=r.lmerControl(calc_derivs=False))}, "control.calc_derivs"),
        ({"m": r.lmer(MODEL, data, control=r.lmerControl(check_conv_grad=("warning", 1e-3)))}, "check_conv_grad"),
        ({"m": r.lmer(MODEL, data, REML=False)}, "REML"),
        ({"m": r.lmer(MODEL, data.assign(Reaction=data["Reaction"].iloc[::-1].to_numpy()))}, "response"),
        ({"m": r.lmer(MODEL, data, weights=np.linspace(1, 2, 144))}, "design"),
        ({"m": r.lmer(MODEL, data.assign(Reaction=np.nextafter(data["Reaction"], 0)))}, "response"),
        ({"m": r.lmer(MODEL, data.assign(more=1))}, "differ in data. Ask the same"),
        ({"m": r.lmer(MODEL, data, offset=np.zeros(144))}, "design"),
    ):
        with pytest.raises(ValueError, match=f"study.csv holds another study; they .*{differ}.*to start anew"):
            r.bootMer(**{**asked, **other}, out=out, resume=True)
    with pytest.raises(ValueError, match="csv"):
        r.bootMer(pp_mod, "fixef", 20, seed=1, out=tmp_path / "study.xlsx")
    assert np.array_equal(boots.t, r.bootMer(**asked, out=out, resume=True).t)


def test_lambdas_that_look_alike_are_told_apart(pp_mod, tmp_path):
    """All are called <lambda>: by what they do, and should that be missed, by a replicate that is computed again."""
    out = tmp_path / "l.csv"
    first = r.bootMer(pp_mod, lambda m: m.beta, nsim=8, seed=1, out=out)
    assert np.array_equal(first.t, r.bootMer(pp_mod, lambda m: m.beta, nsim=8, seed=1, out=out, resume=True).t)
    with pytest.raises(ValueError, match="they differ in FUN"):
        r.bootMer(pp_mod, lambda m: np.exp(-m.beta), nsim=8, seed=1, out=out, resume=True)
    state = {"power": 1}  # of an object, only the type is known

    class Kept:
        def of(self, m):
            return m.beta ** state["power"]

    kept = SimpleNamespace(of=Kept().of)
    path = tmp_path / "state.csv"
    ask = partial(r.bootMer, pp_mod, lambda m: kept.of(m), nsim=8, seed=1, out=path)
    before = ask()
    state["power"] = 2
    with pytest.raises(ValueError, match="state.csv: t1 of replicate 1 is .* there, and .* when it is computed again"):
        ask(resume=True)
    state["power"] = 1
    assert np.array_equal(before.t, ask(resume=True).t)


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_resumed_study_has_every_bit(pp_mod, tmp_path, kind):
    """NaNs of either sign, and R's NA, which differs from NaN in its low bits."""
    odd = np.array([0xFFF8 << 48, (0x7FF0 << 48) + 1954, 1 << 63], np.uint64).view(float)
    asked = {"m": pp_mod, "FUN": lambda m: [*odd, m.sigma], "nsim": 8, "seed": 1, "out": tmp_path / f"nan.{kind}"}
    values = [r.bootMer(**asked, resume=resume).t.to_numpy().tobytes() for resume in (False, True)]
    assert values[0] == values[1] and odd.tobytes() in values[0]


def test_progress_is_a_bar_on_standard_error(pp_mod, capsys):
    r.bootMer(pp_mod, "fixef", 20, seed=1, progress=True)
    said = capsys.readouterr()
    assert "20/20" in said.err and not said.out


def test_bad_input(pp_mod):
    for given, words in (
        ({"nsim": 0}, "nsim"),
        ({"FUN": "median"}, "unknown statistic 'median'"),
        ({"FUN": 3}, "function"),
        ({"FUN": lambda m: "text"}, "numbers"),
        ({"type": "semiparametric"}, "use_u=True"),
    ):
        with pytest.raises(ValueError, match=words):
            r.bootMer(pp_mod, **{"nsim": 2, "seed": 1, **given})
    boots = r.bootMer(pp_mod, "fixef", 20, seed=1)
    with pytest.raises(KeyError, match="slope"):
        r.confint(boots, parm="slope")
    with pytest.raises(ValueError, match="bca"):
        r.confint(boots, type="bca")
    with pytest.raises(ValueError, match="144 rows"):
        refit_many.refit_many(pp_mod, np.zeros((3, 2)))
    with pytest.raises(ValueError, match="nested"):
        r.PBmodcomp(pp_mod, pp_mod, 2)
