"""`options()`: what it takes, what it gives back, and who notices for how long."""
from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest

import translations as r
from translations.settings import option

DEFAULTS = {"collate": "R", "contrasts": ("contr.treatment", "contr.poly"), "digits": 7, "lme4": "1.1-31",
            "lmerTest": False, "scipen": 0, "width": 80}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    assert r.options() == DEFAULTS
    yield
    r.options(DEFAULTS)


def test_several_at_once_come_back_at_once() -> None:
    with r.options(lme4="2.1", digits=np.int64(4), contrasts=["contr_sum", "contr.helmert"]) as old:
        assert old == {name: DEFAULTS[name] for name in ("lme4", "digits", "contrasts")}
        assert option("contrasts") == ("contr.sum", "contr.helmert") and option("lme4") == "2.1"
        assert type(option("digits")) is int
    assert r.options() == DEFAULTS
    assert r.options(DEFAULTS) == DEFAULTS


# R 4.2.2 and 4.6.1: "invalid 'digits' parameter, allowed 1...22", "invalid 'width' parameter, allowed 10...10000",
# "invalid 'scipen' -10, used -9", "invalid value for 'contrasts'"
@pytest.mark.parametrize(("given", "said"), [
    ({"digits": 0}, "digits must be a whole number from 1 to 22, not 0"),
    ({"digits": 23}, "from 1 to 22"),
    ({"digits": 3.7}, "digits must be a whole number"),
    ({"digits": True}, "digits must be a whole number"),
    ({"width": 9}, "width must be a whole number from 10 to 10000, not 9"),
    ({"width": None}, "width must be a whole number"),
    ({"scipen": -10}, "scipen must be a whole number from -9 to 9999"),
    ({"contrasts": "contr.sum"}, "must be two of contr.treatment, contr.sum, .*, not 'contr.sum'"),
    ({"contrasts": ("contr.sum",)}, "contrasts must be two of"),
    ({"contrasts": ("contr.sum", "contr.cubic")}, "contrasts must be two of"),
    ({"lme4": "1.1-35"}, "lme4 must be one of '1.1-31', '1.1-37', '2.1', not '1.1-35'"),
    ({"lme4": 2.1}, "lme4 must be one of"),
    ({"lmerTest": "yes"}, "lmerTest must be True or False, not .yes."),
    ({"lmerTest": 0}, "lmerTest must be True or False"),
])
def test_what_an_option_cannot_be(given: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        r.options({"collate": "C"}, **given)
    assert r.options() == DEFAULTS  # none of them is set where one is refused


# R 4.2.2, lme4 1.1-31: options(contrasts = c("contr.sum", "contr.helmert"))
def test_factors_are_coded_as_the_option_says() -> None:
    cake = r.cake()
    with r.options(contrasts=("contr.sum", "contr.helmert")):
        m = r.lmer("angle ~ recipe * temperature + (1 | recipe:replicate)", cake)
        assert r.fixef(m).round(8).tolist()[:8] == [32.12222222, 1.0, -0.47777778, 0.98888889, 0.81851852, 0.59814815,
                                                    1.09222222, 0.64666667]
        assert r.fixef(m).index.tolist()[1:5] == ["recipe1", "recipe2", "temperature1", "temperature2"]
        deviations = r.VarCorr(r.lmer("angle ~ recipe + temp + (recipe | replicate)", cake))["replicate"].stddev
        assert deviations.round(3).to_dict() == {"(Intercept)": 6.271, "recipe1": 2.149, "recipe2": 0.555}
        linear = r.lm("angle ~ C(recipe) + temperature", cake)
        treated = r.lm("angle ~ recipe", cake, contrasts={"recipe": "contr.treatment"})
    assert r.coef(linear).index.tolist()[1:4] == ["C(recipe)1", "C(recipe)2", "temperature1"]
    assert r.coef(treated).index.tolist() == ["(Intercept)", "recipeB", "recipeC"]
    again = r.lm("angle ~ C(recipe) + temperature", cake)
    assert r.coef(again).index.tolist()[1:4] == ["C(recipe)B", "C(recipe)C", "temperature.L"]
    assert np.allclose(r.predict(linear, cake), r.predict(again, cake), rtol=1e-12)  # new data are coded as the fit's


# R 4.2.2: options(digits = 4, width = 40, scipen = 10); list(x = 1e5, y = c(1e-7, 1)); summary(lm(angle ~ temp, cake))
PRINTED = [
    "$x",
    "[1] 100000",
    "",
    "$y",
    "[1] 0.0000001 1.0000000",
    "",
    "",
    "Call:",
    "lm(formula = angle ~ temp, data = cake)",
    "",
    "Residuals:",
    "   Min     1Q Median     3Q    Max ",
    "-16.07  -5.15  -1.49   3.44  26.93 ",
    "",
    "Coefficients:",
    "            Estimate Std. Error t value",
    "(Intercept)   0.5159     5.5572    0.09",
    "temp          0.1580     0.0277    5.71",
    "              Pr(>|t|)    ",
    "(Intercept)       0.93    ",
    "temp        0.00000003 ***",
    "---",
    "Signif. codes:  ",
    "  0 ‘***’ 0.001 ‘**’ 0.01 ‘*’ 0.05",
    "  ‘.’ 0.1 ‘ ’ 1",
    "",
    "Residual standard error: 7.77 on 268 degrees of freedom",
    "Multiple R-squared:  0.108,\tAdjusted R-squared:  0.105 ",
    "F-statistic: 32.6 on 1 and 268 DF,  p-value: 0.0000000302",
    "",
]


def test_every_print_follows_the_options() -> None:
    cake = r.cake()
    linear = r.lm("angle ~ temp", cake)
    with r.options(digits=4, width=40, scipen=10):
        text = str(r.summary(linear))
        assert r.console({"x": 1e5, "y": [1e-7, 1.0]}) == "\n".join(PRINTED[:6])
        assert str(r.console(1e5, scipen=0)) == "[1] 1e+05"
    assert text.split("\n") == PRINTED[6:]
    assert r.console(1e5) == "[1] 1e+05"


def test_options_come_back() -> None:
    old = r.options(collate="C")
    assert old == {"collate": "R"} and option("collate") == "C" and r.options() == {**DEFAULTS, "collate": "C"}
    assert r.options(old) == {"collate": "C"} and option("collate") == "R"
    with pytest.raises(KeyError, match="no option 'colate'; there are collate, contrasts, "):
        r.options(colate="C")
    with pytest.raises(ValueError, match="collate must be one of 'R', 'C', not 'en'"):
        r.options(collate="en")
    assert option("collate") == "R"


def test_a_block_ends_with_what_was_before_even_by_an_error() -> None:
    with pytest.raises(ZeroDivisionError), r.options(collate="C"):
        with r.options(collate="R"):
            assert option("collate") == "R"
        assert option("collate") == "C"
        r.options(collate="R")  # in a block a call is the block's
        raise ZeroDivisionError
    assert option("collate") == "R"
    r.options(collate="C")
    with r.options(collate="R"):
        assert option("collate") == "R"
    assert option("collate") == "C"


def test_threads_and_tasks_have_blocks_of_their_own() -> None:
    seen: dict[str, str] = {}

    def look(name: str) -> None:
        seen[name] = option("collate")

    with r.options(collate="C"):
        thread = threading.Thread(target=look, args=("block",))
        thread.start()
        thread.join()
    r.options(collate="C")
    thread = threading.Thread(target=look, args=("call",))
    thread.start()
    thread.join()
    assert seen == {"block": "R", "call": "C"}
    r.options(collate="R")

    async def task(value: str) -> str:
        with r.options(collate=value):
            await asyncio.sleep(0)
            return option("collate")

    async def both() -> list[str]:
        return list(await asyncio.gather(task("C"), task("R")))

    assert asyncio.run(both()) == ["C", "R"]


def test_a_block_never_shows_in_other_threads() -> None:
    """Blocks that began side by side left the process with one another's values, and all saw them."""
    seen, interval, done = set[int](), sys.getswitchinterval(), threading.Event()

    def block(digits: int) -> None:
        for _ in range(2000):
            with r.options(digits=digits):
                if option("digits") != digits:
                    seen.add(-digits)

    def bystander() -> None:
        while not done.is_set():
            seen.add(option("digits"))

    threads = [threading.Thread(target=block, args=(digits,)) for digits in (3, 4, 5)]
    looking = threading.Thread(target=bystander)
    sys.setswitchinterval(1e-6)
    try:
        for one in (looking, *threads):
            one.start()
        for one in threads:
            one.join()
    finally:
        done.set()
        looking.join()
        sys.setswitchinterval(interval)
    assert seen == {7} and option("digits") == 7


def test_blocks_however_they_are_entered() -> None:
    def inner() -> Any:
        return r.options(digits=6)

    with r.options({"digits": 3}, width=60), r.options(**{"digits": 4}) as old:
        assert old == {"digits": 3} and option("digits") == 4 and option("width") == 60
    with inner():
        assert option("digits") == 6
    with ExitStack() as stack:
        stack.enter_context(r.options(digits=5))
        assert option("digits") == 5
    kept = r.options(digits=5)
    assert option("digits") == 5
    with kept:
        assert option("digits") == 5
    assert r.options() == DEFAULTS


# R 4.2.2: str(options("digits", "width")): List of 2, $ digits: int 7, $ width: int 80
def test_options_tell_what_is_named() -> None:
    assert r.options("digits", "width") == {"digits": 7, "width": 80}
    assert r.options("width", digits=3) == {"width": 80, "digits": 7} and option("digits") == 3
    r.options(DEFAULTS)
    with pytest.raises(KeyError, match="no option 'digit'; there are collate, "):
        r.options("digit")
    with pytest.raises(TypeError, match=r"options takes names, values by name .* not \['digits'\]"):
        r.options(["digits"])  # type: ignore[arg-type]
    assert r.options() == DEFAULTS
