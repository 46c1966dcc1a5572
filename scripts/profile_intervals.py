"""The profile intervals that R 4.6's lme4 gives of the models that the suites fit: fixtures/lme4/intervals_2_1.json.

    python scripts/profile_intervals.py "chroot DIR Rscript" [SUITE/CASE[:PLACE]]...     all, unless some are named
    python scripts/profile_intervals.py --times       how many times as long R took for each model that is stored

A model is asked of R with the data, formula and settings that its translation gives to `lmer`; the parameters of
`BY_ORDER` again with the rows in ten other orders. What is stored stays; remove the file for a new one.
R takes 2 seconds of CPU for one variance, 27 for sleepstudy's slopes, minutes for six variance parameters: models
with few come first. InstEval is left out, of which R would fit some hundred models for an interval.
"""
from __future__ import annotations

import json
import math
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

import translations as r
from translations.lme4.model import LmerMod
from translations.parity.cases import Case, Suite, suites
from translations.parity.cases import suite as suite_named
from translations.parity.literals import r_literal, text
from translations.parity.piped import PipedR
from translations.parity.records import RError

STORED = Path(__file__).resolve().parent.parent / "fixtures" / "lme4" / "intervals_2_1.json"
OPTION = "2.1"
CLOSE = 1e-6  # of an interval's width
LARGE = 10_000  # rows
ORDERS = range(1, 11)  # seeds, for the orders of the rows in which R is asked again
# Parameters of which R gives another interval where the data's rows stand in another order, by 1e-6 to 8e-2 of its
# width: at some points of the profile the last bit of the deviance decides where its optimizer stops.
BY_ORDER = {
    ("lme4/lrt_machines", 2): (".sig04",),
    ("lme4/df_weights", 0): (".sig02",),
    ("lme4/headers", 5): (".sig02",),
    ("lme4/sleepstudy_poly", 0): (".sig01", ".sig02"),
    ("lme4/arabidopsis_log", 0): (".sig01", ".sig02", ".sig03"),
    ("lme4/profile_plateaus", 0): (".sig01", ".sig04", ".sigma"),
    ("lme4/profile_plateaus", 1): (".sig01", ".sigma"),
    ("lme4/profile_plateaus", 2): (".sig01", ".sig02", ".sig04", ".sigma"),
    ("lme4/step_terms", 1): (".sig01", ".sig02", ".sig03", ".sigma", "(Intercept)", "Days", "noise"),
    ("lme4/optimizers", 4): ("nitro",),
    ("lme4/df_ham", 0): (".sig01",),
    ("structured/machines_diag", 0): (".sig01", ".sig04"),
    ("companions/tidy_mixed", 0): (".sig01", ".sig02"),
    ("companions/tidy_mixed", 1): (".sig01",),
    ("companions/explained_variance", 4): (".sigma",),
    ("companions/pooled_models", 0): (".sig01",),
    ("companions/pooled_models", 2): (".sig03",),
    ("companions/pooled_models", 3): (".sig01", ".sig03"),
    ("companions/pooled_models", 4): (".sig02",),
    ("companions/pooled_models", 5): (".sig02",),
    ("companions/pooled_models", 6): (".sig01",),
    ("companions/pooled_models", 8): (".sig03",),
    ("companions/pooled_models", 9): (".sig02",),
    ("companions/pooled_models", 11): (".sig02",),
}
# Of which it gives another in the next session, the rows as they were: these are asked once more in a new one.
BY_SESSION = {("companions/pooled_models", 6)}
ASK = """\
suppressPackageStartupMessages(library(lme4))
{rows}
m <- suppressWarnings(lmer({formula}, d, REML = {REML}{more}))
seconds <- system.time(ci <- suppressWarnings(confint(m, quiet = TRUE{parm})))
list(ci = ci, theta = getME(m, "theta"), seconds = sum(seconds[1:2]))
"""


def fitted(case: Case) -> list[LmerMod]:
    """The models that a case asks of `lmer` under lme4 2.1, but for those by "newton", in its order."""
    found: list[LmerMod] = []
    lmer = r.lmer

    def noted(*arguments: Any, **named: Any) -> Any:
        found.append(m := lmer(*arguments, **named))
        return m

    with mock.patch.object(r, "lmer", noted), r.options(lme4=OPTION), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        case.run("nloptwrap") if case.takes_control else case.run()
    return [m for m in found if m.control.optimizer != "newton"]


def identity(m: LmerMod) -> tuple[Any, ...]:
    """What two fits of the same model have in common."""
    weights = m.arguments.get("weights")
    return (m.design.formula.text, m.REML, m.y.tobytes(), m.design.X_fitted.tobytes(), m.theta.tobytes(),
            weights if weights is None or isinstance(weights, str) else np.asarray(weights, float).tobytes())


def ours(m: LmerMod) -> dict[str, list[float]]:
    """Our intervals of a model under lme4 2.1, by their rows."""
    with r.options(lme4=OPTION), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = r.confint(m, quiet=True)
    return {str(row): [float(end) for end in ends] for row, ends in zip(found.index, found.to_numpy(), strict=True)}


def off(got: dict[str, list[float]], theirs: dict[str, list[Any]]) -> dict[str, float]:
    """By rows, how far apart the ends are, in units of the width; an end that R has not (None) is not compared."""
    found = {}
    for row, ends in theirs.items():
        gaps = [abs(end - own) for end, own in zip(ends, got[row], strict=True) if end is not None]
        known = [end for end in ends if end is not None]
        width = known[1] - known[0] if len(known) == 2 else max(map(abs, known), default=1.0)
        found[row] = max(gaps, default=0.0) / width
    return found


def kept(m: LmerMod, row: str) -> bool:
    """Whether R's profile of a parameter is one of the model: fixed effects are profiled without the weights."""
    return m.arguments.get("weights") is None or row.startswith(".sig")


def asked(m: LmerMod, live: PipedR, order: int = 0, parm: Sequence[str] = ()) -> dict[str, Any]:
    """R's intervals of a model by their rows, or those of `parm`, None where R has NA, and the CPU seconds that they
    took; of the data's rows in another order where `order` is a seed.

    Raises RError where R has none, and ValueError where R fits another model than this.
    """
    data = {name: m.data[name] for name in m.data.columns}
    more = ""
    for name in ("weights", "offset"):
        given = m.arguments.get(name)
        if given is not None:
            column = given if isinstance(given, str) else f".{name}"
            data |= {} if isinstance(given, str) else {column: np.asarray(given, float)}
            more += f", {name} = {column}"
    live.eval(f"d <- {r_literal(data)}")
    for name, column in data.items():
        if hasattr(column, "cat") and column.cat.ordered:
            live.eval(f"d[[{text(name)}]] <- ordered(d[[{text(name)}]], levels(d[[{text(name)}]]))")
    if codings := m.arguments.get("contrasts"):
        more += f", contrasts = list({', '.join(f'{name} = {text(own)}' for name, own in codings.items())})"
    if m.control.optimizer != "nloptwrap":
        more += f", control = lmerControl(optimizer = {text(m.control.optimizer)})"
    rows_of = f"set.seed({order}); d <- d[sample(nrow(d)), ]" if order else ""
    only = f", parm = c({', '.join(map(text, parm))})" if parm else ""
    told = live.values(ASK.format(formula=m.design.formula.written, REML=str(m.REML).upper(), more=more, rows=rows_of,
                                  parm=only))
    theta = np.array([value for label, value in told.items() if label.startswith("theta")], float)
    if not order and len(theta) == len(m.theta) and np.abs(theta - m.theta).max() > 1e-4:
        raise ValueError(f"R fits another model: theta {theta}, not {m.theta}")
    rows: dict[str, list[Any]] = {}
    for label, value in told.items():
        if label.startswith("ci["):
            end = value if isinstance(value, (int, float)) and math.isfinite(value) else None
            rows.setdefault(label[3:].rpartition(", ")[0], []).append(end)
    if absent := {*(parm or m.design.names)} - {*rows}:
        raise ValueError(f"R has no effects {', '.join(sorted(absent))}: options(contrasts=) was another here")
    return {"seconds": told["seconds"], "intervals": rows}


def models(only: Sequence[str] = ()) -> list[tuple[str, int, LmerMod]]:
    """Each model of the suites once: the case that fits it first, its place among that case's, the model; those with
    fewest variance parameters first."""
    found = (one for one in _each_once([name.partition(":")[0] for name in only]) if len(one[2].y) < LARGE
             and (not only or one[0] in only or f"{one[0]}:{one[1]}" in only))
    return sorted(found, key=lambda one: len(one[2].par))


def _each_once(only: Sequence[str]) -> Iterator[tuple[str, int, LmerMod]]:
    seen: set[tuple[Any, ...]] = set()
    for suite, case in cases(only):
        for place, m in enumerate(fitted(case)):
            if (own := identity(m)) not in seen:
                seen.add(own)
                yield f"{suite.name}/{case.name}", place, m


def cases(only: Sequence[str] = ()) -> Iterator[tuple[Suite, Case]]:
    """The suites' cases that R 4.6 answers (or those named in `only`)."""
    for suite in suites():
        for case in suite.cases() if not suite.lacks else ():
            if not case.lacks("4.6") and (not only or f"{suite.name}/{case.name}" in only):
                yield suite, case


def of_stored(one: dict[str, Any]) -> LmerMod:
    """The model of an entry of the file."""
    suite, _, name = one["case"].partition("/")
    return fitted(next(case for case in suite_named(suite).cases() if case.name == name))[one["place"]]


def times(stored: Sequence[dict[str, Any]]) -> Iterator[tuple[float, float, str]]:
    """R's CPU seconds for a model's intervals, as stored, ours (the median of three, after a first time), its name."""
    for one in stored:
        m, seconds = of_stored(one), []
        for _ in range(4):
            before = time.process_time()
            ours(m)
            seconds.append(time.process_time() - before)
        yield one["seconds"], float(np.median(seconds[1:])), f"{one['case']} {one['place']}  {one['formula']}"


def print_times(stored: Sequence[dict[str, Any]]) -> None:
    """R's times in ours, model by model from the least, their quantiles, and the ratio of the sums."""
    found = sorted(times([one for one in stored if "intervals" in one]), key=lambda one: one[0] / one[1])
    for theirs, own, name in found:
        print(f"{theirs / own:6.0f}  {theirs:6.2f} s  {own:6.4f} s  {name}")
    theirs, own = np.array([one[:2] for one in found]).T
    ratio, at = theirs / own, (0, 10, 25, 50, 75, 90, 100)
    print(f"{len(ratio)} models, {(ratio >= 300.0).sum()} at 300 or more; at {at} %: {np.percentile(ratio, at).round()}"
          f"; sums {theirs.sum():.0f} s, {own.sum():.2f} s: {theirs.sum() / own.sum():.0f}")


def main(arguments: Sequence[str]) -> int:
    if not arguments:
        print(__doc__)
        return 2
    stored = json.loads(STORED.read_text(encoding="utf-8")) if STORED.is_file() else {"models": []}
    if arguments[0] == "--times":
        print_times(stored["models"])
        return 0
    have = {(one["case"], one["place"]) for one in stored["models"]}
    with PipedR(arguments[0]) as live:
        versions = {"R": live.version(), "lme4": live.version("lme4")}
        for case, place, m in models(arguments[1:]):
            if (case, place) in have:
                continue
            one: dict[str, Any] = {"case": case, "place": place, "formula": m.design.formula.written, "REML": m.REML}
            try:
                one |= asked(m, live)
                if rows := BY_ORDER.get((case, place)):
                    one["again"] = [asked(m, live, seed, rows)["intervals"] for seed in ORDERS]
                    if (case, place) in BY_SESSION:
                        with PipedR(arguments[0]) as anew:
                            one["again"].append(asked(m, anew, parm=rows)["intervals"])
            except (RError, ValueError, ArithmeticError) as error:
                one["stops"] = str(error).splitlines()[0]
            print(case, place, one.get("seconds", one.get("stops")), flush=True)
            stored["models"].append(one)
            provenance = versions | {"generator": f"scripts/{Path(__file__).name}"}
            text_of = ",\n  ".join(json.dumps(each, ensure_ascii=False) for each in stored["models"])
            STORED.write_text(f'{{"provenance": {json.dumps(provenance)},\n "models": [\n  {text_of}\n ]}}\n',
                              encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
