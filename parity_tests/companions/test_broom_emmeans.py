"""Means, contrasts and Tukey's comparisons as tidy frames, in R's print."""
from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import translations as r

MEANS = """\
# A tibble: 3 × 6
  recipe estimate std.error    df statistic   p.value
  <chr>     <dbl>     <dbl> <dbl>     <dbl>     <dbl>
1 A          33.1     0.832   252      39.8 1.10e-110
2 B          31.6     0.832   252      38.0 2.12e-106
3 C          31.6     0.832   252      38.0 2.87e-106
"""
PAIRS = """\
# A tibble: 3 × 8
  term   contrast null.value estimate std.error    df statistic adj.p.value
  <chr>  <chr>         <dbl>    <dbl>     <dbl> <dbl>     <dbl>       <dbl>
1 recipe A - B             0   1.48        1.18   252    1.26         0.422
2 recipe A - C             0   1.52        1.18   252    1.29         0.400
3 recipe B - C             0   0.0444      1.18   252    0.0378       0.999
"""
ODDS = """\
# A tibble: 3 × 9
  term   contrast          null.va…¹ odds.…² std.e…³    df  null stati…⁴ adj.p…⁵
  <chr>  <chr>                 <dbl>   <dbl>   <dbl> <dbl> <dbl>   <dbl>   <dbl>
1 period period2 / period1         0   0.310  0.0904   Inf     1   -4.02 1.75e-4
2 period period3 / period1         0   0.272  0.0852   Inf     1   -4.16 9.49e-5
3 period period4 / period1         0   0.168  0.0695   Inf     1   -4.31 4.76e-5
# … with abbreviated variable names ¹​null.value, ²​odds.ratio, ³​std.error,
#   ⁴​statistic, ⁵​adj.p.value
"""
JOINT = """\
# A tibble: 3 × 5
  term               num.df den.df statistic    p.value
  <chr>               <dbl>  <dbl>     <dbl>      <dbl>
1 recipe                  2    252     1.08  0.340
2 temperature             5    252     6.74  0.00000644
3 recipe:temperature     10    252     0.331 0.972
"""
TUKEY = """\
# A tibble: 3 × 7
  term   contrast null.value estimate conf.low conf.high adj.p.value
  <chr>  <chr>         <dbl>    <dbl>    <dbl>     <dbl>       <dbl>
1 recipe B-A               0  -1.48      -4.22      1.26       0.412
2 recipe C-A               0  -1.52      -4.26      1.22       0.391
3 recipe C-B               0  -0.0444    -2.78      2.69       0.999
"""  # R 4.2: broom 1.0.3, emmeans 1.8.4


def recipes() -> Any:
    with pytest.warns(r.EmmeansNote, match="interactions"):
        return r.emmeans(r.lm("angle ~ recipe * temperature", r.cake()), "recipe")


def periods() -> Any:
    m = r.glm("incidence / size ~ period", r.binomial, r.load("cbpp"), weights="size")
    return r.emmeans(m, "period", type="response")


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (recipes, MEANS),
        (lambda: r.pairs(recipes()), PAIRS),
        (lambda: r.contrast(periods(), "trt.vs.ctrl"), ODDS),
        (lambda: r.joint_tests(r.lm("angle ~ recipe * temperature", r.cake())), JOINT),
        (lambda: r.TukeyHSD(r.aov("angle ~ recipe + temperature", r.cake()), "recipe"), TUKEY),
    ],
)
def test_as_r_prints_it(made: Callable[[], Any], text: str) -> None:
    assert [line.rstrip() for line in str(r.tidy(made())).splitlines()] == text.splitlines()


def test_intervals_are_those_of_confint() -> None:
    pairs = r.pairs(recipes())
    tidied = r.tidy(pairs, conf_int=True, conf_level=0.9)
    plain = r.confint(pairs, level=0.9)
    assert list(tidied["conf.low"]) == pytest.approx(list(plain["lower.CL"]), rel=1e-12)
    assert list(tidied.columns) == ["term", "contrast", "null.value", "estimate", "std.error", "df", "conf.low",
                                    "conf.high", "statistic", "adj.p.value"]
