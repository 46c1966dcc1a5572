"""What is said and refused, with its facts; answers that follow from their own definition; the bootstrap."""
from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import translations as r
from translations.lme4.control import ConvergenceWarning
from translations.lme4.criterion import scales, sdcor
from translations.lme4.formula import split
from translations.lme4.inference.bootstrap import BootMer
from translations.lme4.inference.contrasts_of import hypotheses
from translations.lme4.inference.five_ways import RIGHT_WHEN
from translations.lme4.inference.kenward_roger import full_rank, restriction_matrix
from translations.lme4.inference.pbmodcomp import PBComparison
from translations.lme4.inference.satterthwaite import Satterthwaite, _report, denominator_df
from translations.lme4.model import LmerMod, variance_ratio_start
from translations.lme4.results.getme import getME

from .test_infer_stored import ARGUMENTS, NEW, STORED, STRANGE, d, model

LINALG = 1e-9
SLEEP = "Reaction ~ days_deprived + (days_deprived | Subject)"


@pytest.fixture(scope="module")
def slopes() -> LmerMod:
    return r.lmer(SLEEP, r.sleep2())


# --- what follows from definitions --------------------------------------------------------------------------------


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", ["slopes", "three blocks", "two terms", "deficient", "no fixed", "curved", "holes"])
def test_standard_errors_of_predictions_from_the_covariance_in_full(name: str) -> None:
    """Var(x'b + z'u - prediction) = z'Gz - z'GZ'V^{-1}ZGz + d'(X'V^{-1}X)^{-1}d, d = x - X'V^{-1}ZGz (Henderson)."""
    m = model(name)
    terms, X, s2 = m.design.random.terms, m.design.X_fitted, m.sigma**2
    Z = getME(m, "Z").toarray()
    G = s2 * getME(m, "Lambda").toarray() @ getME(m, "Lambdat").toarray()
    V = Z @ G @ Z.T + s2 * np.diag(1.0 / m.weights)
    for data, rows in ((None, m.n), (NEW, len(NEW)), (STRANGE, len(STRANGE))):
        x = X if data is None else m.design.X.for_newdata(data).values[:, m.design.kept]
        z, extra, start = np.zeros((rows, Z.shape[1])), np.zeros(rows), 0
        for term, matrix, T in zip(terms, m.design.designs, m.templates, strict=True):
            own = term.Z if data is None else matrix.for_newdata(data).values
            part = {"g:s": ["g", "s"], "s:g": ["s", "g"]}.get(term.group, [term.group])
            asked = [] if data is None else data[part].astype(object).fillna("").agg(":".join, axis=1).tolist()
            codes = term.codes if data is None else [term.levels.index(v) if v in term.levels else -1 for v in asked]
            for i, code in enumerate(codes):
                if code < 0:
                    extra[i] += s2 * own[i] @ T @ T.T @ own[i]
                else:
                    z[i, start + code * term.k : start + (code + 1) * term.k] = own[i]
            start += term.size
        back = np.linalg.solve(V, Z @ G @ z.T)
        variance = np.einsum("iq,qr,ir->i", z, G, z) - np.einsum("iq,qn,ni->i", z, G @ Z.T, back) + extra
        if m.p:
            gap = x - back.T @ X
            variance += np.einsum("ip,pr,ir->i", gap, np.linalg.inv(X.T @ np.linalg.solve(V, X)), gap)
        _, se = r.predict(m, data, allow_new_levels=True, se_fit=True)
        np.testing.assert_allclose(se.dropna(), np.sqrt(variance), rtol=1e-7)
        _, alone = r.predict(m, data, re_form="~0", se_fit=True)
        if m.p:
            np.testing.assert_allclose(alone.dropna() ** 2, np.einsum("ip,pr,ir->i", x, r.vcov(m), x), rtol=1e-7)


ONE_FACTOR = [name for name in STORED["models"] if name not in ("crossed", "three blocks", "factor slopes", "two terms",
                                                              "empty cell")]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", STORED["models"])
def test_fits_stop_where_lme4_stops(name: str) -> None:
    """To 1e-7 (tolerances.THETA); where the random effects are of one factor, nearly to the last bits."""
    stored = STORED["models"][name]
    theta = r.lmer(stored["formula"], d, **ARGUMENTS.get(name, {})).theta
    np.testing.assert_allclose(theta, stored["theta"], rtol=0, atol=1e-9 if name in ONE_FACTOR else 1e-6)


def test_a_simulation_tells_where_its_draws_began(slopes: LmerMod) -> None:
    rng = r.set_seed(12)
    rng.rnorm(3)
    before = rng.random_seed
    drawn = r.simulate(slopes, 2, seed=rng)
    assert np.array_equal(drawn.attrs["seed"], before)
    assert np.array_equal(r.simulate(slopes, 2, seed=7).attrs["seed"], r.set_seed(7).random_seed)
    assert list(drawn.index[:2]) == ["1", "2"]
    assert not np.array_equal(r.simulate(slopes), r.simulate(slopes))


def test_a_row_keeps_its_label_and_a_random_matrix_its_columns(slopes: LmerMod) -> None:
    named = r.sleep2().set_index(pd.Index([f"row {i}" for i in range(144)]))
    m = r.lmer(SLEEP, named)
    assert list(r.fitted(m).index[:2]) == ["row 0", "row 1"] == list(r.model_matrix(m).index[:2])
    assert list(r.predict(m, named.iloc[3:5]).index) == ["row 3", "row 4"]
    Z = r.model_matrix(slopes, "random")
    assert Z.shape == (144, 36) and (Z != getME(slopes, "Z")).nnz == 0
    with pytest.raises(ValueError, match="'fixed' or 'random', not 'both'"):
        r.model_matrix(slopes, "both")


def test_no_ratio_of_variances_to_start_from() -> None:
    """Levels' means that are all of y leave nothing, and two terms of one factor, or slopes, have lme4's ones."""
    means = d.groupby("g", observed=True)["y"].transform("mean").to_numpy()
    random = model("intercepts").design.random
    codes = random.terms[0].codes
    between = means[[np.flatnonzero(codes == i)[0] for i in range(7)]][codes]
    assert variance_ratio_start(random, between + 1e-300) is None or not np.isfinite(
        variance_ratio_start(random, between)).all() or variance_ratio_start(random, between)[0] > 1e6
    y = d["y"].to_numpy()
    spread = np.var(means, ddof=1)
    np.testing.assert_allclose(variance_ratio_start(random, y), np.sqrt(spread / (np.var(y, ddof=1) - spread)))
    for name in ("slopes", "double bar", "only intercept"):
        assert variance_ratio_start(model(name).design.random, y) is None
    both = model("empty cell").design.random
    shares = [np.var(d.groupby(of, observed=True)["y"].transform("mean"), ddof=1) for of in ("g", "h")]
    ratios = np.array(shares) / (np.var(y, ddof=1) - sum(shares))
    np.testing.assert_allclose(variance_ratio_start(both, y), np.sqrt(ratios))


def test_covariances_of_lower_rank_have_a_factor_and_others_none() -> None:
    """theta_of(as_lme4=False): T T' is the covariance matrix where it is semidefinite, else NaN."""
    for x, rank in (([2.0, 1.0, 3.0, 1.0], 1), ([2.0, -1.0, 3.0, 1.0], 1), ([2.0, 0.5, 3.0, 2.0], 2)):
        theta = np.empty(3)
        scales.theta_of(np.array(x), np.array([2]), theta, False, np.empty((4, 2, 2)))
        T = np.array([[theta[0], 0.0], [theta[1], theta[2]]])
        S = np.array([[x[0] ** 2, x[0] * x[1] * x[2]], [x[0] * x[1] * x[2], x[2] ** 2]]) / x[3] ** 2
        np.testing.assert_allclose(T @ T.T, S, rtol=1e-12)
        assert np.linalg.matrix_rank(T, tol=1e-9) == rank and (rank == 2 or theta[2] == 0.0)
    equal, theta = np.array([1.0, 1.0, 1.0, 2.0, 1.0, 3.0, 1.0]), np.empty(6)
    scales.theta_of(equal, np.array([3]), theta, False, np.empty((4, 3, 3)))
    np.testing.assert_allclose(theta, [1, 2, 3, 0, 0, 0], atol=1e-12)
    none = np.array([1.0, 0.9, -0.9, 2.0, 0.9, 3.0, 2.0])
    scales.theta_of(none, np.array([3]), theta, False, np.empty((4, 3, 3)))
    assert np.isnan(theta[-1])


def test_bounds_of_the_scales() -> None:
    lower, upper = sdcor.bounds(model("three blocks").design.random)
    assert lower.tolist() == [0, 0, -1, 0, 0, 0] and upper.tolist() == [np.inf, np.inf, 1, np.inf, np.inf, np.inf]
    m = model("three effects")
    x = sdcor.from_theta(m.design.random, m.theta, m.sigma)
    np.testing.assert_allclose(x[[0, -1]], [r.VarCorr(m)["g"].stddev.iloc[0], m.sigma], rtol=1e-12)
    np.testing.assert_allclose(sdcor.to_theta(m.design.random, x), m.theta, atol=1e-7)


def test_hypotheses_of_nothing_and_of_everything(slopes: LmerMod) -> None:
    assert hypotheses(r.lmer("Reaction ~ 1 + (1 | Subject)", r.sleep2())) == {}
    row = r.contestMD(slopes, np.zeros((1, 2)))
    assert row["NumDF"].tolist() == [0] and row.drop(columns="NumDF").isna().all(axis=None)
    assert list(r.contestMD(slopes, [0, 1]).index) == ["1"]
    one = r.contest1D(slopes, [0, 1])
    assert "lower" not in one and list(r.contest(slopes, [0, 1], joint=False).columns)[4:6] == ["lower", "upper"]


def test_a_restriction_takes_the_large_model_to_the_small_one() -> None:
    X = model("sums").design.X_fitted
    for X2 in (X[:, :3], X[:, [0, 2, 5]], X @ np.random.default_rng(1).normal(size=(X.shape[1], 4)), X[:, :0]):
        L = restriction_matrix(X, X2)
        assert L.shape == (X.shape[1] - X2.shape[1], X.shape[1])
        np.testing.assert_allclose(L @ np.linalg.lstsq(X, X2, rcond=None)[0], 0.0, atol=1e-6)
        np.testing.assert_allclose(L @ L.T, np.eye(len(L)), atol=1e-6)
    rows = np.array([[1.0, 0, 0], [0, 1, 0], [2, 3, 0]])
    basis = full_rank(rows)
    np.testing.assert_allclose(basis @ basis.T, np.eye(2), atol=1e-12)
    np.testing.assert_allclose(basis[:, 2], 0.0, atol=1e-15)
    assert full_rank(rows[:2]) is not None and np.array_equal(full_rank(rows[:2]), rows[:2])


# --- what is said and refused ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("values", "said"), [
    ([-2e-3, 5.0], ["1 negative eigenvalue: -2.0e-03"]),
    ([-2e-3, -1e-3, 5.0], ["2 negative eigenvalues: -1.0e-03 -2.0e-03"]),
    ([0.0, 5.0], ["1 eigenvalue close to zero: 0.0e+00"]),
    ([-1.0, -9e-9, 9e-9, 5.0], ["1 negative eigenvalue: -1.0e+00", "2 eigenvalues close to zero: 9.0e-09 -9.0e-09"]),
    ([1.1e-8, 5.0], [])])
def test_eigenvalues_of_the_hessian_are_told_of(values: list[float], said: list[str]) -> None:
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        _report(np.array(values))
    assert [words in str(w.message) for words, w in zip(said, heard, strict=True)] == [True] * len(said)
    assert all(w.category is ConvergenceWarning for w in heard)


def test_directions_without_variance_are_left_out() -> None:
    V = np.diag([4.0, 1.0, 0.0])
    method = Satterthwaite(np.array([2.0, 3.0, 5.0]), V, np.ones((1, 3, 3)), np.eye(1), np.eye(1))
    F, q, _ = method.f_test(np.eye(3), np.zeros(3))
    assert (q, F) == (2, pytest.approx((2.0**2 / 4.0 + 3.0**2 / 1.0) / 2.0))
    assert denominator_df(np.array([7.0, 7.0 + 9e-9])) == pytest.approx(7.0, abs=1e-8)
    assert denominator_df(np.array([2.0, 30.0])) == 2.0


REFUSED: dict[str, tuple[Any, str]] = {
    "weights of text": (lambda m: r.update(m, wieghts=1), "no argument wieghts; it has formula, data, REML"),
    "a term without a bar": (lambda m: r.update(m, ". ~ . - (days_deprived | Subject)"), "No random effects terms"),
    "a test": (lambda m: r.drop1(m, test="F"), "'none' or 'Chisq', not 'F'"),
    "a scope": (lambda m: r.drop1(m, ["oven", "age"]), "terms days_deprived: oven, age"),
    "other rows": (lambda m: r.anova(m, r.lmer(SLEEP, r.sleep2().iloc[:100])), "same size.* to 144, .* to 100"),
    "a level that is new": (lambda m: r.predict(m, pd.DataFrame({"days_deprived": [1.0, 2.0], "Subject": ["9", "x"]})),
                            "Subject has '9', 'x'"),
    "a level that is missing": (lambda m: r.predict(m, pd.DataFrame({"days_deprived": [1.0], "Subject": [None]})),
                                "missing values of the grouping factor Subject"),
    "a column": (lambda m: r.predict(m, pd.DataFrame({"Subject": ["308"]})), "days_deprived"),
    "a group": (lambda m: r.predict(m, re_form="~ (1 | item)"), "item in re_form is not in the model; it has Subject"),
    "nsim": (lambda m: r.PBmodcomp(m, m, nsim=0), "nsim must be at least 1, not 0"),
    "the same model": (lambda m: r.PBmodcomp(m, m, nsim=1), "144 and 144 observations.* 0 parameters more"),
    "simulations": (lambda m: r.simulate(m, -1), "at least 1, not -1"),
    "terms held": (lambda m: r.simulate(m, re_form="~ (1 | item)"), r"not the model's: 1 \| item; it has days_"),
    "a contrast": (lambda m: r.contest(m, np.ones((2, 3))), r"needs 2 values.*shape \(2, 3\)"),
    "nested": (lambda m: r.KRmodcomp(m, "Reaction ~ I(days_deprived^2) + (1 | Subject)"), "not nested"),
    "the fixed effects": (lambda m: r.KRmodcomp(m, m), "the same, or not nested"),
    "means": (lambda m: r.ls_means(m, "days_deprived"), "'days_deprived' has numeric variables"),
    "a level of intervals": (lambda m: r.confint(r.bootMer(m, "sigma", 3), level=1.0), "between 0 and 1, not 1.0"),
    "replicates alike": (lambda m: r.confint(r.bootMer(m, lambda m: 2.5, 3)), "all replicates of 0 are equal to 2.5"),
    "a kind of bootstrap": (lambda m: r.bootMer(m, "sigma", 2, type="wild"), "'wild' with use_u=False"),
    "a kind of response": (lambda m: r.refit(m, np.ones((144, 1))), r"144 values.*shape \(144, 1\)"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_with_its_facts(what: str, slopes: LmerMod) -> None:
    ask, words = REFUSED[what]
    with pytest.raises((KeyError, ValueError), match=f"(?s){words}"):
        ask(slopes)


def test_rows_that_a_smaller_model_would_use_are_counted() -> None:
    holed = d.assign(h=d["h"].where(d.index > 2), z=d["z"].where(d.index != 5))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        m = r.lmer("y ~ x + z + (1 | g) + (1 | h)", holed)
        with pytest.raises(ValueError, match="uses 53 rows, the model 50"):
            r.ranova(m)
        with pytest.raises(ValueError, match="number of rows in use has changed"):
            r.drop1(m)


@pytest.mark.parametrize(("formula", "words"), [
    ("y ~ x + (1 | 3)", "3 is not a grouping factor"), ("y ~ x + (0 || g)", r"\(0 \|\| g\) has no effects"),
    ("y ~ x || g", r"parentheses: \(x \|\| g\)"), ("y", "'y' must be two-sided"), ("~ x + (1 | g)", "two-sided"),
    ("y ~ x", "No random effects terms specified in formula 'y ~ x'")])
def test_formulas_without_their_parts(formula: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        split(formula)


def test_a_slash_in_parentheses_is_read() -> None:
    """lme4 1.1-31 cannot parse it."""
    assert [bar.label for bar in split("y ~ x + (1 | (g/h))").bars] == ["1 | h:g", "1 | g"]
    assert split("y ~ (1 | g)").fixed == "y ~ 1"


def test_models_of_other_data_by_other_names_are_told_apart(slopes: LmerMod) -> None:
    others = r.sleep2().copy()
    other = r.lmer("Reaction ~ 1 + (1 | Subject)", others)
    with pytest.raises(ValueError, match="same data object; they were fitted to .*others"):
        r.anova(slopes, other)
    left = np.arange(144) > 7
    some, more = (r.lmer(f"Reaction ~ {x} + (1 | Subject)", others, subset=left) for x in ("days_deprived", "1"))
    table = r.anova(some, more)
    assert table.attrs["heading"][:3] == ("Data: others", "Subset: left", "Models:")
    assert list(table.index) == ["more", "some"]
    with pytest.raises(ValueError, match="same subset"):
        r.anova(some, r.lmer("Reaction ~ 1 + (1 | Subject)", others, subset=left[::-1]), model_names=["a", "b"])


def test_updates_keep_what_they_do_not_change() -> None:
    others = d.iloc[:40]
    m = model("slopes")
    assert r.update(m, ". ~ . - x").data_name == m.data_name == "d"
    again = r.update(m, data=others, REML=False)
    assert (again.data_name, again.n, again.REML, r.formula(again)) == ("others", 40, False, r.formula(m))
    assert again.design.frame.weights is not None and r.update(m, weights=None).design.frame.weights is None
    printed = str(r.update(m, weights=np.ones(54), offset=None, subset=np.arange(54) > 3))
    assert "Weights: weights" in printed and "Subset: subset" in printed and "Offset" not in printed



def test_what_a_summary_holds(slopes: LmerMod) -> None:
    summary = r.summary(slopes)
    assert summary.sigma == slopes.sigma and summary.ngrps.to_dict() == {"Subject": 18} and summary.note is None
    np.testing.assert_allclose(summary.residuals, r.residuals(slopes, scaled=True), rtol=1e-12)
    assert "summary(m)" in (r.summary(model("many")).note or "")
    assert str(r.VarCorr(slopes)["Subject"]).splitlines()[0].split() == ["(Intercept)", "days_deprived"]


def test_each_way_is_its_own_test(slopes: LmerMod) -> None:
    page = r.five_ways(slopes, "days_deprived", nsim=0, level=0.8)
    assert list(page.columns) == ["estimate", "statistic", "df", "p.value", "lower", "upper", "seconds", "right when"]
    assert page["right when"].to_dict() == {name: RIGHT_WHEN[name] for name in page.index}
    assert (page["seconds"] > 0).all() and (page["seconds"] < 60).all()
    wald = r.confint(slopes, parm="days_deprived", level=0.8, method="Wald").to_numpy()[0]
    np.testing.assert_allclose(page.loc["t as z", ["lower", "upper"]].astype(float), wald, rtol=1e-12)
    t = float(page.loc["t as z", "statistic"])
    from statistics import NormalDist

    np.testing.assert_allclose(page.loc["t as z", "p.value"], 2 * NormalDist().cdf(-t), rtol=1e-6)
    assert np.isinf(page.loc["t as z", "df"])
    small = r.lmer("Reaction ~ 1 + (days_deprived | Subject)", r.sleep2(), REML=False)
    ratio = r.anova(r.refitML(slopes), small, model_names=["large", "small"])
    ours = page.loc["likelihood ratio", ["statistic", "df", "p.value"]].astype(float)
    np.testing.assert_allclose(ours, ratio.loc["large", ["Chisq", "Df", "Pr(>Chisq)"]], rtol=1e-6)
    likely = r.confint(r.refitML(slopes), parm="days_deprived", level=0.8, quiet=True).to_numpy()[0]
    np.testing.assert_allclose(page.loc["likelihood ratio", ["lower", "upper"]].astype(float), likely, rtol=1e-12)
    for ddf in ("Satterthwaite", "Kenward-Roger"):
        row = r.contest1D(slopes, [0, 1], ddf=ddf, confint=True, level=0.8).to_numpy()[0]
        np.testing.assert_allclose(page.loc[ddf].iloc[:6].astype(float), row[[0, 3, 2, 6, 4, 5]], rtol=1e-12)
    bootstrapped = r.five_ways(slopes, "days_deprived", nsim=19, seed=4, level=0.8).loc["parametric bootstrap"]
    test = r.PBmodcomp(r.refitML(slopes), small, nsim=19, seed=4)
    ends = r.confint(r.bootMer(slopes, "parameters", 19, seed=4), parm="days_deprived", level=0.8).to_numpy()[0]
    expected = [r.fixef(slopes).iloc[1], test.LRTstat["tobs"], np.nan, test.test.loc["PBtest", "p.value"], *ends]
    np.testing.assert_allclose(bootstrapped.iloc[:6].astype(float), expected, rtol=1e-6)


# --- the bootstrap --------------------------------------------------------------------------------------------------


def test_a_statistic_that_fails_is_missing(slopes: LmerMod) -> None:
    kinds = iter([None, ValueError, KeyError, ZeroDivisionError, np.linalg.LinAlgError, None])

    def statistic(m: LmerMod) -> Any:
        if (kind := next(kinds)) is not None:
            raise kind("no")
        return pd.Series({"a": m.sigma, "b": 1.0})

    with pytest.warns(UserWarning, match=r"failed \(4/5\)"):
        boots = r.bootMer(slopes, statistic, 5, seed=1)
    assert boots.failed == 4 and list(boots.t.columns) == ["a", "b"]
    assert boots.t.isna().all(axis=1).tolist() == [True] * 4 + [False]
    with pytest.raises(TypeError):
        r.bootMer(slopes, lambda m: len(m), 2)


def test_calls_are_written_as_r_writes_them(slopes: LmerMod) -> None:
    given: list[tuple[dict[str, Any], str]] = [
        ({"nsim": 1, "seed": 1}, "FUN = parameters, nsim = 1, seed = 1)"),
        ({"nsim": 2, "use_u": True}, "nsim = 2, use.u = TRUE)"),
        ({"nsim": 2, "use_u": True, "type": "semiparametric", "seed": np.int64(3)},
         'nsim = 2, seed = 3, use.u = TRUE, type = "semiparametric")'),
        ({"FUN": r.sigma, "nsim": 2, "seed": r.set_seed(1)}, "FUN = sigma, nsim = 2)"),
    ]
    for arguments, call in given:
        assert r.bootMer(slopes, **arguments).call.endswith(call)
    assert r.bootMer(slopes, "sigma", 1).call.startswith("bootMer(x = slopes, FUN = sigma")


def test_intervals_leave_out_what_is_missing_and_tell_of_messages(slopes: LmerMod, capsys: Any) -> None:
    t = pd.DataFrame({"a": [1.0, 2.0, np.nan, 4.0, 7.0, 3.0, 2.5, 0.5, 6.0, 5.0]})
    boots = BootMer(pd.Series({"a": 3.0}), t, np.zeros(626), {"message": {}, "warning": {}}, 1, "call")
    known = t["a"].dropna()
    normal = r.confint(boots, level=0.6, type="norm").to_numpy()[0]
    half = 0.8416212335729143 * known.std()
    np.testing.assert_allclose(normal, 6.0 - known.mean() + np.array([-half, half]), rtol=1e-12)
    assert "original" in str(boots) and "call" in str(boots)
    r.confint(slopes, method="boot", nsim=60, seed=3, quiet=True)
    assert "message(s): boundary" in capsys.readouterr().err


def test_used_and_requested_samples_are_told_apart() -> None:
    columns = ["stat", "df", "p.value"]
    test = pd.DataFrame([[3.0, 1, 0.08], [3.0, np.nan, 0.2]], index=["LRT", "PBtest"], columns=columns)
    comparison = PBComparison("y ~ x + (1 | g)", "y ~ (1 | g)", test, pd.Series({"tobs": 3.0, "df": 1.0}), np.array(
        [0.5, -1e-12, 4.0, 1.5]), {"nsim": 4, "npos": 3}, 1, 1.234)
    assert comparison.heading == [
        "Bootstrap test; time: 1.23 sec; samples: 4; extremes: 1;",
        "Requested samples: 4 Used samples: 3 Extremes: 1", "large : y ~ x + (1 | g)", "y ~ (1 | g)"]
    table = comparison.summary().test  # moments of the three that are positive: mean 2, variance 3.25
    assert table.loc["Bartlett", "stat"] == pytest.approx(1.5) and table.loc["F", "ddf"] == pytest.approx(4.0)
